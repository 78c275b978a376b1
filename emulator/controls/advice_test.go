package controls

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/journal"
)

// What s3fault advises of a refused call is proved, and lets it pass once it is done.
func TestAdviceLetsEveryCallPass(t *testing.T) {
	for _, s := range plan.Services {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			w := &raw{t: t, service: s, srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())}
			for _, a := range s.Actions {
				if !calls[a.Name].Free {
					w.advised(a, calls[a.Name])
				}
			}
		})
	}
}

func (w *raw) advised(a *awsapi.Action, call *plan.Call) {
	w.t.Helper()
	if err := w.srv.Reset(); err != nil {
		w.t.Fatal(err)
	}
	m := w.message(a, w.prepare(call))
	nobody := call.Caller("nobody")
	if reply := w.send(m, w.credentials(nobody), time.Now()); reply.Status < 400 {
		w.t.Errorf("%s is not refused: %d %s", a.Name, reply.Status, reply.Body)
		return
	}
	w.followAdvice(a.Name, m, nobody)
}

// followAdvice does what is advised of the last request, as far as that is about the world
// alone; the request then passes.
func (w *raw) followAdvice(what string, m *plan.Message, caller string) {
	w.t.Helper()
	advice, err := w.srv.Advice(w.last().RequestID)
	if err != nil || !advice.Proved {
		w.t.Errorf("%s: %+v, %v", what, advice, err)
		return
	}
	all := append([]journal.Proposal{advice.Proposal}, advice.Others...)
	of := slices.IndexFunc(all, func(p journal.Proposal) bool { return p.Class != journal.OfRequest })
	if of < 0 {
		w.t.Errorf("%s: no policy is to be changed: %+v", what, advice)
		return
	}
	patch, err := json.Marshal(all[of].Patch)
	if err == nil {
		err = w.srv.Patch(string(patch))
	}
	if err != nil {
		w.t.Errorf("%s: %s: %v", what, patch, err)
		return
	}
	if reply := w.send(m, w.credentials(caller), time.Now()); reply.Status >= 300 {
		w.t.Errorf("%s with %s: %d %s", what, patch, reply.Status, reply.Body)
	}
}

// In layeredWorld each caller may do everything but for one policy that stands in its
// way, of a kind of its own.
const layeredWorld = `
version: 1
responses: aws
scenarios:
  world:
    title: A policy of each kind
    accounts:
      999999999999: {}
      123456789012:
        users:
          denied: {policies: {all: &all {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*",
	Resource: "*"}]}, no: {Version: 2012-10-17, Statement: [{Sid: No, Effect: Deny, Action: ["iam:*", "kms:*",
	"sts:AssumeRole"], Resource: "*"}]}}}
          bounded: {policies: {all: *all}, permissions_boundary: limit}
          grouped: {policies: {all: *all}, groups: [kept]}
          free: {policies: {all: *all}}
        groups:
          kept: {policies: {no: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "iam:CreateUser",
	Resource: "*"}]}}}
        managed_policies:
          limit: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
        roles:
          Closed: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "999999999999"},
	Action: "sts:AssumeRole"}]}}
          Shut: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"},
	Action: "sts:AssumeRole"}, {Effect: Deny, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}]}}
          Session: {policies: {all: *all}}
      111111111111:
        users:
          below: {policies: {all: *all}}
          elsewhere: {policies: {all: *all}}
    callers:
      denied: {account: 123456789012, user: denied}
      bounded: {account: 123456789012, user: bounded}
      grouped: {account: 123456789012, user: grouped}
      free: {account: 123456789012, user: free}
      session: {account: 123456789012, role: Session, session_policy: {Version: 2012-10-17,
	Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
      below: {account: 111111111111, user: below}
    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab:
        account: 123456789012
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Principal: {AWS: "arn:aws:iam::123456789012:user/grouped"}, Action: "kms:*", Resource: "*"}]}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      scps:
        NoUsers: {policy: {Version: 2012-10-17, Statement: [{Sid: NoUsers, Effect: Deny,
	Action: ["iam:CreateUser", "sts:*"], Resource: "*"}]}}
      root:
        accounts:
          111111111111: {scps: [FullAWSAccess, NoUsers]}
          123456789012: {}
`

func TestAdviceOfEveryKindOfPolicy(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	user := plan.Parameters{"UserName": "new"}
	role := func(name string) plan.Parameters {
		return plan.Parameters{"RoleArn": "arn:aws:iam::123456789012:role/" + name, "RoleSessionName": "me"}
	}
	for _, c := range []struct {
		caller, service, action string
		parameters              plan.Parameters
		says                    string
	}{
		{"denied", "iam", "CreateUser", user, "identity"},
		{"denied", "kms", "DescribeKey", plan.Parameters{"KeyId": key}, "kms identity"},
		{"bounded", "iam", "CreateUser", user, "permissions-boundary"},
		{"grouped", "iam", "CreateUser", user, "identity"},
		{"session", "iam", "CreateUser", user, "session"},
		{"below", "iam", "CreateUser", user, "scp 111111111111"},
		{"below", "sts", "AssumeRole", role("Closed"), "scp 111111111111"},
		{"free", "sts", "AssumeRole", role("Closed"), "trust-policy"},
		{"free", "sts", "AssumeRole", role("Shut"), "trust-policy"},
		{"free", "kms", "DescribeKey", plan.Parameters{"KeyId": key}, "kms key-policy"},
	} {
		w := &raw{t: t, srv: emulatortest.Start(t, "world", emulatortest.YAML(layeredWorld))}
		w.service = serviceNamed(c.service)
		m := w.message(plan.Action(w.service, c.action), c.parameters)
		what := c.caller + " " + c.action
		if reply := w.send(m, w.credentials(c.caller), time.Now()); reply.Status == http.StatusOK {
			t.Errorf("%s is not refused", what)
			continue
		}
		if no := saysNo(w.last()); !slices.Contains(no, c.says) {
			t.Errorf("%s: %q says no, want %s", what, no, c.says)
		}
		w.followAdvice(what, m, c.caller)
	}
}
