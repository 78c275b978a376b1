package authz

import (
	"sync"

	"github.com/s3fault/s3fault/policy"
)

// Evaluate puts a question to every layer, combines what they say, and explains
// a no. It neither keeps nor changes the Request, and two calls with equal
// Requests answer alike.
func Evaluate(r *Request) Decision {
	q := ask(r)
	place := rooms.Get().(*room)
	answers := place[:0]
	for i := range layers {
		answers = layers[i].ask(q, answers)
	}
	out := combine(q, answers)
	if out.verdict != Allowed {
		explain(q, answers)
	}
	d := out.decision(r, answers)
	clear(place[:]) // so that it keeps no policy of a world that is gone
	rooms.Put(place)
	return d
}

// room is for the answers of every layer, with KMS's three parts; a longer list
// still works.
type room [24]answer

var rooms = sync.Pool{New: func() any { return new(room) }}

// answer is what one layer says, with what is needed to combine and to explain
// it but is no part of the Decision.
type answer struct {
	Finding
	// read are the policies that the layer read.
	read []Named
	// by is the policy that decided; nil: none did.
	by *policy.Policy
	// naming says how strongly the deciding Allow names the requester.
	naming policy.Naming
	// beforeRegion is Refusal.BeforeRegion.
	beforeRegion bool
}

// silent is the answer of a layer that the question is no matter of.
func silent(l Layer) answer { return says(l, NotApplicable, "") }

// says is an answer that does not come out of a policy.
func says(l Layer, e Effect, detail string) answer {
	return answer{Finding: Finding{Layer: l, Effect: e, Detail: detail}}
}
