package policy

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

type dateTest struct {
	relation relation
	values   []instant
}

// compileDate drops listed values that are no dates: they compare true with nothing.
func compileDate(r relation) func([]string, bool) test {
	return func(values []string, _ bool) test {
		t := dateTest{relation: r}
		for _, v := range values {
			if at, ok := parseInstant(v); ok {
				t.values = append(t.values, at)
			}
		}
		return t
	}
}

func (t dateTest) holds(value string, _ *Context) bool {
	at, ok := parseInstant(value)
	if !ok {
		return false
	}
	for _, want := range t.values {
		if t.relation.holds(at.compare(want)) {
			return true
		}
	}
	return false
}

// instant is a point in time: seconds since 1970 in UTC, and nanoseconds.
type instant struct {
	seconds int64
	nanos   int64
}

func (a instant) compare(b instant) int {
	return cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.nanos, b.nanos))
}

// parseInstant reads what the Date operators take: one of the W3C profiles of ISO 8601 (2026, 2026-01, 2026-01-02,
// 2026-01-02T03:04Z, 2026-01-02T03:04:05.678+01:00) or seconds since 1970. Four digits alone are a year. A time
// without a zone is UTC. time.Parse would allocate a zone for every value.
func parseInstant(s string) (instant, bool) {
	if len(s) != 4 && s != "" && isDigits(strings.TrimPrefix(s, "-")) {
		n, err := strconv.ParseInt(s, 10, 64)
		return instant{seconds: n}, err == nil
	}
	date, clock, hasClock := cutClock(s)
	day, ok := parseDay(date)
	if !ok || !hasClock {
		return day, ok
	}
	if len(date) != len("2006-01-02") {
		return instant{}, false
	}
	offset, clock, ok := cutZone(clock)
	if !ok {
		return instant{}, false
	}
	at, ok := parseClock(clock)
	return instant{day.seconds + at.seconds - offset, at.nanos}, ok
}

// cutClock splits at the T, which W3C's profile writes in upper case and RFC 3339 in either.
func cutClock(s string) (date, clock string, ok bool) {
	i := strings.IndexAny(s, "Tt")
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func parseDay(s string) (instant, bool) {
	year, ok := digits(s, 0, 4)
	month, day := 1, 1
	if ok && len(s) > 4 {
		month, ok = field(s, 4, '-')
	}
	if ok && len(s) > 7 {
		day, ok = field(s, 7, '-')
	}
	if !ok || len(s) > 10 {
		return instant{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	// A day that does not exist comes back as another one.
	return instant{seconds: t.Unix()}, t.Year() == year && int(t.Month()) == month && t.Day() == day
}

// cutZone takes the zone off the end of a time and returns its offset in seconds east of UTC.
func cutZone(s string) (offset int64, clock string, ok bool) {
	if n := len(s) - 1; n >= 0 && (s[n] == 'Z' || s[n] == 'z') {
		return 0, s[:n], true
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 {
		return 0, s, true
	}
	hours, ok1 := digits(s, i+1, 2)
	minutes, ok2 := field(s, i+3, ':')
	if !ok1 || !ok2 || len(s) != i+6 || hours > 23 || minutes > 59 {
		return 0, "", false
	}
	offset = int64(hours)*3600 + int64(minutes)*60
	if s[i] == '-' {
		offset = -offset
	}
	return offset, s[:i], true
}

func parseClock(s string) (instant, bool) {
	s, fraction, hasFraction := strings.Cut(s, ".")
	hours, ok := digits(s, 0, 2)
	minutes, ok2 := field(s, 2, ':')
	seconds, ok3 := 0, !hasFraction
	if len(s) > 5 {
		seconds, ok3 = field(s, 5, ':')
	}
	nanos, ok4 := parseFraction(fraction, hasFraction)
	if !ok || !ok2 || !ok3 || !ok4 || len(s) > 8 || hours > 23 || minutes > 59 || seconds > 59 {
		return instant{}, false
	}
	return instant{int64(hours)*3600 + int64(minutes)*60 + int64(seconds), nanos}, true
}

// parseFraction reads a fraction of a second; digits past the ninth are cut off.
func parseFraction(s string, present bool) (int64, bool) {
	if !present {
		return 0, true
	}
	if s == "" || !isDigits(s) {
		return 0, false
	}
	var nanos int64
	for i := range 9 {
		nanos *= 10
		if i < len(s) {
			nanos += int64(s[i] - '0')
		}
	}
	return nanos, true
}

// field reads a separator and two digits at position i.
func field(s string, i int, separator byte) (int, bool) {
	if i >= len(s) || s[i] != separator {
		return 0, false
	}
	return digits(s, i+1, 2)
}

func digits(s string, i, n int) (int, bool) {
	if i+n > len(s) || !isDigits(s[i:i+n]) {
		return 0, false
	}
	value := 0
	for _, c := range []byte(s[i : i+n]) {
		value = value*10 + int(c-'0')
	}
	return value, true
}
