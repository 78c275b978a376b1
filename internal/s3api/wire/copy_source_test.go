package wire

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

const reports = "arn:aws:s3:us-east-1:123456789012:accesspoint/reports"

func TestParseCopySource(t *testing.T) {
	good := map[string]CopySource{
		"bucket/key":                           {"bucket", "key", "", "", ""},
		"/bucket/key":                          {"bucket", "key", "", "", ""},
		"bucket%2Fkey":                         {"bucket", "key", "", "", ""},
		"/bucket//k":                           {"bucket", "/k", "", "", ""},
		"bucket/a+b%20c%3F":                    {"bucket", "a b c?", "", "", ""},
		"bucket/a%2Bb":                         {"bucket", "a+b", "", "", ""},
		"bucket/k?versionId=null":              {"bucket", "k", "null", "", ""},
		"bucket/..%2F%F0%9F%98%80/../x/":       {"bucket", "../\U0001F600/../x/", "", "", ""},
		reports + "/object/a/b?versionId=null": {"", "a/b", "null", reports, ""},
		"arn:aws:s3:us-east-1:123456789012:accesspoint%2Freports%2Fobject%2Fa%2Fb": {"", "a/b", "", reports, ""},
	}
	for value, want := range good {
		if got, err := ParseCopySource(value); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", value, got, err, want)
		}
	}
	for _, value := range []string{"", "/", "bucket", "bucket/", "b/k", "bucket/%zz", "bucket/%ff",
		"bucket/k?versionId=%", "/bucket/" + strings.Repeat("k", 1025),
		reports, reports + "/object/", reports + "/k", "arn:aws:s3:::bucket/key", "arn:aws:s3:us-east-1:123456789012:accesspoint/object/k",
	} {
		if got, err := ParseCopySource(value); err == nil {
			t.Errorf("%q is read as %v", value, got)
		}
	}
}

// What AWS has and s3fault has not is told by name.
func TestCopySourceAbsent(t *testing.T) {
	for value, want := range map[string]string{
		"arn:aws:s3::123456789012:accesspoint/x.mrap/object/k":                              world.MultiRegion,
		"arn:aws:s3-outposts:us-east-1:123456789012:outpost/o/accesspoint/reports/object/k": world.Outposts,
		"arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/reports/object/k":      world.ObjectLambda,
	} {
		if got, err := ParseCopySource(value); err != nil || got.Absent != want {
			t.Errorf("%q is read as %v, %v", value, got, err)
		}
	}
}

func FuzzParseCopySource(f *testing.F) {
	f.Add("bucket/key?versionId=1")
	f.Add("/bucket/%2F+")
	f.Add(reports + "/object/a/object/b?versionId=1")
	f.Fuzz(func(t *testing.T, value string) {
		s, err := ParseCopySource(value)
		if err != nil || s.Absent != "" {
			return
		}
		again, err := ParseCopySource(strings.TrimPrefix(s.BucketARN(), "arn:aws:s3:::") + "/" + EscapePath(s.Key))
		if s.Point != "" {
			again, err = ParseCopySource(s.Point + "/object/" + EscapePath(s.Key))
		}
		if err != nil || again.Bucket != s.Bucket || again.Point != s.Point || again.Key != s.Key {
			t.Errorf("%q is %v, written again %v (%v)", value, s, again, err)
		}
	})
}
