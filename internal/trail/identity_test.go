package trail_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// Who asked, to the own account and to another's, which is told no more than the
// account and an id (CloudTrail User Guide, "userIdentity element").
func TestUserIdentity(t *testing.T) {
	s := built(t)
	session := func(issuer, mfa, more string) string {
		return `,"sessionContext":{` + issuer + `"attributes":{"creationDate":"2026-11-23T10:00:00Z","mfaAuthenticated":"` + mfa + `"}` + more + `}}`
	}
	ann, app := world.UserID(own, "ann"), world.RoleID(own, "app")
	role := `"sessionIssuer":{"type":"Role","principalId":"` + app + `","arn":"arn:aws:iam::123456789012:role/svc/app","accountId":"123456789012","userName":"app"},`
	user := `"sessionIssuer":{"type":"IAMUser","principalId":"` + ann + `","arn":"arn:aws:iam::123456789012:user/team/ann","accountId":"123456789012","userName":"ann"},`
	signed := func(kind, id, arn, caller string) string {
		return `{"type":"` + kind + `","principalId":"` + id + `","arn":"` + arn + `","accountId":"123456789012","accessKeyId":"` + s.Callers[caller].AccessKeyID + `"`
	}
	for _, c := range []struct{ caller, recipient, want string }{
		{"", own, `{"type":"AWSAccount","principalId":"","accountId":"anonymous"}`},
		{"ann", own, signed("IAMUser", ann, "arn:aws:iam::123456789012:user/team/ann", "ann") + `,"userName":"ann"}`},
		{"ann", other, `{"type":"AWSAccount","principalId":"` + ann + `","accountId":"123456789012"}`},
		{"root", own, signed("Root", own, "arn:aws:iam::123456789012:root", "root") + `}`},
		{"app", own, signed("AssumedRole", app+":s1", "arn:aws:sts::123456789012:assumed-role/app/s1", "app") + session(role, "false", `,"sourceIdentity":"carla"`)},
		{"app", other, `{"type":"AWSAccount","principalId":"` + app + `:s1","accountId":"123456789012"}`},
		{"token", own, signed("IAMUser", ann, "arn:aws:iam::123456789012:user/team/ann", "token") + `,"userName":"ann"` + session("", "true", "")},
		{"fed", own, signed("FederatedUser", own+":dora", "arn:aws:sts::123456789012:federated-user/dora", "fed") + session(user, "false", "")},
		{"config", own, `{"type":"AWSService","invokedBy":"config.amazonaws.com"}`},
		{"front", own, `{"type":"AWSAccount","principalId":"","accountId":"CloudFront"}`},
	} {
		text := string(trail.Of(got(t, s, c.caller), c.recipient).JSON())
		_, text, _ = strings.Cut(text, `"userIdentity":`)
		text, _, _ = strings.Cut(text, `,"eventTime"`)
		if text != c.want {
			t.Errorf("%q is told to %s as\n%s, want\n%s", c.caller, c.recipient, text, c.want)
		}
	}
}

// A service comes from nowhere but itself.
func TestRecordOfAService(t *testing.T) {
	has(t, trail.Of(got(t, built(t), "config"), own), map[string]any{"sourceIPAddress": "config.amazonaws.com", "userAgent": "config.amazonaws.com"})
}

// A principal that could not be named is told as nobody is.
func TestRecordOfNobody(t *testing.T) {
	h := got(t, built(t), "")
	h.Asker.Principal = nil
	if i := trail.Of(h, own).UserIdentity; i.Type != "AWSAccount" || i.AccountID != "anonymous" || i.ARN != "" {
		t.Errorf("it is %+v", i)
	}
}
