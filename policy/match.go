package policy

// Request is what a policy is asked about.
type Request struct {
	Principal *Principal // nil is the anonymous principal
	Action    string     // such as s3:GetObject
	Resource  string     // an ARN without wildcards, or * for an action without a resource (see resource.go)
	Context   *Context   // nil has no condition keys

	// Bounded says that a permissions boundary limits the principal: a Deny with NotPrincipal then spares nobody
	// (IAM User Guide, "Permissions boundaries for IAM entities"; authorization.md 1.3).
	Bounded bool

	readied action
}

// action is the row of the tables for an action of that name; nil: there is none.
type action struct {
	name string
	row  *Action
}

// Ready looks up what every policy would otherwise look up again. A Request may be changed afterwards.
func (r *Request) Ready() { r.readied = action{r.Action, rowOf(r.Action)} }

// row is that of the request's action.
func (r *Request) row() *Action {
	if r.readied.name == r.Action {
		return r.readied.row
	}
	return rowOf(r.Action)
}

// asked is a Request with what every statement would otherwise work out again.
type asked struct {
	*Request
	row      *Action
	resource string
}

func (r *Request) asked() asked { return asked{Request: r, row: r.row(), resource: r.resource()} }

// Match says which statements of a policy match a request.
type Match struct {
	Deny   int    // the first Deny that matches, -1 if none does
	Allow  int    // of the Allows that match, the first that names the requester most directly; -1 if none does
	Naming Naming // how the Principal of that Allow names the requester
}

// Naming says how directly an Allow's Principal names a requester, which decides what else may limit the grant
// (authorization.md 1.3). Stronger namings are greater.
type Naming int

const (
	// NotNamed: the statement has no Principal element, or no Allow matched.
	NotNamed Naming = iota
	// ByAccount: the requester's account is named, by number, root ARN or canonical user id. That delegates to the
	// account's own policies.
	ByAccount
	// ByRole: a session is named through what it was issued from, the ARN of its role or of the user who asked for
	// it. Its session policy and boundary limit the grant.
	ByRole
	// ByUser: the user's own ARN. No boundary limits the grant, but what scoped the user's session down does (IAM User
	// Guide, "Session policies": what names the user is granted before the session is made) [unsure: the page is older
	// than such sessions].
	ByUser
	// Direct: the session's or service's own name, or everyone.
	Direct
)

// Match evaluates every statement. It never stops at the first that matches: a Deny does not hide an Allow. It
// allocates nothing. A statement without Principal and NotPrincipal matches any principal, as in the policies of
// identities; see HasPrincipals.
func (p *Policy) Match(r *Request) Match {
	m, q := Match{Deny: -1, Allow: -1}, r.asked()
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect == Deny && m.Deny >= 0 || s.effect == Allow && m.Allow >= 0 && s.mostDirect() <= m.Naming {
			continue // it cannot say more
		}
		naming, ok := s.matches(&q)
		switch {
		case !ok:
		case s.effect == Deny:
			m.Deny = i
		case m.Allow < 0 || naming > m.Naming:
			m.Allow, m.Naming = i, naming
		}
	}
	return m
}

// Denies says whether a Deny matches: Match for those who know that the policy allows, or need not know.
func (p *Policy) Denies(r *Request) bool {
	if !p.canDeny {
		return false
	}
	q := r.asked()
	for i := range p.statements {
		if s := &p.statements[i]; s.effect == Deny {
			if _, ok := s.matches(&q); ok {
				return true
			}
		}
	}
	return false
}

// Matching lists every statement that matches, whatever its effect, in the document's order. It is for whoever
// explains a decision: to make one, Match is enough.
func (p *Policy) Matching(r *Request) []int {
	var all []int
	q := r.asked()
	for i := range p.statements {
		if _, ok := p.statements[i].matches(&q); ok {
			all = append(all, i)
		}
	}
	return all
}
