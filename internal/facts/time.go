package facts

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/tree"
)

// durationPattern is for the schema: 90s, 1h30m, 7d.
const durationPattern = `^[-+]?([0-9.]+(ns|us|µs|μs|ms|s|m|h|d))+$|^0$`

// Duration is how long something takes: 90s, 1h30m or 7d; it may be negative.
var Duration = scalar(Schema{"type": []string{"string", "number"}, "pattern": durationPattern}, readDuration,
	time.Duration.String)

// Lasting is a Duration of which 0s is written too.
var Lasting = Duration.Written(func(d time.Duration) *tree.Node { return tree.NewText(d.String()) })

func readDuration(n *tree.Node) (time.Duration, error) {
	if n.Scalar() {
		if d, err := time.ParseDuration(n.Text); err == nil {
			return d, nil
		}
		if text, ok := strings.CutSuffix(n.Text, "d"); ok {
			if days, err := strconv.Atoi(text); err == nil && days > -maxDays && days < maxDays {
				return time.Duration(days) * 24 * time.Hour, nil
			}
		}
	}
	return 0, tree.Wanted(n, "a duration like 90s, 2h or 7d")
}

// maxDays is as long as a time.Duration can be.
const maxDays = int(math.MaxInt64 / (24 * time.Hour))

const datePattern = `^\d{4}-\d\d-\d\d$`

// Date is a day, in UTC.
var Date = Kind[time.Time]{Simple(Schema{"type": []string{"string"}, "pattern": datePattern},
	readDate), readDate, func(t time.Time) *tree.Node {
	if t.IsZero() {
		return nil
	}
	return tree.NewText(t.Format(time.DateOnly))
}}

func readDate(n *tree.Node) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, n.Text)
	if !n.Scalar() || err != nil {
		return t, tree.Wanted(n, "a date like 2023-06-01")
	}
	return t, nil
}

const instantPattern = `^\d{4}-\d\d-\d\d([T ].*)?$`

// Instant is a date, or a date with a time.
var Instant = Kind[time.Time]{Simple(Schema{"type": []string{"string"}, "pattern": instantPattern},
	readInstant), readInstant, writeInstant}

func readInstant(n *tree.Node) (time.Time, error) {
	if t, ok := parseInstant(n); ok {
		return t, nil
	}
	return time.Time{}, tree.Wanted(n, "a time like 2026-01-02T03:04:05Z")
}

func parseInstant(n *tree.Node) (time.Time, bool) {
	if !n.Scalar() {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, n.Text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func writeInstant(t time.Time) *tree.Node {
	if t.IsZero() {
		return nil
	}
	return tree.NewText(t.UTC().Format(time.RFC3339Nano))
}

// Moment is an instant, or how long after loading it is; that may be negative. The zero
// Moment is none.
type Moment struct {
	At    time.Time
	After time.Duration
}

// From is when it is in what was loaded then.
func (m Moment) From(loaded time.Time) time.Time {
	if !m.At.IsZero() {
		return m.At
	}
	return loaded.Add(m.After)
}

// When is a Moment.
var When = Kind[Moment]{
	Form: Simple(Schema{"type": []string{"string", "number"}, "pattern": durationPattern + "|" + instantPattern},
		readMoment),
	Read:  readMoment,
	Write: func(m Moment) *tree.Node { return writeInstant(m.At) },
}

func readMoment(n *tree.Node) (Moment, error) {
	if t, ok := parseInstant(n); ok {
		return Moment{At: t}, nil
	}
	d, err := readDuration(n)
	if err != nil {
		return Moment{}, tree.Wanted(n, "a date or a duration from loading, like -1h,")
	}
	return Moment{After: d}, nil
}
