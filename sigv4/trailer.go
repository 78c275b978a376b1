package sigv4

import (
	"io"
	"net/http"
	"net/textproto"
	"strings"
)

const trailerSignature = "x-amz-trailer-signature"

// checksumTrailers are the names that x-amz-trailer may announce: the
// checksums that the SDKs know. Which of them are computed is not for this
// package.
var checksumTrailers = map[string]bool{
	"x-amz-checksum-crc32": true, "x-amz-checksum-crc32c": true, "x-amz-checksum-crc64nvme": true,
	"x-amz-checksum-sha1": true, "x-amz-checksum-sha256": true, "x-amz-checksum-sha512": true,
	"x-amz-checksum-md5": true, "x-amz-checksum-xxhash64": true, "x-amz-checksum-xxhash3": true,
	"x-amz-checksum-xxhash128": true,
}

// declaredTrailers reads x-amz-trailer, which a body without a trailer cannot have. One
// whose chunks are not signed may leave both out (versitygw#1632); another may not [unsure].
func (p *Presented) declaredTrailers(h http.Header) (map[string]bool, error) {
	if !p.Payload.trailed() {
		return nil, nil
	}
	expect := map[string]bool{}
	sent := strings.Join(h["X-Amz-Trailer"], ",")
	for name := range strings.SplitSeq(sent, ",") {
		name = strings.ToLower(strings.Trim(name, " \t"))
		if name == "" {
			continue
		}
		if !checksumTrailers[name] {
			return nil, p.argument(TrailerUnsupported, "x-amz-trailer", sent)
		}
		expect[name] = true
	}
	if len(expect) == 0 && (p.Payload.signed() || len(h["X-Amz-Trailer"]) > 0) {
		return nil, p.argument(TrailerMalformed, "x-amz-trailer", sent)
	}
	return expect, nil
}

// readTrailers reads the lines after the last chunk up to the end of the body:
// "name:value" for each announced trailer, the signature of them all where the
// chunks are signed, and an empty line. Lines may end in \n alone, and an empty
// line may stand before the signature, as minio-go writes them.
func (c *chunkReader) readTrailers() error {
	received := http.Header{}
	var canonical strings.Builder
	var signature string
	signed, ended := false, false
	for {
		line, err := c.trailerLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if line == "" {
			ended = true
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.Trim(name, " \t"))
		value = strings.Trim(value, " \t")
		switch {
		case !ok, signed, len(received) >= maxTrailers:
			return c.malformed(line)
		case name == trailerSignature && c.chain != nil:
			signature, signed, ended = value, true, false
		case ended || !c.expect[name]:
			return c.malformed(line)
		default:
			delete(c.expect, name)
			received[textproto.CanonicalMIMEHeaderKey(name)] = []string{value}
			canonical.WriteString(name + ":" + value + "\n")
		}
	}
	if !ended || len(c.expect) > 0 || signed != (c.chain != nil) {
		return c.malformed("")
	}
	return c.checkTrailers(received, canonical.String(), signature)
}

// trailerLine is the next line without its end; io.EOF after the last.
func (c *chunkReader) trailerLine() (string, error) {
	line, err := c.source.ReadSlice('\n')
	switch {
	case err == io.EOF && len(line) == 0:
		return "", io.EOF
	case err == nil && len(line) <= maxFrameLine:
		return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
	}
	refusal := c.broken(err)
	if e, ok := refusal.(*Error); ok {
		e.Reason = TrailerMalformed
	}
	return "", refusal
}

func (c *chunkReader) malformed(line string) *Error {
	return c.p.argument(TrailerMalformed, "x-amz-trailer", line)
}

// checkTrailers ends the body well when the trailers' own signature is right.
func (c *chunkReader) checkTrailers(received http.Header, canonical, signature string) error {
	if c.chain != nil {
		io.WriteString(c.chain.data, canonical)
		if toSign, ok := c.chain.verifyTrailer(signature); !ok {
			return c.p.mismatch(toSign, signature)
		}
	}
	c.body.trailer = received
	return io.EOF
}
