package checksum

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/store"
)

// Joined is the checksum of an object made of parts: of all its bytes, worked
// out from the parts' sums, or of those sums. A part without a sum of the
// algorithm gives none.
func Joined(a *Algorithm, kind string, parts []store.Part) store.Checksum {
	if a == nil || len(parts) == 0 || kind == FullObject && a.field == nil {
		return store.Checksum{}
	}
	h := a.Hash()
	var whole []byte
	for i, p := range parts {
		sum, ok := a.Decode(p.Checksum.Value)
		if !ok || p.Checksum.Algorithm != a.Name {
			return store.Checksum{}
		}
		h.Write(sum)
		if kind == FullObject {
			if i == 0 {
				whole = sum
				continue
			}
			whole = a.field.join(whole, sum, p.Size)
		}
	}
	if kind == FullObject {
		return store.Checksum{Algorithm: a.Name, Value: base64.StdEncoding.EncodeToString(whole), Type: FullObject}
	}
	value := base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
	return store.Checksum{Algorithm: a.Name, Value: value, Type: Composite}
}

// crcField calculates with CRCs as polynomials over GF(2) modulo the CRC's own,
// in the reflected notation in which the highest bit is the coefficient of x^0.
type crcField struct {
	width      uint // bits
	polynomial uint64
}

// join is the CRC of two runs of bytes, one behind the other, from the CRC of
// each and the length of the second in bytes: the first one's polynomial is
// moved over the second's length and added. The sums are big-endian. It is right
// for CRCs that begin and end with all bits set, as all of S3's do.
func (f *crcField) join(first, second []byte, length int64) []byte {
	moved := f.multiply(f.power(uint64(length)*8), bigEndian(first))
	return f.bytes(moved ^ bigEndian(second))
}

// one is the polynomial 1.
func (f *crcField) one() uint64 { return 1 << (f.width - 1) }

// multiply is the product of two polynomials.
func (f *crcField) multiply(a, b uint64) uint64 {
	var product uint64
	for bit := f.one(); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		b = f.timesX(b)
	}
	return product
}

func (f *crcField) timesX(a uint64) uint64 {
	if a&1 != 0 {
		return a>>1 ^ f.polynomial
	}
	return a >> 1
}

// power is x^n, by squaring.
func (f *crcField) power(n uint64) uint64 {
	result, square := f.one(), f.timesX(f.one())
	for ; n != 0; n >>= 1 {
		if n&1 != 0 {
			result = f.multiply(result, square)
		}
		square = f.multiply(square, square)
	}
	return result
}

func (f *crcField) bytes(v uint64) []byte {
	b := make([]byte, f.width/8)
	for i := range b {
		b[len(b)-1-i] = byte(v >> (8 * i))
	}
	return b
}

func bigEndian(b []byte) uint64 {
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v
}

// WithoutCount is the sum of parts' sums without the number of parts behind it.
func WithoutCount(sum string) string {
	bare, _, _ := strings.Cut(sum, "-")
	return bare
}
