package finding

import (
	"strings"

	"github.com/s3fault/s3fault/journal"
)

const (
	payloadHash   = "x-amz-content-sha256"
	contentMD5    = "content-md5"
	checksums     = "x-amz-checksum-" // with an algorithm
	decodedLength = "x-amz-decoded-content-length"
)

// tellsOfBody says of a request's header that it is about the bytes of its body.
func tellsOfBody(header string) bool {
	switch header {
	case payloadHash, contentMD5, decodedLength:
		return true
	}
	return strings.HasPrefix(header, checksums)
}

// claims are the digests of the bytes that a request carries for an object, by their headers;
// empty: none, as of a body that is signed in chunks or not at all. The body of a copy is empty,
// and that of CompleteMultipartUpload a list of parts.
func claims(e *journal.Entry) map[string]string {
	all := map[string]string{}
	for header, value := range e.Carries {
		ofBody := header == payloadHash || header == contentMD5
		switch {
		case ofBody && bringsNothing(e):
			continue
		case header == payloadHash && len(value) != 64, header == contentMD5 && e.Carries[decodedLength] != "":
			continue // UNSIGNED-PAYLOAD and its like; or of a body with its frames
		case ofBody, isChecksum(header):
			all[header] = value
		}
	}
	return all
}

// bringsNothing says that the body of a write is no part of what is written.
func bringsNothing(e *journal.Entry) bool {
	return e.Operation == "CopyObject" || e.Operation == "UploadPartCopy" || roleOf(e) == completes
}

// isChecksum tells the checksums from what is said about them.
func isChecksum(header string) bool {
	switch name, ok := strings.CutPrefix(header, checksums); name {
	case "algorithm", "mode", "type":
		return false
	default:
		return ok
	}
}

// holds compares what a request claims to carry with bytes: whether all that both tell of is
// equal, and whether there is any such thing.
func (b *Bytes) holds(claimed map[string]string) (equal, tells bool) {
	equal = true
	for header, value := range claimed {
		if is, ok := b.Digests[header]; ok {
			same := is == value || header == payloadHash && strings.EqualFold(is, value)
			equal, tells = equal && same, true
		}
	}
	return equal && tells, tells
}
