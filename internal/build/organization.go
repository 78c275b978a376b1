package build

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// Organization is the organization that some of the accounts are in.
var Organization = facts.Within("organization", organization, (*making).organize, func(w *making) (*organizing, bool) {
	return &organizing{world: w, Organization: w.Organization}, w.Organization != nil
}).
	Says("the AWS organization that some of the accounts are in")

// organizing is an organization that is being made, or described.
type organizing struct {
	world *making
	*world.Organization
	node   *tree.Node
	placed map[string]bool // the accounts met so far
}

var organization = facts.New("organization",
	facts.Fact("id", organizationID, (*organizing).setID, func(o *organizing) string { return o.ID }).
		Says("the organization's id, like o-a1b2c3d4e5", "derived from the scenario's name"),
	facts.Fact("management_account", facts.Text, (*organizing).setManagement,
		func(o *organizing) string { return o.ManagementAccount }).
		Says("the account that no SCP and no RCP binds", "the only account"),
	SCPs.After("id", "management_account"),
	RCPs,
	S3Policies,
	facts.Fact("s3_policies_enabled", facts.Maybe, (*organizing).enable, (*organizing).disabled).
		Says("whether S3 policies are enabled", "true where there are any"),
	Root,
	facts.Fact("tags", facts.Map(facts.Tags), (*organizing).setTags,
		func(o *organizing) map[string]map[string]string { return o.Tags }).
		Says("the tags of policies, accounts, units and the root, by their ids").
		After("root", "scps", "rcps", "s3_policies"),
)

func (o *organizing) setTags(tags map[string]map[string]string, n *tree.Node) error {
	o.Tags = tags
	var errs []error
	known := o.ids()
	unread := slices.Contains(known, "") // a policy that is not good has no id yet
	for _, id := range keysOf(tags) {
		if !slices.Contains(known, id) && !(unread && strings.HasPrefix(id, "p-")) {
			errs = append(errs, tree.Unknown(n.Get(id), "policy or place of the organization", id, known))
		}
	}
	return tree.Join(errs...)
}

// ids are those of what can have tags.
func (o *organizing) ids() (all []string) {
	for _, t := range o.world.Targets() {
		all = append(all, t.ID)
	}
	for _, t := range []world.PolicyType{world.TypeSCP, world.TypeRCP, world.TypeS3} {
		for _, p := range o.Policies(t) {
			all = append(all, p.ID())
		}
	}
	return all
}

// organizationID has the form of Organizations' (Organizations API Reference,
// "Organization").
var organizationID = facts.Matching(pattern.New(`^o-[a-z0-9]{10,32}$`),
	"%q is no organization's id, like o-a1b2c3d4e5")

func (w *making) organize(n *tree.Node) *organizing {
	w.Organization = &world.Organization{Descriptions: map[string]string{}}
	return &organizing{w, w.Organization, n, map[string]bool{}}
}

func (o *organizing) setID(id string, _ *tree.Node) error {
	o.ID = cmp.Or(id, "o-"+strings.ToLower(world.Letters(10, "organization", o.world.Name)))
	return nil
}

func (o *organizing) setManagement(account string, _ *tree.Node) (err error) {
	o.ManagementAccount, err = o.world.account(account, o.node.Find("management_account"))
	return err
}

// enable says whether S3 policies are enabled: they are where the file has any, unless
// it says otherwise.
func (o *organizing) enable(enabled *bool, _ *tree.Node) error {
	o.S3Enabled = o.S3Policies != nil
	if enabled != nil {
		o.S3Enabled = *enabled
	}
	return nil
}

// disabled is written where the policies alone would say that they are enabled.
func (o *organizing) disabled() *bool {
	if o.S3Policies == nil || o.S3Enabled {
		return nil
	}
	return new(bool)
}

// unitIn is a unit of the organization, and where it is read; the root is one.
type unitIn struct {
	in *organizing
	*world.Unit
	node *tree.Node
}

// Root is the organization's root.
var Root = facts.Within("root", unit, func(o *organizing, n *tree.Node) *unitIn {
	o.Root = newUnit()
	return &unitIn{o, o.Root, n}
}, func(o *organizing) (*unitIn, bool) { return &unitIn{o, o.Root, nil}, o.Root != nil }).
	Says("the root: its accounts, its units, and what is attached to it").After("s3_policies_enabled")

func newUnit() *world.Unit {
	return &world.Unit{Accounts: map[string]*world.Attached{}, Units: map[string]*world.Unit{}}
}

var unit, Units, Members = func() (*facts.Struct[*unitIn], facts.Row[*unitIn], facts.Row[*unitIn]) {
	unit := facts.New("unit", facts.Rows(attached,
		func(u *unitIn) *attachedIn { return &attachedIn{u.in, &u.Attached, u.node} })...)
	members := facts.Many("accounts", facts.Names{}, attached, (*unitIn).addMember,
		func(u *unitIn) iter.Seq2[string, *attachedIn] {
			return facts.ByName(u.Accounts, func(_ string, a *world.Attached) *attachedIn { return &attachedIn{u.in, a, nil} })
		}).
		Says("the accounts that are here, by number")
	units := facts.Many("units", facts.Names{}, unit, (*unitIn).addUnit, func(u *unitIn) iter.Seq2[string, *unitIn] {
		return facts.ByName(u.Units, func(_ string, below *world.Unit) *unitIn { return &unitIn{u.in, below, nil} })
	}).
		Says("the organizational units, by name")
	return unit.With(members, units), units, members
}()

func (u *unitIn) addUnit(name string, n *tree.Node) (*unitIn, error) {
	below := newUnit()
	u.Units[name] = below
	return &unitIn{u.in, below, n}, nil
}

// addMember is an account's place, of which it has one.
func (u *unitIn) addMember(number string, n *tree.Node) (*attachedIn, error) {
	o := u.in
	switch {
	case o.world.Accounts[number] == nil:
		return nil, tree.Unknown(n, "account", number, keysOf(o.world.Accounts))
	case o.placed[number]:
		return nil, tree.Fail(n, "the account %s has another place in the organization already", number)
	}
	o.placed[number] = true
	a := &world.Attached{}
	u.Accounts[number] = a
	return &attachedIn{o, a, n}, nil
}

// attachedIn is what is attached at one level. No scps at all is FullAWSAccess, as AWS
// begins; an empty list is nothing.
type attachedIn struct {
	in *organizing
	*world.Attached
	node *tree.Node
}

var attached = facts.New("attached", AttachedSCPs, AttachedRCPs,
	facts.Fact("s3_policies", facts.Texts, (*attachedIn).setS3,
		func(a *attachedIn) []string { return a.Attached.S3Policies }).
		Says("the S3 policies that are attached"))

// The guardrails that are attached at a level.
var (
	AttachedSCPs = facts.Fact("scps", facts.Listed(facts.Text), (*attachedIn).setSCPs,
		func(a *attachedIn) []string { return a.Attached.SCPs }).
		Says("the SCPs that are attached", "FullAWSAccess")
	AttachedRCPs = facts.Fact("rcps", facts.Texts, (*attachedIn).setRCPs,
		func(a *attachedIn) []string { return a.Attached.RCPs }).
		Says("the RCPs that are attached, beside RCPFullAWSAccess, which always is")
)

func (a *attachedIn) setSCPs(names []string, list *tree.Node) error {
	a.Attached.SCPs = names
	return known(names, list, "SCP", append(keysOf(a.in.SCPs), world.FullAWSAccess))
}

// setRCPs leaves out the RCP that is at every level: AWS's listings have it, and so may a file.
func (a *attachedIn) setRCPs(names []string, list *tree.Node) error {
	a.Attached.RCPs = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return name == world.RCPFullAWSAccess && a.in.RCPs[name] == nil
	})
	return known(names, list, "RCP", append(keysOf(a.in.RCPs), world.RCPFullAWSAccess))
}

func (a *attachedIn) setS3(names []string, list *tree.Node) error {
	if len(names) > 0 && !a.in.S3Enabled {
		return tree.Fail(list,
			"S3 policies are not enabled in the organization (s3_policies_enabled), and cannot be attached")
	}
	a.Attached.S3Policies = names
	return known(names, list, "S3 policy", keysOf(a.in.S3Policies))
}
