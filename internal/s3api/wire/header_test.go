package wire

import (
	"net/http"
	"strings"
	"testing"
)

func TestGet(t *testing.T) {
	h := http.Header{"X-Amz-Acl": {"private", "x"}, "Etag": {}, "Content-Md5": {"m"}}
	for name, want := range map[string]string{
		"x-amz-acl": "private", "X-Amz-Acl": "private", "X-AMZ-ACL": "private", "ETag": "", "Content-MD5": "m", "none": "",
		"": "",
	} {
		for range 2 { // made, and kept
			if got := Get(h, name); got != want || got != h.Get(name) {
				t.Errorf("%q is %q, want %q", name, got, want)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { Get(h, "x-amz-acl") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLengths(t *testing.T) {
	long := strings.Repeat("l", longest+10)
	l := LengthsOf(http.Header{"Range": nil, "X-Amz-Date": nil, long: nil})
	for name, want := range map[string]bool{
		"Range": true, "range": true, "X-Amz-Date": true, "X-Amz-Acl": false, "": false, long: true, long + "er": true,
	} {
		if got := l.Has(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
