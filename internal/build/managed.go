package build

import (
	"iter"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// ManagedPolicies are the account's own managed policies: the versions in force.
var ManagedPolicies = facts.Fact("managed_policies", facts.Checked(facts.Mapped(document), named), (*accountIn).setManaged,
	func(a *accountIn) map[string]*tree.Node {
		docs := make(map[string]*tree.Node, len(a.ManagedPolicies))
		for name, p := range a.ManagedPolicies {
			docs[name] = described(p)
		}
		return docs
	}).
	Says("the account's own managed policies, by name")

func (a *accountIn) setManaged(docs map[string]*tree.Node, _ *tree.Node) error {
	var errs []error
	for _, name := range keysOf(docs) {
		p, err := compile(docs[name], name, world.ManagedPolicyARN(a.ID, name), policy.Rules{Kind: policy.Identity})
		if err != nil {
			errs = append(errs, err)
			p = &authz.Named{Name: name} // who attaches it is not wrong
		}
		now := a.world.now()
		a.ManagedPolicies[name] = p
		a.PolicyDetails[name] = &world.PolicyDetails{Created: now, Updated: now, Default: 1, Last: 1}
	}
	return tree.Join(errs...)
}

// policyDetails is what there is to a managed policy besides the version in force. Of
// one that is gone it counts for nothing.
var policyDetails = facts.Many("policy_details", facts.Names{}, details, (*accountIn).detailsOf,
	func(a *accountIn) iter.Seq2[string, *detailsIn] {
		return facts.ByName(a.PolicyDetails,
			func(name string, d *world.PolicyDetails) *detailsIn { return &detailsIn{a, name, d} })
	}).
	Says("what there is to a managed policy besides the version in force, by its name").
	Sparse().Then((*accountIn).nameManaged)

// detailsIn is the details of a managed policy of the account.
type detailsIn struct {
	in   *accountIn
	name string
	*world.PolicyDetails
}

func (a *accountIn) detailsOf(name string, _ *tree.Node) (*detailsIn, error) {
	if d := a.PolicyDetails[name]; d != nil {
		return &detailsIn{a, name, d}, nil
	}
	return &detailsIn{a, name, &world.PolicyDetails{}}, nil
}

// nameManaged gives the managed policies the ARNs that their paths make.
func (a *accountIn) nameManaged() error {
	for name, d := range a.PolicyDetails {
		p := *a.ManagedPolicies[name] // it may be the live world's
		p.ARN = world.PolicyARN(a.ID, d.Path, name)
		a.ManagedPolicies[name] = &p
	}
	return nil
}

var details = facts.New("policy details",
	unique(func(d *detailsIn) (*string, string) { return &d.ID, world.PolicyID(d.in.ID, d.name) }),
	facts.Field("path", facts.Text, func(d *detailsIn) *string { return &d.Path }).
		Says("the path in the policy's ARN", "/"),
	facts.Field("description", facts.Text, func(d *detailsIn) *string { return &d.Description }).
		Says("what the policy says it is for"),
	facts.Field("tags", facts.Tags, func(d *detailsIn) *map[string]string { return &d.Tags }).
		Says("the policy's tags"),
	facts.Field("default", version, func(d *detailsIn) *int { return &d.Default }).
		Says("the version in force", "v1"),
	facts.Field("last", version, func(d *detailsIn) *int { return &d.Last }).
		Says("the newest version", "v1"),
	facts.Fact("versions", facts.Map(document), (*detailsIn).setVersions, (*detailsIn).otherVersions).
		Says("the versions that are not in force, by name: v1, v2"),
)

// version is the number of a version, 2 of "v2"; the first is left out.
var version = facts.Kind[int]{Form: facts.Text.Form, Read: readVersion, Write: func(number int) *tree.Node {
	if number <= 1 {
		return nil
	}
	return tree.NewText(versionName(number))
}}

func readVersion(n *tree.Node) (int, error) {
	if n.Text == "" {
		return 1, nil
	}
	return versionNumber(n.Text, n)
}

func versionNumber(text string, at *tree.Node) (int, error) {
	number, err := strconv.Atoi(text[1:])
	if err != nil || text[0] != 'v' || number < 1 {
		return 0, tree.Fail(at, "%q is no version of a managed policy: they are called v1, v2 and so on", text)
	}
	return number, nil
}

func versionName(number int) string { return "v" + strconv.Itoa(number) }

func (d *detailsIn) setVersions(docs map[string]*tree.Node, _ *tree.Node) error {
	for _, name := range keysOf(docs) {
		number, err := versionNumber(name, docs[name])
		if err != nil {
			return err
		}
		p, err := compile(docs[name], name, "", policy.Rules{Kind: policy.Identity})
		if err != nil {
			return err
		}
		d.Versions = append(d.Versions, world.PolicyVersion{Number: number, Created: d.in.world.now(), Policy: p.Policy})
	}
	slices.SortFunc(d.Versions, func(a, b world.PolicyVersion) int { return a.Number - b.Number })
	return nil
}

// otherVersions are those that are not in force.
func (d *detailsIn) otherVersions() map[string]*tree.Node {
	docs := map[string]*tree.Node{}
	for _, v := range d.Versions {
		if v.Number != d.Default {
			name := versionName(v.Number)
			docs[name] = described(&authz.Named{Name: name, Policy: v.Policy})
		}
	}
	return docs
}
