package finding

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// baselines is what the two runs in which nothing went wrong have in common. Without any,
// nothing is common.
type baselines struct {
	runs  []baseline
	there bool
}

type baseline struct {
	asked      map[Asked]int  // how often each
	crews      map[Asked]int  // how many of each at once
	operations map[string]int // how often each
	refusals   map[refusal]bool
	keys       map[string]bool    // that requests name, or that were there at the end
	before     map[string]*Object // what was there as it began
	objects    map[string]*Object
	uploads    []Upload // that it left behind
}

// refusal is a request as it was refused. Of a key that is another one in every run, none.
type refusal struct{ operation, bucket, key, told string }

func objects(c *Contents) map[string]*Object {
	all := make(map[string]*Object, len(c.Objects))
	for i := range c.Objects {
		all[object(c.Objects[i].Bucket, c.Objects[i].Key)] = &c.Objects[i]
	}
	return all
}

func knownFrom(b *Baselines) baselines {
	if b == nil || b[0] == nil || b[1] == nil {
		return baselines{}
	}
	all := baselines{runs: []baseline{learn(b[0]), learn(b[1])}, there: true}
	for i, r := range b {
		all.note(r, all.runs[i].refusals)
	}
	return all
}

func learn(r *Run) baseline {
	b := baseline{
		crews: crewsOf(r.Requests), asked: map[Asked]int{}, operations: map[string]int{}, refusals: map[refusal]bool{},
		keys: map[string]bool{}, before: objects(&r.Before), objects: objects(&r.After),
		uploads: left(r),
	}
	for key := range b.objects {
		b.keys[key] = true
	}
	for i := range r.Requests {
		e := &r.Requests[i]
		b.asked[askedBy(e)]++
		b.operations[name(e)]++
		b.keys[on(e)] = true
	}
	return b
}

func (b *baselines) note(r *Run, refusals map[refusal]bool) {
	for i := range r.Requests {
		e := &r.Requests[i]
		if refused(e) {
			refusals[b.refusal(e)] = true
		}
		for key, code := range e.Refused {
			refusals[refusal{name(e), e.Bucket, key, code}] = true
		}
	}
}

// usualEntry says that the key of a DeleteObjects was refused alike in both.
func (b *baselines) usualEntry(e *journal.Entry, key, code string) bool {
	return b.every(func(one *baseline) bool { return one.refusals[refusal{name(e), e.Bucket, key, code}] })
}

func (b *baselines) refusal(e *journal.Entry) refusal {
	r := refusal{name(e), e.Bucket, e.Key, told(e)}
	if !b.has(on(e)) {
		r.key = ""
	}
	return r
}

// has says that the key, as BUCKET/KEY, occurs in both runs: a name without a time or a nonce.
func (b *baselines) has(key string) bool {
	return b.every(func(one *baseline) bool { return one.keys[key] })
}

// changing is how many objects a run has made in a bucket that have another name in every run.
func (b *baselines) changing(before, after map[string]*Object, bucket string) (n int) {
	for key := range after {
		if strings.HasPrefix(key, bucket+"/") && before[key] == nil && !b.has(key) {
			n++
		}
	}
	return n
}

// usual says that the request was refused alike in both.
func (b *baselines) usual(e *journal.Entry) bool {
	return b.every(func(one *baseline) bool { return one.refusals[b.refusal(e)] })
}

// object is what both runs left under a key, as BUCKET/KEY; nil: not the same bytes.
func (b *baselines) object(key string) *Object {
	var one *Object
	if b.every(func(in *baseline) bool {
		is := in.objects[key]
		was := one
		one = is
		return is != nil && (was == nil || is.same(was))
	}) {
		return one
	}
	return nil
}

// asked is how often the request was made in the run that made it more often.
func (b *baselines) asked(a Asked) int {
	return b.most(func(one *baseline) int { return one.asked[a] })
}

// crew is how many of the request were made at once in the run that made more of them so.
func (b *baselines) crew(a Asked) int {
	return b.most(func(one *baseline) int { return one.crews[a] })
}

// atOnce is how far apart requests are, at the most, that somebody may have made beside each other.
const atOnce = 100 * time.Millisecond

// crewsOf is how many of each request were made at once, at the most.
func crewsOf(requests []journal.Entry) map[Asked]int {
	most, now, last := map[Asked]int{}, map[Asked]int{}, map[Asked]*journal.Entry{}
	for _, e := range byArrival(requests) {
		a := askedBy(e)
		if before := last[a]; before != nil && e.Time.After(ended(before).Add(atOnce)) {
			now[a] = 0
		}
		now[a]++
		most[a], last[a] = max(most[a], now[a]), e
	}
	return most
}

func (b *baselines) every(holds func(*baseline) bool) bool {
	for i := range b.runs {
		if !holds(&b.runs[i]) {
			return false
		}
	}
	return b.there
}

func (b *baselines) most(of func(*baseline) int) int {
	most := 0
	for i := range b.runs {
		most = max(most, of(&b.runs[i]))
	}
	return most
}

// same says that two objects have the same bytes.
func (o *Object) same(as *Object) bool {
	if o.Size != as.Size {
		return false
	}
	return o.Digests[payloadHash] != "" && o.Digests[payloadHash] == as.Digests[payloadHash] || o == as
}

// Stable says of keys, as BUCKET/KEY, whether they are the same in every run: both baselines
// have them. Keys with times or nonces are not.
func (b *Baselines) Stable() func(key string) bool {
	known := knownFrom(b)
	return known.has
}

// Wrote is what both baselines left in the buckets with the same bytes under the same key, by
// BUCKET/KEY.
func (b *Baselines) Wrote() map[string]*Object {
	known := knownFrom(b)
	all := map[string]*Object{}
	if !known.there {
		return all
	}
	for key := range maps.Keys(known.runs[0].objects) {
		if o := known.object(key); o != nil {
			all[key] = o
		}
	}
	return all
}

// left are the uploads that a run left behind.
func left(r *Run) []Upload {
	old := func(u Upload) bool { return slices.Contains(r.Before.Uploads, u) }
	return slices.DeleteFunc(slices.Clone(r.After.Uploads), old)
}
