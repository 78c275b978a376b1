package sigv4

import (
	"net/http"
	"time"
)

// basicTime is ISO8601's basic format, the only one of x-amz-date in V4.
const basicTime = "20060102T150405Z"

func isBasicTime(s string) bool { return len(s) == len(basicTime) }

// parseBasicTime is time.Parse with basicTime, but for the fraction of a second that time.Parse
// takes: every request has two times to read.
func parseBasicTime(s string) (time.Time, bool) {
	if !isBasicTime(s) || s[8] != 'T' || s[15] != 'Z' {
		return time.Time{}, false
	}
	day, ok := parseDay(s[:8])
	hour, minute, second := digits(s[9:11]), digits(s[11:13]), digits(s[13:15])
	if !ok || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return time.Time{}, false
	}
	return day.Add(time.Duration(hour*3600+minute*60+second) * time.Second), true
}

// parseDay is the day that "20060102" names.
func parseDay(s string) (time.Time, bool) {
	if len(s) != len("20060102") {
		return time.Time{}, false
	}
	year, month, day := digits(s[:4]), digits(s[4:6]), digits(s[6:])
	if year < 0 || month < 1 || month > 12 || day < 1 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day // or there is no such day in that month
}

// digits is the number that s is; -1: it is none.
func digits(s string) (n int) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
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
