package store

import "time"

// Expect is what a write wants to find in the place of what it writes or
// removes. The test and the write are one step.
type Expect struct {
	// IfMatch is the ETag, without quotes, that the object there must have, or *
	// for any; empty: no condition. Errors: ErrNoSuchKey, ErrETagDiffers.
	IfMatch string
	// IfNoneMatch wants no object there. Error: ErrKeyExists.
	IfNoneMatch bool
	// Unlocked is the time at which no version that gives way may be under a
	// retention or a legal hold, unless it is the very record that was Seen: the lock
	// came after the decision. Zero: locks do not matter. Error: ErrMoved.
	Unlocked time.Time

	revision uint64 // of the record that was seen; 0: none
	exact    bool
	decided  bool // on that record
}

// Any expects nothing; set its conditions on a copy.
var Any Expect

// Seen expects the very record that a request was decided on, nil for none: for
// Put, what Bucket.Latest gave, which may be a delete marker. The error is
// ErrMoved, whatever the conditions say of another record.
func Seen(o *Object) Expect { return Expect{revision: revisionOf(o), exact: true, decided: true} }

// Found is e of the very record that was found, nil for none, after the decision: a
// lock on it matters. One that was Seen stays what is expected.
func (e Expect) Found(o *Object) Expect {
	if !e.exact {
		e.revision, e.exact = revisionOf(o), true
	}
	return e
}

// revisionOf is that of a record, 0 where there is none.
func revisionOf(o *Object) uint64 {
	if o == nil {
		return 0
	}
	return o.Revision
}

// check holds the expectation against what is there; nil or a delete marker: no
// object.
func (e Expect) check(found *Object) error {
	if e.exact && e.revision != revisionOf(found) {
		return ErrMoved
	}
	if found != nil && found.Marker {
		found = nil
	}
	switch {
	case e.IfNoneMatch && found != nil:
		return ErrKeyExists
	case e.IfMatch == "":
		return nil
	case found == nil:
		return ErrNoSuchKey
	case e.IfMatch != "*" && e.IfMatch != found.ETag:
		return ErrETagDiffers
	}
	return nil
}

// spares says whether what gives way to the write may do so.
func (e Expect) spares(old *Object) bool {
	seen := e.decided && e.revision == revisionOf(old)
	return e.Unlocked.IsZero() || seen || old == nil || !old.Retention.Active(e.Unlocked) && !old.LegalHold
}
