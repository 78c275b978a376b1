package finding

import (
	"math"
	"strconv"
	"strings"
)

// span is bytes of an object: from one, counted from 0, to before another.
type span struct{ from, to int64 }

// open is the end of a span of an object whose size nobody knows.
const open = math.MaxInt64

func (s span) empty() bool { return s.from >= s.to }

// less is what is left of the span without another.
func (s span) less(other span) (left []span) {
	for _, one := range []span{{s.from, min(s.to, other.from)}, {max(s.from, other.to), s.to}} {
		if !one.empty() {
			left = append(left, one)
		}
	}
	return left
}

// without is what is left of the spans without another.
func without(all []span, other span) (left []span) {
	if other.empty() {
		return all
	}
	for _, s := range all {
		left = append(left, s.less(other)...)
	}
	return left
}

// spanOf is the bytes that a Range header asks for of an object of a size, which may be open;
// without one, or with one that S3 passes over, all of it. ok: it can be told.
func spanOf(header string, size int64) (s span, ok bool) {
	all := span{0, size}
	first, last, found := strings.Cut(strings.TrimPrefix(header, "bytes="), "-")
	from, errFrom := strconv.ParseUint(first, 10, 63)
	to, errTo := strconv.ParseUint(last, 10, 63)
	switch {
	case !found || !strings.HasPrefix(header, "bytes="):
		return all, true
	case first == "" && errTo == nil: // the last so many
		return span{max(0, size-int64(to)), size}, size != open
	case errFrom != nil:
		return all, true
	case last == "":
		return span{int64(from), size}, true
	case errTo != nil || to < from:
		return all, true
	}
	return span{int64(from), min(int64(min(to, open-1))+1, size)}, true
}
