package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

// denial is a way to refuse an operation.
type denial struct {
	name  string // in --deny
	title string // of its cases, with the operation in the place of %s
	means string // what the program meets, for docs
	// about says whether an operation, as the program used it, can meet it at all.
	about func(*used) bool
	// make changes the audited world. Error: why the case cannot be made there.
	make func(*subject, *used) (change, error)
	// once: it is one case, whatever the operation.
	once bool
}

// change is what makes the world of a case.
type change struct {
	patch node
	rules []any // fault rules, in the form of the scenario file; nil: those of the world
}

// denials are the ways to refuse, in the order of the cases of an operation.
var denials = []denial{
	{name: "no-permission", title: "%s without permission",
		means: "no policy allows the operation's action: every Allow that gave it is narrowed by it",
		about: notHead, make: withoutPermission},
	{name: "explicit-deny", title: "%s denied",
		means: "a Deny for the caller in the bucket's policy; in the caller's own where the program makes the bucket",
		about: notHead, make: denied},
	{name: "head-refused", title: "%s refused",
		means: "as no-permission for a HEAD, whose 403 has no body and no code",
		about: isHead, make: withoutPermission},
	{name: "masked-404", title: "%s of a missing key refused",
		means: "a missing key is 403, not 404, for want of `s3:ListBucket`; where the baselines met such a 404",
		about: metNotFound, make: masked},
	{name: "kms", title: "%s without the KMS key",
		means: "objects are encrypted with a KMS key that lacks `kms:GenerateDataKey` to write, " +
			"or `kms:Decrypt` to read and to add parts, for the caller",
		about: usesKey, make: withoutKey},
	{name: "acls-disabled", title: "%s with ACLs disabled",
		means: "the bucket's Object Ownership is BucketOwnerEnforced; where the program sends an ACL",
		about: sendsACL, make: aclsDisabled},
	{name: "session-expired", title: "%s with its session expired",
		means: "the program has temporary credentials, and its session ends at the first such request",
		about: always, make: sessionExpired},
	{name: "wrong-region", title: "buckets in another region",
		means: "the buckets of the world are in another region than the program asks; one case for all operations",
		about: always, make: elsewhere, once: true},
}

// Denials are the names of all ways to refuse.
func Denials() []string {
	names := make([]string, len(denials))
	for i, d := range denials {
		names[i] = d.name
	}
	return names
}

// Case is the name of the case of an operation.
func (d *denial) caseOf(operation string) string {
	if d.once {
		return d.title
	}
	return fmt.Sprintf(d.title, operation)
}

func always(*used) bool { return true }

func isHead(u *used) bool { return u.any(func(e *journal.Entry) bool { return e.Method == "HEAD" }) }

func notHead(u *used) bool { return !isHead(u) }

func metNotFound(u *used) bool {
	return u.any(func(e *journal.Entry) bool {
		return e.Status == 404 && e.Key != "" && (e.Method == "GET" || e.Method == "HEAD")
	})
}

func sendsACL(u *used) bool {
	return u.any(func(e *journal.Entry) bool {
		for name := range e.Carries {
			if name == "x-amz-acl" || strings.HasPrefix(name, "x-amz-grant-") {
				return true
			}
		}
		return e.Method == "PUT" && strings.HasSuffix(e.Operation, "Acl")
	})
}

func withoutPermission(s *subject, u *used) (change, error) {
	if err := bound(u); err != nil {
		return change{}, err
	}
	return s.withoutAll(u.actions())
}

// withoutAll is the world in which no policy allows the actions.
func (s *subject) withoutAll(actions []string) (change, error) {
	if len(actions) == 0 {
		return change{}, errors.New("it asks for no permission")
	}
	patch := s.without(actions)
	if len(patch) == 0 {
		given := strings.Join(actions, ", ")
		return change{}, fmt.Errorf("no policy of an identity, a bucket or an access point gives %s", given)
	}
	return change{patch: patch}, nil
}

// bound wants somebody whom policies have to allow what he does.
func bound(u *used) error {
	for _, arn := range u.principals() {
		if strings.HasSuffix(arn, ":root") {
			return fmt.Errorf("%s is the root of its account, which needs no Allow", arn)
		}
	}
	return nil
}

const listBucket = "s3:ListBucket"

func masked(s *subject, u *used) (change, error) {
	if err := bound(u); err != nil {
		return change{}, err
	}
	return s.withoutAll([]string{listBucket})
}

func aclsDisabled(s *subject, _ *used) (change, error) {
	const enforced = "BucketOwnerEnforced"
	patch, changed := node{}, false
	buckets := s.facts.at("buckets")
	for _, name := range buckets.names() {
		patch.put(enforced, "buckets", name, "object_ownership")
		changed = changed || buckets.at(name).text("object_ownership") != enforced
	}
	if !changed {
		return change{}, errors.New("they are disabled in its world anyway")
	}
	patch.put(enforced, "new_buckets", "object_ownership")
	return change{patch: patch}, nil
}

// sessionLasts is how long a session lasts that a program with long-term keys gets: longer
// than any audit.
const sessionLasts = "36h"

func sessionExpired(s *subject, u *used) (change, error) {
	patch, caller := node{}, s.facts.at("callers", s.caller)
	if caller["service"] != nil || caller["origin_access_identity"] != nil {
		return change{}, fmt.Errorf("the caller %s has no session that could end", s.caller)
	}
	if slices.Contains(u.principals(), "") {
		return change{}, errors.New("nobody signs it")
	}
	if caller["session_token"] == nil && caller["from"] == nil {
		patch.put(sessionLasts, "callers", s.caller, "expires")
		patch.put(nil, "callers", s.caller, "access_key_id") // that of long-term credentials
		patch.put(nil, "callers", s.caller, "secret_access_key")
	}
	rule := map[string]any{
		"name": "session-expired", "match": map[string]any{"operation": u.operation}, "stage": "arrival",
		"when": map[string]any{"first": 1}, "effect": map[string]any{"expire": "session"},
	}
	return change{patch, []any{rule}}, nil
}

func elsewhere(s *subject, u *used) (change, error) {
	patch, region := node{}, "eu-west-1"
	if s.region == region {
		region = "us-west-2"
	}
	for _, name := range u.buckets() {
		if s.facts.at("buckets", name) != nil {
			patch.put(region, "buckets", name, "region")
		}
	}
	if len(patch) == 0 {
		return change{}, errors.New("it asks for no bucket that is there before it begins")
	}
	return change{patch: patch}, nil
}
