package controls

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// Documents are those of the denial, whatever became of them; a reset forgets all.
func TestAuthorizationPolicyIsThatOfTheDenial(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	_, id := w.deny("ann", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
	before := w.read("auditor", id, time.Now()).Body
	if err := w.srv.Patch(`{"accounts":{"123456789012":{"users":{"ann":null},"groups":{"interns":null}}},"callers":{"ann":null}}`); err != nil {
		t.Fatal(err)
	}
	if after := w.read("auditor", id, time.Now()); after.Status != http.StatusOK || after.Body != before {
		t.Errorf("the details were %s\nand are %d %s", before, after.Status, after.Body)
	}
	found := 0
	for _, uri := range w.detailsOf("auditor", id).policiesOf("IDENTITY_BASED_POLICY") {
		reply := w.readPolicy("auditor", id, uri)
		if reply.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", uri, reply.Status, reply.Body)
		}
		if strings.Contains(reply.Body, `{"policyDocument":{"Version":"2012-10-17"`) && strings.Contains(reply.Body, `"Sid":"NoUsers"`) {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d documents are the group's", found)
	}
	w.refuses("of no policy", "GetRequestAuthorizationPolicy", w.readPolicy("auditor", id, "inline:0000000000000000"), refused{404, "ResourceNotFoundException"})
	if err := w.srv.Reset(); err != nil {
		t.Fatal(err)
	}
	w.refuses("after a reset", "GetRequestAuthorizationDetails", w.read("auditor", id, time.Now()), refused{404, "ResourceNotFoundException"})
}

// Details are kept for a day of the world's clock.
func TestAuthorizationDetailsExpire(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)
	w := startTraced(t, "", emulatortest.Now(func() time.Time { return now }))
	_, id := w.deny("ben", "GetUser", plan.Parameters{"UserName": "bob"}, now)
	now = now.Add(24*time.Hour - time.Second)
	if reply := w.read("auditor", id, now); reply.Status != http.StatusOK {
		t.Errorf("a second before: %d %s", reply.Status, reply.Body)
	}
	now = now.Add(time.Second)
	w.refuses("a day later", "GetRequestAuthorizationDetails", w.read("auditor", id, now), refused{404, "ResourceNotFoundException"})
}

// Whoever is of the account or the organization may read, with the permission.
func TestWhoMayReadAuthorizationDetails(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	_, id := w.deny("ben", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
	uri := w.detailsOf("auditor", id).Policies[0].URI
	for _, reader := range []string{"admin", "auditor", "management"} {
		w.detailsOf(reader, id)
		if reply := w.readPolicy(reader, id, uri); reply.Status != http.StatusOK {
			t.Errorf("the policy for %s: %d %s", reader, reply.Status, reply.Body)
		}
	}
	notFound := refused{404, "ResourceNotFoundException"}
	w.refuses("by a stranger", "GetRequestAuthorizationDetails", w.read("stranger", id, time.Now()), notFound)
	w.refuses("by a stranger", "GetRequestAuthorizationPolicy", w.readPolicy("stranger", id, uri), notFound)
	w.refuses("of an id that there is not", "GetRequestAuthorizationDetails", w.read("auditor", strings.Repeat("z", 24), time.Now()), notFound)
	w.refuses("of no id", "GetRequestAuthorizationDetails", w.read("auditor", "NO-ID", time.Now()), refused{400, "ValidationException"})
	w.refuses("of a long id", "GetRequestAuthorizationDetails", w.read("auditor", strings.Repeat("z", 257), time.Now()), refused{400, "ValidationException"})
	failure, entry := w.refuses("by ben, whose boundary is in the way", "GetRequestAuthorizationDetails", w.read("ben", id, time.Now()), refused{403, "AccessDeniedException"})
	if no := saysNo(entry); !slices.Equal(no, []string{"permissions-boundary"}) || !strings.Contains(failure.Message, "iam:GetRequestAuthorizationDetails") || strings.Contains(failure.Message, "Go to") {
		t.Errorf("%q: %s", no, failure.Message)
	}
}

// Of a request between two organizations each side reads its own part.
func TestAuthorizationDetailsOfTwoOrganizations(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	foreign := plan.Parameters{"PolicyArn": "arn:aws:iam::444455556666:policy/theirs"}
	_, id := w.deny("ben", "GetPolicy", foreign, time.Now())
	ours, theirs := w.detailsOf("auditor", id), w.detailsOf("stranger", id)
	if len(ours.Policies) == 0 || ours.RequestContext["aws:PrincipalARN"] == nil || ours.RequestContext["aws:ResourceAccount"] != nil {
		t.Errorf("the caller's side reads %+v", ours)
	}
	if len(theirs.Policies) != 0 || theirs.RequestContext["aws:PrincipalARN"] != nil || theirs.RequestContext["aws:ResourceAccount"] != "444455556666" || len(theirs.Evaluations) != 1 {
		t.Errorf("the resource's side reads %+v", theirs)
	}
	w.refuses("by the resource's side", "GetRequestAuthorizationPolicy", w.readPolicy("stranger", id, ours.Policies[0].URI), refused{404, "ResourceNotFoundException"})
}

// The paths are IAM Toolbox's only where they are signed for iam; a bucket may have the
// name.
func TestAuthorizationDetailsPaths(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "    buckets: {authorization-details: {owner: 123456789012, objects: {abc: {body: \"hello\\n\"}}}}\n")
	get := func(path, scope string) *plan.Reply {
		return w.send(&plan.Message{Method: http.MethodGet, Path: path, Header: http.Header{}, Scope: scope}, w.credentials("admin"), time.Now())
	}
	if r := get("/authorization-details/abc", "s3"); r.Status != http.StatusOK || r.Body != "hello\n" {
		t.Errorf("the object: %d %s", r.Status, r.Body)
	}
	_, id := w.deny("ben", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
	for path, want := range map[string]int{
		"/authorization-details/" + id: 200, "/~world/authorization-details/" + id: 200, "/authorization-details/" + id + "?nextToken=made-up": 200,
		"/authorization-details/" + id + "/policy": 400,
		"/authorization-details/" + id + "/policy?policyUri=" + url.QueryEscape("arn:aws:iam::123456789012:policy/limit"): 200,
		"/authorization-details": 404, "/authorization-details/": 404, "/authorization-details//policy": 404, "/authorization-details/" + id + "/policies": 404,
		"/authorization-details/%41": 400,
	} {
		if r := get(path, "iam"); r.Status != want {
			t.Errorf("GET %s: %d %s, want %d", path, r.Status, r.Body, want)
		}
	}
}
