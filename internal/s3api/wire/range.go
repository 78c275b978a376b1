package wire

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
)

// CopyRange reads x-amz-copy-source-range for a source of size bytes. It must be
// complete, and within the source (recorded).
func CopyRange(value string, size int64) (Span, error) {
	const header = "x-amz-copy-source-range"
	if value == "" {
		return Span{0, size}, nil
	}
	first, last, ok := byteRange(value)
	switch {
	case !ok || first < 0 || last < 0:
		return Span{}, s3err.Argument(
			"The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
			header, value)
	case first >= size:
		return Span{}, s3err.New(s3err.InvalidRequest).WithMessage(
			"The specified copy range is invalid for the source object size")
	case last >= size:
		return Span{}, s3err.Argument("Range specified is not valid for source object of size: "+Decimal(size), header, value)
	}
	return Span{first, last - first + 1}, nil
}

// Span is a run of an object's bytes.
type Span struct {
	First, Length int64
}

// ContentRange is the span as Content-Range says it.
func (s Span) ContentRange(size int64) string {
	b := append(make([]byte, 0, 48), "bytes "...)
	b = strconv.AppendInt(b, s.First, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, s.First+s.Length-1, 10)
	b = append(b, '/')
	return string(strconv.AppendInt(b, size, 10))
}

// RangeOf reads a Range header for an object of size bytes. part is false when
// the whole object is the answer: no Range, one that is malformed, or several
// ranges, which S3 does not serve.
func RangeOf(header string, size int64) (s Span, part bool, err error) {
	first, last, ok := byteRange(header)
	switch {
	case !ok:
		return Span{0, size}, false, nil
	case first < 0: // the last bytes: -N
		if last == 0 || size == 0 {
			return Span{}, false, invalidRange(header, size)
		}
		length := min(last, size)
		return Span{size - length, length}, true, nil
	case first >= size:
		return Span{}, false, invalidRange(header, size)
	case last < 0 || last >= size:
		last = size - 1
	}
	return Span{first, last - first + 1}, true, nil
}

// byteRange reads "bytes=first-last". first is -1 for a suffix, whose length is
// then last; last is -1 when it is left open.
func byteRange(header string) (first, last int64, ok bool) {
	text, ok := strings.CutPrefix(header, "bytes=")
	if !ok {
		return 0, 0, false
	}
	from, to, ok := strings.Cut(text, "-")
	if !ok || from == "" && to == "" {
		return 0, 0, false
	}
	first, last = -1, -1
	if from != "" {
		if first, ok = position(from); !ok {
			return 0, 0, false
		}
	}
	if to != "" {
		if last, ok = position(to); !ok {
			return 0, 0, false
		}
	}
	return first, last, first < 0 || last < 0 || first <= last
}

// position is a number of digits alone. One that is too large for any object is
// as good as the largest.
func position(s string) (int64, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, s != ""
	}
	return n, true
}

func invalidRange(header string, size int64) error {
	return s3err.New(s3err.InvalidRange,
		s3err.E("RangeRequested", header), s3err.E("ActualObjectSize", strconv.FormatInt(size, 10)))
}
