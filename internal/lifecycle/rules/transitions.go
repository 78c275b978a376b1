package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// moving is one kind of transitions of a rule, in S3's words.
type moving struct {
	action string // Transition
	days   string // Days, NoncurrentDays
	of     string // "filter '(prefix=)'"
	moves  []move
}

type move struct {
	class string
	days  *int
	date  time.Time
}

func checkTransitions(r *world.LifecycleRule) error {
	m := moving{"Transition", "Days", described(r), nil}
	for _, t := range r.Transitions {
		if err := midnight(t.Date); err != nil {
			return err
		}
		m.moves = append(m.moves, move{t.StorageClass, t.Days, t.Date})
	}
	if err := m.check(); err != nil || r.Expiration == nil || len(m.moves) == 0 {
		return err
	}
	return m.before(r.Expiration)
}

func checkNoncurrentTransitions(r *world.LifecycleRule) error {
	m := moving{"NoncurrentVersionTransition", "NoncurrentDays", described(r), nil}
	for _, t := range r.NoncurrentTransitions {
		if t.Newer != nil {
			if err := positive("NewerNoncurrentVersions", m.action, *t.Newer); err != nil {
				return err
			}
		}
		m.moves = append(m.moves, move{class: t.StorageClass, days: t.Days})
	}
	if err := m.check(); err != nil {
		return err
	}
	for _, t := range m.moves {
		if e := r.NoncurrentExpiration; e != nil && *e.Days <= *t.days {
			return m.late("NoncurrentDays", "NoncurrentVersionExpiration", strconv.Itoa(*e.Days))
		}
	}
	return nil
}

// check holds the transitions of one kind against each other.
func (m *moving) check() error {
	for _, t := range m.moves {
		switch n := t.days; {
		case n == nil:
		case *n < 0:
			return s3err.Argument(fmt.Sprintf("'%s' in %s action must be nonnegative", m.days, m.action),
				m.days, strconv.Itoa(*n))
		case *n < 30 && (t.class == "STANDARD_IA" || t.class == "ONEZONE_IA"):
			return s3err.Argument(fmt.Sprintf("'%s' in %s action must be greater than or equal to 30 for storageClass '%s'",
				m.days, m.action, t.class), m.days, strconv.Itoa(*n))
		}
	}
	moves := slices.Clone(m.moves)
	slices.SortStableFunc(moves, func(a, b move) int { return cmp.Compare(classes[a.class], classes[b.class]) })
	for i := 1; i < len(moves); i++ {
		if err := m.follows(moves[i-1], moves[i]); err != nil {
			return err
		}
	}
	return nil
}

// follows refuses two transitions of which the colder does not come late enough after the
// warmer (lifecycle.md 1.10).
func (m *moving) follows(warm, cold move) error {
	switch {
	case warm.class == cold.class:
		return request("'StorageClass' must be different for '%s' actions in same 'Rule' with %s", m.action, m.of)
	case (warm.days == nil) != (cold.days == nil):
		return request("Found mixed 'Date' and 'Days' based %s actions in lifecycle rule for %s", m.action, m.of)
	case warm.days == nil && !cold.date.After(warm.date):
		return m.order("Date", warm, cold, cold.date.UTC().Format(time.RFC3339))
	case warm.days == nil:
		return nil
	case *cold.days <= *warm.days:
		return m.order(m.days, warm, cold, strconv.Itoa(*cold.days))
	case *cold.days < *warm.days+stay[warm.class]:
		return s3err.Argument(fmt.Sprintf("'%s' in the '%s' action for StorageClass '%s' for %s must be %d days more than "+
			"'%s' in the '%s' action for StorageClass '%s'", m.days, m.action, cold.class, m.of, stay[warm.class],
			m.of, m.action, warm.class), m.days, strconv.Itoa(*cold.days))
	}
	return nil
}

func (m *moving) order(what string, warm, cold move, value string) error {
	side := func(t move) string {
		return fmt.Sprintf("'%s' in the %s action for StorageClass '%s' for %s", what, m.action, t.class, m.of)
	}
	return s3err.Argument(side(cold)+" must be greater than "+side(warm), what, value)
}

// before refuses an expiration that does not come after the transitions.
func (m *moving) before(e *world.LifecycleExpiration) error {
	if e.Marker != nil {
		return nil
	}
	for _, t := range m.moves {
		switch {
		case (e.Days == nil) != (t.days == nil):
			return request("Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for %s",
				m.of)
		case e.Days != nil && *e.Days <= *t.days:
			return m.late("Days", "Expiration", strconv.Itoa(*e.Days))
		case e.Days == nil && !e.Date.After(t.date):
			return m.late("Date", "Expiration", e.Date.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

func (m *moving) late(what, action, value string) error {
	return s3err.Argument(fmt.Sprintf("'%s' in the %s action for %s must be greater than '%s' in the %s action",
		what, action, m.of, what, m.action), what, value)
}

// described is what a rule is about, in the words of S3's messages. The order of several
// is [unsure].
func described(r *world.LifecycleRule) string {
	if r.RulePrefix != nil {
		return "prefix '" + *r.RulePrefix + "'"
	}
	var parts []string
	f := &r.Filter
	if f.Prefix != nil {
		parts = append(parts, "prefix="+*f.Prefix)
	}
	for _, key := range slices.Sorted(maps.Keys(f.Tags)) {
		parts = append(parts, "tag: key="+key+", value="+f.Tags[key])
	}
	if f.Larger != nil {
		parts = append(parts, "objectsizegreaterthan="+strconv.FormatInt(*f.Larger, 10))
	}
	if f.Smaller != nil {
		parts = append(parts, "objectsizelessthan="+strconv.FormatInt(*f.Smaller, 10))
	}
	return "filter '(" + strings.Join(parts, " and ") + ")'"
}

// kinds are the actions of a rule by name.
var kinds = []struct {
	name string
	in   func(*world.LifecycleRule) bool
}{
	{"Expiration", func(r *world.LifecycleRule) bool { return r.Expiration != nil }},
	{"Transition", func(r *world.LifecycleRule) bool { return len(r.Transitions) > 0 }},
	{"NoncurrentVersionExpiration", func(r *world.LifecycleRule) bool { return r.NoncurrentExpiration != nil }},
	{"NoncurrentVersionTransition", func(r *world.LifecycleRule) bool { return len(r.NoncurrentTransitions) > 0 }},
	{"AbortIncompleteMultipartUpload", func(r *world.LifecycleRule) bool { return r.AbortIncompleteUploads != nil }},
}

// checkOverlaps refuses rules of the old form that are about the same keys and do the
// same kind of thing to them (lifecycle.md 1.6).
func checkOverlaps(all []world.LifecycleRule) error {
	for _, kind := range kinds {
		var prefixes []string
		for i := range all {
			if kind.in(&all[i]) {
				prefixes = append(prefixes, *all[i].RulePrefix)
			}
		}
		slices.Sort(prefixes)
		for i := 1; i < len(prefixes); i++ {
			if strings.HasPrefix(prefixes[i], prefixes[i-1]) {
				return request("Found overlapping prefixes '%s' and '%s' for same action type '%s'",
					prefixes[i-1], prefixes[i], kind.name)
			}
		}
	}
	return nil
}
