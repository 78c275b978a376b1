package sigv4

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// framed signs nothing: it is an upload with an unsigned trailer, whose frames
// a row may break.
func framed(t testing.TB, decoded, trailer, body string) *http.Request {
	t.Helper()
	r := request(t, "PUT", "http://localhost:9403/bucket/key", nil)
	r.Header.Set(contentSHA256Header, StreamingUnsignedTrailer)
	if decoded != "" {
		r.Header.Set(decodedContentLengthHeader, decoded)
	}
	if trailer != "" {
		r.Header.Set("X-Amz-Trailer", trailer)
	}
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return r
}

func readAll(r *http.Request) ([]byte, *Body, error) {
	b, e := OpenBody(r)
	if e != nil {
		return nil, nil, e
	}
	got, err := io.ReadAll(b)
	return got, b, err
}

const crcTrailer = "x-amz-checksum-crc32"

func TestUnsignedChunks(t *testing.T) {
	big := strings.Repeat("b", 8192)
	for _, row := range []struct{ row, decoded, body, want string }{
		{"one chunk", "5", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "hello"},
		{"two chunks", "8193", "2000\r\n" + big + "\r\n1\r\nc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", big + "c"},
		{"capitals and an extension", "10", "A;x=y\r\n0123456789\r\n0\r\nX-Amz-Checksum-CRC32: AAAAAA==\r\n\r\n",
			"0123456789"},
		{"as minio-go ends it", "5", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n", "hello"},
		{"nothing", "0", "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", ""},
	} {
		t.Run(row.row, func(t *testing.T) {
			r := framed(t, row.decoded, crcTrailer, row.body)
			r.Body = io.NopCloser(iotest.OneByteReader(r.Body))
			got, b, err := readAll(r)
			if err != nil || string(got) != row.want {
				t.Fatalf("%q, %v", got, err)
			}
			if v := b.Trailer().Get(crcTrailer); v != "AAAAAA==" {
				t.Errorf("trailer %q", v)
			}
		})
	}
}

func TestChunkRefusals(t *testing.T) {
	const end = "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
	big := strings.Repeat("b", 8192)
	for _, row := range []struct {
		row, decoded, trailer, body string
		reason                      Reason
	}{
		{"1.3 empty", "5", crcTrailer, "", ChunksIncomplete},
		{"1.3 no size", "5", crcTrailer, "\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 size no hex", "5", crcTrailer, "5g\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 size negative", "5", crcTrailer, "-5\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 size beyond int64", "5", crcTrailer, "ffffffffffffffff\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 header ends in LF", "5", crcTrailer, "5\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 header too long", "5", crcTrailer, "5;" + strings.Repeat("x", 2000) + "\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 header endless", "5", crcTrailer, "5;" + strings.Repeat("x", 100_000), ChunksIncomplete},
		{"1.3 data short", "5", crcTrailer, "5\r\nhel", ChunksIncomplete},
		{"1.3 data without end", "5", crcTrailer, "5\r\nhello", ChunksIncomplete},
		{"1.3 data longer than chunk", "6", crcTrailer, "5\r\nhello!\r\n" + end, ChunksIncomplete},
		{"1.3 no last chunk", "5", crcTrailer, "5\r\nhello\r\n", ChunksIncomplete},
		{"1.3 more than decoded length", "4", crcTrailer, "5\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 less than decoded length", "6", crcTrailer, "5\r\nhello\r\n" + end, ChunksIncomplete},
		{"1.3 small chunk", "8193", crcTrailer, "1\r\nc\r\n2000\r\n" + big + "\r\n" + end, ChunkTooSmall},
		{"1.3 no decoded length", "", crcTrailer, "5\r\nhello\r\n" + end, DecodedLengthMissing},
		{"1.3 decoded length negative", "-5", crcTrailer, "5\r\nhello\r\n" + end, DecodedLengthMissing},
		{"1.3 decoded length beyond int64", "99999999999999999999", crcTrailer, "5\r\nhello\r\n" + end,
			DecodedLengthMissing},
		{"1.3 trailer unknown", "5", "x-amz-meta-a", "5\r\nhello\r\n" + end, TrailerUnsupported},
		{"1.3 trailer not announced", "5", "", "5\r\nhello\r\n" + end, TrailerMalformed},
		{"1.3 trailer missing", "5", crcTrailer, "5\r\nhello\r\n0\r\n\r\n", TrailerMalformed},
		{"1.3 another trailer", "5", "x-amz-checksum-sha1", "5\r\nhello\r\n" + end, TrailerMalformed},
		{"1.3 trailer twice", "5", crcTrailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:A\r\nx-amz-checksum-crc32:A\r\n\r\n",
			TrailerMalformed},
		{"1.3 trailer without colon", "5", crcTrailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32\r\n\r\n", TrailerMalformed},
		{"1.3 trailer without last line", "5", crcTrailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n",
			TrailerMalformed},
		{"1.3 trailer cut", "5", crcTrailer, "5\r\nhello\r\n0\r\nx-amz-check", TrailerMalformed},
		{"1.3 trailer too long", "5", crcTrailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + strings.Repeat("A", 2000) +
			"\r\n\r\n", TrailerMalformed},
		{"1.3 bytes after the end", "5", crcTrailer, "5\r\nhello\r\n" + end + "more\r\n", TrailerMalformed},
		{"1.3 signature where none is due", "5", crcTrailer,
			"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:A\r\nx-amz-trailer-signature:0\r\n\r\n", TrailerMalformed},
	} {
		t.Run(row.row, func(t *testing.T) {
			_, b, err := readAll(framed(t, row.decoded, row.trailer, row.body))
			if e := refusal(t, err); e.Reason != row.reason {
				t.Errorf("%v, want %v", e, row.reason)
			}
			if b != nil {
				if b.Trailer() != nil {
					t.Error("a refused body has a trailer")
				}
				if _, again := b.Read(make([]byte, 1)); again != err {
					t.Errorf("reading on: %v, want %v", again, err)
				}
			}
		})
	}
	_, _, err := readAll(framed(t, "8193", crcTrailer, "1\r\nc\r\n2000\r\n"+big+"\r\n"+end))
	if e := refusal(t, err); e.Chunk != 1 || e.ChunkSize != 1 {
		t.Errorf("chunk %d of %d bytes", e.Chunk, e.ChunkSize)
	}
}

func TestSignedChunkRefusals(t *testing.T) {
	good, _ := io.ReadAll(chunkedExample(t).Body)
	trailed, _ := io.ReadAll(trailerExample(t,
		"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n").Body)
	for _, row := range []struct {
		row      string
		trailed  bool
		old, new string
		reason   Reason
	}{
		{"1.3 first chunk's signature", false, "=ad80", "=ad81", SignatureDoesNotMatch},
		{"1.3 second chunk's signature", false, "=0055", "=0056", SignatureDoesNotMatch},
		{"1.3 last chunk's signature", false, "=b6c6", "=b6c7", SignatureDoesNotMatch},
		{"1.3 data", false, "aa\r\n400", "ab\r\n400", SignatureDoesNotMatch},
		{"1.3 no signature", false, ";chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", "",
			ChunksIncomplete},
		{"1.3 another extension", false, "400;chunk-signature", "400;Chunk-Signature", ChunksIncomplete},
		{"1.3 no last line", false, "79d449df9\r\n\r\n", "79d449df9\r\n", ChunksIncomplete},
		{"1.3 more after the last line", false, "79d449df9\r\n\r\n", "79d449df9\r\n\r\n\r\n", ChunksIncomplete},
		{"1.3 trailer", true, "sOO8", "sOO9", SignatureDoesNotMatch},
		{"1.3 trailer's signature", true, ":d81f", ":d81e", SignatureDoesNotMatch},
		{"1.3 trailer's signature missing", true,
			"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n", "",
			TrailerMalformed},
		{"1.3 line after the signature", true, "fe2e435\r\n", "fe2e435\r\nx:y\r\n", TrailerMalformed},
	} {
		t.Run(row.row, func(t *testing.T) {
			r, body := chunkedExample(t), string(good)
			if row.trailed {
				r, body = trailerExample(t, ""), string(trailed)
			}
			if strings.Count(body, row.old) != 1 {
				t.Fatalf("%q occurs %d times", row.old, strings.Count(body, row.old))
			}
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(body, row.old, row.new, 1)))
			_, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay})
			e := refusal(t, err)
			if e.Reason != row.reason {
				t.Errorf("%v, want %v", e, row.reason)
			}
			if e.Reason == SignatureDoesNotMatch && (!strings.Contains(e.StringToSign, "20130524/us-east-1/s3/aws4_request") ||
				len(e.SignatureProvided) != 64 || e.CanonicalRequest != "") {
				t.Errorf("facts of a chunk: %+v", e)
			}
		})
	}
}

func TestPlainBodies(t *testing.T) {
	for _, row := range []struct {
		row, declared, body string
		length              int64
		decoded             string
		want                int64
		reason              Reason
	}{
		{"hash", HashPayload([]byte("hello")), "hello", 5, "", 5, 0},
		{"empty", emptySHA256, "", 0, "", 0, 0},
		{"A34", HashPayload([]byte("hello")), "hellp", 5, "", 5, ContentSHA256Differs},
		{"A34 empty", HashPayload([]byte("hello")), "", 0, "", 0, ContentSHA256Differs},
		{"A34 not empty", emptySHA256, "hello", 5, "", 5, ContentSHA256Differs},
		{"unsigned", UnsignedPayload, "hello", 5, "", 5, 0},
		{"undeclared", "", "hello", -1, "", -1, 0},
		{"length beside chunked", UnsignedPayload, "hello", -1, "5", 5, 0},
		{"1.3 short", UnsignedPayload, "hell", 5, "", 5, BodyIncomplete},
		{"1.3 short beside chunked", UnsignedPayload, "hell", -1, "5", 5, BodyIncomplete},
		{"1.3 long beside chunked", UnsignedPayload, "hello!", -1, "5", 5, BodyIncomplete},
		{"1.3 length unreadable", UnsignedPayload, "hello", -1, "five", 0, DecodedLengthMissing},
		{"A32", "hello", "hello", 5, "", 0, ContentSHA256Malformed},
		{"A33", StreamingPayload, "hello", 5, "5", 0, StreamingNotAllowed},
	} {
		t.Run(row.row, func(t *testing.T) {
			r := request(t, "PUT", "http://localhost/b/k", nil)
			if row.declared != "" {
				r.Header.Set(contentSHA256Header, row.declared)
			}
			if row.decoded != "" {
				r.Header.Set(decodedContentLengthHeader, row.decoded)
			}
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(row.body)), row.length
			got, b, err := readAll(r)
			if b != nil && b.Length() != row.want {
				t.Errorf("length %d, want %d", b.Length(), row.want)
			}
			if row.reason == 0 {
				if err != nil || string(got) != row.body {
					t.Errorf("%q, %v", got, err)
				}
				return
			}
			e := refusal(t, err)
			if e.Reason != row.reason {
				t.Errorf("%v, want %v", e, row.reason)
			}
			if e.Reason == ContentSHA256Differs && (e.ClientHash != row.declared ||
				e.ServerHash != HashPayload([]byte(row.body))) {
				t.Errorf("hashes %s and %s", e.ClientHash, e.ServerHash)
			}
		})
	}
}

// A connection that breaks is the connection's error, not the client's form.
func TestBodyConnectionErrors(t *testing.T) {
	broken := errors.New("connection reset")
	for _, declared := range []string{UnsignedPayload, StreamingUnsignedTrailer} {
		r := framed(t, "5", crcTrailer, "")
		r.Header.Set(contentSHA256Header, declared)
		r.Body, r.ContentLength = io.NopCloser(iotest.ErrReader(broken)), -1
		if _, _, err := readAll(r); !errors.Is(err, broken) {
			t.Errorf("%s: %v", declared, err)
		}
		r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
		b, _ := OpenBody(r)
		_, err := io.ReadAll(b)
		if e := refusal(t, err); e.Reason != BodyIncomplete && e.Reason != ChunksIncomplete {
			t.Errorf("%s cut: %v", declared, e)
		}
	}
}

// Bytes of a chunk stream out before its signature is known; the end of the
// body says whether they were good.
func TestBadChunkNeverEndsWell(t *testing.T) {
	r := chunkedExample(t)
	body, _ := io.ReadAll(r.Body)
	body[len(body)/2] ^= 1
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	p, e := Parse(r)
	if e != nil {
		t.Fatal(e)
	}
	b, e := p.Verify(r, Key{Secret: exampleSecret, Now: exampleDay})
	if e != nil {
		t.Fatal(e)
	}
	n, err := io.Copy(io.Discard, b)
	if n != 65536 || refusal(t, err).Reason != SignatureDoesNotMatch {
		t.Errorf("%d bytes, %v", n, err)
	}
}
