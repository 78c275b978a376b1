package lesson

import "encoding/json"

// Wide is a cure that opens more than it should, as learners try it first.
type Wide struct {
	Name  string
	Patch map[string]any // a JSON merge patch of the world
}

// facts are those of a world that the wide cures are made of.
type facts struct {
	Accounts map[string]struct{ Users, Roles map[string]json.RawMessage }
	Callers  map[string]struct{ Account, User, Role string }
	Buckets  map[string]struct {
		Owner  string
		Policy *document
	}
	KMSKeys map[string]struct {
		Account string
		Policy  *document
	} `json:"kms_keys"`
}

// document is a policy, of which the statements are kept as they are.
type document struct{ Statement json.RawMessage }

// object is a mapping of a patch.
type object map[string]any

// WideCures are the three classic ones, to be made in a world with these facts beside
// whatever cures it: everybody as the principal, every action for the program, and its
// account in the place of the program. The last two need a program that is a user or a
// role; the last a bucket or a key of another account, for in its own the account's root
// lets nobody in whom IAM does not. Errors: facts that are none of a world.
func WideCures(world []byte, program string) ([]Wide, error) {
	var f facts
	if err := json.Unmarshal(world, &f); err != nil {
		return nil, err
	}
	cures := []Wide{{Name: "Principal *", Patch: f.letInEverybody()}}
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
	cures = append(cures, Wide{Name: "Action *", Patch: patch})
	if root := f.letInFrom(c.Account); root != nil {
		cures = append(cures, Wide{Name: "the account's root", Patch: root})
	}
	return cures, nil
}

// letInEverybody lets everybody do everything with every bucket and key.
func (f *facts) letInEverybody() object {
	patch := f.letIn("*", func(string) bool { return true })
	for _, b := range patch["buckets"].(object) {
		b.(object)["public_access_block"] = "none"
	}
	accounts := object{}
	for id := range f.Accounts {
		accounts[id] = object{"public_access_block": nil}
	}
	patch["accounts"] = accounts
	return patch
}

// letInFrom lets an account do everything with what is another's; nil: nothing is.
func (f *facts) letInFrom(account string) object {
	patch := f.letIn("arn:aws:iam::"+account+":root", func(owner string) bool { return owner != account })
	if len(patch["buckets"].(object))+len(patch["kms_keys"].(object)) == 0 {
		return nil
	}
	return patch
}

// letIn lets a principal do everything with the buckets and keys of some owners.
func (f *facts) letIn(principal string, of func(owner string) bool) object {
	buckets, keys := object{}, object{}
	for name, b := range f.Buckets {
		if arn := "arn:aws:s3:::" + name; of(b.Owner) {
			buckets[name] = object{"policy": b.Policy.with(principal, "s3:*", arn, arn+"/*")}
		}
	}
	for name, key := range f.KMSKeys {
		if of(key.Account) {
			keys[name] = object{"policy": key.Policy.with(principal, "kms:*", "*")}
		}
	}
	return object{"buckets": buckets, "kms_keys": keys}
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
