package sigv4

import "testing"

// BenchmarkDiagnoseUnknown is the most that a diagnosis can cost: nothing fits.
func BenchmarkDiagnoseUnknown(b *testing.B) {
	r := request(b, "GET", "http://localhost:9403/my-bucket/dir/file.txt?versionId=x", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Content-Type", "text/plain")
	Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
	p, err := Parse(r)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found := p.Diagnose(r, Key{Secret: "another", Now: exampleDay}, Clues{}); found.Text != Unknown {
			b.Fatal(found)
		}
	}
}
