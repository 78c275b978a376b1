package s3api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	lockMode    = "x-amz-object-lock-mode"
	lockUntil   = "x-amz-object-lock-retain-until-date"
	lockHold    = "x-amz-object-lock-legal-hold"
	lockBypass  = "x-amz-bypass-governance-retention"
	bypassRight = "s3:BypassGovernanceRetention"
	holdOn      = "ON"
	holdOff     = "OFF"
)

// bypasses says that a request asks to bypass GOVERNANCE retention.
func bypasses(of wire.Header) bool { return strings.EqualFold(of(lockBypass), "true") }

// lockTerms is what a request sets of a lock, as it was sent.
type lockTerms struct {
	mode, until, hold string
	event             eventTerms
}

// retains says that the terms are of a retention, or of an event hold, which is part of
// one.
func (t lockTerms) retains() bool { return t.mode != "" || t.until != "" || t.event != (eventTerms{}) }

// lockHeaders are the terms that the headers of a request set.
func lockHeaders(of wire.Header, answers world.Answers) lockTerms {
	return lockTerms{of(lockMode), of(lockUntil), of(lockHold), eventHeaders(of, answers)}
}

// conditions are the keys by which policies see the terms.
func (t lockTerms) conditions(now time.Time) []condition {
	if t == (lockTerms{}) {
		return nil
	}
	var found []condition
	for _, k := range []condition{
		{"s3:object-lock-mode", []string{t.mode}}, {"s3:object-lock-retain-until-date", []string{t.until}},
		{"s3:object-lock-legal-hold", []string{t.hold}},
	} {
		if k.values[0] != "" {
			found = append(found, k)
		}
	}
	return slices.Concat(found, retentionDays(t.until, now), t.event.conditions())
}

// retentionDays is how many days a retention would last, rounded up; none for a
// date that cannot be read, which the operation refuses.
func retentionDays(until string, now time.Time) []condition {
	t, err := time.Parse(time.RFC3339, until)
	if err != nil {
		return nil
	}
	const day = 24 * time.Hour
	days := (t.Sub(now) + day - 1) / day
	return []condition{{"s3:object-lock-remaining-retention-days", []string{strconv.FormatInt(int64(days), 10)}}}
}

// signed reads the terms of the headers of a request that is signed so (nil: anonymous),
// which S3 does before it looks whether the bucket has Object Lock (recorded).
func (t lockTerms) signed(p *sigv4.Presented, now time.Time) (store.Retention, error) {
	switch {
	case t == (lockTerms{}):
		return store.Retention{}, nil
	case p == nil || p.Scheme != sigv4.V4: // recorded of anonymous requests, [unsure] of Version 2
		return store.Retention{}, lockRefused(
			"Authorization",
			"Put Object requests with Object Lock parameters require AWS Signature Version 4")
	case t.hold != "" && t.hold != holdOn && t.hold != holdOff:
		return store.Retention{}, s3err.Argument("Legal Hold must be either of 'ON' or 'OFF'", lockHold, t.hold)
	}
	return t.retention(now)
}

// retention reads the retention of the headers; a zero one: they set none, or only
// keep an event hold away.
func (t lockTerms) retention(now time.Time) (store.Retention, error) {
	hold, err := t.event.read(eventInHeaders)
	switch {
	case err != nil:
		return store.Retention{}, err
	case t.mode == "" && t.until == "" && !hold.On():
		return store.Retention{}, nil
	case t.mode == "" && hold.On():
		return store.Retention{}, bothNeeded(lockEvent, lockMode, lockMode)
	case t.mode == "":
		return store.Retention{}, bothNeeded(lockUntil, lockMode, lockMode)
	case t.until == "" && !hold.On():
		return store.Retention{}, bothNeeded(lockUntil, lockMode, lockUntil)
	case t.mode != authz.Governance && t.mode != authz.Compliance:
		return store.Retention{}, s3err.Argument("Unknown wormMode directive.", lockMode, t.mode)
	}
	until, err := dateOf(t.until, now)
	return store.Retention{Mode: t.mode, Until: until, EventHold: hold, HoldReleased: t.event.status == holdOff}, err
}

func bothNeeded(one, other, missing string) error {
	return lockRefused(missing, one+" and "+other+" must both be supplied")
}

// lockRefused tells the name of what is wrong, or missing, and not its value.
func lockRefused(name, message string) error {
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", name)).WithMessage(message)
}

// dateOf reads the date of the headers, if there is one.
func dateOf(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	until, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return until, s3err.Argument("The retain until date must be provided in ISO 8601 format", lockUntil, text)
	case !until.After(now):
		return until, s3err.Argument("The retain until date must be in the future!", lockUntil, text)
	}
	return until.UTC(), nil
}

// retentionOfNew is the retention of a new object: the one that its headers set, or else
// the bucket's default, without its event hold where the headers say OFF [unsure].
func (t lockTerms) retentionOfNew(own, byDefault store.Retention) (store.Retention, error) {
	switch {
	case own.Mode != "":
		return own, nil
	case t.event.status != holdOff:
		return byDefault, nil
	case byDefault.Until.IsZero():
		return own, noDate(eventInHeaders)
	}
	byDefault.EventHold, byDefault.HoldReleased = world.EventHold{}, true
	return byDefault, nil
}

// holdStatus is OFF for a legal hold that was taken off.
func holdStatus(o *store.Object) string {
	if o.LegalHold {
		return holdOn
	}
	return holdOff
}

func lockDate(t time.Time) string { return t.UTC().Format(wire.ISOLayout) }
