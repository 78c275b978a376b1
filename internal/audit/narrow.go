package audit

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// without is the patch of a world in which no policy allows the actions: every Allow that gives
// one, of an identity, a bucket or an access point, is narrowed by it and by nothing else. An
// empty patch: no policy gives them.
func (s *subject) without(actions []string) node {
	patch := node{}
	s.detach(patch, actions)
	for _, path := range s.policies() {
		n := s.facts.at(path[:len(path)-1]...)
		last := path[len(path)-1]
		if narrow, changed := narrowed(document(n[last]), actions); changed {
			patch.put(narrow, path...)
		}
	}
	return patch
}

// detach puts a narrowed copy of the account's own in the place of each policy of AWS's that is
// attached to somebody and gives one of the actions.
func (s *subject) detach(patch node, actions []string) {
	for _, who := range s.identities() {
		attached, changed := texts(s.facts.at(who...)["managed_policies"]), false
		for i, arn := range attached {
			name, narrow, ok := narrowedOfAWS(arn, actions)
			if !ok {
				continue
			}
			attached[i], changed = policyName+"-"+name, true
			patch.put(narrow, "accounts", who[1], "managed_policies", attached[i])
		}
		if changed {
			patch.put(attached, append(slices.Clone(who), "managed_policies")...)
		}
	}
}

// identities are the paths of all who have policies: accounts, ID, users, NAME.
func (s *subject) identities() (paths [][]string) {
	accounts := s.facts.at("accounts")
	for _, id := range accounts.names() {
		for _, kind := range []string{"users", "groups", "roles"} {
			for _, name := range accounts.at(id, kind).names() {
				paths = append(paths, []string{"accounts", id, kind, name})
			}
		}
	}
	return paths
}

// narrowedOfAWS is a policy of AWS's, by its name or ARN, without the actions. Not ok: it is
// none, or gives none of them.
func narrowedOfAWS(arn string, actions []string) (name string, narrow any, ok bool) {
	name = strings.TrimPrefix(arn, world.AWSManagedPolicyARN(""))
	p := world.AWSManagedPolicies()[name]
	if p == nil || name == arn {
		return name, nil, false
	}
	narrow, changed := narrowed(document(p.Policy.Source()), actions)
	if narrow == nil { // it gave nothing else
		narrow = map[string]any{"Version": "2012-10-17", "Statement": []any{
			map[string]any{"Effect": "Deny", "Action": actions, "Resource": "*"},
		}}
	}
	return name, narrow, changed
}

// policies are the paths of all policies in the world that allow something to somebody.
func (s *subject) policies() (paths [][]string) {
	add := func(path ...string) {
		for _, name := range s.facts.at(path...).names() {
			paths = append(paths, append(slices.Clone(path), name))
		}
	}
	for _, id := range s.facts.at("accounts").names() {
		add("accounts", id, "managed_policies")
	}
	for _, who := range s.identities() {
		add(append(who, "policies")...)
	}
	for _, kind := range []string{"buckets", "access_points"} {
		for _, name := range s.facts.at(kind).names() {
			if s.facts.at(kind, name)["policy"] != nil {
				paths = append(paths, []string{kind, name, "policy"})
			}
		}
	}
	return paths
}

// document is a policy as it stands in the facts of a world: a mapping, or JSON as a text.
func document(v any) node {
	switch v := v.(type) {
	case map[string]any:
		return v
	case string:
		var n node
		if json.Unmarshal([]byte(v), &n) == nil {
			return n
		}
	}
	return nil
}

// statements are those of a policy: a list, or one alone.
func statements(doc node) []node {
	switch v := doc["Statement"].(type) {
	case map[string]any:
		return []node{v}
	case []any:
		var all []node
		for _, item := range v {
			if n, ok := item.(map[string]any); ok {
				all = append(all, n)
			}
		}
		return all
	}
	return nil
}

// narrowed is a policy in which no Allow gives the actions; nil: it says nothing any more.
func narrowed(doc node, actions []string) (narrow any, changed bool) {
	var kept []any
	for _, st := range statements(doc) {
		next, altered := narrowedStatement(st, actions)
		changed = changed || altered
		if next != nil {
			kept = append(kept, map[string]any(next))
		}
	}
	if !changed || len(kept) == 0 {
		return nil, changed
	}
	whole := node{}
	for key, value := range doc {
		whole[key] = value
	}
	whole["Statement"] = kept
	return map[string]any(whole), true
}

// narrowedStatement is a statement that does not give the actions; nil: it gives nothing else.
func narrowedStatement(st node, actions []string) (narrow node, changed bool) {
	if st["Effect"] != "Allow" {
		return st, false
	}
	next := node{}
	for key, value := range st {
		next[key] = value
	}
	if st["NotAction"] != nil {
		for _, action := range actions {
			if all := texts(next["NotAction"]); !matched(all, action) {
				next["NotAction"], changed = append(all, action), true
			}
		}
		return next, changed
	}
	patterns := texts(st["Action"])
	for _, action := range actions {
		if matched(patterns, action) {
			patterns, changed = lessThan(patterns, action), true
		}
	}
	if len(patterns) == 0 {
		return nil, changed
	}
	next["Action"] = patterns
	return next, changed
}

func matched(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return policy.MatchAction(p, action) })
}

// lessThan are patterns for all that the given ones are about, but not the action.
func lessThan(patterns []string, action string) (all []string) {
	service, _, _ := strings.Cut(action, ":")
	for _, p := range patterns {
		if !policy.MatchAction(p, action) {
			all = append(all, p)
			continue
		}
		if p == "*" {
			all = append(all, otherServices(service)...)
		}
		var in, out []string
		for _, a := range policy.Actions(service) {
			if policy.MatchAction(p, a.Name) && !strings.EqualFold(a.Name, action) {
				in = append(in, a.Name)
			} else {
				out = append(out, a.Name)
			}
		}
		all = append(all, covering(service+":", in, out)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// otherServices is everything of the services that are served beside one.
func otherServices(service string) (all []string) {
	for _, s := range append([]string{"s3"}, serviceNames()...) {
		if s != service {
			all = append(all, s+":*")
		}
	}
	return all
}

func serviceNames() (all []string) {
	for _, s := range services.All {
		all = append(all, s.Name)
	}
	return all
}

// covering are the shortest patterns, each of what begins alike, that match all names of in and
// none of out. All names begin with the prefix.
func covering(prefix string, in, out []string) (patterns []string) {
	switch {
	case len(in) == 0:
		return nil
	case len(out) == 0:
		return []string{prefix + "*"}
	case slices.Contains(in, prefix):
		patterns = append(patterns, prefix)
	}
	for c := range nextLetters(prefix, in) {
		longer := prefix + string(c)
		begins := func(names []string) (some []string) {
			for _, n := range names {
				if strings.HasPrefix(n, longer) {
					some = append(some, n)
				}
			}
			return some
		}
		patterns = append(patterns, covering(longer, begins(in), begins(out))...)
	}
	return patterns
}

// nextLetters are those that follow the prefix in one of the names.
func nextLetters(prefix string, names []string) map[byte]bool {
	letters := map[byte]bool{}
	for _, n := range names {
		if len(n) > len(prefix) {
			letters[n[len(prefix)]] = true
		}
	}
	return letters
}
