package lesson

import (
	"encoding/json"
	"maps"
	"slices"
)

// Wide is a cure that opens more than it should, as learners try it first.
type Wide struct {
	Name  string
	Patch map[string]any // a JSON merge patch of the world
}

// facts are those of a world that the wide cures are made of.
type facts struct {
	Accounts map[string]struct{ Users, Roles map[string]json.RawMessage }
	Callers  map[string]struct{ Account, User, Role string }
	Buckets  map[string]struct{ Policy *document }
	KMSKeys  map[string]struct{ Policy *document } `json:"kms_keys"`
}

// document is a policy, of which the statements are kept as they are.
type document struct{ Statement json.RawMessage }

// object is a mapping of a patch.
type object map[string]any

// WideCures are the three classic ones, to be made in a world with these facts beside
// whatever cures it: everybody as the principal, every action for the program, and the
// account in the place of the program. The last two need a program that is a user or a
// role. Errors: facts that are none of a world.
func WideCures(world []byte, program string) ([]Wide, error) {
	var f facts
	if err := json.Unmarshal(world, &f); err != nil {
		return nil, err
	}
	cures := []Wide{{Name: "Principal *", Patch: f.letIn("*", true)}}
	c := f.Callers[program]
	kind, name := "users", c.User
	if name == "" {
		kind, name = "roles", c.Role
	}
	if name == "" {
		return cures, nil
	}
	every := object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Action": "*", "Resource": "*"}}}
	patch := object{"accounts": object{c.Account: object{kind: object{name: object{"policies": object{"wide": every}}}}}}
	return append(cures,
		Wide{Name: "Action *", Patch: patch},
		Wide{Name: "the account's root", Patch: f.letIn("arn:aws:iam::"+c.Account+":root", false)}), nil
}

// letIn lets a principal do everything with every bucket and key, public or not.
func (f *facts) letIn(principal string, public bool) object {
	buckets, keys, accounts := object{}, object{}, object{}
	for _, name := range slices.Sorted(maps.Keys(f.Buckets)) {
		arn := "arn:aws:s3:::" + name
		b := object{"policy": f.Buckets[name].Policy.with(principal, "s3:*", arn, arn+"/*")}
		if public {
			b["public_access_block"] = "none"
		}
		buckets[name] = b
	}
	for name, key := range f.KMSKeys {
		keys[name] = object{"policy": key.Policy.with(principal, "kms:*", "*")}
	}
	if public {
		for id := range f.Accounts {
			accounts[id] = object{"public_access_block": nil}
		}
	}
	return object{"buckets": buckets, "kms_keys": keys, "accounts": accounts}
}

// with is the policy with one Allow more; d nil: there is none yet.
func (d *document) with(principal, action string, resources ...string) object {
	allow := object{"Effect": "Allow", "Principal": object{"AWS": principal}, "Action": action, "Resource": resources}
	return object{"Version": "2012-10-17", "Statement": append(d.statements(), allow)}
}

// statements are the document's, in a list.
func (d *document) statements() []any {
	var list []any
	if d != nil && json.Unmarshal(d.Statement, &list) != nil {
		list = []any{d.Statement}
	}
	return list
}
