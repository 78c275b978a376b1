package sigv4

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"
)

// BenchmarkVerify is a small GET: Parse, and Verify with a cached signing key.
func BenchmarkVerify(b *testing.B) {
	header := request(b, "GET", "http://localhost:9403/bucket/key?versionId=1", nil)
	header.Header.Set("X-Amz-Meta-A", "b")
	Sign(header, exampleCredentials, testScope, emptySHA256, exampleDay)
	presigned := request(b, "GET", "http://localhost:9403/bucket/key", nil)
	Presign(presigned, exampleCredentials, testScope, time.Minute, exampleDay)
	v2 := request(b, "GET", "http://localhost:9403/bucket/key", nil)
	PresignV2(v2, exampleCredentials, "", exampleDay)
	k := Key{Secret: exampleSecret, Now: exampleDay}
	for _, c := range []struct {
		name string
		sent *http.Request
	}{{"header", header}, {"presigned", presigned}, {"V2", v2}} {
		arrived := arrive(b, c.sent)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, e := Parse(arrived)
				if e != nil {
					b.Fatal(e)
				}
				if _, e = p.Verify(arrived, k); e != nil {
					b.Fatal(e)
				}
			}
		})
	}
}

// BenchmarkBody is the reader's cost for 1 MiB in each payload mode.
func BenchmarkBody(b *testing.B) {
	data := bytes.Repeat([]byte("x"), 1<<20)
	hashed := request(b, "PUT", "http://localhost:9403/bucket/key", nil)
	hashed.ContentLength = int64(len(data))
	Sign(hashed, exampleCredentials, testScope, HashPayload(data), exampleDay)
	chunked := request(b, "PUT", "http://localhost:9403/bucket/key", nil)
	if err := SignChunks(chunked, exampleCredentials, testScope, bytes.NewReader(data), int64(len(data)), nil,
		exampleDay); err != nil {
		b.Fatal(err)
	}
	encoded, err := io.ReadAll(chunked.Body)
	if err != nil {
		b.Fatal(err)
	}
	k := Key{Secret: exampleSecret, Now: exampleDay}
	for _, c := range []struct {
		name string
		r    *http.Request
		body []byte
	}{{"hash", hashed, data}, {"signed chunks", chunked, encoded}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			buf := make([]byte, 32<<10)
			for b.Loop() {
				c.r.Body = io.NopCloser(bytes.NewReader(c.body))
				p, e := Parse(c.r)
				if e != nil {
					b.Fatal(e)
				}
				body, e := p.Verify(c.r, k)
				if e != nil {
					b.Fatal(e)
				}
				if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, body, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
