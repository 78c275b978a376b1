package sigv4

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/minio/minio-go/v7/pkg/signer"

	"github.com/s3fault/s3fault/internal/rounds"
)

// signedCase is a signed request on the wire.
type signedCase struct {
	name string
	wire []byte
	now  time.Time
}

// onWire writes what a client would send.
func onWire(t testing.TB, r *http.Request) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// signedCases are requests signed by signers that are not ours.
func signedCases(t testing.TB) []signedCase {
	t.Helper()
	now := time.Now().UTC()
	var cases []signedCase
	add := func(name string, r *http.Request) {
		cases = append(cases, signedCase{name, onWire(t, r), now})
	}
	sdk := func(r *http.Request, payload string) *http.Request {
		r.Header.Set(contentSHA256Header, payload)
		if err := awsSigner().SignHTTP(context.Background(), awsCredentials, r, payload, "s3", testRegion, now); err != nil {
			t.Fatal(err)
		}
		return r
	}
	const base = "http://localhost:9403"
	get := request(t, "GET", base+"/bucket/a%20b/%C3%BC?versionId=1%2B2&response-content-type=text%2Fplain&acl", nil)
	get.Header.Set("Range", "bytes=0-9")
	get.Header.Set("X-Amz-Meta-Spaced", "x  y")
	add("SDK header GET", sdk(get, emptySHA256))
	add("SDK header PUT", sdk(request(t, "PUT", base+"/bucket/key", []byte("hello, body")),
		HashPayload([]byte("hello, body"))))

	presign := request(t, "GET", base+"/bucket/a%20b?versionId=x%2Fy&X-Amz-Expires=600", nil)
	signed, _, err := awsSigner().PresignHTTP(context.Background(), awsCredentials, presign, UnsignedPayload, "s3",
		testRegion, now)
	if err != nil {
		t.Fatal(err)
	}
	add("SDK presigned", request(t, "GET", signed, nil))

	add("minio chunks", signer.StreamingSignV4(request(t, "PUT", base+"/bucket/key", []byte("streamed body")),
		exampleKey, exampleSecret, "token", testRegion, 13, now, newSHA256()))
	trailed := request(t, "PUT", base+"/bucket/key", []byte("streamed body"))
	trailed.Trailer = http.Header{"X-Amz-Checksum-Crc32": {"AbCdEf=="}}
	add("minio chunks and trailer", signer.StreamingSignV4(trailed, exampleKey, exampleSecret, "", testRegion, 13, now,
		newSHA256()))

	v2 := request(t, "PUT", base+"/bucket/a%20b?uploadId=x%2Fy&partNumber=1", nil)
	v2.Header.Set("Content-Type", "text/plain")
	v2.Header.Set("X-Amz-Meta-A", "b")
	add("minio V2 header", signer.SignV2(*v2, exampleKey, exampleSecret, false))
	add("minio V2 presigned", signer.PreSignV2(*request(t, "GET", base+"/bucket/a%20b?versionId=x%2Fy", nil), exampleKey,
		exampleSecret, 600, false))
	return cases
}

// accepted proves a request from the wire and says what it means. A request
// that HTTP itself refuses is refused.
func accepted(raw []byte, now time.Time) (string, bool) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return "", false
	}
	p, e := Parse(r)
	if e != nil || p == nil || p.AccessKeyID != exampleKey {
		return "", false // the look-up finds no other key
	}
	b, e := p.Verify(r, Key{Secret: exampleSecret, Now: now})
	if e != nil {
		return "", false
	}
	body, err := io.ReadAll(b)
	if err != nil {
		return "", false
	}
	return meaning(r, p, body, b.Trailer()), true
}

var runsOfSpaces = regexp.MustCompile(` +`)

// meaning is everything that the signature has to hold, as net/url and the
// standard library read it, without what the canonical form erases: the case of
// %XX, runs of spaces and the case of a header's name.
func meaning(r *http.Request, p *Presented, body []byte, trailer http.Header) string {
	var b strings.Builder
	path, rawQuery, _ := strings.Cut(r.RequestURI, "?")
	fmt.Fprintf(&b, "%s %s %q", r.Method, p.AccessKeyID, p.Signature)
	for _, segment := range strings.Split(path, "/") {
		decoded, err := url.QueryUnescape(segment) // S3 takes a + for a space in paths too
		fmt.Fprintf(&b, "/%q%v", decoded, err)
	}
	query, err := url.ParseQuery(rawQuery)
	if p.Scheme == V2 {
		for name := range query {
			if !subresources[name] && name != "Expires" {
				delete(query, name)
			}
		}
		fmt.Fprintf(&b, " %s %v %q %q %q %q", query.Encode(), err, r.Header.Get("Content-Type"), r.Header.Get("Content-Md5"),
			r.Header.Get("Date"), r.Header.Get("X-Amz-Meta-A"))
		return b.String()
	}
	fmt.Fprintf(&b, " %s %v %s %s", query.Encode(), err, r.Host, p.credential)
	for _, name := range p.SignedHeaders {
		for _, v := range r.Header.Values(name) {
			fmt.Fprintf(&b, " %s:%q", name, runsOfSpaces.ReplaceAllString(strings.TrimSpace(v), " "))
		}
	}
	fmt.Fprintf(&b, " %q %v", body, trailer)
	return b.String()
}

// Any one bit changed is refused, unless the change means nothing.
func TestEveryBitCounts(t *testing.T) {
	for _, c := range signedCases(t) {
		t.Run(c.name, func(t *testing.T) {
			want, ok := accepted(c.wire, c.now)
			if !ok {
				t.Fatal("the request itself is refused")
			}
			refused := 0
			for i := range c.wire {
				for bit := range 8 {
					changed := slices.Clone(c.wire)
					changed[i] ^= 1 << bit
					got, ok := accepted(changed, c.now)
					switch {
					case !ok:
						refused++
					case got != want:
						t.Errorf("byte %d, bit %d accepted (%q):\n%s\n%s", i, bit, changed[max(0, i-10):min(len(changed), i+10)], want,
							got)
					}
				}
			}
			if refused < 4*len(c.wire) {
				t.Errorf("%d of %d changes refused: what was changed?", refused, 8*len(c.wire))
			}
		})
	}
}

// The documented example has several chunks; a sample of its bits is enough.
func TestBitsOfManyChunks(t *testing.T) {
	body, err := io.ReadAll(chunkedExample(t).Body)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds.Of(300, 30_000) {
		changed := slices.Clone(body)
		i, bit := random.IntN(len(body)), random.IntN(8)
		changed[i] ^= 1 << bit
		r := chunkedExample(t)
		r.Body = io.NopCloser(bytes.NewReader(changed))
		if _, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay}); err == nil {
			t.Errorf("byte %d, bit %d accepted", i, bit)
		}
	}
}

// What the canonical form erases is accepted.
func TestErasedDifferences(t *testing.T) {
	for _, row := range []struct{ name, old, new string }{
		{"case of %XX in the path", "%C3%BC", "%c3%bc"},
		{"needless escape", "/bucket/", "/%62ucket/"},
		{"case of %XX in the query", "1%2B2", "1%2b2"},
		{"order of the query", "versionId=1%2B2&response-content-type=text%2Fplain",
			"response-content-type=text%2Fplain&versionId=1%2B2"},
		{"runs of spaces", "x  y", "x    y"},
		{"spaces around", "x  y\r", "  x y  \r"},
		{"case of a header's name", "X-Amz-Meta-Spaced", "x-aMZ-meta-SPACED"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := signedCases(t)[0]
			raw := string(c.wire)
			if row.name == "order of the query" {
				// The SDK sorts what it signs and sends.
				row.old, row.new = "acl=&response-content-type=text%2Fplain", "response-content-type=text%2Fplain&acl"
			}
			if strings.Count(raw, row.old) != 1 {
				t.Fatalf("%q occurs %d times in\n%s", row.old, strings.Count(raw, row.old), raw)
			}
			if _, ok := accepted([]byte(strings.Replace(raw, row.old, row.new, 1)), c.now); !ok {
				t.Error("refused")
			}
		})
	}
}

// Signed by the SDK, a request is good; changed in one bit it is refused,
// unless the change means nothing.
func FuzzSignedBySDK(f *testing.F) {
	f.Add("PUT", "a b/ü//..", "versionId=1&acl", "x  y", []byte("body"), uint32(77))
	f.Add("GET", "100%2F", "prefix=a+b&delimiter=/", "", []byte{}, uint32(3))
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, method, key, query, meta string, body []byte, at uint32) {
		if !slices.Contains([]string{"GET", "PUT", "POST", "DELETE", "HEAD"}, method) || strings.ContainsFunc(meta,
			func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Skip("no request that an SDK would send")
		}
		values, err := url.ParseQuery(query)
		if err != nil || values.Has("X-Amz-Signature") || values.Has("X-Amz-Algorithm") || values.Has("Signature") {
			t.Skip("no query of a header-signed request")
		}
		if sortedOtherwise(values) {
			t.Skip("the SDK sorts before it encodes, AWS's documentation after")
		}
		r := request(t, method, "http://localhost:9403/", body)
		r.URL.Path, r.URL.RawPath = "/bucket/"+key, httpbinding.EscapePath("/bucket/"+key, false)
		r.URL.RawQuery = values.Encode()
		r.Header.Set("X-Amz-Meta-Fuzz", meta)
		r.Header.Set(contentSHA256Header, HashPayload(body))
		if err := awsSigner().SignHTTP(t.Context(), awsCredentials, r, HashPayload(body), "s3", testRegion,
			now); err != nil {
			t.Fatal(err)
		}
		raw := onWire(t, r)
		want, ok := accepted(raw, now)
		if !ok {
			t.Fatalf("refused as signed:\n%s", raw)
		}
		raw[int(at/8)%len(raw)] ^= 1 << (at % 8)
		if got, ok := accepted(raw, now); ok && got != want {
			t.Fatalf("accepted as changed:\n%s\n%s\n%s", raw, want, got)
		}
	})
}

// sortedOtherwise says whether the order of a query depends on its encoding.
func sortedOtherwise(values url.Values) bool {
	escapes := func(s string) bool { return url.QueryEscape(s) != s }
	for name, v := range values {
		if escapes(name) || len(v) > 1 && slices.ContainsFunc(v, escapes) {
			return true
		}
	}
	return false
}
