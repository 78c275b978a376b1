package finding

import (
	"slices"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// Call is what a program asked for once, with all attempts that its client made of it.
type Call struct {
	Attempts []*journal.Entry // in the order in which they arrived
	// Unsure says that it may have more attempts: requests that ask the same were under way
	// beside it, and nothing tells whose they are.
	Unsure bool
}

// Calls joins requests to calls, in the order in which those began. A client that gives a call
// an id (Invocation) tells itself what belongs together. Without one, a request is an attempt of
// the same call as the last that asked the same, if that was answered before, and with an error:
// as long as one is under way at a time, nobody else can have asked for it.
func Calls(requests []journal.Entry) []*Call {
	j := joining{named: map[named]*Call{}, rows: map[Asked]*row{}}
	for _, e := range byArrival(requests) {
		j.join(e)
	}
	return j.calls
}

func byArrival(requests []journal.Entry) []*journal.Entry {
	all := make([]*journal.Entry, len(requests))
	for i := range requests {
		all[i] = &requests[i]
	}
	slices.SortStableFunc(all, func(a, b *journal.Entry) int { return a.Time.Compare(b.Time) })
	return all
}

// named is a call of a client that gives calls ids. What is asked for stands beside the id, for
// clients that give many calls the same one.
type named struct {
	invocation string
	target     Target
}

type joining struct {
	calls []*Call
	named map[named]*Call
	rows  map[Asked]*row // of clients without ids
}

// row is what clients without ids have asked in the same words.
type row struct {
	last  *Call
	until time.Time // when the last answer was written
	// crowded says that several were under way at a time, and failed that the client of one has
	// reason to ask again.
	crowded, failed bool
}

func (j *joining) join(e *journal.Entry) {
	if e.Invocation == "" {
		j.guess(e)
		return
	}
	id := named{e.Invocation, targetOf(e)}
	if c := j.named[id]; c != nil {
		c.Attempts = append(c.Attempts, e)
		return
	}
	j.named[id] = j.begin(e)
}

func (j *joining) begin(e *journal.Entry) *Call {
	c := &Call{Attempts: []*journal.Entry{e}}
	j.calls = append(j.calls, c)
	return c
}

// guess joins a request without an id.
func (j *joining) guess(e *journal.Entry) {
	asked := askedBy(e)
	if !asked.Known() {
		j.begin(e).Unsure = true
		return
	}
	r := j.rows[asked]
	beside := r != nil && e.Time.Before(r.until)
	switch {
	case r == nil || !beside && !r.failed:
		j.rows[asked] = &row{last: j.begin(e), until: over(e), failed: fails(e)}
	case !beside && !r.crowded:
		r.last.Attempts = append(r.last.Attempts, e)
		r.until, r.failed = over(e), fails(e)
	default:
		r.crowd(e, j.begin(e))
	}
}

// crowd takes in a request of which nobody can tell whose it is.
func (r *row) crowd(e *journal.Entry, c *Call) {
	r.last.Unsure, c.Unsure = true, true
	r.last, r.crowded, r.failed = c, true, r.failed || fails(e)
	if end := over(e); end.After(r.until) {
		r.until = end
	}
}

// ended is when the answer to a request had been written; of one that was not answered yet,
// far away.
func ended(e *journal.Entry) time.Time {
	if !e.Answered {
		return e.Time.AddDate(100, 0, 0)
	}
	return e.Time.Add(e.Duration)
}

// notice is how long before the end of an answer, by our clock, a client may know that it is
// over: it sees the connection end before we have written that down.
const notice = 20 * time.Millisecond

// over is when the client may have known that nothing more comes of a request, at the earliest.
func over(e *journal.Entry) time.Time {
	end := ended(e)
	if !broken(e) && !cut(e) {
		return end
	}
	if early := end.Add(-notice); early.After(e.Time) {
		return early
	}
	return e.Time
}

// First and Last are its attempts.
func (c *Call) First() *journal.Entry { return c.Attempts[0] }

// Last is the attempt that nothing followed.
func (c *Call) Last() *journal.Entry { return c.Attempts[len(c.Attempts)-1] }

// pauses are the times between the end of an answer and the arrival of the next attempt.
func pauses(all []*journal.Entry) []time.Duration {
	var between []time.Duration
	for i := 1; i < len(all); i++ {
		between = append(between, max(0, all[i].Time.Sub(ended(all[i-1]))))
	}
	return between
}

// committed is the attempt that did what was asked for, whatever the client was told; nil: none.
func (c *Call) committed() *journal.Entry {
	if i := slices.IndexFunc(c.Attempts, committed); i >= 0 {
		return c.Attempts[i]
	}
	return nil
}

// Asked is what a request asks for. Two that are equal ask for the same.
type Asked struct {
	Target
	query, body, conditions string
}

// Target is what a request is about: the operation, and what it is done to.
type Target struct {
	Service, Operation, Method, Bucket, Key, UploadID string
	Part                                              int
}

func targetOf(e *journal.Entry) Target {
	return Target{e.Service, e.Operation, e.Method, e.Bucket, e.Key, e.UploadID, e.Part}
}

// Known says that equality means something: control APIs have what they ask for in a body of
// which nothing is told.
func (a Asked) Known() bool { return a.Service == "" }

func object(bucket, key string) string { return bucket + "/" + key }

func on(e *journal.Entry) string { return object(e.Bucket, e.Key) }

func askedBy(e *journal.Entry) Asked {
	a := Asked{Target: targetOf(e), query: e.Query}
	names := make([]string, 0, len(e.Carries))
	for name := range e.Carries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := name + "=" + e.Carries[name] + "\n"
		if tellsOfBody(name) {
			a.body += value
		} else {
			a.conditions += value
		}
	}
	return a
}

// grouped is the calls by what they ask for, each in the order in which they began.
func grouped(calls []*Call) map[Asked][]*Call {
	all := map[Asked][]*Call{}
	for _, c := range calls {
		if asked := askedBy(c.First()); asked.Known() {
			all[asked] = append(all[asked], c)
		}
	}
	return all
}
