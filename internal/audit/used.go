package audit

import (
	"encoding/json"
	"slices"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/journal"
)

// subject is the audited world as programs find it.
type subject struct {
	facts  node // in the form of the scenario file
	region string
	caller string // whose credentials the program has
}

// look remembers what the audited world is like, the first time that there is one.
func (a *auditing) look(w *launch.World) error {
	if a.subject != nil {
		return nil
	}
	text, err := w.Facts()
	if err != nil {
		return err
	}
	s := &subject{region: w.Scenario.Region, caller: a.Program.Caller}
	if err := json.Unmarshal(text, &s.facts); err != nil {
		return err
	}
	a.subject = s
	return nil
}

// used is an operation of S3 as both baselines used it.
type used struct {
	operation string
	requests  []*journal.Entry
	most      int // how often one of the two asked for it
	// behind is a HEAD that was asked for before it, and needs one of the same permissions;
	// empty: there is none.
	behind string
}

// usedIn are the operations that the baselines used, in the order in which they began to.
func usedIn(b *finding.Baselines) []*used {
	all := usedInEach(b)
	for i, u := range all {
		for _, earlier := range all[:i] {
			if isHead(earlier) && haveOne(earlier.actions(), u.actions()) {
				u.behind = earlier.operation
			}
		}
	}
	return all
}

// haveOne says whether two lists have something in common.
func haveOne(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// together is all that was used, as if it were one operation.
func together(all []*used) *used {
	whole := &used{}
	for _, u := range all {
		whole.requests = append(whole.requests, u.requests...)
	}
	return whole
}

func usedInEach(b *finding.Baselines) (all []*used) {
	for _, run := range b {
		times := map[string]int{}
		for i := range run.Requests {
			e := &run.Requests[i]
			if e.Service != "" || e.Operation == "" {
				continue
			}
			u := find(&all, e.Operation)
			u.requests = append(u.requests, e)
			times[e.Operation]++
			u.most = max(u.most, times[e.Operation])
		}
	}
	return all
}

func find(all *[]*used, operation string) *used {
	for _, u := range *all {
		if u.operation == operation {
			return u
		}
	}
	u := &used{operation: operation}
	*all = append(*all, u)
	return u
}

// any says whether one of its requests is such.
func (u *used) any(is func(*journal.Entry) bool) bool { return slices.ContainsFunc(u.requests, is) }

// asked is what fault rules must know of it: only requests that went well count.
func (u *used) asked() fault.Asked {
	a := fault.Asked{Operation: u.operation, Requests: u.most}
	for _, e := range u.requests {
		if e.Status < 300 {
			a.In, a.Out = max(a.In, e.BytesIn), max(a.Out, e.BytesOut)
		}
	}
	return a
}

// actions are the permissions without which it is refused: of each request the operation's own,
// or, where another was asked for, the first.
func (u *used) actions() (all []string) {
	own := actionOf(u.operation)
	for _, e := range u.requests {
		first := ""
		for _, d := range e.Decisions {
			if d.Action == own || first == "" {
				first = d.Action
			}
		}
		if first != "" && !slices.Contains(all, first) {
			all = append(all, first)
		}
	}
	return all
}

func actionOf(operation string) string {
	for _, o := range s3api.Operations() {
		if o.Name == operation {
			return o.Action()
		}
	}
	return ""
}

// principals are the ARNs of those who asked for it; one that is empty is anonymous.
func (u *used) principals() (all []string) {
	for _, e := range u.requests {
		if !slices.Contains(all, e.Principal) {
			all = append(all, e.Principal)
		}
	}
	return all
}

// buckets are those that it was asked about; one that is empty is none.
func (u *used) buckets() (all []string) {
	for _, e := range u.requests {
		if !slices.Contains(all, e.Bucket) {
			all = append(all, e.Bucket)
		}
	}
	return all
}
