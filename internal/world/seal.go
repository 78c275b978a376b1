package world

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// Seal makes the state ready to be published: it fills in what is derived (ids,
// ARNs, principals, every user's and role's Policies), indexes the credentials
// and checks that what is named exists. The receiver is left as it was.
func (s *State) Seal() (*State, error) {
	c := *s
	c.Accounts = make(map[string]*Account, len(s.Accounts))
	for id, a := range s.Accounts {
		sealed, err := sealAccount(id, a)
		if err != nil {
			return nil, err
		}
		c.Accounts[id] = sealed
	}
	if err := c.sealOrganization(); err != nil {
		return nil, err
	}
	if err := checkNetwork(&c); err != nil {
		return nil, err
	}
	if err := c.sealCallers(s.Callers); err != nil {
		return nil, err
	}
	if err := checkBuckets(&c); err != nil {
		return nil, err
	}
	if err := c.indexKeys(); err != nil {
		return nil, err
	}
	return &c, nil
}

func sealAccount(id string, a *Account) (*Account, error) {
	c := *a
	c.ID, c.Membership = id, nil
	if c.CanonicalID == "" {
		c.CanonicalID = CanonicalID(id)
	}
	c.sealPolicies(id)
	c.sealProviders(id)
	if err := c.sealGroups(id); err != nil {
		return nil, err
	}
	c.Users = make(map[string]*User, len(a.Users))
	for name, u := range a.Users {
		sealed := *u
		sealed.Name, sealed.ARN, sealed.ID = name, UserARN(id, u.Path, name), cmp.Or(u.ID, UserID(id, name))
		sealed.Boundary = c.boundary(u.Boundary)
		policies, err := c.collect(u.Inline, u.Managed, u.Groups)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		sealed.Policies = policies
		c.Users[name] = &sealed
	}
	c.Roles = make(map[string]*Role, len(a.Roles))
	for name, r := range a.Roles {
		sealed := *r
		sealed.Name, sealed.ARN, sealed.ID = name, RoleARN(id, r.Path, name), cmp.Or(r.ID, RoleID(id, name))
		sealed.Boundary = c.boundary(r.Boundary)
		policies, err := c.collect(r.Inline, r.Managed, nil)
		if err != nil {
			return nil, fmt.Errorf("role %s: %w", name, err)
		}
		sealed.Policies = policies
		c.Roles[name] = &sealed
	}
	if err := c.sealProfiles(id); err != nil {
		return nil, err
	}
	return &c, nil
}

// collect lists every identity policy that binds a principal: inline ones in
// order of name, then the managed ones, then those of its groups.
func (a *Account) collect(inline []authz.Named, managed, groups []string) ([]authz.Named, error) {
	all := slices.Clone(inline)
	slices.SortStableFunc(all, ByName)
	for _, name := range managed {
		p := a.ManagedPolicy(name)
		if p == nil {
			return nil, fmt.Errorf("account %s has no managed policy %q", a.ID, name)
		}
		all = append(all, *p)
	}
	for _, name := range groups {
		g := a.Groups[name]
		if g == nil {
			return nil, fmt.Errorf("account %s has no group %q", a.ID, name)
		}
		all = append(all, g.Policies...)
	}
	return all, nil
}

func (s *State) sealCallers(callers map[string]*Caller) error {
	s.Callers = make(map[string]*Caller, len(callers))
	s.credentials = make(map[string]*Caller, len(callers))
	for _, name := range slices.Sorted(maps.Keys(callers)) {
		if err := s.sealCaller(name, callers[name]); err != nil {
			return err
		}
	}
	return nil
}

// sealCaller adds a caller to maps that are not published yet.
func (s *State) sealCaller(name string, as *Caller) error {
	c := *as
	c.Name = name
	if err := c.identify(s.Accounts); err != nil {
		return fmt.Errorf("caller %s: %w", name, err)
	}
	if err := c.collectSession(s.Accounts); err != nil {
		return fmt.Errorf("caller %s: %w", name, err)
	}
	if other := s.credentials[c.AccessKeyID]; other != nil {
		return fmt.Errorf("callers %s and %s have the same access key %s", other.Name, name, c.AccessKeyID)
	}
	s.Callers[name] = &c
	s.credentials[c.AccessKeyID] = &c
	return nil
}

// collectSession lists the policies that limit a session. A federated user's has
// nothing but what they allow, so that none at all is a limit too.
func (c *Caller) collectSession(accounts map[string]*Account) error {
	var made authz.Level
	if c.SessionPolicy != nil {
		made.Policies = append(made.Policies, *c.SessionPolicy)
	}
	for _, name := range c.SessionManaged {
		p := accounts[c.Account].ManagedPolicy(name)
		if p == nil {
			return fmt.Errorf("account %s has no managed policy %q", c.Account, name)
		}
		made.Policies = append(made.Policies, *p)
	}
	c.SessionPolicies = nil
	if len(made.Policies) > 0 || c.Federated != "" {
		c.SessionPolicies = []authz.Level{made}
	}
	for i, p := range c.ScopedPolicies {
		c.SessionPolicies = append(c.SessionPolicies, authz.Level{Name: ScopeName(i), Policies: []authz.Named{p}})
	}
	return nil
}

// MostScopes is how many policies of GetScopedCredentials a session can have (STS API
// Reference, "GetScopedCredentials").
const MostScopes = 3

// ScopeName is what findings call the policy, or the layer, of the call of that number
// that scoped a session.
func ScopeName(i int) string { return "scope-" + strconv.Itoa(i+1) }

// NextScope is the name of the policy of the next call that scopes the session.
func (c *Caller) NextScope() string {
	for i := 0; ; i++ {
		name := ScopeName(i)
		if !slices.ContainsFunc(c.ScopedPolicies, func(p authz.Named) bool { return p.Name == name }) {
			return name
		}
	}
}

// identify fills in the caller's Principal and UserID (authorization.md 1.4).
func (c *Caller) identify(accounts map[string]*Account) error {
	if c.Service != "" {
		c.Principal = policy.Principal{Kind: policy.Service, Service: c.Service}
		return nil
	}
	if c.OriginIdentity != "" {
		c.Principal = policy.Principal{
			Kind: policy.OriginAccessIdentity, ARN: policy.OriginIdentityARN + c.OriginIdentity,
			CanonicalID: OriginIdentityCanonicalID(c.OriginIdentity),
		}
		return nil
	}
	a := accounts[c.Account]
	if a == nil {
		return fmt.Errorf("there is no account %q", c.Account)
	}
	c.Principal = policy.Principal{Account: a.ID, CanonicalID: a.CanonicalID}
	switch {
	case c.User != "":
		u := a.Users[c.User]
		if u == nil {
			return fmt.Errorf("account %s has no user %q", a.ID, c.User)
		}
		c.Principal.Kind, c.Principal.ARN, c.UserID = policy.User, u.ARN, u.ID
	case c.Role != "":
		r := a.Roles[c.Role]
		if r == nil {
			return fmt.Errorf("account %s has no role %q", a.ID, c.Role)
		}
		c.Principal.Kind, c.Principal.RoleARN = policy.RoleSession, r.ARN
		c.Principal.ARN = SessionARN(a.ID, r.Name, c.SessionName)
		c.UserID = r.ID + ":" + c.SessionName
		if c.WebIdentity != nil {
			c.Principal.Provider = OIDCProviderARN(a.ID, c.WebIdentity.Provider)
		}
	case c.Root:
		c.Principal.Kind, c.Principal.ARN, c.UserID = policy.Root, RootARN(a.ID), a.ID
	default:
		return fmt.Errorf("it is neither user, role, root, service nor origin access identity")
	}
	if c.Federated != "" {
		c.Principal.Kind, c.Principal.IssuerARN = policy.FederatedUser, c.Principal.ARN
		c.Principal.ARN, c.UserID = FederatedARN(a.ID, c.Federated), a.ID+":"+c.Federated
	}
	return nil
}

func checkBuckets(s *State) error {
	for name, b := range s.Buckets {
		if s.Accounts[b.Owner] == nil {
			return fmt.Errorf("bucket %s: there is no account %q", name, b.Owner)
		}
	}
	return nil
}

// indexKeys puts the aws/s3 keys that the world declares where ManagedKey finds
// them before it works one out.
func (s *State) indexKeys() error {
	s.managed = map[string]*Key{}
	for _, arn := range slices.Sorted(maps.Keys(s.Keys)) {
		k := s.Keys[arn]
		if s.Accounts[k.Account] == nil {
			return fmt.Errorf("key %s: there is no account %q", k.ID, k.Account)
		}
		if !k.AWSManaged {
			continue
		}
		name := managedKeyName(k.Account, k.Region)
		if other := s.managed[name]; other != nil {
			return fmt.Errorf("keys %s and %s are both the aws/s3 key of account %s in %s", other.ID, k.ID, k.Account, k.Region)
		}
		s.managed[name] = k
	}
	s.deletion = nextDeletion(s.Keys)
	return s.indexAliases()
}
