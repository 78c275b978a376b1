// Package checksum is S3's additional checksums: the algorithms, what a request claims
// of its bytes, and what comes of the parts of an object.
package checksum

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"net/http"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/minio/crc64nvme"
	"github.com/zeebo/xxh3"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// The types of a checksum: of all the bytes, or of the parts' checksums (S3 User
// Guide, "Checking object integrity").
const (
	FullObject = "FULL_OBJECT"
	Composite  = "COMPOSITE"
)

// Algorithm is one of the additional checksums of S3.
type Algorithm struct {
	Name  string // CRC32
	size  int    // bytes of a sum
	Hash  func() hash.Hash
	lower string // crc32
	// header carries a sum: "x-amz-checksum-crc32".
	header, canonical string // canonical: as net/http keeps it
	// field joins the sums of parts to that of the whole; nil: it cannot be done,
	// so that the algorithm has no FULL_OBJECT sums of multipart uploads.
	field *crcField
	// Composite says that sums of parts' sums exist.
	Composite bool
	// Younger says that S3 has it only since world.MoreChecksums.
	Younger bool
}

func crc32Hash(t *crc32.Table) func() hash.Hash {
	return func() hash.Hash { return crc32.New(t) }
}

// All are the checksums that S3 offers, in the order in which its error
// message lists them; that the younger ones stand among the others by name, and that
// FULL_OBJECT is refused of them in the words of SHA1, is [unsure]. Those of the xxHash
// family are written big-endian, as the family's canonical form is.
var All = named(
	&Algorithm{Name: "CRC32", size: 4, Hash: crc32Hash(crc32.IEEETable),
		field: &crcField{32, crc32.IEEE}, Composite: true},
	&Algorithm{Name: "CRC32C", size: 4, Hash: crc32Hash(crc32.MakeTable(crc32.Castagnoli)),
		field: &crcField{32, crc32.Castagnoli}, Composite: true},
	Default,
	&Algorithm{Name: "MD5", size: md5.Size, Hash: md5.New, Composite: true, Younger: true},
	&Algorithm{Name: "SHA1", size: sha1.Size, Hash: sha1.New, Composite: true},
	&Algorithm{Name: "SHA256", size: sha256.Size, Hash: sha256.New, Composite: true},
	&Algorithm{Name: "SHA512", size: sha512.Size, Hash: sha512.New, Composite: true, Younger: true},
	&Algorithm{Name: "XXHASH128", size: 16, Hash: func() hash.Hash { return xxh3.New128() },
		Composite: true, Younger: true},
	&Algorithm{Name: "XXHASH3", size: 8, Hash: func() hash.Hash { return xxh3.New() }, Composite: true, Younger: true},
	&Algorithm{Name: "XXHASH64", size: 8, Hash: func() hash.Hash { return xxhash.New() }, Composite: true, Younger: true},
)

func named(all ...*Algorithm) []*Algorithm {
	for _, a := range all {
		a.lower = strings.ToLower(a.Name)
		a.header = "x-amz-checksum-" + a.lower
		a.canonical = http.CanonicalHeaderKey(a.header)
	}
	return all
}

// Default is what S3 computes when a request names no checksum.
var Default = &Algorithm{
	Name: "CRC64NVME", size: 8, Hash: func() hash.Hash { return crc64nvme.New() },
	field: &crcField{64, 0x9a6c9329ac4bc9b5},
}

// Named finds an algorithm by its name in capitals; nil: S3 has none.
func Named(name string) *Algorithm {
	for _, a := range All {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Asked is the algorithm that x-amz-checksum-algorithm names. younger: S3 has the younger
// ones.
func Asked(name string, younger bool) (*Algorithm, error) {
	if a := Named(strings.ToUpper(name)); a != nil && a.offered(younger) {
		return a, nil
	}
	var names []string
	for _, a := range All {
		if a.offered(younger) {
			names = append(names, a.Name)
		}
	}
	return nil, s3err.New(s3err.InvalidRequest).WithMessage(
		"Checksum algorithm provided is unsupported. Please try again with any of the valid types: [" +
			strings.Join(names, ", ") + "]")
}

// offered says whether S3 has the algorithm. younger: it has the younger ones.
func (a *Algorithm) offered(younger bool) bool { return younger || !a.Younger }

// Whole says that there are FULL_OBJECT sums of multipart uploads.
func (a *Algorithm) Whole() bool { return a.field != nil }

// Lower is how S3's messages and headers write the name.
func (a *Algorithm) Lower() string {
	if a == nil {
		return "null"
	}
	return a.lower
}

// Header carries a sum: "x-amz-checksum-crc32".
func (a *Algorithm) Header() string { return a.header }

// Element carries a sum in a document: "ChecksumCRC32".
func (a *Algorithm) Element() string { return "Checksum" + a.Name }

// Decode reads a sum in base64; false when it is not one of this algorithm.
func (a *Algorithm) Decode(value string) ([]byte, bool) {
	sum, err := base64.StdEncoding.DecodeString(value)
	return sum, err == nil && len(sum) == a.size
}

// SumOf is the checksum of bytes that went through h.
func (a *Algorithm) SumOf(h hash.Hash) store.Checksum { return a.checksum(h.Sum(nil)) }

// checksum is a sum, which no algorithm has longer than SHA512.
func (a *Algorithm) checksum(sum []byte) store.Checksum {
	var text [(sha512.Size + 2) / 3 * 4]byte
	value := string(base64.StdEncoding.AppendEncode(text[:0], sum))
	return store.Checksum{Algorithm: a.Name, Value: value, Type: FullObject}
}

// Set puts a checksum into the headers of a reply, by their names as net/http keeps them.
func Set(set func(name, value string), sum store.Checksum) {
	a := Named(sum.Algorithm)
	if a == nil || sum.Value == "" {
		return
	}
	set(a.canonical, sum.Value)
	if sum.Type != "" {
		set("X-Amz-Checksum-Type", sum.Type)
	}
}
