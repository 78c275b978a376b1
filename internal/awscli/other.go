package awscli

import (
	"slices"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
)

var writersOfOthers = []writer{
	{build.KeyAt(any1).At(build.KeyPolicy), (*typing).policyOfKey},
	{build.KeyAt(any1).At(build.KeyState), (*typing).stateOfKey},
	{build.EndpointAt(any1).At(build.EndpointPolicy), (*typing).policyOfEndpoint},
	{build.EndpointAt(any1).At(key("route_tables")), (*typing).routes},
}

// key is the KMS key of an id, which the facts of a world name it by; nil: there is none.
func (t *typing) key(id string) *world.Key {
	for _, k := range t.State.Keys {
		if k.ID == id {
			return k
		}
	}
	return nil
}

func (t *typing) policyOfKey(names []string, value any) bool {
	k := t.key(names[0])
	if k == nil || value == nil {
		return false
	}
	words := []string{"aws", "kms", "put-key-policy", "--key-id", k.ID, "--policy-name", "default", "--policy",
		text(value)}
	t.as(k.Account, append(words, t.in(k.Region)...)...)
	return true
}

// stateOfKey enables a key; one whose deletion is scheduled is kept first, and is disabled
// then.
func (t *typing) stateOfKey(names []string, value any) bool {
	k := t.key(names[0])
	if k == nil || value != world.KeyEnabled {
		return false
	}
	calls := []string{"enable-key"}
	if k.State != "Disabled" {
		calls = []string{"cancel-key-deletion", "enable-key"}
	}
	for _, call := range calls {
		t.as(k.Account, append([]string{"aws", "kms", call, "--key-id", k.ID}, t.in(k.Region)...)...)
	}
	return true
}

// modify writes a change of a VPC endpoint.
func (t *typing) modify(id string, more ...string) bool {
	e := t.State.Endpoints[id]
	if e == nil {
		return false
	}
	words := append([]string{"aws", "ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", id}, more...)
	t.as(e.Account, append(words, t.in(e.Region)...)...)
	return true
}

func (t *typing) policyOfEndpoint(names []string, value any) bool {
	if value == nil {
		return t.modify(names[0], "--reset-policy")
	}
	return t.modify(names[0], "--policy-document", text(value))
}

// routes adds an endpoint to route tables.
func (t *typing) routes(names []string, value any) bool {
	wanted, ok := texts(value)
	e := t.State.Endpoints[names[0]]
	if !ok || e == nil {
		return false
	}
	more := slices.DeleteFunc(wanted, func(id string) bool { return slices.Contains(e.RouteTables, id) })
	return len(more) > 0 && t.modify(e.ID, append([]string{"--add-route-table-ids"}, more...)...)
}
