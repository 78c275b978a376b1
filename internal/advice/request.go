package advice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// inRequest is how the request could be made so that the policies and settings let it through as they
// are, the likeliest first. What cannot be tried is a text.
func (s *search) inRequest(d *authz.Decision, f *authz.Finding) []candidate {
	q := s.question(d)
	if q == nil || f.Layer == authz.CORS { // a browser asks as it must, and nobody signs it
		return nil
	}
	p := &program{s}
	set := &setting{p}
	all := p.arriving()
	if d.Cause == authz.Masking {
		all = append(all, set.ofWhatIsThere(d)...)
	}
	if of := settled[f.Layer]; of != nil {
		all = append(all, of(set, q, f)...)
	}
	switch f.Effect {
	case authz.ExplicitDeny:
		all = append(all, p.avoiding(q, f)...)
		if (f.Statement != nil || f.Barred()) && len(s.inValue(d, f)) == 0 {
			all = append(all, set.byOthers()...)
		}
	case authz.ImplicitDeny:
		all = append(append(all, p.meeting(q, f)...), through(q)...)
	}
	if nobody(q) {
		all = append(all, set.ofNewest(q)...)
		all = append(all, set.putting(q, d)...)
		all = append(all, set.byOthers()...)
	}
	all = append(all, set.needless(q)...)
	if slices.ContainsFunc(all, func(c candidate) bool { return c.told() }) {
		return all
	}
	if nobody(q) {
		return append(all, telling("sign it, as somebody whom the policies allow "+d.Action+" on "+d.Resource+
			": to let everybody do it opens it to the world", nil)...)
	}
	return append(all, candidate{Change: journal.Change{Class: calledFor(d, f), Text: Remedy(d, f)}})
}

// program is what makes the request, and could make it in another way.
type program struct{ *search }

// setting is what says no and is no policy.
type setting struct{ *program }

// settled are the layers that are no policies.
var settled = map[authz.Layer]func(*setting, *authz.Request, *authz.Finding) []candidate{
	authz.Authentication:    (*setting).signedWell,
	authz.RequestForm:       (*setting).formed,
	authz.Region:            (*setting).toRegion,
	authz.ExpectedOwner:     (*setting).expectingOwner,
	authz.RequesterPays:     (*setting).paying,
	authz.ObjectOwnership:   (*setting).withoutACL,
	authz.BlockPublicAccess: (*setting).privately,
	authz.ObjectLock:        (*setting).bypassing,
	authz.KMS:               (*setting).otherKeys,
}

// avoiding is the request made so that the statement that denies does not match it.
func (s *program) avoiding(q *authz.Request, f *authz.Finding) []candidate {
	var all []candidate
	for _, r := range denying(q, f) {
		for _, key := range r.keys() {
			all = append(all, s.reaching(q, &r, key, false)...)
		}
	}
	return all
}

// meeting is the request made so that an Allow applies that its conditions keep from it.
func (s *program) meeting(q *authz.Request, f *authz.Finding) []candidate {
	var found []candidate
	for _, r := range almost(q, f) {
		met := []candidate{{}}
		for _, key := range r.keys() {
			if all(r.on(key), q.Context) {
				continue
			}
			met = combined(met, s.reaching(q, &r, key, true))
		}
		found = append(found, met...)
	}
	return found
}

// most bounds how many ways are tried for one key.
const most = 4

// reaching are the ways in which the clauses on a key come to hold, or come not to.
func (s *program) reaching(q *authz.Request, r *read, key string, hold bool) []candidate {
	can := wayOf(key)
	if can == nil {
		return nil
	}
	var found []candidate
	slipped := s.corrigible(q, r, key, hold)
	for _, w := range s.wishes(q, key, r.on(key), hold) {
		if slipped && !w.completes(q.Context) {
			continue
		}
		c, ok := can(s, q, w)
		if ok = ok && (hold || c.Class == ""); ok && len(found) < most {
			c.Text += " (" + r.wants(key) + ")"
			found = append(found, candidate{Change: c, kind: kindOf(c)})
		}
	}
	return found
}

// byTags is the kind of a grant that is made with tags.
const byTags = "by tags"

// kindOf tells tags that are granted from other grants.
func kindOf(c journal.Change) string {
	if c.Class == journal.OfGrant {
		return byTags
	}
	return ""
}

// corrigible says whether a value for the key is wrong by a hair: then it is the policy that is to be
// changed, and not the request.
func (s *program) corrigible(q *authz.Request, r *read, key string, hold bool) bool {
	if _, there := q.Context.Get(key); !there && !strings.EqualFold(key, "aws:SourceIp") {
		return false
	}
	w := &wrong{search: s.search, q: q, version: r.named.Policy.Version()}
	return slices.ContainsFunc(w.mended(r.statement, !hold), func(m mending) bool {
		return slices.ContainsFunc(m.fixes, func(f fix) bool { return strings.Contains(f.element+f.wanted, key) })
	})
}

// combined are both sets of changes, each with each: no more than most.
func combined(first, second []candidate) []candidate {
	var found []candidate
	for _, a := range first {
		for _, b := range second {
			if len(found) == most {
				return found
			}
			if a.Text == "" {
				found = append(found, b)
				continue
			}
			found = append(found, candidate{kind: cmp.Or(a.kind, b.kind), Change: journal.Change{
				Class: cmp.Or(a.Class, b.Class), Text: a.Text + "; and " + b.Text,
				Patch: join(a.Patch, b.Patch), Request: both(a.Request, b.Request),
			}})
		}
	}
	return found
}

// keys are the condition keys of the statement, each once.
func (r *read) keys() []string {
	var keys []string
	seen := map[string]bool{}
	for i := range r.clauses {
		if folded := strings.ToLower(r.clauses[i].key); !seen[folded] {
			seen[folded] = true
			keys = append(keys, r.clauses[i].key)
		}
	}
	return keys
}

// on are the clauses on a key.
func (r *read) on(key string) []clause {
	var found []clause
	for i := range r.clauses {
		if strings.EqualFold(r.clauses[i].key, key) {
			found = append(found, r.clauses[i])
		}
	}
	return found
}

// wants names the condition that a change of the request satisfies.
func (r *read) wants(key string) string {
	operators := make([]string, 0, 1)
	for _, c := range r.on(key) {
		operators = append(operators, c.operator)
	}
	return "the condition " + strings.Join(operators, " and ") + " " + key + " of " + r.name()
}
