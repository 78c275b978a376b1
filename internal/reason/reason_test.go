package reason_test

import (
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/world"
)

// on is how S3 answers on a day.
func on(day string) world.Answers {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the day stands in the test
	}
	return world.NewAnswers(world.ResponsesAWS, d, d)
}

const (
	arn       = "arn:aws:iam::123456789012:policy/guard"
	beforeARN = "2026-08-12" // the day before explicit denies name a policy's ARN
	sinceARN  = "2026-08-13"
)

// Each layer has its words, and those that no policy is behind have none
// (s3-errors.md 2.1). Where nothing denies, no ARN is told.
func TestWordsOfLayers(t *testing.T) {
	const get = "s3:GetObject"
	told := map[authz.Layer]struct{ implicit, explicit, named string }{
		authz.Identity:            {"because no identity-based policy allows the s3:GetObject action", "with an explicit deny in an identity-based policy", ": " + arn},
		authz.PermissionsBoundary: {"because no permissions boundary allows the s3:GetObject action", "with an explicit deny in a permissions boundary", ": " + arn},
		authz.Session:             {"because no session policy allows the s3:GetObject action", "with an explicit deny in a session policy", ": " + arn},
		authz.SCP:                 {"because no service control policy allows the s3:GetObject action", "with an explicit deny in a service control policy", ": " + arn},
		authz.RCP:                 {"because no resource control policy allows the s3:GetObject action", "with an explicit deny in a resource control policy", ": " + arn},
		authz.VPCEndpoint:         {"because no VPC endpoint policy allows the s3:GetObject action", "with an explicit deny in a VPC endpoint policy", ""},
		authz.AccessPoints:        {"because no resource-based policy allows the s3:GetObject action", "with an explicit deny in a resource-based policy", ""},
		authz.BucketPolicy:        {"because no resource-based policy allows the s3:GetObject action", "with an explicit deny in a resource-based policy", ""},
		authz.ACLs:                {"because no resource-based policy allows the s3:GetObject action", "with an explicit deny in a resource-based policy", ""},
		authz.BlockPublicAccess:   {"because no resource-based policy allows the s3:GetObject action", "with an explicit deny in a resource-based policy", ""},
		authz.TrustPolicy:         {"", "with an explicit deny in a resource-based policy", ""},
		authz.KMS:                 {"because no identity-based policy allows the s3:GetObject action", "with an explicit deny in an identity-based policy", ": " + arn},
	}
	settings := map[authz.Layer]string{authz.BlockPublicAccess: authz.RestrictPublicBuckets}
	for _, l := range authz.Layers() {
		want := told[l]
		implicit := &authz.Finding{Layer: l, Effect: authz.ImplicitDeny, PolicyARN: arn, Setting: settings[l]}
		if got := reason.Of(get, implicit, on(sinceARN)); got != want.implicit {
			t.Errorf("%s does not allow: %q, want %q", l, got, want.implicit)
		}
		denies := &authz.Finding{Layer: l, Effect: authz.ExplicitDeny, PolicyARN: arn, Setting: settings[l]}
		if got := reason.Of(get, denies, on(beforeARN)); got != want.explicit {
			t.Errorf("%s denies: %q, want %q", l, got, want.explicit)
		}
		if got := reason.Of(get, denies, on(sinceARN)); got != want.explicit+want.named {
			t.Errorf("%s denies, by a policy with an ARN: %q, want %q", l, got, want.explicit+want.named)
		}
		denies.PolicyARN = "" // an inline policy
		if got := reason.Of(get, denies, on(sinceARN)); got != want.explicit {
			t.Errorf("%s denies, by a policy without ARN: %q, want %q", l, got, want.explicit)
		}
	}
}

// An organization's refusal to change Block Public Access is of no setting of it, and has
// no words.
func TestNoWordsOfTheOrganization(t *testing.T) {
	for _, effect := range []authz.Effect{authz.ExplicitDeny, authz.ImplicitDeny} {
		if got := reason.Of("s3:PutAccountPublicAccessBlock", &authz.Finding{Layer: authz.BlockPublicAccess, Effect: effect}, on(sinceARN)); got != "" {
			t.Errorf("%s: %q", effect, got)
		}
	}
}

// From a day on S3 tells the ARN. The article's S3 does not; CloudTrail's records of
// it do.
func TestDateOfTheARN(t *testing.T) {
	denies := &authz.Finding{Layer: authz.Identity, Effect: authz.ExplicitDeny, PolicyARN: arn}
	const plain = "with an explicit deny in an identity-based policy"
	day := time.Date(2026, time.November, 29, 0, 0, 0, 0, time.UTC)
	article := world.NewAnswers(world.ResponsesArticle, time.Time{}, day)
	for name, c := range map[string]struct {
		answers world.Answers
		want    string
	}{
		"the article":            {article, plain},
		"its records":            {article.Recorded(day), plain + ": " + arn},
		"today":                  {world.NewAnswers("", time.Time{}, day), plain + ": " + arn},
		"the day before":         {on(beforeARN), plain},
		"the day that it begins": {on(sinceARN), plain + ": " + arn},
	} {
		if got := reason.Of("s3:PutObject", denies, c.answers); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
