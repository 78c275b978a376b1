package sigv4

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ChunkSize is the size in bytes of the chunks that SignChunks writes.
const ChunkSize = 64 << 10

// SignChunks signs an upload whose chunks are signed one after the other, as
// r.Body is read: STREAMING-AWS4-HMAC-SHA256-PAYLOAD, with a trailer if there is
// one. The body must give size bytes. It sets r.Body, r.ContentLength and the
// headers, and returns an error for a size below zero.
func SignChunks(
	r *http.Request, c Credentials, s Scope, body io.Reader, size int64, trailer http.Header, now time.Time,
) error {
	if size < 0 {
		return fmt.Errorf("sigv4: signing chunks needs the size of the body, got %d", size)
	}
	lines, names := trailerLines(trailer)
	payload := StreamingPayload
	if len(names) > 0 {
		payload = StreamingPayloadTrailer
		r.Header.Set("X-Amz-Trailer", strings.Join(names, ","))
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding == "" {
		r.Header.Set("Content-Encoding", "aws-chunked")
	} else {
		r.Header.Set("Content-Encoding", "aws-chunked,"+encoding)
	}
	r.Header.Set(decodedContentLengthHeader, strconv.FormatInt(size, 10))
	p := signSeed(r, c, s, payload, now)
	authorize(r, p)
	key := signingKeys.derive(c.SecretAccessKey, p.Date, p.Region, p.Service)
	r.ContentLength = chunkedLength(size, lines)
	r.Body = &chunkWriter{
		source: body, left: size, trailer: lines,
		chain: newChunkChain(key, p.stamp, p.scope(), p.Signature),
	}
	r.GetBody = nil
	return nil
}

// trailerLines are the canonical lines of a trailer and its names, sorted.
func trailerLines(trailer http.Header) (lines string, names []string) {
	for key := range trailer {
		names = append(names, strings.ToLower(key))
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name + ":" + strings.Join(headerValues(trailer, name), ",") + "\n")
	}
	return b.String(), names
}

// chunkedLength is the number of bytes on the wire.
func chunkedLength(size int64, trailer string) int64 {
	const frame = int64(len(";"+chunkSignature) + 64 + len("\r\n"))
	total := size/ChunkSize*(int64(len("10000"))+frame+ChunkSize+2) + 1 + frame
	if rest := size % ChunkSize; rest > 0 {
		total += int64(len(strconv.FormatInt(rest, 16))) + frame + rest + 2
	}
	if trailer != "" {
		total += int64(len(trailer)+strings.Count(trailer, "\n")+len(trailerSignature)) + 1 + 64 + 2
	}
	return total + 2
}

// chunkWriter frames and signs a body while it is read.
type chunkWriter struct {
	source  io.Reader
	left    int64 // bytes still to come from source
	chain   *chunkChain
	trailer string
	data    []byte
	frame   []byte // framed bytes not yet read
	ended   bool
	err     error
}

func (w *chunkWriter) Read(buf []byte) (int, error) {
	for len(w.frame) == 0 && w.err == nil {
		w.err = w.fill()
	}
	n := copy(buf, w.frame)
	w.frame = w.frame[n:]
	if n > 0 {
		return n, nil
	}
	return 0, w.err
}

// fill frames the next chunk; after the one of no bytes, io.EOF.
func (w *chunkWriter) fill() error {
	if w.ended {
		return io.EOF
	}
	if w.data == nil {
		w.data = make([]byte, ChunkSize)
	}
	data := w.data[:min(int64(len(w.data)), w.left)]
	if _, err := io.ReadFull(w.source, data); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	w.left -= int64(len(data))
	w.chain.data.Write(data)
	_, signature := w.chain.nextChunk()
	b := strconv.AppendInt(w.frame[:0], int64(len(data)), 16)
	b = append(b, ";"+chunkSignature...)
	b = append(b, signature...)
	b = append(b, "\r\n"...)
	b = append(b, data...)
	if len(data) == 0 {
		w.ended = true
		b = w.appendTrailer(b)
	}
	w.frame = append(b, "\r\n"...)
	return nil
}

func (w *chunkWriter) appendTrailer(b []byte) []byte {
	if w.trailer == "" {
		return b
	}
	io.WriteString(w.chain.data, w.trailer)
	_, signature := w.chain.nextTrailer()
	b = append(b, strings.ReplaceAll(w.trailer, "\n", "\r\n")...)
	return append(b, trailerSignature+":"+signature+"\r\n"...)
}

// Close closes the body underneath, where it can be closed.
func (w *chunkWriter) Close() error {
	if c, ok := w.source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
