package awscli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
)

var writersOfOrganizations = []writer{
	{build.OrganizationAt().At(build.SCPs, any1), guardrailOf(world.TypeSCP)},
	{build.OrganizationAt().At(build.RCPs, any1), guardrailOf(world.TypeRCP)},
	{build.OrganizationAt().At(build.S3Policies, any1), guardrailOf(world.TypeS3)},
	{build.OrganizationAt().At(build.Root), (*typing).levels},
}

// guardrailOf writes a policy of the organization.
func guardrailOf(kind world.PolicyType) func(*typing, []string, any) bool {
	return func(t *typing, names []string, value any) bool {
		o := t.State.Organization
		facts, _ := value.(map[string]any)
		document, ok := facts[build.GuardrailPolicy.Key()]
		if o == nil || len(facts) != 1 || !ok {
			return false
		}
		for _, p := range o.Policies(kind) {
			if p.Name == names[0] {
				var now any
				_ = json.Unmarshal([]byte(p.Source()), &now) // it was compiled from this
				if kind == world.TypeS3 {
					document = merged(now, document)
				}
				t.as(o.ManagementAccount, "aws", "organizations", "update-policy", "--policy-id", p.ID(), "--content",
					text(document))
				return true
			}
		}
		t.as(o.ManagementAccount, "aws", "organizations", "create-policy", "--name", names[0], "--type", string(kind),
			"--description", names[0], "--content", text(document))
		return true
	}
}

// levels attaches and detaches the policies of the root and of what is below it.
func (t *typing) levels(_ []string, value any) bool {
	o := t.State.Organization
	return o != nil && o.Root != nil && t.unit(o, o.Root, world.RootID(o.ID), "", value)
}

func (t *typing) unit(o *world.Organization, u *world.Unit, id, path string, value any) bool {
	facts, ok := value.(map[string]any)
	if !ok {
		return false
	}
	own := maps.Clone(facts)
	delete(own, build.Members.Key())
	delete(own, build.Units.Key())
	if !t.level(o, &u.Attached, id, own) {
		return false
	}
	members, _ := facts[build.Members.Key()].(map[string]any)
	for _, number := range slices.Sorted(maps.Keys(members)) {
		level, _ := members[number].(map[string]any)
		if u.Accounts[number] == nil || !t.level(o, u.Accounts[number], number, level) {
			return false
		}
	}
	units, _ := facts[build.Units.Key()].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(units)) {
		down := path + "/" + name
		if u.Units[name] == nil || !t.unit(o, u.Units[name], world.UnitID(o.ID, down), down, units[name]) {
			return false
		}
	}
	return true
}

// level changes what is attached to one place. A patch names all that is to be.
func (t *typing) level(o *world.Organization, has *world.Attached, id string, facts map[string]any) bool {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		wanted, ok := texts(facts[name])
		switch {
		case !ok:
			return false
		case name == build.AttachedSCPs.Key():
			now := has.SCPs
			if now == nil {
				now = []string{world.FullAWSAccess}
			}
			t.attach(o, world.TypeSCP, id, now, wanted)
		case name == build.AttachedRCPs.Key():
			t.attach(o, world.TypeRCP, id, has.RCPs, wanted)
		default:
			return false
		}
	}
	return true
}

func (t *typing) attach(o *world.Organization, kind world.PolicyType, target string, has, wanted []string) {
	for _, change := range []struct {
		call     string
		of, less []string
	}{{"attach-policy", wanted, has}, {"detach-policy", has, wanted}} {
		for _, name := range change.of {
			if slices.Contains(change.less, name) {
				continue
			}
			t.line(o.ManagementAccount, cause.Command("aws", "organizations", change.call, "--target-id", target,
				"--policy-id")+
				" "+policyID(o, kind, name))
		}
	}
}

// policyID is the id of a policy of the organization; of one that is still to be made, how
// a shell finds it out.
func policyID(o *world.Organization, kind world.PolicyType, name string) string {
	if name == world.FullAWSAccess {
		return "p-FullAWSAccess"
	}
	for _, p := range o.Policies(kind) {
		if p.Name == name {
			return p.ID()
		}
	}
	return fmt.Sprintf(`"$(aws organizations list-policies --filter %s `+
		`--query "Policies[?Name=='%s'].Id" --output text)"`, kind, name)
}
