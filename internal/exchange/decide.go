package exchange

import "github.com/s3fault/s3fault/authz"

// Decide answers the questions of a request, with no more than a reply needs: what else the
// layers said, at which hardly anybody looks, is for Explain to work out.
func Decide(questions []*authz.Request) []authz.Decision {
	decisions := make([]authz.Decision, len(questions))
	for i, q := range questions {
		decisions[i] = authz.Decide(q)
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
