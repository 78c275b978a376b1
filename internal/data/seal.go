package data

import (
	"encoding/binary"
	"errors"

	"github.com/cespare/xxhash/v2"
)

// Before each value are checksums, for the engine has none: of the key, and of the value under
// the key.
const keySum, sumSize = 4, 12

func seal(key, value []byte) []byte {
	out := make([]byte, 0, sumSize+len(value))
	ofKey := xxhash.Sum64(key)
	out = binary.BigEndian.AppendUint32(out, uint32(ofKey))
	return append(binary.BigEndian.AppendUint64(out, sumOf(ofKey, value)), value...)
}

// sumOf is the checksum of a value under the key of which that is the sum.
func sumOf(key uint64, value []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(key)
	_, _ = d.Write(value)
	return d.Sum64()
}

var errSum = errors.New("its checksum is another")

// ErrKey says that the key of a value is damaged, and so nobody knows what it is of.
var ErrKey = errors.New("the checksum of its key is another")

// unseal is the value as it was written under the key. Error: one of them is another (ErrKey, the
// key), and this is what is left of the value.
func unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sumSize {
		return nil, ErrKey
	}
	value, ofKey := sealed[sumSize:], xxhash.Sum64(key)
	switch {
	case binary.BigEndian.Uint32(sealed) != uint32(ofKey):
		return value, ErrKey
	case binary.BigEndian.Uint64(sealed[keySum:]) != sumOf(ofKey, value):
		return value, errSum
	}
	return value, nil
}
