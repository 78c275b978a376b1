package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/internal/store"
)

// harmless says that a plan lets nobody do what he could not before, and takes nothing from
// anybody, but for the request's own deeds. What a change of the request alone comes to is
// nobody else's.
func (s *search) harmless(p *plan) bool {
	after, ok := s.after(p)
	if !ok || s.off() != nil {
		return true
	}
	may, others := p.may(s), false
	asked, harms := s.cast().Harms(after, func(d deeds.Found, opened bool) bool {
		others = others || opened && s.others(d)
		return may(d, opened)
	})
	if harms {
		return false
	}
	p.asked, p.weighed = asked, p.tier != inValue && !others // what it means is still to be told
	return true
}

// may says which deeds a plan may open and close: the request's own, and what it means.
func (p *plan) may(s *search) deeds.May {
	return func(d deeds.Found, opened bool) bool {
		return p.means(s, d) || opened && s.requests(d) || !opened && p.unmeant(s, d)
	}
}

// counted is how many deeds are counted of a plan that opens, or closes, that many of others.
const counted = 100

// weigh finds out what a plan lets somebody do who could not before, and what it takes
// from whom.
func (s *search) weigh(p *plan) {
	after, ok := s.after(p)
	if p.weighed || !ok || s.off() != nil {
		return
	}
	may := p.may(s)
	found := s.cast().First(counted, after, may)
	p.weighed, p.asked = true, found.Asked
	for _, d := range found.Opened {
		switch {
		case !may(d, true):
			p.opened = append(p.opened, d.Deed)
		case !s.requests(d) || s.others(d):
			p.meant = append(p.meant, d.Deed)
		}
	}
	for _, d := range found.Closed {
		if !may(d, false) {
			p.closed = append(p.closed, d.Deed)
		}
	}
}

// after is the world with what a plan changes for others than the request; false: nothing.
func (s *search) after(p *plan) (*store.Moment, bool) {
	if len(p.facts) == 0 {
		return nil, false
	}
	if text(p.facts) == text(p.try.Patch) {
		return p.now.Moment, true
	}
	then, err := s.of.Decide(Try{Patch: p.facts})
	if err != nil {
		return nil, false // it was taken with more facts, and is not without
	}
	return then.Moment, true
}

// cast is the net about the world of the request.
func (s *search) cast() *deeds.Net {
	if s.net == nil {
		s.net = deeds.Cast(s.first.Moment, s.first.Now, deeds.Subject{})
	}
	return s.net
}

// means says that a deed is one of the requester's that a corrected value plainly means, or that the wrong one did.
func (p *plan) means(s *search, d deeds.Found) bool { return p.tier == inValue && s.requesters(d) }

// unmeant says that nobody in the world does what a corrected value takes away: the wrong one named who is not there.
func (p *plan) unmeant(s *search, d deeds.Found) bool {
	return p.tier == inValue && strings.HasPrefix(d.Principal,
		"arn:") && !s.first.Moment.State.PrincipalExists(d.Principal)
}

// requests says whether a deed is the request's own: the same principal's, of the same action
// on the same resource.
func (s *search) requests(d deeds.Found) bool {
	return s.requesters(d) && slices.ContainsFunc(s.first.Questions, func(q *authz.Request) bool {
		return strings.EqualFold(q.Action, d.Action) && q.Resource == d.Resource
	})
}

// requesters says whether it is the requester who does it.
func (s *search) requesters(d deeds.Found) bool {
	if len(s.first.Questions) == 0 {
		return false
	}
	asked := s.first.Questions[0].Context // all questions are asked by one
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalServiceName"} {
		if v, ok := asked.Get(key); ok {
			return v[0] == d.Principal
		}
	}
	return d.Principal == "" && d.As == "anonymous"
}

// others says that another caller of the requester's principal does it, such as another session of its role: policies
// let in both or neither, so that it is no harm, and yet nothing of the request's.
func (s *search) others(d deeds.Found) bool {
	own, other := s.first.Caller, s.first.Moment.State.Callers[d.As]
	return own != nil && other != nil && s.requesters(d) && (other.Principal.ARN != own.Principal.ARN ||
		other.SourceARN != own.SourceARN || other.SourceAccount != own.SourceAccount)
}
