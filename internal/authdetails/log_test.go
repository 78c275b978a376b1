package authdetails

import (
	"regexp"
	"strconv"
	"testing"
	"time"
)

func TestNewID(t *testing.T) {
	form, seen := regexp.MustCompile(`^[1-9a-z][0-9a-z]{23,24}$`), map[string]bool{}
	for n := range 10_000 {
		id := NewID("REQUEST" + strconv.Itoa(n))
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("the ID %q", id)
		}
		seen[id] = true
	}
	if !seen[NewID("REQUEST0")] {
		t.Error("the ID of one request is not always the same")
	}
}

// The newest are kept, each for a day.
func TestLogIsBounded(t *testing.T) {
	l := NewLog()
	now := time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)
	for n := range 3 * kept {
		l.Keep(&Record{ID: strconv.Itoa(n), At: now})
	}
	if n := len(l.records.All()); n != kept {
		t.Errorf("%d are kept", n)
	}
	newest, oldest := strconv.Itoa(3*kept-1), strconv.Itoa(2*kept)
	for _, c := range []struct {
		id    string
		at    time.Time
		found bool
	}{
		{newest, now, true}, {oldest, now, true}, {strconv.Itoa(2*kept - 1), now, false},
		{newest, now.Add(retention - 1), true}, {newest, now.Add(retention), false}, {newest, now.Add(-time.Hour), true},
	} {
		if found := l.Find(c.id, c.at) != nil; found != c.found {
			t.Errorf("%s at %v: found %v", c.id, c.at, found)
		}
	}
	l.Clear()
	if l.Find(newest, now) != nil {
		t.Error("it is found after Clear")
	}
}
