package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Body reads a request's body in one pass and checks it while it is read. Its
// bytes are good only once Read has returned io.EOF: a body that is not what
// was signed or declared ends in an *Error instead.
type Body struct {
	source  io.Reader
	length  int64
	trailer http.Header
	err     error
	told    bool
}

// OpenBody is the body of a request that nobody signed. It may still be
// aws-chunked with an unsigned trailer, or have declared its hash.
func OpenBody(r *http.Request) (*Body, error) {
	p := &Presented{}
	declared := header(r.Header, contentSHA256Header)
	if declared != "" {
		mode, ok := payloadOf(declared)
		if !ok {
			return nil, p.argument(ContentSHA256Malformed, "x-amz-content-sha256", declared)
		}
		if mode.signed() {
			return nil, p.argument(StreamingNotAllowed, "x-amz-content-sha256", declared)
		}
		p.Payload = mode
		if mode == PayloadHashed {
			p.declaredHash = declared
		}
	}
	return p.open(r, nil, p.declaredHash)
}

// open makes the reader for a verified request. The key signs its chunks; the
// hash is the one that a body without frames must have, empty for any.
func (p *Presented) open(r *http.Request, key []byte, hash string) (*Body, error) {
	source := io.Reader(r.Body)
	if r.Body == nil {
		source = http.NoBody
	}
	decoded, declared, ok := decodedLength(r.Header)
	if p.Payload.Chunked() {
		if !declared || !ok {
			return nil, p.decodedLengthMissing(r.Header)
		}
		return p.openChunks(r, source, decoded, key)
	}
	plain := &struct { // in one piece of memory
		Body
		plainReader
	}{Body: Body{length: r.ContentLength, told: hash != ""}}
	b := &plain.Body
	if b.length < 0 && declared {
		// Transfer-Encoding: chunked hides the length, which S3 lets a
		// client declare beside it.
		if !ok {
			return nil, p.decodedLengthMissing(r.Header)
		}
		b.length = decoded
	}
	plain.plainReader = plainReader{p: p, source: source, want: b.length, hash: hash}
	b.source = &plain.plainReader
	return b, nil
}

func (p *Presented) decodedLengthMissing(h http.Header) error {
	return p.argument(DecodedLengthMissing, "x-amz-decoded-content-length", header(h, decodedContentLengthHeader))
}

// decodedLength reads x-amz-decoded-content-length, in bytes.
func decodedLength(h http.Header) (n int64, present, ok bool) {
	sent := header(h, decodedContentLengthHeader)
	if sent == "" {
		return 0, false, false
	}
	for i := range len(sent) {
		if sent[i] < '0' || sent[i] > '9' {
			return 0, true, false
		}
	}
	n, err := strconv.ParseInt(sent, 10, 64)
	return n, true, err == nil
}

// Read returns the decoded bytes of the body.
func (b *Body) Read(buf []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(buf) == 0 {
		return 0, nil
	}
	n, err := b.source.Read(buf)
	b.err = err
	return n, err
}

// Length is the decoded length in bytes, or -1 where the client did not tell.
func (b *Body) Length() int64 { return b.length }

// Told says whether the request says what its body is, by a hash of the whole or by a
// signature of each chunk. Any other body must then be refused, even where the caller has
// no use for one.
func (b *Body) Told() bool { return b.told }

// Trailer holds the trailing headers of an aws-chunked body. It is empty until
// Read has returned io.EOF.
func (b *Body) Trailer() http.Header {
	if b.err != io.EOF {
		return nil
	}
	return b.trailer
}

// summing is the hash of a body, with room for its end.
type summing struct {
	hash.Hash
	sum  [sha256.Size]byte
	text [2 * sha256.Size]byte
}

// sums are those that no body needs any more.
var sums = sync.Pool{New: func() any { return &summing{Hash: sha256.New()} }}

// told is the hex hash, in the memory of want where it is that; the summing is over then.
func (s *summing) told(want string) string {
	text := hex.AppendEncode(s.text[:0], s.Sum(s.sum[:0]))
	s.Reset()
	if string(text) == want {
		return want
	}
	return string(text)
}

// plainReader checks a body that is not framed: its length, and its hash where
// one was declared (s3-errors.md A34).
type plainReader struct {
	p      *Presented
	source io.Reader
	want   int64 // bytes; -1 unknown
	hash   string

	got int64
	sum *summing // nil: nothing has been read, or all
}

func (r *plainReader) Read(buf []byte) (int, error) {
	n, err := r.source.Read(buf)
	if n > 0 {
		r.got += int64(n)
		if r.hash != "" {
			if r.sum == nil {
				r.sum = sums.Get().(*summing)
			}
			r.sum.Write(buf[:n])
		}
	}
	switch {
	case r.want >= 0 && r.got > r.want:
		return n, r.short(nil)
	case err == io.EOF:
		return n, r.finish()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, r.short(err)
	}
	return n, err
}

// finish turns the end of the source into io.EOF or a refusal.
func (r *plainReader) finish() error {
	if r.want >= 0 && r.got != r.want {
		return r.short(nil)
	}
	if r.hash == "" {
		return io.EOF
	}
	server := emptySHA256
	if r.sum != nil {
		server = r.sum.told(r.hash)
		sums.Put(r.sum)
		r.sum = nil
	}
	if server == r.hash {
		return io.EOF
	}
	e := r.p.refuse(ContentSHA256Differs, "")
	e.ClientHash, e.ServerHash = r.hash, server
	return e
}

func (r *plainReader) short(cause error) *Error {
	e := r.p.refuse(BodyIncomplete, "")
	e.Size, e.Limit, e.Err = r.got, r.want, cause
	return e
}
