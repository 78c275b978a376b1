package emulatortest_test

import (
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// What a test pays for its world, from Start until its end, when the server is there:
// less than 2 ms is the aim.
func BenchmarkStart(b *testing.B) {
	for _, scenario := range []string{"plain", "kms-missing", "object-lock-legal-hold"} {
		b.Run(scenario, func(b *testing.B) {
			emulatortest.Start(b, scenario) // the first starts the server
			b.ReportAllocs()
			for b.Loop() {
				r := &recorder{TB: b}
				if failed := r.run(func() { emulatortest.Start(r, scenario) }); failed != "" {
					b.Fatal(failed)
				}
			}
		})
	}
}
