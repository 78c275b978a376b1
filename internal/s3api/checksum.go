package s3api

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/minio/crc64nvme"
	"github.com/zeebo/xxh3"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// The types of a checksum: of all the bytes, or of the parts' checksums (S3 User
// Guide, "Checking object integrity").
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// algorithm is one of the additional checksums of S3.
type algorithm struct {
	name string // CRC32
	size int    // bytes of a sum
	hash func() hash.Hash
	// field joins the sums of parts to that of the whole; nil: it cannot be done,
	// so that the algorithm has no FULL_OBJECT sums of multipart uploads.
	field *crcField
	// composite says that sums of parts' sums exist.
	composite bool
	// younger says that S3 has it only since world.MoreChecksums.
	younger bool
}

func crc32Hash(t *crc32.Table) func() hash.Hash {
	return func() hash.Hash { return crc32.New(t) }
}

// algorithms are the checksums that S3 offers, in the order in which its error
// message lists them; that the younger ones stand among the others by name, and that
// FULL_OBJECT is refused of them in the words of SHA1, is [unsure]. Those of the xxHash
// family are written big-endian, as the family's canonical form is.
var algorithms = []*algorithm{
	{name: "CRC32", size: 4, hash: crc32Hash(crc32.IEEETable), field: &crcField{32, crc32.IEEE}, composite: true},
	{name: "CRC32C", size: 4, hash: crc32Hash(crc32.MakeTable(crc32.Castagnoli)), field: &crcField{32, crc32.Castagnoli}, composite: true},
	defaultAlgorithm,
	{name: "MD5", size: md5.Size, hash: md5.New, composite: true, younger: true},
	{name: "SHA1", size: sha1.Size, hash: sha1.New, composite: true},
	{name: "SHA256", size: sha256.Size, hash: sha256.New, composite: true},
	{name: "SHA512", size: sha512.Size, hash: sha512.New, composite: true, younger: true},
	{name: "XXHASH128", size: 16, hash: func() hash.Hash { return xxh3.New128() }, composite: true, younger: true},
	{name: "XXHASH3", size: 8, hash: func() hash.Hash { return xxh3.New() }, composite: true, younger: true},
	{name: "XXHASH64", size: 8, hash: func() hash.Hash { return xxhash.New() }, composite: true, younger: true},
}

// defaultAlgorithm is what S3 computes when a request names no checksum.
var defaultAlgorithm = &algorithm{
	name: "CRC64NVME", size: 8, hash: func() hash.Hash { return crc64nvme.New() }, field: &crcField{64, 0x9a6c9329ac4bc9b5},
}

// offers says whether S3 has the algorithm in the call's world.
func (c *Call) offers(a *algorithm) bool {
	return !a.younger || c.State().Answers.Has(world.MoreChecksums)
}

// algorithmNamed finds an algorithm by its name in capitals; nil: S3 has none.
func algorithmNamed(name string) *algorithm {
	for _, a := range algorithms {
		if a.name == name {
			return a
		}
	}
	return nil
}

// lower is how S3's messages and headers write the name.
func (a *algorithm) lower() string {
	if a == nil {
		return "null"
	}
	return strings.ToLower(a.name)
}

// header carries a sum: "x-amz-checksum-crc32".
func (a *algorithm) header() string { return "x-amz-checksum-" + a.lower() }

// element carries a sum in a document: "ChecksumCRC32".
func (a *algorithm) element() string { return "Checksum" + a.name }

// decode reads a sum in base64; false when it is not one of this algorithm.
func (a *algorithm) decode(value string) ([]byte, bool) {
	sum, err := base64.StdEncoding.DecodeString(value)
	return sum, err == nil && len(sum) == a.size
}

// sumOf is the checksum of bytes that went through h.
func (a *algorithm) sumOf(h hash.Hash) store.Checksum {
	return store.Checksum{Algorithm: a.name, Value: base64.StdEncoding.EncodeToString(h.Sum(nil)), Type: fullObject}
}

// claim is what a request says of the bytes that it sends.
type claim struct {
	md5       []byte // of Content-MD5; nil: none
	algorithm *algorithm
	value     string // base64, from a header
	trailer   bool   // the value follows the body
}

// claimed reads Content-MD5, x-amz-checksum-*, x-amz-trailer and
// x-amz-sdk-checksum-algorithm.
func (c *Call) claimed() (claim, error) {
	var k claim
	var err error
	if k.md5, err = contentMD5(c.header("Content-MD5")); err != nil {
		return k, err
	}
	for _, a := range algorithms {
		sent := c.header(a.header())
		trails := trailerNames(c.Request.Header, a.header())
		switch {
		case sent == "" && !trails:
			continue
		case !c.offers(a) && trails:
			return k, AuthError(&sigv4.Error{Reason: sigv4.TrailerUnsupported}, c.State().Answers)
		case !c.offers(a): // a header like any that S3 does not know
			continue
		}
		if k.algorithm != nil || sent != "" && trails {
			return k, s3err.New(s3err.InvalidRequest).WithMessage("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		k.algorithm, k.value, k.trailer = a, sent, trails
	}
	if k.value != "" {
		if _, ok := k.algorithm.decode(k.value); !ok {
			return k, invalidValue(k.algorithm.header())
		}
	}
	return k, c.agreesWithSDK(k)
}

// sdkAlgorithmHeader is in which SDKs say which checksum they send.
const sdkAlgorithmHeader = "x-amz-sdk-checksum-algorithm"

// agreesWithSDK holds the checksum of a request against the algorithm that the SDK says
// it has used (recorded by OpenStack Swift's tests and in versitygw#1593 and #1659; the
// API Reference has 400 without a code, and calls a wrong name a BadDigest). To
// CompleteMultipartUpload it says nothing (versitygw#1345).
func (c *Call) agreesWithSDK(k claim) error {
	name := c.header(sdkAlgorithmHeader)
	switch {
	case name == "" || c.operation() == "CompleteMultipartUpload":
		return nil
	case k.algorithm == nil:
		return s3err.New(s3err.InvalidRequest).WithMessage(sdkAlgorithmHeader + " specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case !strings.EqualFold(name, k.algorithm.name):
		return invalidValue(sdkAlgorithmHeader)
	}
	return nil
}

func invalidValue(header string) error {
	return s3err.New(s3err.InvalidRequest).WithMessage("Value for " + header + " header is invalid.")
}

// contentMD5 reads the Content-MD5 header; nil when there is none.
func contentMD5(value string) ([]byte, error) {
	if value == "" {
		return nil, nil
	}
	sum, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(sum) != 16 {
		return nil, s3err.New(s3err.InvalidDigest, s3err.E("Content-MD5", value))
	}
	return sum, nil
}

// trailerNames says whether x-amz-trailer announces the header.
func trailerNames(h http.Header, name string) bool {
	for _, line := range h.Values("x-amz-trailer") {
		for n := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(n), name) {
				return true
			}
		}
	}
	return false
}

// expected is the sum that the body must have, from the header or, once the body
// has been read, from its trailer; empty when none was claimed.
func (k claim) expected(trailer http.Header) (string, error) {
	if !k.trailer {
		return k.value, nil
	}
	value := strings.TrimSpace(trailer.Get(k.algorithm.header()))
	if value == "" {
		return "", s3err.New(s3err.MalformedTrailerError)
	}
	if _, ok := k.algorithm.decode(value); !ok {
		return "", s3err.New(s3err.InvalidRequest).WithMessage("Value for " + k.algorithm.header() + " trailing header is invalid.")
	}
	return value, nil
}

// badDigest is the answer to a body that has not the claimed checksum.
func badDigest(name string) error {
	return s3err.New(s3err.BadDigest).WithMessage("The " + name + " you specified did not match the calculated checksum.")
}

// setChecksum puts a checksum into the headers of a reply.
func setChecksum(h http.Header, sum store.Checksum) {
	a := algorithmNamed(sum.Algorithm)
	if a == nil || sum.Value == "" {
		return
	}
	h.Set(a.header(), sum.Value)
	if sum.Type != "" {
		h.Set("x-amz-checksum-type", sum.Type)
	}
}

// joined is the checksum of an object made of parts: of all its bytes, worked
// out from the parts' sums, or of those sums. A part without a sum of the
// algorithm gives none.
func joined(a *algorithm, kind string, parts []store.Part) store.Checksum {
	if a == nil || len(parts) == 0 || kind == fullObject && a.field == nil {
		return store.Checksum{}
	}
	h := a.hash()
	var whole []byte
	for i, p := range parts {
		sum, ok := a.decode(p.Checksum.Value)
		if !ok || p.Checksum.Algorithm != a.name {
			return store.Checksum{}
		}
		h.Write(sum)
		if kind == fullObject {
			if i == 0 {
				whole = sum
				continue
			}
			whole = a.field.join(whole, sum, p.Size)
		}
	}
	if kind == fullObject {
		return store.Checksum{Algorithm: a.name, Value: base64.StdEncoding.EncodeToString(whole), Type: fullObject}
	}
	value := base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
	return store.Checksum{Algorithm: a.name, Value: value, Type: composite}
}
