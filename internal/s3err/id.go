package s3err

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
)

const (
	requestIDLength = 16
	hostIDBytes     = 56
	hostIDLength    = (hostIDBytes + 2) / 3 * 4 // in base64
	idAlphabet      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// process is the generator of the running process, seeded at its start and safe
// for concurrent use. The ids tell requests apart; they are no secrets.
type process struct{}

func (process) Uint64() uint64 { return rand.Uint64() }

// NewIDs makes the two ids of a request, in one piece of memory.
func NewIDs() (request, host string) {
	var ids [requestIDLength + hostIDLength]byte
	putRequestID(ids[:requestIDLength], process{})
	putHostID(ids[requestIDLength:], process{})
	both := string(ids[:])
	return both[:requestIDLength], both[requestIDLength:]
}

// NewRequestID makes an x-amz-request-id: 16 characters of A-Z and 0-9.
func NewRequestID() string { return RequestIDFrom(process{}) }

// NewHostID makes an x-amz-id-2: base64 of 56 bytes, 76 characters.
func NewHostID() string { return HostIDFrom(process{}) }

// RequestIDFrom is NewRequestID with the caller's own randomness.
func RequestIDFrom(source rand.Source) string {
	var id [requestIDLength]byte
	putRequestID(id[:], source)
	return string(id[:])
}

func putRequestID(id []byte, source rand.Source) {
	// 36^8 is so far below 2^64 that the remainder's bias does not show.
	for half := 0; half < requestIDLength; half += requestIDLength / 2 {
		n := source.Uint64()
		for i := range requestIDLength / 2 {
			id[half+i] = idAlphabet[n%uint64(len(idAlphabet))]
			n /= uint64(len(idAlphabet))
		}
	}
}

// HostIDFrom is NewHostID with the caller's own randomness.
func HostIDFrom(source rand.Source) string {
	var id [hostIDLength]byte
	putHostID(id[:], source)
	return string(id[:])
}

func putHostID(id []byte, source rand.Source) {
	var raw [hostIDBytes]byte
	for i := 0; i < hostIDBytes; i += 8 {
		binary.LittleEndian.PutUint64(raw[i:], source.Uint64())
	}
	base64.StdEncoding.Encode(id, raw[:])
}
