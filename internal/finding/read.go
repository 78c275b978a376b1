package finding

import (
	"fmt"
	"slices"

	"github.com/s3fault/s3fault/journal"
)

// badRead tells of answers that were none, and that a program which claims success did not ask
// for again.
func badRead(v *view) (all []Finding) {
	if !v.Ending.Well() {
		return nil
	}
	var bad []*journal.Entry
	for _, e := range v.arrived {
		if badly(e) && v.believed(e) && !v.cutShort([]string{on(e)}, e) {
			bad = append(bad, e)
		}
	}
	for _, of := range together(bad, badText) {
		var keys []string
		for _, e := range of {
			keys = append(keys, on(e))
		}
		all = append(all, Finding{Keys: tidy(keys), Requests: ids(of),
			Text: badText(of[0]) + ", nothing read that again, and " + v.Ending.claim()})
	}
	return all
}

// badly says that the answer to a read broke off, was changed on its way, or never came.
func badly(e *journal.Entry) bool {
	if e.Service != "" || roleOf(e) != reads {
		return false
	}
	return spoilt(e) || broken(e) && e.Fault != nil && e.Fault.Answered
}

func badText(e *journal.Entry) string {
	switch {
	case broken(e):
		return "a " + name(e) + " had " + told(e)
	case tokenless(e):
		return "a page of " + name(e) + " said that there are more, and not from where"
	case cut(e):
		return fmt.Sprintf("the answer to a %s ended before its end (%s)", name(e), cutBy(e))
	}
	return "a byte in the answer to a " + name(e) + " was changed on its way"
}

// cutBy is the effect that cut the answer.
func cutBy(e *journal.Entry) string {
	return struck(e, responseBody, reset, closed, stalled, truncate).Effect
}

// believed says that nothing read again what a bad answer lacks.
func (v *view) believed(e *journal.Entry) bool {
	size := v.sizeAt(e)
	missing, ok := lacks(e, size)
	if e.Operation != "GetObject" || !ok || partNumber(e) || broken(e) && len(missing) == 0 {
		return !v.readAgain(e) && !(broken(e) && v.got(e))
	}
	for _, by := range v.laterReads(e) {
		for _, got := range gets(by, size) {
			missing = without(missing, got)
		}
	}
	if size == open && len(missing) == 1 && missing[0].to == open && len(v.laterReads(e)) > 0 {
		v.doubt([]string{on(e)}, []*journal.Entry{e}, "a read broke off and was gone on with: whether to its end cannot be "+
			"told, as the size of the object is not known")
		return false
	}
	return len(missing) > 0
}

// readAgain says that the same was asked for later, and answered well.
func (v *view) readAgain(e *journal.Entry) bool {
	return slices.ContainsFunc(v.readsOf[read(e)], func(by *journal.Entry) bool {
		return after(e, by) && !fails(by) && by.Query == e.Query && by.Operation == e.Operation &&
			(by.Carries["range"] == e.Carries["range"] || by.Carries["range"] == "")
	})
}

// laterReads are the reads of the same object, or version of it, that may have come of the bad
// one.
func (v *view) laterReads(e *journal.Entry) (all []*journal.Entry) {
	for _, by := range v.readsOf[read(e)] {
		if by.Operation == e.Operation && after(e, by) && !partNumber(by) {
			all = append(all, by)
		}
	}
	return all
}

// after says that a request may have come of the end of another: of one that stalled, of its
// client's patience.
func after(e, by *journal.Entry) bool {
	if struck(e, responseBody, stalled) != nil || broken(e) {
		return by.Time.After(e.Time)
	}
	return by.Time.After(e.Time) && !by.Time.Before(over(e))
}

// lacks is the bytes of an object of a size that a bad answer does not give. ok: they can be told.
func lacks(e *journal.Entry, size int64) (all []span, ok bool) {
	asked, ok := spanOf(e.Carries["range"], size)
	all = []span{asked}
	for _, got := range gets(e, size) {
		all = without(all, got)
	}
	return all, ok
}

// gets is the bytes of an object that an answer gives as they are.
func gets(e *journal.Entry, size int64) []span {
	asked, ok := spanOf(e.Carries["range"], size)
	if !ok || refused(e) {
		return nil
	}
	if cut(e) {
		asked.to = min(asked.to, asked.from+delivered(e))
	}
	got := []span{asked}
	if f := changed(e); f != nil {
		if f.At == nil {
			return nil
		}
		at := asked.from + *f.At
		got = without(got, span{at, at + 1})
	}
	return got
}

// delivered is how many bytes of a body that was cut came; of one of which the end is not written
// down, as many as the fault lets pass.
func delivered(e *journal.Entry) int64 {
	f := struck(e, responseBody, reset, closed, stalled, truncate)
	if !e.Answered && f.At != nil {
		return *f.At
	}
	return e.BytesOut
}

// sizeAt is the size of an object as it was read; open: nobody knows.
func (v *view) sizeAt(e *journal.Entry) int64 {
	earlier := func(w *journal.Entry) bool { return w.Time.Before(ended(e)) }
	later := func(w *journal.Entry) bool { return !ended(w).Before(e.Time) }
	is, was, written := v.after[on(e)], v.before[on(e)], v.done[on(e)]
	switch {
	case version(e) != "":
		return open
	case is != nil && !slices.ContainsFunc(written, later):
		return is.Size
	case was != nil && !slices.ContainsFunc(written, earlier):
		return was.Size
	}
	return open
}

// read is what a request reads: an object or a version of one, or a bucket.
func read(e *journal.Entry) string { return on(e) + "?" + version(e) }

func version(e *journal.Entry) string { return parameter(e, "versionId") }

func partNumber(e *journal.Entry) bool { return parameter(e, "partNumber") != "" }
