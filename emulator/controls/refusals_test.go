package controls

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
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
// "Common errors", and the names that the Coral services send (facts/real-clients.md);
// restJSON, IAM Access Analyzer API Reference, "Common errors"; restXML, S3 API
// Reference, "Error responses", which is where S3 Control's refusals come from.
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
		if f.IsDir() && f.Name() != "wiretest" && !has {
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
			w := &raw{t: t, service: s, srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World))}
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
	w.notProved(a, m)
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
		reply := w.send(w.message(plan.Action(w.service, step.Action), step.Parameters.With(kept)), w.credentials("admin"), time.Now())
		if reply.Status >= 300 {
			w.t.Fatalf("%s, which comes before: %d %s", step.Action, reply.Status, reply.Body)
		}
		if err := step.KeepFrom(reply, kept); err != nil {
			w.t.Fatalf("%s, which comes before: %v", step.Action, err)
		}
	}
	return call.Parameters.With(kept)
}

// notPermitted makes the call as a user without any permission.
func (w *raw) notPermitted(a *awsapi.Action, call *plan.Call, m *plan.Message) {
	w.t.Helper()
	reply := w.send(m, w.credentials("nobody"), time.Now())
	if call.Free {
		if reply.Status != http.StatusOK {
			w.t.Errorf("%s needs no permission: %d %s", a.Name, reply.Status, reply.Body)
		}
		return
	}
	_, entry := w.refuses("without permission", a.Name, reply, byProtocol[w.service.Protocol].denied)
	if no := saysNo(entry); !slices.Equal(no, []string{"identity"}) && !slices.Equal(no, []string{"kms identity"}) || entry.Caller != "nobody" {
		w.t.Errorf("%s without permission: %q is denied by %q", a.Name, entry.Caller, no)
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
	w.refuses("without its Signature", a.Name, w.do(incomplete), want.incomplete)
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
		w.refuses(c.what, a.Name, w.send(m, c.as, c.at), c.want)
	}
	if w.service.Protocol != awsapi.RESTJSON { // nothing tells an unsigned one from S3's
		w.refuses("unsigned", a.Name, w.do(unsigned), want.unsigned)
	}
}

// required are the parameters that a call must have: those that the SDK does not send
// it without, and those that we do not take it without.
func (w *raw) required(a *awsapi.Action) (names []string) {
	if client := clientOf(w.t, w.srv, w.service); client != nil {
		names = plan.Required(client, a.Name)
	}
	for _, f := range fields(a.Input(), isRequired) {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, f.Name) }) {
			names = append(names, f.Name)
		}
	}
	// S3 Control's account is a header, without which a request is none of its.
	return slices.DeleteFunc(names, func(n string) bool { return n == "AccountId" && w.service.Protocol == awsapi.RESTXML })
}

// leftOut makes the call without one parameter that it needs.
func (w *raw) leftOut(a *awsapi.Action, name string, p plan.Parameters) {
	w.t.Helper()
	without := p.With(nil)
	for given := range without {
		if strings.EqualFold(given, name) {
			delete(without, given)
		}
	}
	if len(without) == len(p) {
		w.t.Errorf("%s: the plan leaves out %s, which must be there", a.Name, name)
	}
	if f, ok := a.Input().FieldByName(name); ok {
		name = plan.Wire(f)
	}
	w.names("without it", a, name, w.send(w.message(a, without), w.credentials("admin"), time.Now()))
}

// names holds a reply against being the service's own refusal of a parameter, which
// it names.
func (w *raw) names(what string, a *awsapi.Action, parameter string, reply *plan.Reply) {
	w.t.Helper()
	w.checked++
	failure, err := plan.ReadFailure(w.service, reply)
	switch {
	case err != nil:
		w.t.Errorf("%s, %s %s: %d, %v", a.Name, parameter, what, reply.Status, err)
	case reply.Status != http.StatusBadRequest || !strings.Contains(strings.ToLower(failure.Message), strings.ToLower(parameter)):
		w.t.Errorf("%s, %s %s: %d %s (%s)", a.Name, parameter, what, reply.Status, failure.Code, failure.Message)
	}
}

// fields are the parameters of an action that are as asked for.
func fields(t reflect.Type, asked func(reflect.StructField) bool) (found []reflect.StructField) {
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous && len(f.Index) <= 2 && asked(f) {
			found = append(found, f)
		}
	}
	return found
}

func isRequired(f reflect.StructField) bool {
	_, option, _ := strings.Cut(f.Tag.Get("aws"), ",")
	return option == "required"
}

// isScalar is a parameter that not every text is a value of.
func isScalar(f reflect.StructField) bool {
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Bool || t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64 || t.Kind() == reflect.Int
}

// unreadable makes the call with what is no value of the parameter's type, and with a
// body that is none.
func (w *raw) unreadable(a *awsapi.Action, m *plan.Message) {
	w.t.Helper()
	admin, want := w.credentials("admin"), byProtocol[w.service.Protocol].unreadable
	spoilt := *m
	switch w.service.Protocol {
	case awsapi.Query, awsapi.EC2Query:
		for _, f := range fields(a.Input(), isScalar) {
			spoilt.Body = m.Body + "&" + plan.Wire(f) + "=maybe"
			if values, _ := url.ParseQuery(m.Body); values.Has(plan.Wire(f)) {
				continue
			}
			failure, _ := w.refuses("with "+f.Name+" of no type", a.Name, w.send(&spoilt, admin, time.Now()), want)
			if !strings.Contains(failure.Message, plan.Wire(f)) {
				w.t.Errorf("%s with %s of no type: %s", a.Name, f.Name, failure.Message)
			}
		}
		return
	case awsapi.RESTXML, awsapi.RESTJSON:
		if m.Method == http.MethodGet || m.Method == http.MethodDelete {
			return
		}
	}
	bodies := []string{"{", "[]", "\xff", "<PublicAccessBlockConfiguration>"}
	for _, f := range fields(a.Input(), isRequired) {
		bodies = append(bodies, `{"`+plan.Wire(f)+`":{"a":1}}`)
	}
	for _, body := range bodies {
		spoilt.Body = body
		w.refuses("with the body "+body, a.Name, w.send(&spoilt, admin, time.Now()), want)
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

// leftOutBelow makes the call without each part of a structure in it that the SDK
// does not send it without.
func (w *raw) leftOutBelow(a *awsapi.Action, p plan.Parameters) {
	w.t.Helper()
	client := clientOf(w.t, w.srv, w.service)
	for parameter, value := range p {
		for path, without := range withoutParts(value) {
			spoilt := p.With(nil)
			spoilt[parameter] = without
			if client == nil || !plan.Unsent(client, a.Name, spoilt) {
				continue
			}
			w.names("without it in "+parameter, a, path, w.send(w.message(a, spoilt), w.credentials("admin"), time.Now()))
		}
	}
}

// withoutParts are copies of a value, each without one part of a structure in it, by
// the part's name.
func withoutParts(value any) map[string]any {
	all := map[string]any{}
	switch v := value.(type) {
	case []any:
		for i := range v {
			for name, part := range withoutParts(v[i]) {
				all[name] = slices.Replace(slices.Clone(v), i, i+1, part)
			}
		}
	case map[string]any:
		for name := range v {
			for below, part := range withoutParts(v[name]) {
				rest := maps.Clone(v)
				rest[name] = part
				all[below] = rest
			}
			rest := maps.Clone(v)
			delete(rest, name)
			all[name] = rest
		}
	}
	return all
}
