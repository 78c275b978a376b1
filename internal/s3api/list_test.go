package s3api

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// listed is a list as a client reads it.
type listed struct {
	Name, Prefix, Marker, NextMarker, Delimiter, EncodingType, StartAfter string
	NextContinuationToken, ContinuationToken                              string
	KeyCount, MaxKeys                                                     int
	IsTruncated                                                           bool
	Contents                                                              []struct {
		Key   string
		Owner *wire.UserXML
	}
	CommonPrefixes []struct{ Prefix string }
}

func (l listed) names() []string {
	var all []string
	for _, o := range l.Contents {
		all = append(all, o.Key)
	}
	for _, p := range l.CommonPrefixes {
		all = append(all, p.Prefix)
	}
	return all
}

func (b *bench) list(t testing.TB, query string) listed {
	t.Helper()
	a := b.must(t, sending{method: "GET", target: "/my-bucket?" + query})
	var l listed
	if err := xml.Unmarshal([]byte(a.body), &l); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	if a.header.Get(bucketRegionHeader) != "us-east-1" {
		t.Errorf("a list without its bucket's region: %v", a.header)
	}
	return l
}

func filled(t testing.TB, keys ...string) *bench {
	t.Helper()
	b := newBench(t)
	for _, k := range keys {
		b.must(t, sending{method: "PUT", target: "/my-bucket/" + wire.EscapePath(k), body: "x"})
	}
	return b
}

func TestListParameters(t *testing.T) {
	b := filled(t, "a/1", "a/2", "b", "c d+e", "ü/x")
	for _, row := range []struct {
		query string
		want  []string
	}{
		{"", []string{"a/1", "a/2", "b", "c d+e", "ü/x"}},
		{"prefix=a/", []string{"a/1", "a/2"}},
		{"delimiter=/", []string{"b", "c d+e", "a/", "ü/"}},
		{"marker=a/1&max-keys=1", []string{"a/2"}},
		{"marker=b&delimiter=/", []string{"c d+e", "ü/"}},
		{"list-type=2&start-after=b", []string{"c d+e", "ü/x"}},
		{"list-type=2&marker=b", []string{"a/1", "a/2", "b", "c d+e", "ü/x"}},
		{"list-type=2&max-keys=0", nil},
		{"list-type=2&encoding-type=url&delimiter=/", []string{"b", "c+d%2Be", "a/", "%C3%BC/"}},
		{"prefix=c+d%2B", []string{"c d+e"}},
	} {
		if got := b.list(t, row.query).names(); !slices.Equal(got, row.want) {
			t.Errorf("%s lists %q, want %q", row.query, got, row.want)
		}
	}
}

func TestListEchoesItsParameters(t *testing.T) {
	b := filled(t, "a/1", "a/2")
	l := b.list(t, "encoding-type=url&prefix=a%2F&marker=a+b&delimiter=%2B&max-keys=5000")
	if l.Prefix != "a/" || l.Marker != "a+b" || l.Delimiter != "%2B" || l.EncodingType != "url" || l.MaxKeys != 1000 ||
		l.Name != "my-bucket" {
		t.Errorf("%+v", l)
	}
	if l = b.list(t, "list-type=2&start-after=a&max-keys=1"); l.StartAfter != "a" || l.KeyCount != 1 || l.MaxKeys != 1 ||
		!l.IsTruncated {
		t.Errorf("%+v", l)
	}
	if o := l.Contents[0].Owner; o != nil {
		t.Errorf("nobody asked for the owner %+v", o)
	}
	if o := b.list(t, "list-type=2&fetch-owner=true").Contents[0].Owner; o == nil || len(o.ID) != 64 {
		t.Errorf("owner %+v", o)
	}
	if l = b.list(t, "max-keys=1"); l.NextMarker != "" || !l.IsTruncated {
		t.Errorf("without a delimiter there is no NextMarker: %+v", l)
	}
}

// Pages together are the list, for every size of page.
func TestPagesAreTheList(t *testing.T) {
	b := filled(t, "a", "b/1", "b/2", "c", "d/1", "e", "f/1", "f/2")
	for _, delimiter := range []string{"", "/"} {
		whole := b.list(t, "delimiter="+delimiter).names()
		slices.Sort(whole)
		for size := 1; size <= len(whole)+1; size++ {
			for _, pages := range []func(*bench, testing.TB, string) []string{pagesByToken, pagesByMarker} {
				got := pages(b, t, fmt.Sprintf("max-keys=%d&delimiter=%s", size, delimiter))
				if slices.Sort(got); !slices.Equal(got, whole) {
					t.Errorf("pages of %d give %q, want %q", size, got, whole)
				}
			}
		}
	}
}

func pagesByToken(b *bench, t testing.TB, query string) (all []string) {
	token := ""
	for range 20 {
		l := b.list(t, "list-type=2&"+query+token)
		all = append(all, l.names()...)
		if !l.IsTruncated {
			return all
		}
		token = "&continuation-token=" + url.QueryEscape(l.NextContinuationToken)
	}
	t.Fatal("the list has no end")
	return nil
}

func pagesByMarker(b *bench, t testing.TB, query string) (all []string) {
	marker := ""
	for range 20 {
		l := b.list(t, query+marker)
		all = append(all, l.names()...)
		if !l.IsTruncated {
			return all
		}
		next := l.NextMarker
		if next == "" {
			next = l.Contents[len(l.Contents)-1].Key
		}
		marker = "&marker=" + url.QueryEscape(next)
	}
	t.Fatal("the list has no end")
	return nil
}

func TestListRefuses(t *testing.T) {
	b := newBench(t)
	own := url.QueryEscape(wire.SealToken("my-bucket", "k"))
	b.must(t, sending{method: "GET", target: "/my-bucket?list-type=2&continuation-token=" + own})
	for _, row := range []struct{ query, message, name, value string }{
		{"max-keys=abc", "Provided max-keys not an integer or within integer range", "max-keys", "abc"},
		{"max-keys=-1", "Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", "-1"},
		{"encoding-type=base64", "Invalid Encoding Method specified in Request", "encoding-type", "base64"},
		{"list-type=2&continuation-token=", "The continuation token provided is incorrect", "continuation-token", "(none)"},
		{"list-type=2&continuation-token=made+up", "The continuation token provided is incorrect", "continuation-token",
			"(none)"},
		{"list-type=2&continuation-token=" + url.QueryEscape(wire.SealToken("kms-bucket", "k")),
			"The continuation token provided is incorrect", "continuation-token", "(none)"},
		{"uploads&max-uploads=-1", "Argument max-uploads must be an integer between 0 and 2147483647", "max-uploads", "-1"},
	} {
		a := b.do(t, sending{method: "GET", target: "/my-bucket?" + row.query})
		a.refused(t, s3err.InvalidArgument, row.message, s3err.E("ArgumentName", row.name), s3err.E("ArgumentValue",
			row.value))
	}
}

// Characters that XML cannot carry are S3's own trouble, and encoding-type the
// way out of it.
func TestKeysThatXMLCannotCarry(t *testing.T) {
	b := filled(t, "a\x01b")
	if a := b.must(t, sending{method: "GET", target: "/my-bucket"}); !strings.Contains(a.body, "<Key>a&#x1;b</Key>") {
		t.Error(a.body)
	}
	if got := b.list(t, "encoding-type=url").names(); !slices.Equal(got, []string{"a%01b"}) {
		t.Errorf("%q", got)
	}
}

func BenchmarkListObjects(b *testing.B) {
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("folder/key-%05d", i)
	}
	bench := filled(b, keys...)
	c := bench.call(b, sending{method: "GET", target: "/my-bucket"})
	c.Moment = bench.live.Now()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := serveListObjects(c); err != nil {
			b.Fatal(err)
		}
	}
}
