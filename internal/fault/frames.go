package fault

// frames tells the payload of an aws-chunked body from what frames it, as it passes: for
// each chunk a line that begins with its size in hexadecimal digits, the bytes, and a line
// end; what follows the chunk of no bytes is none. Whether all is as it should be, others
// say.
type frames struct {
	left     int64 // payload of the chunk that is still to come
	size     int64 // as far as its digits are read
	in       frameState
	overlong bool // the line says more than its size
}

type frameState int

const (
	inLine frameState = iota
	inPayload
	inLineEnd // behind a payload
	inTrailer
)

// largestChunk is more than any chunk has.
const largestChunk = 1 << 50

// payload calls do for each run of payload in p.
func (f *frames) payload(p []byte, do func(run []byte)) {
	for len(p) > 0 && f.in != inTrailer {
		if f.in != inPayload {
			f.frame(p[0])
			p = p[1:]
			continue
		}
		n := min(int64(len(p)), f.left)
		do(p[:n])
		p, f.left = p[n:], f.left-n
		if f.left == 0 {
			f.in = inLineEnd
		}
	}
}

// frame takes in a byte that is no payload.
func (f *frames) frame(c byte) {
	digit, ok := hexDigit(c)
	switch {
	case c == '\n' && f.in == inLineEnd:
		f.in = inLine
	case c == '\n' && f.size == 0, f.size > largestChunk:
		f.in = inTrailer
	case c == '\n':
		f.in, f.left, f.size, f.overlong = inPayload, f.size, 0, false
	case f.in == inLine && ok && !f.overlong:
		f.size = f.size<<4 | digit
	case f.in == inLine:
		f.overlong = true
	}
}

func hexDigit(c byte) (int64, bool) {
	switch {
	case c >= '0' && c <= '9':
		return int64(c - '0'), true
	case c >= 'a' && c <= 'f':
		return int64(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return int64(c-'A') + 10, true
	}
	return 0, false
}
