package fault

import "math"

// pieceSize is the most bytes of a body that pass at once, and those before each of which
// a latency is waited for.
const pieceSize = 64 << 10

// flow says how many of a body's bytes may pass next, where so many have, and whether those
// were all. It may take its time first. Error: what is told in place of an answer.
type flow func(passed int64, all bool) (most int64, err error)

// alter changes bytes of a body that are about to pass, where so many have.
type alter func(passed int64, run []byte)

// anyNumber of bytes may pass.
func anyNumber(int64, bool) (int64, error) { return math.MaxInt64, nil }

// at does something once, behind so many bytes.
func at(bytes int64, do func() error) flow {
	done := false
	return func(passed int64, all bool) (int64, error) {
		if passed < bytes {
			return bytes - passed, nil
		}
		if !done {
			done = true
			if err := do(); err != nil {
				return 0, err
			}
		}
		return anyNumber(passed, all)
	}
}

// each does something before each so many bytes.
func each(bytes int64, do func() error) flow {
	next := int64(0)
	return func(passed int64, all bool) (int64, error) {
		if passed >= next && !all {
			if err := do(); err != nil {
				return 0, err
			}
			next = passed + bytes
		}
		return max(1, next-passed), nil
	}
}

// after is the number of bytes that pass before the strike.
func (s *Strike) after() int64 {
	if s.AfterBytes == nil {
		return 0
	}
	return *s.AfterBytes
}
