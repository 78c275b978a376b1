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
	defer place.leave()
	q, answers := &place.question, place.answers[:0]
	for i := range layers {
		answers = layers[i].ask(q, answers)
	}
	out := combine(q, answers)
	if out.verdict != Allowed {
		explain(q, answers)
	}
	return out.decision(r, answers)
}

// Allows says whether Evaluate would answer with Allowed. It is for callers that need no
// reasons: it looks for none, stops at the first explicit deny, and allocates nothing.
func Allows(r *Request) bool {
	place := enter(r)
	defer place.leave()
	q, answers := &place.question, place.answers[:0]
	q.silently = true
	for i := range layers {
		before := len(answers)
		answers = layers[i].ask(q, answers)
		for j := before; j < len(answers); j++ {
			if answers[j].Effect == ExplicitDeny {
				return false
			}
		}
	}
	for i := range answers {
		if standsInTheWay(q, answers, &answers[i]) {
			return false
		}
	}
	return true
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
	place.question = ask(r)
	return place
}

// leave clears the room, so that it keeps no policy of a world that is gone.
func (p *room) leave() {
	*p = room{}
	rooms.Put(p)
}

// answer is what one layer says, with what is needed to combine and to explain
// it but is no part of the Decision.
type answer struct {
	Finding
	// read are the policies that the layer read, alone is the one of a layer with one.
	read  []Named
	alone *Named
	// by is the policy that decided, with the statement at; nil: none did.
	by *policy.Policy
	at int
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
func silent(l Layer) answer { return says(l, NotApplicable, "") }

// says is an answer that does not come out of a policy.
func says(l Layer, e Effect, detail string) answer {
	return answer{Finding: Finding{Layer: l, Effect: e, Detail: detail}}
}
