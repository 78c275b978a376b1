package world

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// Organization is an AWS organization: the policies that it has, and the tree in
// which they are attached.
type Organization struct {
	ID                string // o-...
	ManagementAccount string // account number
	SCPs, RCPs        map[string]*authz.Named
	S3Policies        map[string]*S3Policy
	S3Enabled         bool // the policy type is; SCPs and RCPs always are
	// Descriptions are those of the policies that have one, by ARN.
	Descriptions map[string]string
	// Tags are those of policies and places that have any, by id.
	Tags map[string]map[string]string
	Root *Unit // nil: nothing is in it
}

// Unit is the root of an organization, or an organizational unit.
type Unit struct {
	Attached
	Accounts map[string]*Attached // by number
	Units    map[string]*Unit     // by name
}

// Attached is the policies of one level, by name. SCPs nil: AWS's FullAWSAccess,
// which every level begins with.
type Attached struct {
	SCPs       []string
	RCPs       []string
	S3Policies []string
}

// FullAWSAccess is the SCP that AWS attaches to every level of an organization
// when SCPs are turned on.
const FullAWSAccess = "FullAWSAccess"

// FullAWSAccessARN is its ARN (Organizations User Guide, "Service control
// policies").
const FullAWSAccessARN = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"

var fullAWSAccess = mustName(FullAWSAccess, FullAWSAccessARN, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)

// mustName compiles a policy that is a constant of this package.
func mustName(name, arn, document string) authz.Named {
	p, err := policy.Parse([]byte(document))
	if err != nil {
		panic(err)
	}
	return authz.Named{Name: name, ARN: arn, Policy: p}
}

// Membership is an account's place in its organization.
type Membership struct {
	Organization string // o-...
	Path         string // aws:PrincipalOrgPaths: o-.../r-.../ou-.../
	Management   bool   // the management account, which SCPs and RCPs do not bind
	// SCPs and RCPs are the policies of every level, the root first and the account
	// last; nil for the management account.
	SCPs, RCPs []authz.Level
	// PublicAccess is what the S3 policies come to, which bind the management account
	// too.
	PublicAccess Assignment
}

// RootID and UnitID derive the ids that AWS gives to the root and to a unit.
func RootID(organization string) string {
	return "r-" + strings.ToLower(Letters(4, "root", organization))
}

// UnitID is the id of the unit with that path of names below the root.
func UnitID(organization, path string) string {
	return "ou-" + strings.ToLower(Letters(4, "root", organization)) + "-" + strings.ToLower(Letters(8, "unit", organization, path))
}

// OrganizationPolicyARN is the ARN of a policy; kind is service_control_policy,
// resource_control_policy or s3_policy.
func OrganizationPolicyARN(management, organization, kind, id string) string {
	return "arn:aws:organizations::" + management + ":policy/" + organization + "/" + kind + "/" + id
}

// sealOrganization works out every account's Membership. The accounts are the
// state's own copies.
func (s *State) sealOrganization() error {
	o := s.Organization
	if o == nil {
		return nil
	}
	if s.Accounts[o.ManagementAccount] == nil {
		return fmt.Errorf("organization %s: there is no account %q", o.ID, o.ManagementAccount)
	}
	w := &membership{state: s, organization: o}
	if err := w.unit("", RootID(o.ID), o.Root, &above{path: o.ID + "/"}); err != nil {
		return err
	}
	w.manage()
	return nil
}

// membership walks down an organization.
type membership struct {
	state        *State
	organization *Organization
	root         *above // what the root has
}

// above is what lies over a place: the policies of every level, and its path.
type above struct {
	scps, rcps   []authz.Level
	publicAccess Assignment
	path         string
}

// unit joins what is attached to a unit with the levels above it, and gives it to
// the accounts in it and to the units below. Nil is a unit with nothing in it.
func (w *membership) unit(path, id string, u *Unit, over *above) error {
	if u == nil {
		u = &Unit{}
	}
	here, err := w.below(id, &u.Attached, over)
	if err != nil {
		return err
	}
	here.path += id + "/"
	if path == "" {
		w.root = here
	}
	for _, number := range slices.Sorted(maps.Keys(u.Accounts)) {
		if err := w.account(number, u.Accounts[number], here); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(u.Units)) {
		below := path + "/" + name
		if err := w.unit(below, UnitID(w.organization.ID, below), u.Units[name], here); err != nil {
			return err
		}
	}
	return nil
}

func (w *membership) account(number string, at *Attached, over *above) error {
	a := w.state.Accounts[number]
	switch {
	case a == nil:
		return fmt.Errorf("organization %s: there is no account %q", w.organization.ID, number)
	case a.Membership != nil:
		return fmt.Errorf("organization %s: the account %s is in two places", w.organization.ID, number)
	}
	if at == nil {
		at = &Attached{}
	}
	here, err := w.below(number, at, over)
	if err != nil {
		return err
	}
	a.Membership = &Membership{Organization: w.organization.ID, Path: here.path, SCPs: here.scps, RCPs: here.rcps, PublicAccess: here.publicAccess}
	return nil
}

// manage frees the management account of SCPs and RCPs. Where the tree does not
// place it, it is in the root.
func (w *membership) manage() {
	a := w.state.Accounts[w.organization.ManagementAccount]
	m := &Membership{Organization: w.organization.ID, Path: w.root.path, Management: true, PublicAccess: w.root.publicAccess}
	if a.Membership != nil {
		m.Path, m.PublicAccess = a.Membership.Path, a.Membership.PublicAccess
	}
	a.Membership = m
}

// below adds one level to those above it.
func (w *membership) below(name string, at *Attached, over *above) (*above, error) {
	scp, err := w.level(name, at.SCPs, w.organization.SCPs, "SCP")
	if err != nil {
		return nil, err
	}
	if at.SCPs == nil {
		scp.Policies = []authz.Named{fullAWSAccess}
	}
	rcp, err := w.level(name, at.RCPs, w.organization.RCPs, "RCP")
	if err != nil {
		return nil, err
	}
	var own []*S3Policy
	for _, p := range at.S3Policies {
		if w.organization.S3Policies[p] == nil {
			return nil, fmt.Errorf("organization %s: there is no S3 policy %q", w.organization.ID, p)
		}
		own = append(own, w.organization.S3Policies[p])
	}
	return &above{append(slices.Clip(over.scps), scp), append(slices.Clip(over.rcps), rcp), over.publicAccess.below(own), over.path}, nil
}

func (w *membership) level(name string, attached []string, known map[string]*authz.Named, what string) (authz.Level, error) {
	l := authz.Level{Name: name}
	for _, p := range attached {
		switch {
		case known[p] != nil:
			l.Policies = append(l.Policies, *known[p])
		case p == FullAWSAccess && what == "SCP":
			l.Policies = append(l.Policies, fullAWSAccess)
		default:
			return l, fmt.Errorf("organization %s: there is no %s %q", w.organization.ID, what, p)
		}
	}
	return l, nil
}

// RCPs are the resource control policies over an account's resources, the root
// first; nil: it is in no organization, or manages it.
func (s *State) RCPs(account string) []authz.Level {
	if a := s.Accounts[account]; a != nil && a.Membership != nil {
		return a.Membership.RCPs
	}
	return nil
}

// SameOrganization says whether two accounts are one, or in one organization.
func (s *State) SameOrganization(a, b string) bool {
	if a == b {
		return true
	}
	one, other := s.Accounts[a], s.Accounts[b]
	return one != nil && other != nil && one.Membership != nil && other.Membership != nil &&
		one.Membership.Organization == other.Membership.Organization
}
