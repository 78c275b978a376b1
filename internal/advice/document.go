package advice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// place is a policy that can be changed.
type place struct {
	what string       // "the bucket policy of my-bucket"
	path build.Path   // in a patch
	has  *authz.Named // nil: there is none yet
	// resource: its statements name a principal; anyone: only everybody, as the policy
	// of a gateway endpoint must.
	resource, anyone bool
	of               audience
	// itself: its statements name no resource, as a role's trust policy is about the
	// role; star: their resource is "*", as the key is of a key's policy.
	itself, star bool
	lists        bool   // an Allow goes into the lists of a statement, or elsewhere
	bucket       string // of a bucket's policy: its name
	// away is the patch that leaves it out, where its last statement is dropped; nil:
	// a null at its path.
	away journal.Patch
}

// audience is whom the statements of a policy are about that do not say it.
type audience int

// The audiences.
const (
	one       audience = iota // the requester, or who is named
	several                   // whoever has the policy, the requester among them
	everybody                 // the whole of an account, or of a network
)

func (p *place) binds(a audience) bool { return p.of == a }

// document is a policy as AWS's JSON has it.
func (p *place) document() (doc journal.Patch, statements []any) {
	if p.has == nil {
		return journal.Patch{"Version": today}, nil
	}
	// It was compiled from this text: it is JSON. One without a version stays so: with one its
	// other statements might come to mean something else.
	_ = json.Unmarshal([]byte(p.has.Policy.Source()), &doc)
	switch list := doc["Statement"].(type) {
	case []any:
		statements = list
	case nil:
	default:
		statements = []any{list}
	}
	return doc, statements
}

func (p *place) with(statements []any) journal.Patch {
	doc, _ := p.document()
	doc["Statement"] = statements
	return at(doc, p.path)
}

// add is the change that adds a statement.
func (p *place) add(layer authz.Layer, s statement) candidate {
	_, statements := p.document()
	verb := "add to "
	if p.has == nil {
		verb = "write "
	}
	return candidate{Change: journal.Change{
		Layer: layer, Text: verb + p.what + ": " + text(s),
		Patch: p.with(append(slices.Clone(statements), s)),
	}}
}

// denies says whether the finding can be of this policy: one of that name and ARN,
// which has a Deny where the finding's statement stands.
func (p *place) denies(f *authz.Finding) bool {
	if f.Statement == nil || p.has == nil || p.has.Name != f.Policy || p.has.ARN != f.PolicyARN {
		return false
	}
	_, statements := p.document()
	i := f.Statement.Index
	if i >= len(statements) || p.has.Policy.Sid(i) != f.Statement.Sid {
		return false
	}
	s, ok := statements[i].(map[string]any)
	return ok && s["Effect"] == "Deny"
}

// drop is the change that takes a statement away, and with it a guardrail.
func (p *place) drop(layer authz.Layer, index int) candidate {
	_, statements := p.document()
	c := candidate{reveals: true, Change: journal.Change{
		Layer: layer, Text: "removes a guardrail: drop " + p.named(index) + " from " + p.what, Removes: true,
	}}
	switch rest := slices.Delete(slices.Clone(statements), index, index+1); {
	case len(rest) > 0:
		c.Patch = p.with(rest)
	case p.away != nil:
		c.Patch = p.away
	default:
		c.Patch = at(nil, p.path)
	}
	return c
}

// replace is the patch that puts statements in the place of one.
func (p *place) replace(index int, by ...statement) journal.Patch {
	_, statements := p.document()
	all := slices.Clone(statements[:index])
	for _, s := range by {
		all = append(all, map[string]any(s))
	}
	return p.with(append(all, statements[index+1:]...))
}

func (p *place) named(index int) string {
	if sid := p.has.Policy.Sid(index); sid != "" {
		return fmt.Sprintf("the statement %q", sid)
	}
	return fmt.Sprintf("the statement %d", index)
}

func text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // maps of texts
	return strings.TrimSpace(b.String())
}

// principal names the requester in a policy of a resource: a session by its role,
// which is how AWS advises it; nil: nobody who could be named.
func principal(p *policy.Principal) map[string]any {
	switch {
	case p == nil || p.Kind == policy.Anonymous:
		return nil
	case p.Kind == policy.Service:
		return map[string]any{"Service": p.String()}
	case p.Kind == policy.RoleSession:
		return map[string]any{"AWS": p.RoleARN}
	case p.Kind == policy.WebIdentity:
		return map[string]any{"Federated": p.Provider}
	}
	return map[string]any{"AWS": p.ARN}
}
