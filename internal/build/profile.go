package build

import (
	"iter"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// profileIn is an instance profile in its account.
type profileIn struct {
	in *accountIn
	*world.InstanceProfile
}

// InstanceProfiles are the account's instance profiles.
var InstanceProfiles = facts.Many("instance_profiles", facts.Names{}, instanceProfile, (*accountIn).addProfile,
	func(a *accountIn) iter.Seq2[string, *profileIn] {
		return facts.ByName(a.InstanceProfiles,
			func(_ string, p *world.InstanceProfile) *profileIn { return &profileIn{a, p} })
	}).
	Says("the instance profiles, by name")

var instanceProfile = facts.New("instance profile",
	unique(func(p *profileIn) (*string, string) { return &p.ID, world.InstanceProfileID(p.in.ID, p.Name) }),
	facts.Fact("role", facts.Text, (*profileIn).setRole, func(p *profileIn) string { return p.Role }).
		Says("the role that instances with the profile have", "none"),
	facts.Field("path", iamPath, func(p *profileIn) *string { return &p.Path }).
		Says("the path in the profile's ARN, like /team/", "/"),
	facts.Field("tags", facts.Tags, func(p *profileIn) *map[string]string { return &p.Tags }).
		Says("the profile's tags"),
)

func (a *accountIn) addProfile(name string, _ *tree.Node) (*profileIn, error) {
	p := &world.InstanceProfile{Name: name, Created: a.world.now()}
	a.InstanceProfiles[name] = p
	return &profileIn{a, p}, nil
}

func (p *profileIn) setRole(name string, n *tree.Node) error {
	if p.Role = name; name != "" && p.in.Roles[name] == nil {
		return tree.Unknown(n, "role", name, keysOf(p.in.Roles))
	}
	return nil
}
