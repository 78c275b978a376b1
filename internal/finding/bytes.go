package finding

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

func wrongBytes(v *view) (all []Finding) {
	var sent, usual []string
	var by []*journal.Entry
	for _, key := range slices.Sorted(maps.Keys(v.after)) {
		if wrong := v.notSent(key); len(wrong) > 0 {
			sent, by = append(sent, key), append(by, wrong...)
		} else if v.notUsual(key) {
			usual = append(usual, key)
		}
	}
	if len(sent) > 0 {
		all = append(all, Finding{Keys: sent, Requests: ids(by),
			Text: isNot(len(sent)) + " what the program sent last"})
	}
	if len(usual) > 0 {
		all = append(all, Finding{Keys: usual,
			Text: isNot(len(usual)) + " what the program writes when nothing goes wrong, and " + v.Ending.claim()})
	}
	return all
}

func isNot(n int) string {
	if n == 1 {
		return "1 object is not"
	}
	return fmt.Sprint(n, " objects are not")
}

// notUsual says that the program claims success and has left other bytes than both baselines,
// which agree; and no write of its own to that key was lost, which would say it already.
func (v *view) notUsual(key string) bool {
	usual := v.known.object(key)
	if !v.Ending.Well() || usual == nil || v.after[key].same(usual) || v.untouched(key) {
		return false
	}
	return !slices.ContainsFunc(v.lost, func(l loss) bool { return slices.Contains(l.keys, key) })
}

// untouched says that the program changes nothing under a key, here as when nothing goes wrong:
// the world of a scenario of its own may have begun with other bytes there.
func (v *view) untouched(key string) bool {
	return unchanged(v.before[key], v.after[key]) &&
		v.known.every(func(one *baseline) bool { return unchanged(one.before[key], one.objects[key]) })
}

func unchanged(was, is *Object) bool {
	return was == nil && is == nil || was != nil && is != nil && is.same(was)
}

// notSent are the requests that wrote the object last, where it is not what they carried.
func (v *view) notSent(key string) []*journal.Entry {
	last := v.lastOf(key)
	if len(last) != 1 { // nobody wrote it, or nobody knows who did last
		return nil
	}
	is, e := v.after[key], last[0]
	switch roleOf(e) {
	case writes:
		return v.notCarried(&is.Bytes, []*journal.Entry{e}, key)
	case completes:
		return v.partsNotSent(is, e)
	}
	return nil
}

// lastOf are the requests that settled a key and were not answered before another one of them
// arrived: any of them may have been the last.
func (v *view) lastOf(key string) []*journal.Entry {
	all := v.done[key]
	if len(all) == 0 {
		return nil
	}
	newest := all[len(all)-1]
	return slices.DeleteFunc(slices.Clone(all), func(e *journal.Entry) bool { return ended(e).Before(newest.Time) })
}

// notCarried is the request of which the bytes are not what it carried: a digest says so, or a
// fault that changed a byte on its way.
func (v *view) notCarried(is *Bytes, by []*journal.Entry, key string) []*journal.Entry {
	e := by[0]
	equal, tells := is.holds(claims(e))
	f := struck(e, requestBody, corrupt)
	switch {
	case tells && equal:
		return nil
	case tells, f != nil && f.At != nil && *f.At < is.Size:
		return by
	case f != nil && f.At == nil && is.Size > 0:
		v.doubt([]string{key}, by, "a byte of a body may have been changed on its way: the record tells neither which "+
			"nor a digest of what was sent")
	}
	return nil
}

// partsNotSent are the requests for parts of which the object's own are not what was sent. Where
// the object has fewer, nobody can tell which those are.
func (v *view) partsNotSent(is *Object, complete *journal.Entry) (wrong []*journal.Entry) {
	parts := map[int]*journal.Entry{}
	for _, e := range v.arrived {
		if roleOf(e) == stages && e.UploadID == complete.UploadID && committed(e) {
			parts[e.Part] = e
		}
	}
	if len(parts) != len(is.Parts) {
		return nil
	}
	for i, number := range slices.Sorted(maps.Keys(parts)) {
		if strings.HasSuffix(parts[number].Operation, "Copy") {
			continue
		}
		wrong = append(wrong, v.notCarried(&is.Parts[i], []*journal.Entry{parts[number]}, on(complete))...)
	}
	return wrong
}
