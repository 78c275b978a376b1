package world

import (
	"maps"
	"slices"
	"strings"
)

// PolicyType is a kind of an organization's policies, as its API names it.
type PolicyType string

// The policy types that bind S3.
const (
	TypeSCP PolicyType = "SERVICE_CONTROL_POLICY"
	TypeRCP PolicyType = "RESOURCE_CONTROL_POLICY"
	TypeS3  PolicyType = "S3_POLICY"
)

// RCPFullAWSAccess is the RCP that AWS attaches to every level, and that nobody can
// take away.
const RCPFullAWSAccess = "RCPFullAWSAccess"

var rcpFullAWSAccess = mustName(RCPFullAWSAccess, "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess",
	`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)

// ARN is the organization's own.
func (o *Organization) ARN() string {
	return "arn:aws:organizations::" + o.ManagementAccount + ":organization/" + o.ID
}

// Target is one place in an organization that policies are attached to.
type Target struct {
	Attached
	Kind   string // ROOT, ORGANIZATIONAL_UNIT or ACCOUNT
	ID     string // r-..., ou-... or the account's number
	ARN    string
	Name   string
	Parent string // the id of the place above; empty: it is the root
}

// The kinds of targets (Organizations API Reference, "PolicyTargetSummary").
const (
	TargetRoot    = "ROOT"
	TargetUnit    = "ORGANIZATIONAL_UNIT"
	TargetAccount = "ACCOUNT"
)

// OfType are the names of the policies of that type that are attached.
func (a *Attached) OfType(t PolicyType) []string {
	switch {
	case t == TypeS3:
		return a.S3Policies
	case t == TypeRCP:
		return append([]string{RCPFullAWSAccess}, a.RCPs...)
	case a.SCPs == nil:
		return []string{FullAWSAccess}
	}
	return a.SCPs
}

// Targets are all places of the state's organization: the root first, every place
// before those below it.
func (s *State) Targets() []Target {
	o := s.Organization
	if o == nil {
		return nil
	}
	w := &targets{state: s, of: o}
	root := o.Root
	if root == nil {
		root = &Unit{}
	}
	w.unit("", Target{Kind: TargetRoot, ID: RootID(o.ID), Name: "Root", ARN: w.arn("root", RootID(o.ID))}, root)
	if !slices.ContainsFunc(w.all, func(t Target) bool { return t.ID == o.ManagementAccount }) {
		w.account(o.ManagementAccount, &Attached{}, RootID(o.ID))
	}
	return w.all
}

// targets collects places on the way down.
type targets struct {
	state *State
	of    *Organization
	all   []Target
}

func (w *targets) arn(kind, id string) string {
	return "arn:aws:organizations::" + w.of.ManagementAccount + ":" + kind + "/" + w.of.ID + "/" + id
}

func (w *targets) unit(path string, t Target, u *Unit) {
	t.Attached = u.Attached
	w.all = append(w.all, t)
	for _, number := range slices.Sorted(maps.Keys(u.Accounts)) {
		w.account(number, u.Accounts[number], t.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(u.Units)) {
		below, id := path+"/"+name, UnitID(w.of.ID, path+"/"+name)
		w.unit(below, Target{Kind: TargetUnit, ID: id, Name: name, ARN: w.arn("ou", id), Parent: t.ID}, u.Units[name])
	}
}

func (w *targets) account(number string, at *Attached, parent string) {
	t := Target{Kind: TargetAccount, ID: number, Name: number, ARN: w.arn("account", number), Parent: parent}
	if at != nil {
		t.Attached = *at
	}
	if a := w.state.Accounts[number]; a != nil && a.Name != "" {
		t.Name = a.Name
	}
	w.all = append(w.all, t)
}

// WithOrganization is the state with an edited organization: edit gets a copy of
// its own, all the way down. Errors: those of Seal.
func (s *State) WithOrganization(edit func(*Organization)) (*State, error) {
	c, o := *s, *s.Organization
	o.SCPs, o.RCPs, o.S3Policies, o.Descriptions = maps.Clone(o.SCPs), maps.Clone(o.RCPs), maps.Clone(o.S3Policies), maps.Clone(o.Descriptions)
	if o.Descriptions == nil {
		o.Descriptions = map[string]string{}
	}
	o.Root = o.Root.clone()
	edit(&o)
	c.Organization = &o
	return c.Seal()
}

func (u *Unit) clone() *Unit {
	c := &Unit{Accounts: map[string]*Attached{}, Units: map[string]*Unit{}}
	if u == nil {
		return c
	}
	c.Attached = u.Attached.clone()
	for number, a := range u.Accounts {
		attached := Attached{}
		if a != nil {
			attached = a.clone()
		}
		c.Accounts[number] = &attached
	}
	for name, below := range u.Units {
		c.Units[name] = below.clone()
	}
	return c
}

func (a *Attached) clone() Attached {
	return Attached{SCPs: slices.Clone(a.SCPs), RCPs: slices.Clone(a.RCPs), S3Policies: slices.Clone(a.S3Policies)}
}

// Everywhere edits what is attached at every place of a copy that
// WithOrganization made.
func (o *Organization) Everywhere(edit func(id string, a *Attached)) {
	if managed := o.at(o.ManagementAccount); managed == nil {
		o.Root.Accounts[o.ManagementAccount] = &Attached{}
	}
	o.Root.everywhere(o.ID, "", RootID(o.ID), edit)
}

// at is where the account is placed; nil: nowhere.
func (o *Organization) at(account string) *Attached { return o.Root.find(account) }

func (u *Unit) find(account string) *Attached {
	if a := u.Accounts[account]; a != nil {
		return a
	}
	for _, below := range u.Units {
		if a := below.find(account); a != nil {
			return a
		}
	}
	return nil
}

func (u *Unit) everywhere(organization, path, id string, edit func(string, *Attached)) {
	edit(id, &u.Attached)
	for number, a := range u.Accounts {
		edit(number, a)
	}
	for name, below := range u.Units {
		below.everywhere(organization, path+"/"+name, UnitID(organization, path+"/"+name), edit)
	}
}

// Set gives the place other policies of a type; the RCP that is everywhere stays.
func (a *Attached) Set(t PolicyType, names []string) {
	switch t {
	case TypeSCP:
		a.SCPs = append([]string{}, names...)
		return
	case TypeS3:
		a.S3Policies = slices.Clone(names)
		return
	}
	a.RCPs = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.EqualFold(n, RCPFullAWSAccess) })
}
