package authz

import (
	"sync"

	"github.com/s3fault/s3fault/policy"
)

// Evaluate puts a question to every layer, combines what they say, and explains
// a no. It neither keeps nor changes the Request, and two calls with equal
// Requests answer alike.
func Evaluate(r *Request) Decision {
	place := enter(r)
	q, answers := &place.question, place.answers[:0]
	for i := range layers {
		answers = layers[i].ask(q, answers)
	}
	out := combine(q, answers)
	d := out.decision(q, answers)
	place.leave(answers)
	return d
}

// Decide is Evaluate for who answers a request: of a no it has the finding Behind it alone, which is
// not explained, and of a yes none.
func Decide(r *Request) Decision {
	place := enter(r)
	q, answers := &place.question, place.answers[:0]
	q.silently = true
	for i := range layers {
		answers = layers[i].hear(q, answers)
	}
	out := combine(q, answers)
	d := out.brief(q, answers)
	place.leave(answers)
	return d
}

// Allows says whether Evaluate would answer with Allowed. It is for callers that need no
// reasons: it looks for none, stops at the first explicit deny, and allocates nothing.
func Allows(r *Request) bool {
	place := enter(r)
	q, answers := &place.question, place.answers[:0]
	q.silently = true
	denied := false
	for i := 0; i < len(layers) && !denied; i++ {
		before := len(answers)
		answers = layers[i].hear(q, answers)
		for j := before; j < len(answers); j++ {
			denied = denied || answers[j].Effect == ExplicitDeny
		}
	}
	for i := 0; i < len(answers) && !denied; i++ {
		denied = standsInTheWay(q, answers, &answers[i])
	}
	place.leave(answers)
	return !denied
}

// room is for one question and the answers of every layer, with KMS's four parts; a
// longer list still works.
type room struct {
	question question
	answers  [24]answer
}

var rooms = sync.Pool{New: func() any { return new(room) }}

func enter(r *Request) *room {
	place := rooms.Get().(*room)
	place.question.ask(r)
	return place
}

// leave clears what was used of the room, so that it keeps no policy of a world that is gone.
func (p *room) leave(answers []answer) {
	p.question = question{}
	clear(p.answers[:min(len(answers), len(p.answers))])
	rooms.Put(p)
}

// answer is what one layer says: what its Finding is made of, and what is needed to combine it
// with the others.
type answer struct {
	Layer  Layer
	Effect Effect
	// Part, Setting and Detail are those of the Finding.
	Part, Setting, Detail string
	// by is the policy that decided, with the statement at; nil: none did.
	by *Named
	at int
	// unheard says that the statement decided without being held against the request.
	unheard bool
	// of are the policies that the layer read, ofOne is that of a layer with one.
	of    []Named
	ofOne *Named
	// beside says that a Deny decided, and that the layer would allow without it.
	beside bool
	// ignores says that Block Public Access ignores an ACL that would allow, so that this
	// layer is to blame for it, whatever its other settings say.
	ignores bool
	// naming says how strongly the Allow that applies names the requester.
	naming policy.Naming
	// beforeRegion is Refusal.BeforeRegion.
	beforeRegion bool
}

// gives says whether an Allow of the layer applies, even if a Deny decided: the Deny is
// then all that is wrong.
func (a *answer) gives() bool { return a.Effect == Allow || a.beside }

// silent is the answer of a layer that has nothing to do with the question.
func silent(l Layer) answer { return answer{Layer: l, Effect: NotApplicable} }

// says makes the answer one that does not come out of a policy.
func (a *answer) says(e Effect, detail string) {
	*a = answer{Layer: a.Layer, Effect: e, Detail: detail}
}
