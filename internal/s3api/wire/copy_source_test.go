package wire

import (
	"strings"
	"testing"
)

func TestParseCopySource(t *testing.T) {
	good := map[string]CopySource{
		"bucket/key":                     {"bucket", "key", ""},
		"/bucket/key":                    {"bucket", "key", ""},
		"bucket%2Fkey":                   {"bucket", "key", ""},
		"/bucket//k":                     {"bucket", "/k", ""},
		"bucket/a+b%20c%3F":              {"bucket", "a b c?", ""},
		"bucket/a%2Bb":                   {"bucket", "a+b", ""},
		"bucket/k?versionId=null":        {"bucket", "k", "null"},
		"bucket/..%2F%F0%9F%98%80/../x/": {"bucket", "../\U0001F600/../x/", ""},
	}
	for value, want := range good {
		if got, err := ParseCopySource(value); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", value, got, err, want)
		}
	}
	for _, value := range []string{"", "/", "bucket", "bucket/", "b/k", "bucket/%zz", "bucket/%ff",
		"bucket/k?versionId=%", "/bucket/" + strings.Repeat("k", 1025)} {
		if got, err := ParseCopySource(value); err == nil {
			t.Errorf("%q is read as %v", value, got)
		}
	}
}

func FuzzParseCopySource(f *testing.F) {
	f.Add("bucket/key?versionId=1")
	f.Add("/bucket/%2F+")
	f.Fuzz(func(t *testing.T, value string) {
		s, err := ParseCopySource(value)
		if err != nil {
			return
		}
		again, err := ParseCopySource(s.Bucket + "/" + EscapePath(s.Key))
		if err != nil || again.Bucket != s.Bucket || again.Key != s.Key {
			t.Errorf("%q is %v, written again %v (%v)", value, s, again, err)
		}
	})
}
