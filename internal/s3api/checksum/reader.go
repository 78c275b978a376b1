package checksum

import (
	"crypto/sha512"
	"hash"
	"io"

	"github.com/s3fault/s3fault/internal/store"
)

// Reader takes checksums of what is read through it.
type Reader struct {
	r    io.Reader
	sums []sum
	room [2]sum // that sums is in: nobody asks for more
	sum  [sha512.Size]byte
}

type sum struct {
	algorithm *Algorithm
	hash      hash.Hash
}

// NewReader takes the checksum of each algorithm once.
func NewReader(r io.Reader, algorithms ...*Algorithm) *Reader {
	s := &Reader{r: r}
	s.sums = s.room[:0]
	for _, a := range algorithms {
		if s.find(a) == nil {
			s.sums = append(s.sums, sum{a, a.Hash()})
		}
	}
	return s
}

func (s *Reader) find(a *Algorithm) hash.Hash {
	for _, sum := range s.sums {
		if sum.algorithm == a {
			return sum.hash
		}
	}
	return nil
}

func (s *Reader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		for _, sum := range s.sums {
			sum.hash.Write(p[:n])
		}
	}
	return n, err
}

// Of is the checksum of what was read.
func (s *Reader) Of(a *Algorithm) store.Checksum { return a.checksum(s.find(a).Sum(s.sum[:0])) }
