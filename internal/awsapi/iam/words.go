package iam

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// The errors of IAM that several calls share (IAM API Reference).

func noSuchEntity(format string, args ...any) error {
	return awsapi.RefuseWith(404, "NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) error {
	return awsapi.RefuseWith(409, "EntityAlreadyExists", format, args...)
}

func deleteConflict(format string, args ...any) error {
	return awsapi.RefuseWith(409, "DeleteConflict", format, args...)
}

// holding is a deleteConflict that tells what is still there.
func holding(message, what string, names []string) error {
	return cause.Explain(deleteConflict("%s", message), journal.Cause{
		Text: "there is still something to take away first: " + what, Wanted: "none", Seen: strings.Join(names, ", "),
	})
}

func limitExceeded(format string, args ...any) error {
	return awsapi.RefuseWith(409, "LimitExceeded", format, args...)
}

func quotaExceeded(name string, limit int) error {
	return limitExceeded("Cannot exceed quota for %s: %d", name, limit)
}

// parses refuses a text that is no ARN (control-apis.md F7). [unsure: of other calls than
// those that attach]
func parses(c *awsapi.Call, arn string) error {
	part := strings.SplitN(arn, ":", 6)
	is := len(part) == 6 && part[0] == "arn" && part[1] != "" && part[5] != ""
	switch strict := c.State().Answers.Has(world.IAMFormsStrict); {
	case !is && !strict:
		return awsapi.Refuse("InvalidInput", "ARN %s is not valid.", arn)
	case !is:
		return awsapi.Refuse("ValidationError", "Invalid ARN:  Could not be parsed!")
	case strict && part[1] != "aws":
		return awsapi.Refuse("ValidationError", "Invalid ARN partition")
	}
	return nil
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// readPolicy compiles a document, or says what IAM says of it. limit is the most
// characters without white space, quota the name of that limit.
func readPolicy(d cause.Document, limit int, quota string) (*policy.Policy, error) {
	if n := size(d.Text); n > limit {
		return nil, cause.Say(quotaExceeded(quota, limit),
			"%s has %d characters besides white space, of at most %d", d.What, n, limit)
	}
	rules := policy.Rules{Kind: d.Kind, MaxSize: limit}
	if d.State != nil {
		rules.PrincipalExists = d.State.PrincipalExists
	}
	p, err := policy.Load([]byte(d.Text), rules)
	if err != nil {
		said := saidOf(d.Text, policy.ProblemOf(err).Message)
		return nil, d.Refused(awsapi.Refuse("MalformedPolicyDocument", "%s", said), err)
	}
	return p, nil
}

// saidOf is what IAM says of a document. Of one that begins with white space it is not the
// first byte that counts, where the rest is broken (recorded, LocalStack's tests).
func saidOf(text, said string) string {
	if strings.HasPrefix(strings.TrimSpace(text), "{") && !json.Valid([]byte(text)) {
		return "This policy contains invalid Json"
	}
	return said
}

// identityPolicy is a document that allows identities something.
func identityPolicy(name, text string) cause.Document {
	return cause.Document{What: strings.TrimSpace("the policy " + name), Text: text, Kind: policy.Identity}
}

// size is how IAM counts a policy: characters without white space.
func size(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// escaped is a policy as IAM hands it out: percent-encoded (RFC 3986).
func escaped(p *policy.Policy) string {
	return strings.ReplaceAll(url.QueryEscape(p.Source()), "+", "%20")
}
