package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
)

// The object was last modified at 03:04:05.
func TestConditionalReads(t *testing.T) {
	const (
		before = "Fri, 02 Jan 2026 03:04:04 GMT"
		same   = "Fri, 02 Jan 2026 03:04:05 GMT"
		future = "Sat, 03 Jan 2026 00:00:00 GMT"
	)
	rows := []struct {
		name    string
		headers []string
		status  int
		failed  string
	}{
		{"match", []string{"If-Match", helloMD5}, 200, ""},
		{"match without quotes", []string{"If-Match", helloMD5[1:33]}, 200, ""},
		{"match in a list", []string{"If-Match", `"a", ` + helloMD5}, 200, ""},
		{"match any", []string{"If-Match", "*"}, 200, ""},
		{"no match", []string{"If-Match", `"a"`}, 412, "If-Match"},
		{"none match", []string{"If-None-Match", helloMD5}, 304, ""},
		{"weak", []string{"If-None-Match", "W/" + helloMD5}, 304, ""},
		{"none match of another", []string{"If-None-Match", `"a"`}, 200, ""},
		{"modified", []string{"If-Modified-Since", before}, 200, ""},
		{"not modified", []string{"If-Modified-Since", same}, 304, ""},
		{"not modified in the future", []string{"If-Modified-Since", future}, 200, ""},
		{"unmodified", []string{"If-Unmodified-Since", same}, 200, ""},
		{"not unmodified", []string{"If-Unmodified-Since", before}, 412, "If-Unmodified-Since"},
		{"no date", []string{"If-Modified-Since", "yesterday"}, 200, ""},
		{"match outweighs", []string{"If-Match", helloMD5, "If-Unmodified-Since", before}, 200, ""},
		{"none match outweighs", []string{"If-None-Match", `"a"`, "If-Modified-Since", same}, 200, ""},
		{"none match and modified", []string{"If-None-Match", helloMD5, "If-Modified-Since", before}, 304, ""},
		{"412 before 304", []string{"If-Match", `"a"`, "If-None-Match", helloMD5}, 412, "If-Match"},
	}
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	for _, row := range rows {
		for _, method := range []string{"GET", "HEAD"} {
			a := b.do(t, sending{method: method, target: "/my-bucket/k", headers: row.headers})
			if a.status != row.status {
				t.Errorf("%s, %s: %d, want %d", row.name, method, a.status, row.status)
			}
			if row.failed != "" {
				a.refused(t, s3err.PreconditionFailed, "", s3err.E("Condition", row.failed))
			}
			if row.status == 304 && a.header.Get("ETag") != helloMD5 {
				t.Errorf("%s: a 304 without ETag: %v", row.name, a.header)
			}
		}
	}
}
