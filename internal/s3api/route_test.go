package s3api

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

func TestRouteFindsTheOperation(t *testing.T) {
	long := strings.Repeat("k", wire.MaxKey)
	for _, row := range []struct {
		method, target, header string
		op, bucket, key        string
	}{
		{"GET", "/", "", "ListBuckets", "", ""},
		{"GET", "/my-bucket", "", "ListObjects", "my-bucket", ""},
		{"GET", "/my-bucket/", "", "ListObjects", "my-bucket", ""},
		{"GET", "/my-bucket?list-type=2", "", "ListObjectsV2", "my-bucket", ""},
		{"GET", "/my-bucket?list-type=1", "", "ListObjects", "my-bucket", ""},
		{"GET", "/my-bucket?x-id=Anything", "", "ListObjects", "my-bucket", ""},
		{"GET", "/my-bucket?Policy", "", "ListObjects", "my-bucket", ""},
		{"HEAD", "/my-bucket?list-type=2", "", "HeadBucket", "my-bucket", ""},
		{"GET", "/my-bucket?policy", "", "GetBucketPolicy", "my-bucket", ""},
		{"GET", "/my-bucket?policy=", "", "GetBucketPolicy", "my-bucket", ""},
		{"DELETE", "/my-bucket?policy", "", "DeleteBucketPolicy", "my-bucket", ""},
		{"PUT", "/my-bucket?tagging", "", "PutBucketTagging", "my-bucket", ""},
		{"DELETE", "/my-bucket/k?tagging", "", "DeleteObjectTagging", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?retention", "", "PutObjectRetention", "my-bucket", "k"},
		{"POST", "/my-bucket?delete", "", "DeleteObjects", "my-bucket", ""},
		{"POST", "/my-bucket", "", "PostObject", "my-bucket", ""},
		{"GET", "/my-bucket/a//b", "", "GetObject", "my-bucket", "a//b"},
		{"GET", "/my-bucket//", "", "GetObject", "my-bucket", "/"},
		{"GET", "/my-bucket/a/../b/.", "", "GetObject", "my-bucket", "a/../b/."},
		{"GET", "/my-bucket/a%2Fb+c%20d%2Be", "", "GetObject", "my-bucket", "a/b c d+e"},
		{"GET", "/my-bucket/%C3%BC%2525", "", "GetObject", "my-bucket", "ü%25"},
		{"GET", "/my-bucket/" + long, "", "GetObject", "my-bucket", long},
		{"GET", "/my-bucket/k?partNumber=1", "", "GetObject", "my-bucket", "k"},
		{"GET", "/my-bucket/k?uploadId=u", "", "ListParts", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?uploadId=u&partNumber=1", "", "UploadPart", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?partNumber=1", "", "UploadPart", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?uploadId=u&partNumber=1", "x-amz-copy-source", "UploadPartCopy", "my-bucket", "k"},
		{"PUT", "/my-bucket/k", "x-amz-copy-source", "CopyObject", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?X-Amz-Signature=0&x-amz-copy-source=b/k", "", "CopyObject", "my-bucket", "k"},
		{"PUT", "/my-bucket/k?x-amz-copy-source=b/k", "", "PutObject", "my-bucket", "k"},
		{"POST", "/my-bucket/k?uploads", "", "CreateMultipartUpload", "my-bucket", "k"},
	} {
		r := httptest.NewRequest(row.method, "http://s3.localhost"+row.target, nil)
		if row.header != "" {
			r.Header.Set(row.header, "other-bucket/k")
		}
		c, err := Route(exchange.Frame{Request: r}, Address{Path: r.URL.EscapedPath()})
		if err != nil {
			t.Errorf("%s %s: %v", row.method, row.target, err)
			continue
		}
		if c.Op.Name != row.op || c.Bucket != row.bucket || c.Key != row.key {
			t.Errorf("%s %s is %s of %q %q, want %s of %q %q", row.method, row.target, c.Op.Name, c.Bucket, c.Key, row.op,
				row.bucket, row.key)
		}
	}
}

func TestRouteOfAVirtualHost(t *testing.T) {
	for path, want := range map[string]string{"/": "", "/my-bucket/k": "my-bucket/k", "//k": "/k", "": ""} {
		r := httptest.NewRequest("GET", "http://my-bucket.s3.localhost/", nil)
		c, err := Route(exchange.Frame{Request: r}, Address{Bucket: "my-bucket", Path: path})
		if err != nil || c.Bucket != "my-bucket" || c.Key != want {
			t.Errorf("%q: bucket %q, key %q, %v; want key %q", path, c.Bucket, c.Key, err, want)
		}
	}
}

// Nothing that S3 has and that is not here may become a write of something else.
func TestRouteRefuses(t *testing.T) {
	for _, row := range []struct {
		method, target string
		code           s3err.Code
		extra          s3err.Extra
	}{
		{"GET", "/my-bucket/%zz", s3err.InvalidURI, s3err.Extra{}},
		{"GET", "/my-bucket/%", s3err.InvalidURI, s3err.Extra{}},
		{"GET", "/my-bucket/%FF", s3err.InvalidURI, s3err.Extra{}},
		{"GET", "/my-bucket?prefix=%z", s3err.InvalidURI, s3err.Extra{}},
		{"GET", "/my-bucket/" + strings.Repeat("k", wire.MaxKey+1), s3err.KeyTooLongError, s3err.E("Size", "1025")},
		{"GET", "/ab", s3err.InvalidBucketName, s3err.E("BucketName", "ab")},
		{"GET", "/a%20bucket/k", s3err.InvalidBucketName, s3err.E("BucketName", "a bucket")},
		{"GET", "//k", s3err.InvalidBucketName, s3err.E("BucketName", "")},
		{"POST", "/", s3err.MethodNotAllowed, s3err.E("ResourceType", "SERVICE")},
		{"PATCH", "/my-bucket/k", s3err.MethodNotAllowed, s3err.E("Method", "PATCH")},
		{"POST", "/my-bucket/k", s3err.MethodNotAllowed, s3err.E("ResourceType", "OBJECT")},
		{"PUT", "/my-bucket?location", s3err.MethodNotAllowed, s3err.E("ResourceType", "LOCATION")},
		{"DELETE", "/my-bucket?acl", s3err.MethodNotAllowed, s3err.E("ResourceType", "ACL")},
		{"PUT", "/my-bucket/k?policy", s3err.MethodNotAllowed, s3err.E("ResourceType", "POLICY")},
		{"DELETE", "/my-bucket/k?legal-hold", s3err.MethodNotAllowed, s3err.E("ResourceType", "LEGALHOLD")},
		{"HEAD", "/my-bucket?policy", s3err.MethodNotAllowed, s3err.E("Method", "HEAD")},
		{"GET", "/my-bucket?policy&acl", s3err.InvalidArgument, s3err.E("ArgumentValue", "acl")},
	} {
		r := httptest.NewRequest("GET", "http://s3.localhost/", nil)
		path, query, _ := strings.Cut(row.target, "?")
		r.Method, r.URL.RawQuery = row.method, query
		c, err := Route(exchange.Frame{Request: r}, Address{Path: path})
		if err == nil || s3err.Of(err).Code != row.code {
			t.Errorf("%s %s: %v, want %v", row.method, row.target, err, row.code)
			continue
		}
		if c == nil {
			t.Errorf("%s %s: no call for the journal", row.method, row.target)
		}
		if row.extra.Key != "" && extraOf(s3err.Of(err), row.extra.Key) != row.extra.Value {
			t.Errorf("%s %s: %v, want %v", row.method, row.target, s3err.Of(err).Extras, row.extra)
		}
	}
}

func TestHeadOfASelectorTellsTheMethod(t *testing.T) {
	r := httptest.NewRequest("HEAD", "http://s3.localhost/my-bucket?versioning", nil)
	_, err := Route(exchange.Frame{Request: r}, Address{Path: "/my-bucket"})
	if err == nil || s3err.Of(err).Header.Get("Allow") != "GET" {
		t.Errorf("%v, Allow %q", err, s3err.Of(err).Header.Get("Allow"))
	}
}

func FuzzRoute(f *testing.F) {
	f.Add("GET", "/my-bucket/a%2Fb", "policy&list-type=2")
	f.Add("PUT", "/my-bucket//..", "uploadId=%2B")
	f.Add("DELETE", "", "acl=%")
	f.Fuzz(func(t *testing.T, method, path, query string) {
		r := httptest.NewRequest("GET", "http://s3.localhost/", nil)
		r.Method, r.URL.RawQuery = method, query
		c, err := Route(exchange.Frame{Request: r}, Address{Path: path})
		switch {
		case c == nil:
			t.Fatal("no call")
		case err != nil:
			return
		case c.Op == nil, len(c.Key) > wire.MaxKey, !utf8.ValidString(c.Key):
			t.Fatalf("%q %q: operation %v, key %q", method, path, c.Op, c.Key)
		case c.Op.match.method != method, (c.Op.match.on == onObject) != (c.Key != ""):
			t.Fatalf("%q %q is %s of key %q", method, path, c.Op.Name, c.Key)
		}
		for p := range c.Query.All() {
			if selectors[p.Name] && c.Op.match.query != p.Name {
				t.Fatalf("%q with ?%s became %s", method, p.Name, c.Op.Name)
			}
		}
	})
}
