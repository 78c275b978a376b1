package scenarios

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// duration reads "90s", "1h30m" or "7d"; it may be negative.
func duration(n *node) (time.Duration, error) {
	if n.scalar() {
		if d, err := time.ParseDuration(n.text); err == nil {
			return d, nil
		}
		if text, ok := strings.CutSuffix(n.text, "d"); ok {
			if days, err := strconv.Atoi(text); err == nil && days > -maxDays && days < maxDays {
				return time.Duration(days) * 24 * time.Hour, nil
			}
		}
	}
	return 0, wanted(n, "a duration like 90s, 2h or 7d")
}

// maxDays is as long as a time.Duration can be.
const maxDays = int(math.MaxInt64 / (24 * time.Hour))

// dateDoc is a day, in UTC.
type dateDoc struct{ time.Time }

func (d *dateDoc) decode(n *node) error {
	t, err := time.Parse(time.DateOnly, n.text)
	if !n.scalar() || err != nil {
		return wanted(n, "a date like 2023-06-01")
	}
	d.Time = t
	return nil
}

// instant reads a date, or a date with a time.
func instant(n *node) (time.Time, bool) {
	if !n.scalar() {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, n.text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// instantDoc is a moment.
type instantDoc struct{ time.Time }

func (d *instantDoc) decode(n *node) error {
	t, ok := instant(n)
	if !ok {
		return wanted(n, "a time like 2026-01-02T03:04:05Z")
	}
	d.Time = t
	return nil
}

// expiryDoc is a moment, or how long after loading it is; that may be negative.
type expiryDoc struct {
	at    time.Time
	after time.Duration
}

func (e *expiryDoc) decode(n *node) error {
	if t, ok := instant(n); ok {
		e.at = t
		return nil
	}
	d, err := duration(n)
	if err != nil {
		return wanted(n, "a date or a duration from loading, like -1h,")
	}
	e.after = d
	return nil
}

func (e *expiryDoc) from(loaded time.Time) time.Time {
	if !e.at.IsZero() {
		return e.at
	}
	return loaded.Add(e.after)
}

// sizeDoc is a number of bytes: 1024, 5MiB, 1GB.
type sizeDoc int64

var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// maxObjectSize is S3's limit for one PUT, in bytes.
const maxObjectSize = 5 << 30

func (s *sizeDoc) decode(n *node) error {
	digits, unit := n.text, int64(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(n.text, u.suffix); ok {
			digits, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	count, err := strconv.ParseInt(digits, 10, 64)
	if !n.scalar() || err != nil || count < 0 {
		return wanted(n, "a size like 1024 or 5MiB")
	}
	if count > maxObjectSize/unit {
		return fail(n, "an object has at most 5GiB")
	}
	*s = sizeDoc(count * unit)
	return nil
}

// none is how a file says that there is no such configuration.
const none = "none"

func (n *node) isNone() bool { return n.kind == textKind && n.text == none }
