package faults

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/sigv4"
)

// plainWorld is what the cells of the table are played in.
const plainWorld = `
version: 1
scenarios:
  w:
    title: The table of faults
    accounts: {123456789012: {}}
    callers: {admin: {account: 123456789012, root: true}}
    buckets: {my-bucket: {objects: {a.bin: {size: 300}, b.bin: {size: 300}}}}
`

// put is what is written.
var written = strings.Repeat("0123456789", 30)

// call is one of the calls that are struck.
type call struct {
	name, operation string
	request         func(c *caller) *http.Request
}

var calls = []call{
	{"put", "PutObject", func(c *caller) *http.Request { return c.request("PUT", "/new.bin", written) }},
	{"get", "GetObject", func(c *caller) *http.Request { return c.request("GET", "/a.bin", "") }},
	{"list", "ListObjectsV2", func(c *caller) *http.Request { return c.request("GET", "?list-type=2", "") }},
	{"complete", "CompleteMultipartUpload", completion},
	{"copy", "CopyObject", func(c *caller) *http.Request {
		r := c.request("PUT", "/copy.bin", "")
		r.Header.Set("X-Amz-Copy-Source", "/my-bucket/a.bin")
		return r
	}},
	{"delete", "DeleteObject", func(c *caller) *http.Request { return c.request("DELETE", "/a.bin", "") }},
}

// completion is of an upload that has its one part.
func completion(c *caller) *http.Request {
	c.t.Helper()
	begun := c.do(c.request("POST", "/large.bin?uploads", ""))
	_, id, _ := strings.Cut(begun.body, "<UploadId>")
	id, _, _ = strings.Cut(id, "<")
	part := c.do(c.request("PUT", "/large.bin?partNumber=1&uploadId="+id, written))
	return c.request("POST", "/large.bin?uploadId="+id, `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>`+
		`<ETag>`+part.header.Get("ETag")+`</ETag></Part></CompleteMultipartUpload>`)
}

// caller is the root user of a world of its own.
type caller struct {
	t     *testing.T
	srv   *emulator.Server
	world string
	base  string
	key   sigv4.Credentials

	trusting *tls.Config // how the call that is struck speaks TLS; nil: it does not
}

// newCaller makes a world.
func newCaller(t *testing.T, srv *emulator.Server, base string) *caller {
	t.Helper()
	w, err := srv.CreateWorld(emulator.NewWorld{})
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, srv: srv, world: w.Name(), base: base}
	described, err := srv.Describe(c.world, base)
	if err != nil {
		t.Fatal(err)
	}
	admin := described.Callers["admin"]
	c.key = sigv4.Credentials{AccessKeyID: admin.AccessKeyID, SecretAccessKey: admin.SecretAccessKey}
	return c
}

// request is about the bucket; it is not signed yet.
func (c *caller) request(method, rest, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+"/my-bucket"+rest, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// sign signs a request, of which the body stays unsigned.
func (c *caller) sign(r *http.Request) {
	sigv4.Sign(r, c.key, sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.UnsignedPayload, time.Now())
}

// do sends a request that nothing strikes.
func (c *caller) do(r *http.Request) answer {
	c.t.Helper()
	c.sign(r)
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return answer{reply.StatusCode, reply.Header, string(text), err}
}

// freeze has the clock of the world stand.
func (c *caller) freeze() {
	c.t.Helper()
	now := time.Now()
	if _, err := c.srv.SetClock(c.world, emulator.ClockStep{Now: &now}); err != nil {
		c.t.Fatal(err)
	}
}

// bytes are a signed request as it goes over the wire.
func (c *caller) bytes(r *http.Request) string {
	c.t.Helper()
	c.sign(r)
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		c.t.Fatal(err)
	}
	return b.String()
}

// contents is what is in the bucket: each object with its bytes, and the uploads.
func (c *caller) contents() map[string]string {
	c.t.Helper()
	all := map[string]string{}
	for _, key := range elements(c.do(c.request("GET", "?list-type=2", "")).body, "Key") {
		all[key] = c.do(c.request("GET", "/"+key, "")).body
	}
	for _, key := range elements(c.do(c.request("GET", "?uploads", "")).body, "Key") {
		all["the upload of "+key] = "open"
	}
	return all
}

// elements are the texts of all elements of that name.
func elements(document, name string) (all []string) {
	for _, rest := range strings.Split(document, "<"+name+">")[1:] {
		text, _, _ := strings.Cut(rest, "<")
		all = append(all, text)
	}
	return all
}

// differs says how contents differ from what they were to be: by name, and by byte.
func differs(got, want map[string]string) string {
	var all []string
	for name, text := range got {
		was, ok := want[name]
		if i := firstDifference(text, was); !ok || i >= 0 {
			all = append(all, fmt.Sprintf("%s: byte %d differs", name, i))
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			all = append(all, name+" is missing")
		}
	}
	sort.Strings(all)
	return strings.Join(all, ", ")
}

// firstDifference is the first byte in which two texts differ; -1: none.
func firstDifference(a, b string) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}
