package sigv4

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strings"
	"sync"
)

// MinChunkSize is the smallest size in bytes of a chunk that is not the last.
const MinChunkSize = 8192

const (
	maxFrameLine   = 1 << 10 // bytes of a chunk's header, or of a trailer's line
	maxTrailers    = 16
	chunkSignature = "chunk-signature="
)

// frameBuffers hold the framing; large reads of data pass them by.
var frameBuffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 16<<10) }}

// chunkReader decodes an aws-chunked body and checks each chunk's signature
// when its last byte has been read (S3 API Reference, "Signature Calculations
// for the Authorization Header: Transferring Payload in Multiple Chunks").
type chunkReader struct {
	p      *Presented
	source *bufio.Reader
	body   *Body
	chain  *chunkChain     // nil: the chunks are not signed
	expect map[string]bool // lower-case names of x-amz-trailer, not yet received

	inChunk  bool
	left     int64 // bytes of the current chunk still to come
	size     int64 // of the current chunk
	index    int   // of the current chunk, from 1
	decoded  int64
	provided string // signature of the current chunk
}

func (p *Presented) openChunks(r *http.Request, source io.Reader, decoded int64, key []byte) (*Body, error) {
	expect, err := p.declaredTrailers(r.Header)
	if err != nil {
		return nil, err
	}
	b := &Body{length: decoded, told: true}
	c := &chunkReader{p: p, body: b, expect: expect}
	if p.Payload.signed() {
		c.chain = newChunkChain(key, p.stamp, p.scope(), p.Signature)
	}
	c.source = frameBuffers.Get().(*bufio.Reader)
	c.source.Reset(source)
	b.source = c
	return b, nil
}

// Read delivers data of the current chunk. The frame buffer goes back when the
// body has ended, well or not: Body never reads again after an error.
func (c *chunkReader) Read(buf []byte) (int, error) {
	n, err := c.read(buf)
	if err != nil {
		c.source.Reset(nil)
		frameBuffers.Put(c.source)
		c.source = nil
	}
	return n, err
}

func (c *chunkReader) read(buf []byte) (int, error) {
	if c.inChunk && c.left == 0 {
		if err := c.endChunk(); err != nil {
			return 0, err
		}
	}
	if !c.inChunk {
		if err := c.beginChunk(); err != nil {
			return 0, err
		}
	}
	n, err := c.source.Read(buf[:min(int64(len(buf)), c.left)])
	c.left -= int64(n)
	c.decoded += int64(n)
	if c.chain != nil {
		c.chain.data.Write(buf[:n])
	}
	if err != nil {
		return n, c.broken(err)
	}
	return n, nil
}

// beginChunk reads a chunk's header. The chunk of no bytes ends the data: what
// follows it is read too, and io.EOF or a refusal returned.
func (c *chunkReader) beginChunk() error {
	small := c.index > 0 && c.size < MinChunkSize
	smallSize := c.size
	if err := c.readHeader(); err != nil {
		return err
	}
	if c.size == 0 {
		return c.finish()
	}
	if small {
		e := c.p.refuse(ChunkTooSmall, "")
		e.Chunk, e.ChunkSize = c.index, smallSize
		return e
	}
	if c.size > c.body.length-c.decoded {
		return c.broken(nil)
	}
	c.index++
	c.inChunk, c.left = true, c.size
	return nil
}

// readHeader reads "size;chunk-signature=..." or, unsigned, "size".
func (c *chunkReader) readHeader() error {
	line, err := c.line()
	if err != nil {
		return err
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok {
		return c.broken(nil)
	}
	size, extension, extended := strings.Cut(text, ";")
	if c.size, ok = chunkSize(size); !ok {
		return c.broken(nil)
	}
	if c.chain == nil {
		return nil
	}
	c.provided, ok = strings.CutPrefix(extension, chunkSignature)
	if !extended || !ok {
		return c.broken(nil)
	}
	return nil
}

// chunkSize reads up to 15 hex digits, which no int64 overflows. Either case
// is in use: the .NET SDK writes capitals.
func chunkSize(s string) (int64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		d, ok := nibble(s[i])
		if !ok {
			return 0, false
		}
		n = n<<4 | int64(d)
	}
	return n, true
}

// endChunk checks what stands after the data: the line end and, now that all
// its bytes are known, the chunk's signature.
func (c *chunkReader) endChunk() error {
	c.inChunk = false
	var end [2]byte
	if _, err := io.ReadFull(c.source, end[:]); err != nil {
		return c.broken(err)
	}
	if end != [2]byte{'\r', '\n'} {
		return c.broken(nil)
	}
	return c.checkChunk()
}

func (c *chunkReader) checkChunk() error {
	if c.chain == nil {
		return nil
	}
	if toSign, ok := c.chain.verifyChunk(c.provided); !ok {
		return c.p.mismatch(toSign, c.provided)
	}
	return nil
}

// finish reads what follows the last chunk, up to the end of the body.
func (c *chunkReader) finish() error {
	if err := c.checkChunk(); err != nil {
		return err
	}
	if c.decoded != c.body.length {
		return c.broken(nil)
	}
	if c.p.Payload.trailed() {
		return c.readTrailers()
	}
	line, err := c.line()
	if err != nil {
		return err
	}
	if line != "\r\n" {
		return c.broken(nil)
	}
	switch _, err := c.source.ReadByte(); {
	case err == io.EOF:
		return io.EOF
	case err != nil:
		return c.broken(err)
	}
	return c.broken(nil)
}

// line is the next line with its end. Its length is bounded.
func (c *chunkReader) line() (string, error) {
	line, err := c.source.ReadSlice('\n')
	if err != nil {
		return "", c.broken(err)
	}
	if len(line) > maxFrameLine {
		return "", c.broken(nil)
	}
	return string(line), nil
}

// broken is the framing row of 1.3. Failures of the connection that are not
// the end of the body stay what they are.
func (c *chunkReader) broken(cause error) error {
	switch {
	case cause == nil, cause == io.EOF, errors.Is(cause, io.ErrUnexpectedEOF), errors.Is(cause, bufio.ErrBufferFull):
		e := c.p.refuse(ChunksIncomplete, "")
		e.Size, e.Limit, e.Err = c.decoded, c.body.length, cause
		return e
	}
	return cause
}

// chunkChain computes the signatures of chunks, each over the one before it.
type chunkChain struct {
	mac      hash.Hash
	data     hash.Hash // of the current chunk
	stamp    string
	scope    string
	previous string
	buf      []byte
}

func newChunkChain(key []byte, stamp, scope, seed string) *chunkChain {
	return &chunkChain{mac: hmac.New(sha256.New, key), data: sha256.New(), stamp: stamp, scope: scope, previous: seed}
}

// next signs the bytes written to data since the last call, for a chunk or for
// the trailer, which has no line for its (empty) headers.
func (c *chunkChain) next(algorithm string, chunk bool) (toSign []byte, signature string) {
	b := append(c.buf[:0], algorithm...)
	b = append(b, '\n')
	b = append(b, c.stamp...)
	b = append(b, '\n')
	b = append(b, c.scope...)
	b = append(b, '\n')
	b = append(b, c.previous...)
	b = append(b, '\n')
	if chunk {
		b = append(b, emptySHA256...)
		b = append(b, '\n')
	}
	var sum [sha256.Size]byte
	b = hex.AppendEncode(b, c.data.Sum(sum[:0]))
	c.data.Reset()
	c.buf = b
	c.mac.Reset()
	c.mac.Write(b)
	c.previous = hex.EncodeToString(c.mac.Sum(sum[:0]))
	return b, c.previous
}

func (c *chunkChain) nextChunk() ([]byte, string) { return c.next("AWS4-HMAC-SHA256-PAYLOAD", true) }

func (c *chunkChain) nextTrailer() ([]byte, string) {
	return c.next("AWS4-HMAC-SHA256-TRAILER", false)
}

// verifyChunk compares in constant time; it returns what should have been
// signed when it was not.
func (c *chunkChain) verifyChunk(provided string) (toSign string, ok bool) {
	b, want := c.nextChunk()
	return mismatched(b, want, provided)
}

func (c *chunkChain) verifyTrailer(provided string) (toSign string, ok bool) {
	b, want := c.nextTrailer()
	return mismatched(b, want, provided)
}

func mismatched(toSign []byte, want, provided string) (string, bool) {
	if hmac.Equal([]byte(want), []byte(provided)) {
		return "", true
	}
	return string(toSign), false
}
