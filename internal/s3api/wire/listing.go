package wire

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
)

// PageSize is the most entries of a page of any list.
const PageSize = 1000

// Listing is what the lists of a bucket have in common.
type Listing struct {
	Prefix, Delimiter string
	Max               int
	Encoding          string // "url" or empty
}

// ReadListing reads the parameters; maxParameter is how the list calls the size of a
// page.
func ReadListing(q Query, maxParameter string) (Listing, error) {
	l := Listing{Prefix: q.Get("prefix"), Delimiter: q.Get("delimiter"), Encoding: q.Get("encoding-type")}
	if q.Has("encoding-type") && l.Encoding != "url" { // an empty one too (recorded)
		return l, s3err.Argument("Invalid Encoding Method specified in Request", "encoding-type", l.Encoding)
	}
	n, err := Count(maxParameter, q.Get(maxParameter), PageSize)
	if v := q.Get(maxParameter); err != nil && maxParameter == "max-keys" && isNegative(v) {
		// Lists of objects alone call it by another name here (recorded).
		err = s3err.Argument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", v)
	}
	l.Max = min(n, PageSize)
	return l, err
}

func isNegative(v string) bool {
	digits, ok := strings.CutPrefix(v, "-")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// Encode writes a name as the client asked for it.
func (l Listing) Encode(name string) string {
	if l.Encoding == "" {
		return name
	}
	return URLEncoded(name)
}
