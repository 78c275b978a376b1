// Package fault is what goes wrong on demand: rules that say which requests are struck,
// at which stage of their path, and what happens to them then. Rules are facts, which
// never change; Counts is what a world remembers of them; a Visit is one request that
// some of them are about. An effect is a file of its own and a row in the list of effects.
package fault

import (
	"slices"

	"github.com/s3fault/s3fault/internal/facts"
)

// Stage is a point on the path of a request at which a rule can strike.
type Stage string

// The stages, in the order of the path.
const (
	Arrival      Stage = "arrival"       // it is known what is asked for; nobody is proved, nothing decided
	RequestBody  Stage = "request_body"  // its body is read
	BeforeCommit Stage = "before_commit" // it is allowed, and nothing is written
	AfterCommit  Stage = "after_commit"  // all is written, and nothing answered
	ResponseBody Stage = "response_body" // the body of its answer leaves
)

var stages = []Stage{Arrival, RequestBody, BeforeCommit, AfterCommit, ResponseBody}

func (s Stage) body() bool { return s == RequestBody || s == ResponseBody }

// Rule says which requests are struck, when, and what happens to them. It is never
// changed; whose counters are whose is told by its address.
type Rule struct {
	Name  string // unique in its world
	Match Match
	When  When
	// Stage is the one that the rule names; empty: the usual one for what it does and for
	// the operation (stageFor).
	Stage Stage
	Steps []Step // one a strike, in this order, the last one for ever; at least one
	// MustFire says that a test fails in which the rule never struck.
	MustFire bool
}

// Step is what one strike does.
type Step struct {
	Effect Effect
	// AfterBytes is how many bytes of a body pass before it; nil: it is not said.
	AfterBytes *int64
}

// When says which of the matching requests are struck. The zero When is all of them.
type When struct {
	Per         Per
	After       int // so many pass first
	First       int // so many are struck, and no more; 0: any number
	Every       int // each so manieth alone; 0: each
	Probability float64
	// Between is the time in which the rule is awake, from the first on and before the
	// second; nil: always.
	Between []facts.Moment
}

// Per is what requests are counted for.
type Per string

// The things that requests are counted for.
const (
	PerWorld      Per = "world" // also the empty Per
	PerKey        Per = "key"
	PerUpload     Per = "upload"
	PerCaller     Per = "caller"
	PerConnection Per = "connection"
)

var pers = []Per{PerWorld, PerKey, PerUpload, PerCaller, PerConnection}

// Stages are all stages, in the order of the path.
func Stages() []Stage { return slices.Clone(stages) }

// Pers are all things that requests are counted for.
func Pers() []Per { return slices.Clone(pers) }

// stageFor is where the rule strikes requests for the operation. Not ok: there is no
// such stage.
func (r *Rule) stageFor(o Operation) (s Stage, ok bool) {
	if r.Stage != "" {
		return r.Stage, o.has(r.Stage)
	}
	for _, s := range r.usual(o) {
		if o.has(s) && r.can(s) {
			return s, true
		}
	}
	return "", false
}

// usual is the stages of a rule that names none, the likeliest first.
func (r *Rule) usual(o Operation) []Stage {
	switch {
	case !r.isOfBodies():
		return []Stage{BeforeCommit, Arrival, AfterCommit, RequestBody, ResponseBody}
	case o.Class.Has(Writes):
		return []Stage{RequestBody, ResponseBody}
	}
	return []Stage{ResponseBody, RequestBody}
}

// isOfBodies says whether a step can only be within a body.
func (r *Rule) isOfBodies() bool {
	return slices.ContainsFunc(r.Steps, func(s Step) bool {
		return s.AfterBytes != nil || !slices.ContainsFunc(s.stages(), func(s Stage) bool { return !s.body() })
	})
}

// can says whether all steps of the rule can be at the stage.
func (r *Rule) can(s Stage) bool {
	return !slices.ContainsFunc(r.Steps, func(step Step) bool { return !slices.Contains(step.stages(), s) })
}
