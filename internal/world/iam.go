package world

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// PolicyDetails is what IAM knows of a managed policy of a customer besides the
// version in force, which is Account.ManagedPolicies'.
type PolicyDetails struct {
	Path, ID, Description string // ID: ANPA...
	Created, Updated      time.Time
	Tags                  map[string]string
	Versions              []PolicyVersion // the oldest first; the one in force among them
	Default               int             // number of the version in force
	Last                  int             // number of the newest version that there ever was
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	Number  int // 1 of "v1"
	Created time.Time
	Policy  *policy.Policy
}

// Version is the version of that number; nil: there is none.
func (d *PolicyDetails) Version(number int) *PolicyVersion {
	for i := range d.Versions {
		if d.Versions[i].Number == number {
			return &d.Versions[i]
		}
	}
	return nil
}

// sealPolicies gives every managed policy its ARN and its details, of which the
// version in force is the policy itself. Details of a policy that is gone go with it.
func (a *Account) sealPolicies(id string) {
	policies, details := a.ManagedPolicies, a.PolicyDetails
	a.ManagedPolicies = make(map[string]*authz.Named, len(policies))
	a.PolicyDetails = make(map[string]*PolicyDetails, len(policies))
	for name, p := range policies {
		d := sealDetails(id, name, details[name], p.Policy)
		sealed := *p
		sealed.Name, sealed.ARN = name, PolicyARN(id, d.Path, name)
		a.ManagedPolicies[name], a.PolicyDetails[name] = &sealed, d
	}
}

func sealDetails(account, name string, d *PolicyDetails, inForce *policy.Policy) *PolicyDetails {
	if d == nil {
		d = &PolicyDetails{}
	}
	c := *d
	c.ID = cmp.Or(c.ID, PolicyID(account, name))
	c.Default = cmp.Or(c.Default, 1)
	c.Versions = slices.Clone(c.Versions)
	if v := c.Version(c.Default); v != nil {
		v.Policy = inForce
	} else {
		c.Versions = append(c.Versions, PolicyVersion{c.Default, cmp.Or(c.Updated, c.Created), inForce})
		slices.SortFunc(c.Versions, func(a, b PolicyVersion) int { return a.Number - b.Number })
	}
	c.Last = max(c.Last, c.Versions[len(c.Versions)-1].Number)
	return &c
}

// awsManagedSince stands for the days on which AWS made its policies, which it tells
// of each; nothing depends on them, nor on their ids. [unsure]
var awsManagedSince = time.Date(2015, time.February, 6, 18, 40, 0, 0, time.UTC)

// DetailsOf is what IAM knows of a managed policy of the account's, or of AWS's.
func (a *Account) DetailsOf(p *authz.Named) *PolicyDetails {
	if own := a.ManagedPolicies[p.Name]; own != nil && own.ARN == p.ARN {
		return a.PolicyDetails[p.Name]
	}
	return sealDetails("aws", p.Name, &PolicyDetails{Created: awsManagedSince, Updated: awsManagedSince}, p.Policy)
}

// sealGroups fills in what is derived of groups.
func (a *Account) sealGroups(id string) error {
	groups := a.Groups
	a.Groups = make(map[string]*Group, len(groups))
	for name, g := range groups {
		sealed := *g
		sealed.Name, sealed.ARN, sealed.ID = name, GroupARN(id, g.Path, name), cmp.Or(g.ID, GroupID(id, name))
		policies, err := a.collect(g.Inline, g.Managed, nil)
		if err != nil {
			return fmt.Errorf("group %s: %w", name, err)
		}
		sealed.Policies = policies
		a.Groups[name] = &sealed
	}
	return nil
}

// boundary is a permissions boundary as it is in force: of a managed policy the
// version that is so now.
func (a *Account) boundary(p *authz.Named) *authz.Named {
	if p == nil || p.ARN == "" {
		return p
	}
	if now := a.ManagedPolicyAt(p.ARN); now != nil {
		return now
	}
	return p
}

// PolicyRef is how the account's principals name an attached managed policy: by
// name or, where the account has another policy of that name, by ARN.
func (a *Account) PolicyRef(p *authz.Named) string {
	if found := a.ManagedPolicy(p.Name); found != nil && found.ARN == p.ARN {
		return p.Name
	}
	return p.ARN
}

// WithAccountAndCallers is WithAccount with other callers, by name, too.
func (s *State) WithAccountAndCallers(a *Account, callers map[string]*Caller) (*State, error) {
	c := *s
	c.Callers = callers
	return c.WithAccount(a)
}

// AccessKeys are the long-term keys of a user, or of the root user where the name is
// empty, in the order of their ids.
func (s *State) AccessKeys(account, user string) []*Caller {
	var keys []*Caller
	for _, c := range s.Callers {
		if c.Account == account && c.LongTerm() && c.User == user && (user != "" || c.Root) {
			keys = append(keys, c)
		}
	}
	slices.SortFunc(keys, func(a, b *Caller) int { return strings.Compare(a.AccessKeyID, b.AccessKeyID) })
	return keys
}

// LongTerm says whether the credentials are an access key of a user or of the root
// user.
func (c *Caller) LongTerm() bool {
	return !c.Temporary() && c.Federated == "" && (c.User != "" || c.Root)
}

// CallersWithout is the callers but for those that gone says so of.
func (s *State) CallersWithout(gone func(*Caller) bool) map[string]*Caller {
	callers := maps.Clone(s.Callers)
	maps.DeleteFunc(callers, func(_ string, c *Caller) bool { return gone(c) })
	return callers
}

// CallersWith is the callers with c in place of the one of that name, or added.
func (s *State) CallersWith(c *Caller) map[string]*Caller {
	callers := maps.Clone(s.Callers)
	callers[c.Name] = c
	return callers
}

// allowsNothing is what is left of a session that was limited by managed policies
// once they are gone.
var allowsNothing = mustName("session", "", `{"Version":"2012-10-17","Statement":[]}`)

// CallersWithoutPolicy is the callers, where sessions of the account are no longer
// limited by a managed policy that goes. One that had no other may do nothing more.
func (s *State) CallersWithoutPolicy(account, name string) map[string]*Caller {
	callers := maps.Clone(s.Callers)
	for as, c := range callers {
		if c.Account != account || !slices.Contains(c.SessionManaged, name) {
			continue
		}
		left := *c
		left.SessionManaged = slices.DeleteFunc(slices.Clone(c.SessionManaged), func(n string) bool { return n == name })
		if left.SessionPolicy == nil && len(left.SessionManaged) == 0 {
			left.SessionPolicy = &allowsNothing
		}
		callers[as] = &left
	}
	return callers
}

// GroupARN is the ARN of an IAM group; an empty path is "/".
func GroupARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":group" + pathOrRoot(path) + name
}

// PolicyARN is the ARN of a customer managed policy with a path; an empty one is "/".
func PolicyARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":policy" + pathOrRoot(path) + name
}

// GroupID is the unique id of an IAM group that was given none: AGPA and 17
// characters.
func GroupID(account, name string) string { return "AGPA" + Letters(17, "group", account, name) }

// PolicyID is the unique id of a managed policy that was given none: ANPA and 17
// characters. AWS's own have the account aws.
func PolicyID(account, name string) string { return "ANPA" + Letters(17, "policy", account, name) }

// ByName orders policies as IAM lists them.
func ByName(a, b authz.Named) int { return strings.Compare(a.Name, b.Name) }
