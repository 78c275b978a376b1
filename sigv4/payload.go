package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// Payload is how a request declares its body, in x-amz-content-sha256.
type Payload int

// The payload modes of S3 that a symmetric key can prove.
const (
	PayloadUndeclared Payload = iota // nothing said: SigV2, anonymous, other services
	PayloadHashed
	PayloadUnsigned
	PayloadSignedChunks
	PayloadSignedChunksTrailer
	PayloadUnsignedTrailer
)

// The keywords that x-amz-content-sha256 may hold instead of a hash.
const (
	UnsignedPayload            = "UNSIGNED-PAYLOAD"
	StreamingPayload           = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	StreamingPayloadTrailer    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	StreamingUnsignedTrailer   = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	emptySHA256                = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	contentSHA256Header        = "X-Amz-Content-Sha256"
	contentSHA256Parameter     = "X-Amz-Content-Sha256"
	decodedContentLengthHeader = "X-Amz-Decoded-Content-Length"
)

func (p Payload) String() string {
	switch p {
	case PayloadHashed:
		return "hash"
	case PayloadUnsigned:
		return UnsignedPayload
	case PayloadSignedChunks:
		return StreamingPayload
	case PayloadSignedChunksTrailer:
		return StreamingPayloadTrailer
	case PayloadUnsignedTrailer:
		return StreamingUnsignedTrailer
	}
	return "undeclared"
}

// Chunked says that the body is framed as aws-chunked, which only uploads may
// be (s3-errors.md A33).
func (p Payload) Chunked() bool { return p >= PayloadSignedChunks }

// signed says that each chunk carries a signature.
func (p Payload) signed() bool {
	return p == PayloadSignedChunks || p == PayloadSignedChunksTrailer
}

func (p Payload) trailed() bool {
	return p == PayloadSignedChunksTrailer || p == PayloadUnsignedTrailer
}

// payloadOf reads a value of x-amz-content-sha256; false for one that is
// neither a hash nor a keyword. The ECDSA keywords belong to SigV4A, which
// needs a key that this package cannot have, and are not among them.
func payloadOf(value string) (Payload, bool) {
	switch value {
	case UnsignedPayload:
		return PayloadUnsigned, true
	case StreamingPayload:
		return PayloadSignedChunks, true
	case StreamingPayloadTrailer:
		return PayloadSignedChunksTrailer, true
	case StreamingUnsignedTrailer:
		return PayloadUnsignedTrailer, true
	}
	return PayloadHashed, isHexHash(value)
}

// isHexHash accepts the lower-case form alone: that is what every signer
// writes, and what a computed hash is compared with.
func isHexHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// HashPayload is the hex SHA-256 of a body, as x-amz-content-sha256 and the
// canonical request want it.
func HashPayload(body []byte) string {
	if len(body) == 0 {
		return emptySHA256
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// declare reads what the request says of its body and sets Payload, the last
// line of the canonical request and the hash to hold the body against.
func (p *Presented) declare(r *http.Request, q *parameters) error {
	declared := header(r.Header, contentSHA256Header)
	parameter, inQuery := "", false
	if p.Location == Query {
		parameter, inQuery = q.get(contentSHA256Parameter)
	}
	if declared == "" && inQuery {
		declared = parameter
	}
	if declared == "" {
		return p.undeclared()
	}
	mode, ok := payloadOf(declared)
	if !ok {
		return p.argument(ContentSHA256Malformed, "x-amz-content-sha256", declared)
	}
	if p.Scheme == V2 && mode.signed() {
		return p.argument(StreamingNotAllowed, "x-amz-content-sha256", declared)
	}
	p.Payload = mode
	if mode == PayloadHashed {
		p.declaredHash = declared
	}
	p.payloadLine = declared
	if p.Location == Query && !p.signs("x-amz-content-sha256") {
		// A URL is signed before its body exists: what the uploader adds
		// to it is a promise about the body, not a part of what was signed.
		p.payloadLine = UnsignedPayload
		if inQuery {
			p.payloadLine = parameter
		}
	}
	return nil
}

// undeclared settles a request without x-amz-content-sha256: S3 wants it with
// a V4 header (s3-errors.md A31), a presigned URL leaves its body unsigned, and other
// services sign the body's hash without sending it.
func (p *Presented) undeclared() error {
	switch {
	case p.Scheme == V2:
	case p.Location == Query && isS3(p.Service):
		p.payloadLine = UnsignedPayload
	case isS3(p.Service):
		return p.argument(ContentSHA256Missing, "x-amz-content-sha256", "")
	}
	return nil
}

func (p *Presented) argument(reason Reason, name, value string) *Error {
	e := p.refuse(reason, value)
	e.Argument = name
	return e
}

// signs says whether a header, in lower case, is among the signed ones.
func (p *Presented) signs(name string) bool {
	for _, s := range p.SignedHeaders {
		if s == name {
			return true
		}
	}
	return false
}

// isS3 tells the services that sign S3's way: the path encoded once, the
// payload always declared, every x-amz- header signed.
func isS3(service string) bool {
	switch service {
	case "s3", "s3express", "s3-outposts", "s3-object-lambda":
		return true
	}
	return false
}
