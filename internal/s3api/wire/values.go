package wire

import (
	"math"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
)

// Flag reads a header that is true or false.
func Flag(name, v string, absent bool) (bool, error) {
	switch {
	case v == "":
		return absent, nil
	case strings.EqualFold(v, "true"):
		return true, nil
	case strings.EqualFold(v, "false"):
		return false, nil
	default:
		return false, s3err.Argument("Value for "+name+" header is invalid.", name, v)
	}
}

// Count is the number in a parameter or header of that name. Without a value it is
// as good as absent (recorded).
func Count(name, v string, absent int) (int, error) {
	if v == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	switch {
	case err != nil:
		return 0, s3err.Argument("Provided "+name+" not an integer or within integer range", name, v)
	case n < 0 || n > math.MaxInt32:
		return 0, s3err.Argument("Argument "+name+" must be an integer between 0 and 2147483647", name, v)
	}
	return int(n), nil
}

// Decimal writes a number.
func Decimal(n int64) string { return strconv.FormatInt(n, 10) }
