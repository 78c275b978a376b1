package exchange

import "github.com/s3fault/s3fault/authz"

// Decide answers the questions of a request. Where all are allowed, the decisions only
// say so: their findings, at which hardly anybody looks, are for Explain to work out.
func Decide(questions []*authz.Request) []authz.Decision {
	decisions := make([]authz.Decision, len(questions))
	for i, q := range questions {
		if !authz.Allows(q) {
			return Explain(questions)
		}
		decisions[i] = allowed(q)
	}
	return decisions
}

// allowed is a yes of which nobody knows yet what the layers say.
func allowed(q *authz.Request) authz.Decision {
	return authz.Decision{Action: q.Action, Resource: q.Resource, Verdict: authz.Allowed}
}

// Explain answers the questions with what every layer says.
func Explain(questions []*authz.Request) []authz.Decision {
	decisions := make([]authz.Decision, len(questions))
	for i, q := range questions {
		decisions[i] = authz.Evaluate(q)
	}
	return decisions
}
