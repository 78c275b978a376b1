package sigv4

import (
	"net/http"
	"time"
)

// basicTime is ISO8601's basic format, the only one of x-amz-date in V4.
const basicTime = "20060102T150405Z"

// isBasicTime guards time.Parse, which would accept a fraction of a second
// that the layout has not.
func isBasicTime(s string) bool { return len(s) == len(basicTime) }

func parseBasicTime(s string) (time.Time, bool) {
	if !isBasicTime(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(basicTime, s)
	return t, err == nil
}

// requestTime reads x-amz-date or Date: ISO8601 basic, or the forms of an HTTP
// date, with the numeric zone that RFC 2616 clients write.
func requestTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	if t, ok := parseBasicTime(s); ok {
		return t, true
	}
	if t, err := http.ParseTime(s); err == nil {
		return t.UTC(), true
	}
	for _, layout := range [...]string{
		time.RFC1123Z, time.RFC3339, "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
