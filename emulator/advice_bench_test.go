package emulator_test

import (
	"context"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// BenchmarkAdvice takes advice on the first refusal of those scenarios of the library whose
// advice takes longest.
func BenchmarkAdvice(b *testing.B) {
	file, err := scenarios.Library()
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"iam-no-permission", "ip-deny", "scp-region", "rcp-outside-organization", "route-table-missing"} {
		b.Run(name, func(b *testing.B) {
			s, err := file.Scenario(name)
			if err != nil {
				b.Fatal(err)
			}
			srv := emulatortest.Start(b, name)
			play.Before(context.Background(), player(b, srv, s), s)
			for _, r := range srv.Requests() {
				if d := srv.Why(r.RequestID); d == nil || !d.Denied() {
					continue
				}
				for b.Loop() {
					if _, err := srv.Advice(r.RequestID); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
		})
	}
}
