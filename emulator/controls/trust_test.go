package controls

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// trustWorld has a user that may call STS, one that may not, and roles that trust them
// in every way.
const trustWorld = `version: 1
responses: aws
scenarios:
  world:
    title: roles and whom they trust
    accounts:
      123456789012:
        users:
          may: {policies: {sts: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "sts:*", Resource: "*"}]}}}
          may-not: {}
        roles:
          Trusting: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:*"}]}}
          Tasks: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: "sts:AssumeRole"}]}}
          Untagged: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}]}}
          Refusing: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "sts:*"}, {Effect: Deny, Principal: {AWS: "arn:aws:iam::123456789012:user/may"}, Action: "sts:*"}]}}
          Bare: {}
    callers: {may: {user: may}, may-not: {user: may-not}}
`

// What STS says of a role that may not be assumed: of its trust policy only where that
// denies outright (cases of terraform-provider-aws#22773 and others, 2020 to 2026).
func TestTrustPolicyRefuses(t *testing.T) {
	t.Parallel()
	tagged := plan.Parameters{"Tags": []any{map[string]any{"Key": "team", "Value": "red"}}}
	for _, c := range []struct {
		name, caller, role, action, end string
		more                            plan.Parameters
		layers                          []authz.Layer
	}{
		{name: "a service alone is trusted", caller: "may", role: "Tasks", action: "sts:AssumeRole", layers: []authz.Layer{authz.TrustPolicy}},
		{name: "nobody is trusted", caller: "may", role: "Bare", action: "sts:AssumeRole", layers: []authz.Layer{authz.TrustPolicy}},
		{name: "there is no such role", caller: "may", role: "Nobody", action: "sts:AssumeRole", layers: []authz.Layer{authz.TrustPolicy}},
		{name: "tags are not trusted", caller: "may", role: "Untagged", action: "sts:TagSession", more: tagged, layers: []authz.Layer{authz.TrustPolicy}},
		{name: "a source identity is not trusted", caller: "may", role: "Untagged", action: "sts:SetSourceIdentity",
			more: plan.Parameters{"SourceIdentity": "alice"}, layers: []authz.Layer{authz.TrustPolicy}},
		{name: "a Deny", caller: "may", role: "Refusing", action: "sts:AssumeRole", end: " with an explicit deny in a resource-based policy",
			layers: []authz.Layer{authz.TrustPolicy}},
		{name: "the user's own policies", caller: "may-not", role: "Trusting", action: "sts:AssumeRole",
			end: " because no identity-based policy allows the sts:AssumeRole action", layers: []authz.Layer{authz.Identity}},
		{name: "neither", caller: "may-not", role: "Tasks", action: "sts:AssumeRole",
			end: " because no identity-based policy allows the sts:AssumeRole action", layers: []authz.Layer{authz.Identity, authz.TrustPolicy}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &raw{t: t, srv: emulatortest.Start(t, "world", emulatortest.YAML(trustWorld))}
			w.service = serviceNamed("sts")
			role := "arn:aws:iam::123456789012:role/" + c.role
			parameters := plan.Parameters{"RoleArn": role, "RoleSessionName": "today"}
			for name, value := range c.more {
				parameters[name] = value
			}
			m := w.message(plan.Action(w.service, "AssumeRole"), parameters)
			failure, entry := w.refuses("refused", "AssumeRole", w.send(m, w.credentials(c.caller), time.Now()), refused{http.StatusForbidden, "AccessDenied"})
			want := "User: arn:aws:iam::123456789012:user/" + c.caller + " is not authorized to perform: " + c.action + " on resource: " + role + c.end
			if failure.Message != want {
				t.Errorf("got %q\nwant %q", failure.Message, want)
			}
			if d := entry.Denied(); d == nil || !slices.Equal(d.DeniedBy, c.layers) {
				t.Errorf("denied by %+v, want %q", d, c.layers)
			}
		})
	}
}
