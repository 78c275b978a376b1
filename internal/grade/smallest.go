package grade

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// inProgram is said of a scenario that has no patch.
const inProgram = "The cure is in the program: the world is right as it was loaded."

// smallest is the scenario's own cure.
func smallest(s *scenarios.Scenario) journal.Smallest {
	patch := s.FixPatchJSON()
	if patch == nil {
		return journal.Smallest{Patch: json.RawMessage("null"), Words: inProgram}
	}
	var facts map[string]any
	if json.Unmarshal(patch, &facts) != nil {
		return journal.Smallest{Patch: patch}
	}
	words := steps(nil, facts)
	return journal.Smallest{Patch: patch, Words: strings.Join(words, "; ")}
}

// kinds are the facts of a world that have names, with what one of them is called.
var kinds = map[string]string{
	"accounts": "account", "users": "user", "roles": "role", "groups": "group", "policies": "policy",
	"managed_policies": "managed policy", "buckets": "bucket", "objects": "object", "kms_keys": "KMS key",
	"callers": "caller", "vpc_endpoints": "VPC endpoint", "route_tables": "route table", "scps": "SCP", "rcps": "RCP",
	"units": "organizational unit",
}

// steps are what a patch changes, a phrase each: "write the policy s3 of the user my-user of
// the account 123456789012".
func steps(of []string, facts map[string]any) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		inner, deep := facts[name].(map[string]any)
		kind, named := kinds[name]
		switch {
		case deep && named:
			for _, one := range slices.Sorted(maps.Keys(inner)) {
				all = append(all, step(append([]string{kind + " " + one}, of...), inner[one])...)
			}
		default:
			all = append(all, step(append([]string{strings.ReplaceAll(name, "_", " ")}, of...), facts[name])...)
		}
	}
	return all
}

// step is what becomes of one fact: the phrases of those within, where it has any.
func step(of []string, value any) []string {
	where := "the " + strings.Join(of, " of the ")
	switch v := value.(type) {
	case nil:
		return []string{"take away " + where}
	case map[string]any:
		if _, isPolicy := v["Statement"]; isPolicy || len(v) == 0 || isText(v, "body") {
			return []string{"write " + where}
		}
		return steps(of, v)
	case []any:
		text, _ := json.Marshal(v) // it was read from JSON
		return []string{fmt.Sprintf("set %s to %s", where, text)}
	}
	return []string{fmt.Sprintf("set %s to %v", where, value)}
}

func isText(v map[string]any, name string) bool {
	_, ok := v[name].(string)
	return ok
}
