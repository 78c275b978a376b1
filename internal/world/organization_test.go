package world

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
)

const (
	management = "999999999999"
	inRoot     = "111111111111"
	inUnit     = "222222222222"
	inTeam     = "333333333333"
	outside    = "444444444444"
)

// organized is a world whose organization has a policy at every level, and one
// account outside of it.
func organized(t *testing.T) *State {
	t.Helper()
	policies := map[string]*authz.Named{}
	for _, name := range []string{"of-root", "of-unit", "of-team", "of-account", "guard"} {
		p := named(t, name)
		policies[name] = &p
	}
	s := &State{Name: "test", Region: "us-east-1", Accounts: map[string]*Account{}}
	for _, id := range []string{management, inRoot, inUnit, inTeam, outside} {
		s.Accounts[id] = &Account{}
	}
	s.Organization = &Organization{
		ID: "o-exampleorgid", ManagementAccount: management, SCPs: policies, RCPs: policies,
		Root: &Unit{
			Attached: Attached{SCPs: []string{FullAWSAccess, "of-root"}, RCPs: []string{"guard"}},
			Accounts: map[string]*Attached{inRoot: nil, management: {SCPs: []string{"of-account"}}},
			Units: map[string]*Unit{"product": {
				Attached: Attached{SCPs: []string{"of-unit"}},
				Accounts: map[string]*Attached{inUnit: {SCPs: []string{"of-account"}, RCPs: []string{"guard"}}},
				Units: map[string]*Unit{
					"team":  {Attached: Attached{SCPs: []string{}}, Accounts: map[string]*Attached{inTeam: {}}},
					"empty": nil,
				},
			}},
		},
	}
	return s
}

// levelsOf writes levels down: names and policies.
func levelsOf(levels []authz.Level) string {
	var all []string
	for _, l := range levels {
		var names []string
		for _, p := range l.Policies {
			names = append(names, p.Name)
		}
		all = append(all, l.Name+"="+strings.Join(names, "+"))
	}
	return strings.Join(all, " ")
}

func TestMembership(t *testing.T) {
	s, err := organized(t).Seal()
	if err != nil {
		t.Fatal(err)
	}
	root, product, team := RootID("o-exampleorgid"), UnitID("o-exampleorgid", "/product"), UnitID("o-exampleorgid", "/product/team")
	atRoot := root + "=FullAWSAccess+of-root"
	for _, row := range []struct{ name, account, path, scps, rcps string }{
		{"in the root, an absent list is FullAWSAccess", inRoot, "", atRoot + " " + inRoot + "=FullAWSAccess", root + "=guard " + inRoot + "="},
		{"in a unit", inUnit, product + "/", atRoot + " " + product + "=of-unit " + inUnit + "=of-account", root + "=guard " + product + "= " + inUnit + "=guard"},
		{"two units deep, an empty list is none", inTeam, product + "/" + team + "/", atRoot + " " + product + "=of-unit " + team + "= " + inTeam + "=FullAWSAccess", root + "=guard " + product + "= " + team + "= " + inTeam + "="},
		{"the management account is not bound", management, "", "", ""},
	} {
		m := s.Accounts[row.account].Membership
		if m == nil || m.Organization != "o-exampleorgid" || m.Management != (row.account == management) {
			t.Errorf("%s: %+v", row.name, m)
			continue
		}
		if want := "o-exampleorgid/" + root + "/" + row.path; m.Path != want {
			t.Errorf("%s: path %s, want %s", row.name, m.Path, want)
		}
		if got := levelsOf(m.SCPs); got != row.scps {
			t.Errorf("%s: SCPs\n%s, want\n%s", row.name, got, row.scps)
		}
		if got := levelsOf(m.RCPs); got != row.rcps {
			t.Errorf("%s: RCPs\n%s, want\n%s", row.name, got, row.rcps)
		}
	}
	if m := s.Accounts[outside].Membership; m != nil {
		t.Errorf("an account outside has %+v", m)
	}
}

func TestMembershipOfOneOrganization(t *testing.T) {
	s, err := organized(t).Seal()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{inRoot, inTeam, true}, {inRoot, management, true}, {outside, outside, true}, {"555555555555", "555555555555", true},
		{inRoot, outside, false}, {outside, inRoot, false}, {"555555555555", inRoot, false},
	} {
		if got := s.SameOrganization(row.a, row.b); got != row.want {
			t.Errorf("%s and %s: %v", row.a, row.b, got)
		}
	}
	if free := sealedWorld(t); free.SameOrganization(account, other) {
		t.Error("without an organization nobody is in the same one")
	}
}

// An organization of which only the management account is told is one as well:
// the account is in its root.
func TestOrganizationWithoutTree(t *testing.T) {
	s := organized(t)
	s.Organization.Root = nil
	sealed, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	m := sealed.Accounts[management].Membership
	if want := "o-exampleorgid/" + RootID("o-exampleorgid") + "/"; m == nil || m.Path != want || m.SCPs != nil || m.RCPs != nil || !m.Management {
		t.Errorf("got %+v", m)
	}
	if s.Accounts[management].Membership != nil {
		t.Error("Seal changed the account that it was given")
	}
	if sealed.Accounts[inRoot].Membership != nil {
		t.Error("an account that the tree does not place is in no organization")
	}
}

// The management account keeps its place in the tree.
func TestManagementAccountInAUnit(t *testing.T) {
	s := organized(t)
	delete(s.Organization.Root.Accounts, management)
	s.Organization.Root.Units["product"].Accounts[management] = &Attached{}
	sealed, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	m := sealed.Accounts[management].Membership
	if want := "/" + UnitID("o-exampleorgid", "/product") + "/"; !strings.HasSuffix(m.Path, want) || m.SCPs != nil {
		t.Errorf("got %+v", m)
	}
}

// Levels of two accounts never share what one of them could overwrite.
func TestMembershipsShareNoLevels(t *testing.T) {
	s := organized(t)
	s.Organization.Root.Accounts["444444444444"] = &Attached{SCPs: []string{"guard"}}
	sealed, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{inRoot, outside} {
		levels := sealed.Accounts[id].Membership.SCPs
		if last := levels[len(levels)-1].Name; last != id {
			t.Errorf("the last level of %s is %s", id, last)
		}
	}
}

func TestOrganizationRefuses(t *testing.T) {
	for _, row := range []struct {
		name, want string
		change     func(*Organization)
	}{
		{"no such management account", `there is no account "555555555555"`, func(o *Organization) { o.ManagementAccount = "555555555555" }},
		{"no such account", `there is no account "555555555555"`, func(o *Organization) { o.Root.Accounts["555555555555"] = nil }},
		{"an account in two places", "the account " + inRoot + " is in two places", func(o *Organization) { o.Root.Units["product"].Accounts[inRoot] = nil }},
		{"no such SCP at the root", `there is no SCP "x"`, func(o *Organization) { o.Root.SCPs = []string{"x"} }},
		{"no such SCP at a unit", `there is no SCP "x"`, func(o *Organization) { o.Root.Units["product"].SCPs = []string{"x"} }},
		{"no such SCP at an account", `there is no SCP "x"`, func(o *Organization) { o.Root.Accounts[inRoot] = &Attached{SCPs: []string{"x"}} }},
		{"no such RCP", `there is no RCP "x"`, func(o *Organization) { o.Root.RCPs = []string{"x"} }},
		{"FullAWSAccess is no RCP", `there is no RCP "FullAWSAccess"`, func(o *Organization) { o.Root.RCPs = []string{FullAWSAccess} }},
	} {
		s := organized(t)
		row.change(s.Organization)
		if sealed, err := s.Seal(); err == nil || sealed != nil || !strings.Contains(err.Error(), "organization o-exampleorgid: "+row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

func TestOrganizationIDs(t *testing.T) {
	root, unit := RootID("o-a"), UnitID("o-a", "/x")
	if !strings.HasPrefix(root, "r-") || root != strings.ToLower(root) || !strings.HasPrefix(unit, "ou-"+root[2:]+"-") {
		t.Errorf("root %s, unit %s", root, unit)
	}
	if unit == UnitID("o-a", "/y") || root == RootID("o-b") {
		t.Error("two units have one id")
	}
	const want = "arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-1"
	if got := OrganizationPolicyARN(management, "o-a", "service_control_policy", "p-1"); got != want {
		t.Errorf("got %s", got)
	}
	if p := fullAWSAccess; p.ARN != FullAWSAccessARN || p.Policy.Len() != 1 {
		t.Errorf("FullAWSAccess is %+v", p)
	}
}
