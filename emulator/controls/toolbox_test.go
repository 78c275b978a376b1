package controls

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi/iamtoolbox"
)

// In tracedWorld one layer stands in the way of each caller that asks IAM about
// somebody: an SCP of far's, identity of ann's, whose group denies, a boundary of ben's
// and a session policy of eve's. Auditors may read why.
const tracedWorld = `
    accounts:
      999999999999:
        users:
          auditor: {policies: {read: &read {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "iam:GetRequestAuthorization*", Resource: "*"}]}}}
      123456789012:
        users:
          admin: {policies: {all: &all {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          auditor: {policies: {read: *read}}
          ann: {policies: {all: *all, s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}, groups: [interns]}
          ben: {policies: {all: *all}, permissions_boundary: limit}
          bob: {path: /team/, tags: {team: red}}
        groups:
          interns:
            policies:
              no:
                Version: 2012-10-17
                Statement:
                  - {Effect: Allow, Action: "iam:List*", Resource: "*"}
                  - {Sid: NoUsers, Effect: Deny, Action: "iam:GetUser", Resource: "*"}
                  - {Effect: Deny, Action: "iam:Get*", Resource: "arn:aws:iam::*:user/team/*"}
        roles:
          Session: {policies: {all: *all}, trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}]}}
        managed_policies:
          limit: {Version: 2012-10-17, Statement: [{Sid: OnlyS3, Effect: Allow, Action: "s3:*", Resource: "*"}]}
      111111111111:
        users:
          far: {policies: {all: *all}}
      444455556666:
        users:
          stranger: {policies: {all: *all}}
    callers:
      admin: {account: 123456789012, user: admin}
      auditor: {account: 123456789012, user: auditor}
      management: {account: 999999999999, user: auditor}
      stranger: {account: 444455556666, user: stranger}
      ann: {account: 123456789012, user: ann}
      ben: {account: 123456789012, user: ben}
      eve: {account: 123456789012, role: Session, session_name: eve, session_policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
      far: {account: 111111111111, user: far}
      boss: {account: 111111111111, root: true}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      scps:
        NoIAM: {id: p-1234567890, policy: {Version: 2012-10-17, Statement: [{Sid: NoIAM, Effect: Deny, Action: "iam:*", Resource: "*"}]}}
      root:
        accounts: {123456789012: {}}
        units:
          Workloads:
            scps: [FullAWSAccess, NoIAM]
            accounts: {111111111111: {}}
`

// details are what GetRequestAuthorizationDetails answers.
type details struct {
	RequestContext map[string]any
	Evaluations    []struct {
		Action, Resource, EvaluatedEffect string
		Context                           map[string]any
		MatchedPolicies                   []struct {
			URI               string
			MatchedStatements []struct{ Sid, EvaluatedEffect string }
		}
	}
	Policies []struct {
		Type, URI  string
		Inline     bool
		AttachedTo []struct{ ARN string }
	}
	NextToken string
}

func startTraced(t *testing.T, settings string, options ...emulatortest.Option) *raw {
	t.Helper()
	text := "version: 1\nresponses: aws\nscenarios:\n  world:\n    title: A world of a test\n" + settings + tracedWorld
	srv := emulatortest.Start(t, "world", append(options, emulatortest.YAML(text), emulatortest.Alone())...)
	return &raw{t: t, srv: srv, service: iamtoolbox.Service}
}

// deny makes a call of IAM that is refused, and returns its message and its
// authorization ID; empty: there is none.
func (w *raw) deny(caller, action string, p plan.Parameters, at time.Time) (message, id string) {
	w.t.Helper()
	iam := w.to(serviceNamed("iam"))
	reply := w.send(iam.message(plan.Action(iam.service, action), p), w.credentials(caller), at)
	failure, err := plan.ReadFailure(iam.service, reply)
	if err != nil || failure.Code != "AccessDenied" {
		w.t.Fatalf("%s by %s: %d %s, %v", action, caller, reply.Status, reply.Body, err)
	}
	if _, told, ok := strings.Cut(failure.Message, "with the following authorization id: "); ok {
		id = told
	}
	if entry := w.last(); entry.AuthorizationID != id {
		w.t.Errorf("the journal has the authorization ID %q of %q", entry.AuthorizationID, failure.Message)
	}
	return failure.Message, id
}

func (w *raw) read(caller, id string, at time.Time) *plan.Reply {
	w.t.Helper()
	m := w.message(w.service.Actions[0], plan.Parameters{"authorizationId": id})
	return w.send(m, w.credentials(caller), at)
}

func (w *raw) readPolicy(caller, id, uri string) *plan.Reply {
	w.t.Helper()
	m := w.message(w.service.Actions[1], plan.Parameters{"authorizationId": id, "policyUri": uri})
	return w.send(m, w.credentials(caller), time.Now())
}

func (w *raw) detailsOf(caller, id string) *details {
	w.t.Helper()
	reply := w.read(caller, id, time.Now())
	d := &details{}
	if err := json.Unmarshal([]byte(reply.Body), d); err != nil || reply.Status != http.StatusOK {
		w.t.Fatalf("the details of %s for %s: %d %s", id, caller, reply.Status, reply.Body)
	}
	return d
}

var idForm = regexp.MustCompile(`^[0-9a-z]{24,25}$`)

// sentenceWith is how IAM tells an authorization ID; empty: there is none to tell.
func sentenceWith(id string) string {
	if id == "" {
		return ""
	}
	return ". Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/" + id +
		" for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: " + id
}

// Of one refusal, IAM Access Troubleshooter and `s3fault why` tell the same.
func TestAuthorizationDetailsAgreeWithWhy(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	bob := plan.Parameters{"UserName": "bob"}
	for _, c := range []struct {
		caller, reader, action string
		parameters             plan.Parameters
		kind                   string
	}{
		{"far", "management", "GetUser", plan.Parameters{"UserName": "far"}, "SERVICE_CONTROL_POLICY"},
		{"boss", "management", "GetAccountSummary", nil, "SERVICE_CONTROL_POLICY"},
		{"ann", "auditor", "GetUser", bob, "IDENTITY_BASED_POLICY"},
		{"ben", "auditor", "ListAttachedUserPolicies", bob, "PERMISSIONS_BOUNDARY"},
		{"eve", "management", "GetAccountSummary", nil, "SESSION_POLICY"},
	} {
		message, id := w.deny(c.caller, c.action, c.parameters, time.Now())
		if !idForm.MatchString(id) || !strings.HasSuffix(message, sentenceWith(id)) {
			t.Errorf("%s by %s: %s", c.action, c.caller, message)
		}
		why := w.srv.Why(w.last().RequestID)
		reply := w.read(c.reader, id, time.Now())
		t.Logf("%s\n%s", message, reply.Body)
		w.agree(why, w.detailsOf(c.reader, id), c.kind)
	}
}

var effectOf = map[authz.Verdict]string{authz.ExplicitlyDenied: "EXPLICIT_DENY", authz.ImplicitlyDenied: "IMPLICIT_DENY"}

// agree holds the details against the decision: one question, with its verdict; the
// statement that decided is one that matched; every policy that a finding or a miss
// speaks of was considered.
func (w *raw) agree(why *authz.Decision, d *details, kind string) {
	w.t.Helper()
	if len(d.Evaluations) != 1 || d.NextToken != "" {
		w.t.Fatalf("got %+v", d)
	}
	e, resource := &d.Evaluations[0], strings.TrimPrefix(why.Resource, "*")
	if e.Action != why.Action || e.Resource != resource || e.EvaluatedEffect != effectOf[why.Verdict] {
		w.t.Errorf("why has %s on %s, %s; the details %+v", why.Action, why.Resource, why.Verdict, e)
	}
	if !slices.ContainsFunc(d.policiesOf(kind), func(uri string) bool { return uri != "" }) {
		w.t.Errorf("no %s in %+v", kind, d.Policies)
	}
	f, _ := why.Behind()
	denied := false
	for _, m := range e.MatchedPolicies {
		for _, s := range m.MatchedStatements {
			ours := f.Statement != nil && s.Sid == f.Statement.Sid
			denied = denied || ours && s.EvaluatedEffect == "DENY" && slices.Contains(d.policiesOf(kind), m.URI)
		}
	}
	if explicit := f.Effect == authz.ExplicitDeny; explicit != denied || !explicit && len(e.MatchedPolicies) > 0 {
		w.t.Errorf("why names the statement %+v of %s; the details have %+v", f.Statement, f.Policy, e.MatchedPolicies)
	}
}

// policiesOf are the policies of a kind.
func (d *details) policiesOf(kind string) (uris []string) {
	for _, p := range d.Policies {
		if p.Type == kind {
			uris = append(uris, p.URI)
		}
	}
	return uris
}

// All policies that were considered are told with what they are attached to; all
// statements that match, whatever decided; the keys of the request and those of the
// question.
func TestAuthorizationDetailsAreWhole(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "    network: {source_ip: 198.51.100.7}\n")
	_, id := w.deny("ann", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
	d := w.detailsOf("auditor", id)
	var told []string
	for _, p := range d.Policies {
		for _, a := range p.AttachedTo {
			told = append(told, p.Type+" "+strings.TrimRight(p.URI, "0123456789abcdef")+" "+a.ARN)
		}
	}
	want := []string{
		"SERVICE_CONTROL_POLICY arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess arn:aws:organizations::999999999999:root/o-exampleorgid/",
		"SERVICE_CONTROL_POLICY arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess arn:aws:organizations::999999999999:account/o-exampleorgid/123456789012",
		"IDENTITY_BASED_POLICY inline: arn:aws:iam::123456789012:user/ann",
		"IDENTITY_BASED_POLICY inline: arn:aws:iam::123456789012:user/ann",
		"IDENTITY_BASED_POLICY inline: arn:aws:iam::123456789012:user/ann",
	}
	if len(told) != len(want) {
		t.Fatalf("got %q", told)
	}
	for i := range want {
		if !strings.HasPrefix(told[i], want[i]) {
			t.Errorf("got %s, want %s", told[i], want[i])
		}
	}
	var matched []string
	for _, m := range d.Evaluations[0].MatchedPolicies {
		for _, s := range m.MatchedStatements {
			matched = append(matched, s.EvaluatedEffect+" "+s.Sid)
		}
	}
	if want := []string{"ALLOW Statement1", "ALLOW Statement1", "DENY NoUsers", "DENY Statement3"}; !slices.Equal(matched, want) {
		t.Errorf("the statements %q match, want %q", matched, want)
	}
	for key, want := range map[string]any{
		"aws:PrincipalARN": "arn:aws:iam::123456789012:user/ann", "aws:SourceIp": "198.51.100.7/32", "aws:RequestedRegion": "us-east-1",
		"aws:PrincipalOrgID": "o-exampleorgid", "aws:username": "ann", "aws:ViaAWSService": "false", "aws:ResourceTag/team": nil,
	} {
		if d.RequestContext[key] != want {
			t.Errorf("the request's %s is %v, want %v", key, d.RequestContext[key], want)
		}
	}
	if own := d.Evaluations[0].Context; own["iam:ResourceTag/team"] != "red" || own["aws:ResourceTag/team"] != "red" || own["aws:SourceIp"] != nil {
		t.Errorf("the question's keys are %v", own)
	}
}
