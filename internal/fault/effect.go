package fault

import (
	"io"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Effect is what a strike does, as a value that is never changed. It is Acting, Changing,
// Reading or Writing, or several of them.
type Effect interface {
	// Name is its key in a file.
	Name() string
}

// Acting is an effect before an answer: at arrival, before_commit or after_commit.
type Acting interface {
	// Act returns what is told in place of the answer: a *Refusal, an *Answer or a *HangUp.
	// nil: the request goes on.
	Act(*Strike) error
}

// Changing is an effect that gives the operation's own answer another shape. It strikes
// at before_commit or after_commit, and is asked once there is the answer.
type Changing interface{ Change(*Strike, *Answer) }

// Reading is an effect within the body of a request.
type Reading interface {
	// Read is the body as it is read from now on. To make an answer of its own it tells it
	// (Strike.Tell) and fails the reading with it: nothing is written then.
	Read(s *Strike, body io.ReadCloser) io.ReadCloser
}

// Writing is an effect within the body of an answer. It comes before the answer is
// journalled, and has it leave as another body.
type Writing interface{ Write(*Strike, *Answer) }

// Choosing is an effect that strikes only some of those whose turn it is.
type Choosing interface {
	// Chooses is asked while no other request is counted for the rule.
	Chooses(*Strike) bool
}

// Checking is an effect that not every operation can have.
type Checking interface {
	// Check holds the effect against one of the operations that its rule matches.
	// Error: a *tree.Error at the effect, n.
	Check(o Operation, in *Catalogue, n *tree.Node) error
}

// Refusal is an error that a strike has told, in the form of the service that is asked.
type Refusal struct {
	Code    string
	Status  int         // 0: that of the code
	Message *string     // nil: that of the code
	Header  http.Header // beyond those that every error has; nil: none
	Bare    bool        // the status line is all that leaves
	Late    bool        // it comes behind white space, when the status has long gone out
}

func (r *Refusal) Error() string { return r.Code + ", as a fault rule has it" }

// Answer is what leaves: the operation's, which effects change, or one that a strike has
// made whole.
type Answer struct {
	Status int // 0: 200
	Header http.Header
	Length int64         // of the body; -1: it is not told
	Body   io.ReadCloser // nil: none
	// Code and Message are those of a refusal; an empty Code: it is none.
	Code, Message string
}

func (a *Answer) Error() string { return "an answer of a fault rule's own" }

// HangUp is an answer that is none. Act does to the connection what is to be done, once
// the request is journalled; nil: it is closed. It may take its time.
type HangUp struct{ Act func(*http.Request) }

// Do hangs up. It does not return, but ends the handler as net/http has it.
func (h *HangUp) Do(r *http.Request) {
	if h.Act != nil {
		h.Act(r)
	}
	panic(http.ErrAbortHandler)
}

func (*HangUp) Error() string { return "the connection is broken off by a fault rule" }

// effect is a row of the list: an effect by its name, with what it is at most.
type effect struct {
	name   string
	stages []Stage // in which it can be
	row    facts.Row[*Step]
}

// effects is the list.
var effects = []effect{
	newEffect(errorName, "answers with an error",
		errors, Arrival, RequestBody, BeforeCommit, AfterCommit),
	newEffect(latencyName, "waits",
		latencies, stages...),
	newEffect(bandwidthName, "lets so many bytes through a second, like 64kB",
		bandwidths, RequestBody, ResponseBody),
	newEffect(stallName, "nothing more comes: for a time, or forever",
		stalls, stages...),
	newEffect(continueName, "keeps 100 Continue back: for a time, or never",
		continues, RequestBody),
	newEffect(resetName, "resets the connection",
		only(reset), stages...),
	newEffect(closeName, "ends the connection in order",
		only(ending), stages...),
	newEffect(truncateAfterName, "ends the body behind so many bytes, of the length that was promised",
		truncates(truncateAfterName, false), ResponseBody),
	newEffect(truncateAtName, "ends the body behind so many bytes, with that length",
		truncates(truncateAtName, true), ResponseBody),
	newEffect(corruptName, "changes a byte of the body",
		corruptions, RequestBody, ResponseBody),
	newEffect(lateName, "tells an error behind status 200",
		lates, BeforeCommit, AfterCommit),
	newEffect(listName, "a page that says there are more, and not from where",
		listings, BeforeCommit),
	newEffect(dropName, "leaves headers out of the answer",
		droppings, BeforeCommit, AfterCommit),
	newEffect(setName, "sets headers of the answer",
		settings, BeforeCommit, AfterCommit),
	newEffect(throttleName, "takes so many requests a second, and tells the others SlowDown",
		throttles, Arrival),
	newEffect(redirectName, "sends the client to another region",
		redirects, Arrival),
	newEffect(expireName, "session: the temporary credentials end",
		expiries, Arrival),
}

// newEffect is a row: what the effect is, in words and in a file, and the stages in which it
// can be.
func newEffect[E Effect](name, says string, kind facts.Kind[E], stages ...Stage) effect {
	row := facts.Fact(name, kind, func(s *Step, e E, n *tree.Node) error {
		if n != nil {
			s.Effect = e
		}
		return nil
	}, func(s *Step) (e E) { return e })
	return effect{name, stages, row.Says(says).Written(func(s *Step) *tree.Node {
		if e, ok := s.Effect.(E); ok && e.Name() == name {
			return kind.Write(e)
		}
		return nil
	})}
}

// stages are those in which the step can be.
func (s Step) stages() []Stage {
	i := slices.IndexFunc(effects, func(e effect) bool { return e.name == s.Effect.Name() })
	if i < 0 { // pass
		return stages
	}
	if s.AfterBytes == nil {
		return effects[i].stages
	}
	return slices.DeleteFunc(slices.Clone(effects[i].stages), func(s Stage) bool { return !s.body() })
}
