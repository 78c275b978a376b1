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
	// itself: its statements name no resource, as a role's trust policy is about the
	// role.
	itself bool
	// away is the patch that leaves it out, where its last statement is dropped; nil:
	// a null at its path.
	away journal.Patch
}

// statement is an element of a policy's Statement.
type statement map[string]any

// document is a policy as AWS's JSON has it.
func (p *place) document() (doc journal.Patch, statements []any) {
	doc = journal.Patch{"Version": "2012-10-17"}
	if p.has == nil {
		return doc, nil
	}
	// It was compiled from this text: it is JSON.
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

// drop is the change that takes a statement away.
func (p *place) drop(layer authz.Layer, index int) candidate {
	_, statements := p.document()
	c := candidate{reveals: true, Change: journal.Change{Layer: layer, Text: "drop " + p.named(index) + " from " + p.what}}
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

// allow is the statement that allows exactly what was asked for.
func (p *place) allow(d *authz.Decision, by *policy.Principal) statement {
	s := statement{"Effect": "Allow", "Action": d.Action, "Resource": d.Resource}
	switch {
	case p.anyone:
		s["Principal"] = "*"
	case p.resource:
		s["Principal"] = principal(by)
	}
	if p.itself {
		delete(s, "Resource")
	}
	return s
}

// principal names the requester in a policy of a resource: a session by its role,
// which is how AWS advises it.
func principal(p *policy.Principal) any {
	switch {
	case p == nil || p.Kind == policy.Anonymous:
		return "*"
	case p.Kind == policy.Service:
		return journal.Patch{"Service": p.String()}
	case p.Kind == policy.RoleSession:
		return journal.Patch{"AWS": p.RoleARN}
	}
	return journal.Patch{"AWS": p.ARN}
}
