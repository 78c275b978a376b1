package controls

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/sigv4"
)

// refused is how a service refuses a request that it has not looked into.
type refused struct {
	status int
	code   string
}

// refusals are those of a protocol.
type refusals struct {
	denied, unsigned, incomplete, unknownKey, expiredToken, wrongSecret, skewed refused
	unreadable, unknownAction                                                   refused
}

// What AWS documents: query, IAM and STS API Reference, "Common errors"; ec2, EC2 API
// Reference, "Error codes"; json, KMS, Organizations and CloudTrail API References,
// "Common errors", and the names that these services are seen to send; restJSON, IAM
// Access Analyzer API Reference, "Common errors"; restXML, S3 API Reference, "Error
// responses", which is where S3 Control's refusals come from.
var (
	inQuery = refusals{
		denied: refused{403, "AccessDenied"}, unsigned: refused{403, "MissingAuthenticationToken"},
		unknownKey: refused{403, "InvalidClientTokenId"}, expiredToken: refused{403, "ExpiredToken"},
		wrongSecret: refused{403, "SignatureDoesNotMatch"}, skewed: refused{403, "SignatureDoesNotMatch"},
		incomplete: refused{400, "IncompleteSignature"},
		unreadable: refused{400, "MalformedInput"}, unknownAction: refused{400, "InvalidAction"},
	}
	inEC2 = refusals{
		denied: refused{403, "UnauthorizedOperation"}, unsigned: refused{403, "MissingAuthenticationToken"},
		unknownKey: refused{401, "AuthFailure"}, expiredToken: refused{400, "RequestExpired"},
		wrongSecret: refused{401, "AuthFailure"}, skewed: refused{400, "RequestExpired"},
		incomplete: refused{400, "IncompleteSignature"},
		unreadable: refused{400, "InvalidParameterValue"}, unknownAction: refused{400, "InvalidAction"},
	}
	inJSON = refusals{
		denied: refused{400, "AccessDeniedException"}, unsigned: refused{400, "MissingAuthenticationTokenException"},
		unknownKey: refused{400, "UnrecognizedClientException"}, expiredToken: refused{400, "ExpiredTokenException"},
		wrongSecret: refused{400, "InvalidSignatureException"}, skewed: refused{400, "InvalidSignatureException"},
		incomplete: refused{400, "IncompleteSignatureException"},
		unreadable: refused{400, "SerializationException"}, unknownAction: refused{400, "UnknownOperationException"},
	}
	inRESTJSON = refusals{
		denied: refused{403, "AccessDeniedException"}, unsigned: refused{403, "MissingAuthenticationTokenException"},
		unknownKey: refused{403, "UnrecognizedClientException"}, expiredToken: refused{403, "ExpiredTokenException"},
		wrongSecret: refused{403, "InvalidSignatureException"}, skewed: refused{403, "InvalidSignatureException"},
		incomplete: refused{403, "IncompleteSignatureException"},
		unreadable: refused{400, "SerializationException"}, unknownAction: refused{404, "UnknownOperationException"},
	}
	inRESTXML = refusals{
		denied: refused{403, "AccessDenied"}, unsigned: refused{403, "AccessDenied"},
		unknownKey: refused{403, "InvalidAccessKeyId"}, expiredToken: refused{400, "ExpiredToken"},
		wrongSecret: refused{403, "SignatureDoesNotMatch"}, skewed: refused{403, "RequestTimeTooSkewed"},
		incomplete: refused{400, "AuthorizationHeaderMalformed"},
		unreadable: refused{400, "MalformedXML"}, unknownAction: refused{405, "MethodNotAllowed"},
	}
)

var byProtocol = map[awsapi.Protocol]*refusals{
	awsapi.Query: &inQuery, awsapi.EC2Query: &inEC2, awsapi.JSON: &inJSON, awsapi.RESTJSON: &inRESTJSON, awsapi.RESTXML: &inRESTXML,
}

// Every service that has a package is in the plan, and served.
func TestPlanHasEveryService(t *testing.T) {
	folders, err := os.ReadDir("../../internal/awsapi")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		has := slices.ContainsFunc(plan.Services, func(s *awsapi.Service) bool { return plan.Client(s) == f.Name() })
		if f.IsDir() && f.Name() != "wiretest" && f.Name() != "form" && !has {
			t.Errorf("plan.Services has no %s", f.Name())
		}
	}
}

// raw sends requests that no SDK would.
type raw struct {
	t       *testing.T
	srv     *emulatortest.Server
	service *awsapi.Service
	checked int
}

func (w *raw) credentials(caller string) sigv4.Credentials {
	c := w.srv.Caller(caller)
	return sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

// send signs and sends a message.
func (w *raw) send(m *plan.Message, as sigv4.Credentials, at time.Time) *plan.Reply {
	w.t.Helper()
	r, err := m.Signed(w.srv.Endpoint, w.srv.Region, as, at)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.do(r)
}

func (w *raw) do(r *http.Request) *plan.Reply {
	w.t.Helper()
	reply, err := plan.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

// refuses holds a reply against the refusal that is wanted, and returns what the
// client reads and what the journal has.
func (w *raw) refuses(what, action string, reply *plan.Reply, want refused) (*plan.Failure, emulator.Entry) {
	w.t.Helper()
	w.checked++
	entry := w.last()
	failure, err := plan.ReadFailure(w.service, reply)
	if err != nil {
		w.t.Errorf("%s %s: %v", action, what, err)
		return &plan.Failure{}, entry
	}
	if reply.Status != want.status || failure.Code != want.code {
		w.t.Errorf("%s %s: got %d %s (%s), want %d %s", action, what, reply.Status, failure.Code, failure.Message, want.status, want.code)
	}
	if entry.Service != w.service.Name || entry.Operation != action || entry.Status != reply.Status || entry.Code != failure.Code {
		w.t.Errorf("%s %s: the journal has %s %s %d %s", action, what, entry.Service, entry.Operation, entry.Status, entry.Code)
	}
	return failure, entry
}

func (w *raw) last() emulator.Entry {
	all := w.srv.Requests()
	return all[len(all)-1]
}

func TestEveryCallIsRefused(t *testing.T) {
	for _, s := range plan.Services {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			w := &raw{t: t, service: s, srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())}
			for _, a := range s.Actions {
				w.refuseAction(a, calls[a.Name])
			}
			w.unknownAction()
			t.Logf("%d actions, %d refusals", len(s.Actions), w.checked)
		})
	}
}

func (w *raw) refuseAction(a *awsapi.Action, call *plan.Call) {
	w.t.Helper()
	parameters := w.prepare(call)
	m := w.message(a, parameters)
	w.notPermitted(a, call, m)
	if !call.Unsigned {
		w.notProved(a, m)
	}
	for _, name := range w.required(a) {
		w.leftOut(a, name, parameters)
	}
	w.leftOutBelow(a, parameters)
	w.unreadable(a, m)
}

func (w *raw) message(a *awsapi.Action, p plan.Parameters) *plan.Message {
	w.t.Helper()
	m, err := plan.NewMessage(w.service, a, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// prepare makes the calls without which the call fails.
func (w *raw) prepare(call *plan.Call) plan.Parameters {
	w.t.Helper()
	kept := map[string]any{}
	if len(call.Before) > 0 {
		if err := w.srv.Reset(); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, step := range call.Before {
		if step.Denied != nil {
			w.denied(&step, kept)
			continue
		}
		reply := w.send(w.message(plan.Action(w.service, step.Action), step.Parameters.With(kept)), w.credentials("admin"), time.Now())
		if reply.Status >= 300 {
			w.t.Fatalf("%s, which comes before: %d %s", step.Action, reply.Status, reply.Body)
		}
		if err := step.KeepFrom(reply, kept); err != nil {
			w.t.Fatalf("%s, which comes before: %v", step.Action, err)
		}
	}
	return call.For(w.srv).Parameters.With(kept)
}

// denied makes a call that is refused, and keeps what its journal entry has.
func (w *raw) denied(step *plan.Step, kept map[string]any) {
	w.t.Helper()
	of := serviceNamed(step.Denied.Service)
	reply := w.send(w.to(of).message(plan.Action(of, step.Action), step.Parameters.With(kept)), w.credentials(step.Denied.Caller), time.Now())
	if reply.Status != http.StatusForbidden {
		w.t.Fatalf("%s, which comes before: %d %s", step.Action, reply.Status, reply.Body)
	}
	entry, err := plan.Plain(w.last())
	if err == nil {
		err = step.KeepOf(entry, kept)
	}
	if err != nil {
		w.t.Fatalf("%s, which comes before: %v", step.Action, err)
	}
}

// notPermitted makes the call as a user without any permission.
func (w *raw) notPermitted(a *awsapi.Action, call *plan.Call, m *plan.Message) {
	w.t.Helper()
	nobody := call.Caller("nobody")
	reply := w.send(m, w.credentials(nobody), time.Now())
	if call.Free {
		if reply.Status != http.StatusOK {
			w.t.Errorf("%s needs no permission: %d %s", a.Name, reply.Status, reply.Body)
		}
		return
	}
	_, entry := w.refuses("without permission", a.Name, reply, byProtocol[w.service.Protocol].denied)
	if no := saysNo(entry); !slices.Equal(no, []string{"identity"}) && !slices.Equal(no, []string{"kms identity"}) || entry.Caller != nobody {
		w.t.Errorf("%s without permission: %q is denied by %q", a.Name, entry.Caller, no)
	}
}

// unproved is refuses for a signer who is not proved, which is a layer's finding.
func (w *raw) unproved(what, action string, reply *plan.Reply, want refused) {
	w.t.Helper()
	if _, entry := w.refuses(what, action, reply, want); !slices.Contains(saysNo(entry), string(authz.Authentication)) {
		w.t.Errorf("%s %s: %q says no", action, what, saysNo(entry))
	}
}

// saysNo are the layers that refuse the first question that is refused, each with the
// part of it that does.
func saysNo(e emulator.Entry) (all []string) {
	d := e.Denied()
	if d == nil {
		return nil
	}
	for _, f := range d.Findings {
		if slices.Contains(d.DeniedBy, f.Layer) && (f.Effect == authz.ExplicitDeny || f.Effect == authz.ImplicitDeny) {
			all = append(all, strings.TrimSpace(string(f.Layer)+" "+f.Part))
		}
	}
	return all
}

// notProved makes the call as people who are not who they say.
func (w *raw) notProved(a *awsapi.Action, m *plan.Message) {
	w.t.Helper()
	want, admin, now := byProtocol[w.service.Protocol], w.credentials("admin"), time.Now()
	wrong, unknown := admin, admin
	wrong.SecretAccessKey, unknown.AccessKeyID = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAI44QH8DHBEXAMPLE"
	unsigned, err := m.Request(w.srv.Endpoint)
	if err != nil {
		w.t.Fatal(err)
	}
	incomplete, err := m.Signed(w.srv.Endpoint, w.srv.Region, admin, now)
	if err != nil {
		w.t.Fatal(err)
	}
	proof, _, _ := strings.Cut(incomplete.Header.Get("Authorization"), "Signature=")
	incomplete.Header.Set("Authorization", proof+"Seal=0")
	w.unproved("without its Signature", a.Name, w.do(incomplete), want.incomplete)
	for _, c := range []struct {
		what string
		as   sigv4.Credentials
		at   time.Time
		want refused
	}{
		{"with a wrong secret", wrong, now, want.wrongSecret},
		{"with an unknown key", unknown, now, want.unknownKey},
		{"in an expired session", w.credentials("late"), now, want.expiredToken},
		{"an hour ago", admin, now.Add(-time.Hour), want.skewed},
		{"in an hour", admin, now.Add(time.Hour), want.skewed},
	} {
		w.unproved(c.what, a.Name, w.send(m, c.as, c.at), c.want)
	}
	if w.service.Protocol != awsapi.RESTJSON { // nothing tells an unsigned one from S3's
		w.unproved("unsigned", a.Name, w.do(unsigned), want.unsigned)
	}
}

// unknownAction asks for what s3fault does not have, which the entry and the log say.
func (w *raw) unknownAction() {
	w.t.Helper()
	const name = "FlyToTheMoon"
	parameters, path, asked := plan.Parameters{}, "/", name
	switch w.service.Protocol {
	case awsapi.RESTXML:
		parameters["AccountId"] = "123456789012"
		path, asked = "/v20180820/to-the-moon", "POST /v20180820/to-the-moon"
	case awsapi.RESTJSON:
		path, asked = w.service.Paths[0]+"/to-the-moon", "POST "+w.service.Paths[0]+"/to-the-moon"
	}
	m := w.message(awsapi.NewAction[awsapi.Nothing, awsapi.Nothing](name, nil, nil).At(http.MethodPost, path), parameters)
	_, entry := w.refuses("", asked, w.send(m, w.credentials("admin"), time.Now()), byProtocol[w.service.Protocol].unknownAction)
	if !strings.Contains(entry.Lacks, "s3fault has no action "+asked) {
		w.t.Errorf("the entry says %q of an action that is not here", entry.Lacks)
	}
}
