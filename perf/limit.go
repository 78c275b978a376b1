package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// limit is the least that a server of S3 does in net/http: it proves each signature, takes
// the SHA-256 and the MD5 of what is put, and answers the same bytes to everybody. It knows
// no bucket, decides nothing, and keeps nothing.
type limit struct {
	objects map[string][]byte // by the size that is in the key
	page    []byte
	keys    sync.Map // signing keys by what they are good for
	buffers sync.Pool
}

func serveLimit(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("limit: it takes an address")
	}
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newLimit()}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func newLimit() *limit {
	return &limit{
		objects: map[string][]byte{strconv.Itoa(small): make([]byte, small), strconv.Itoa(big): make([]byte, big)},
		page:    limitPage(),
		buffers: sync.Pool{New: func() any { return new([64 << 10]byte) }},
	}
}

func limitPage() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>perf</Name><Prefix></Prefix>` +
		`<KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>`)
	for i := range 1000 {
		fmt.Fprintf(&b, `<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>`+
			`<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>1024</Size>`+
			`<StorageClass>STANDARD</StorageClass></Contents>`, keyOf(i))
	}
	b.WriteString(`</ListBucketResult>`)
	return b.Bytes()
}

const refusal = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
	`<Error><Code>AccessDenied</Code><Message>Access Denied</Message>` +
	`<RequestId>4442587FB7D0A2F9</RequestId><HostId>aG9zdA==</HostId></Error>`

func (l *limit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Amz-Request-Id", "4442587FB7D0A2F9")
	h.Set("Server", "AmazonS3")
	payload, ok := l.prove(r)
	switch {
	case !ok:
		h.Set("Content-Type", "application/xml")
		give(w, r, http.StatusForbidden, []byte(refusal))
	case r.Method == http.MethodPut:
		l.put(w, r, payload)
	case r.URL.RawQuery != "" && r.URL.Query().Has("list-type"):
		h.Set("Content-Type", "application/xml")
		give(w, r, http.StatusOK, l.page)
	default:
		h.Set("Content-Type", "binary/octet-stream")
		h.Set("Etag", `"d41d8cd98f00b204e9800998ecf8427e"`)
		h.Set("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
		h.Set("Accept-Ranges", "bytes")
		give(w, r, http.StatusOK, l.object(r.URL.Path))
	}
}

func give(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (l *limit) object(path string) []byte {
	_, rest, _ := strings.Cut(path, "object-")
	size, _, _ := strings.Cut(rest, "-")
	return l.objects[size]
}

func (l *limit) put(w http.ResponseWriter, r *http.Request, payload string) {
	buffer := l.buffers.Get().(*[64 << 10]byte)
	defer l.buffers.Put(buffer)
	sum, etag := sha256.New(), md5.New()
	if _, err := io.CopyBuffer(both{sum, etag}, alone{r.Body}, buffer[:]); err != nil {
		return
	}
	if payload != hex.EncodeToString(sum.Sum(nil)) {
		give(w, r, http.StatusBadRequest, nil)
		return
	}
	w.Header().Set("Etag", `"`+hex.EncodeToString(etag.Sum(nil))+`"`)
	give(w, r, http.StatusOK, nil)
}

// both and alone keep io.Copy to its buffer.
type both struct{ a, b hash.Hash }

func (b both) Write(p []byte) (int, error) {
	b.a.Write(p)
	return b.b.Write(p)
}

type alone struct{ io.Reader }

// prove says whether the signature of a request holds, and what its body must hash to.
func (l *limit) prove(r *http.Request) (payload string, ok bool) {
	s, ok := presented(r)
	if !ok {
		return "", false
	}
	scope := strings.Split(s.credential, "/")
	if len(scope) != 5 || scope[0] != accessKey {
		return "", false
	}
	message := s.canonical(r)
	sum := sha256.Sum256(message)
	toSign := "AWS4-HMAC-SHA256\n" + s.date + "\n" + strings.Join(scope[1:], "/") + "\n" + hex.EncodeToString(sum[:])
	want := hex.EncodeToString(mac(l.signingKey(scope), toSign))
	return s.payload, hmac.Equal([]byte(want), []byte(s.signature))
}

func (l *limit) signingKey(scope []string) []byte {
	id := scope[1] + scope[2] + scope[3]
	if key, ok := l.keys.Load(id); ok {
		return key.([]byte)
	}
	key := []byte("AWS4" + secretKey)
	for _, part := range scope[1:] {
		key = mac(key, part)
	}
	l.keys.Store(id, key)
	return key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = io.WriteString(h, text)
	return h.Sum(nil)
}

// shown is what a request shows of its signature.
type shown struct {
	credential, date, headers, signature, payload string
	query                                         url.Values // nil: there is none
}

func presented(r *http.Request) (s shown, ok bool) {
	if r.URL.RawQuery != "" {
		s.query = r.URL.Query()
	}
	if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "); ok {
		for part := range strings.SplitSeq(text, ", ") {
			switch name, value, _ := strings.Cut(part, "="); name {
			case "Credential":
				s.credential = value
			case "SignedHeaders":
				s.headers = value
			case "Signature":
				s.signature = value
			}
		}
		s.date, s.payload = r.Header.Get("X-Amz-Date"), r.Header.Get("X-Amz-Content-Sha256")
		return s, true
	}
	s.credential, s.date = s.query.Get("X-Amz-Credential"), s.query.Get("X-Amz-Date")
	s.headers, s.payload = s.query.Get("X-Amz-SignedHeaders"), "UNSIGNED-PAYLOAD"
	s.signature = s.query.Get("X-Amz-Signature")
	return s, s.signature != ""
}

// canonical is the canonical request (IAM User Guide, "Create a signed AWS API request").
func (s *shown) canonical(r *http.Request) []byte {
	b := bytes.NewBuffer(make([]byte, 0, 1024))
	b.WriteString(r.Method + "\n" + r.URL.EscapedPath() + "\n")
	for i, name := range slices.Sorted(names(s.query)) {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(name) + "=" + strings.ReplaceAll(url.QueryEscape(s.query.Get(name)), "+", "%20"))
	}
	b.WriteByte('\n')
	for name := range strings.SplitSeq(s.headers, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	b.WriteString("\n" + s.headers + "\n" + s.payload)
	return b.Bytes()
}

// names are the parameters that are signed.
func names(query url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range query {
			if name != "X-Amz-Signature" && !yield(name) {
				return
			}
		}
	}
}
