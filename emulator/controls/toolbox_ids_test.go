package controls

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/s3fault/s3fault/emulator/controls/plan"
)

// What carries no authorization ID: calls that change something or list all, and
// whoever is refused before it is known who it is.
func TestRefusalsWithoutAuthorizationID(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	for action, p := range map[string]plan.Parameters{
		"ListUsers": nil, "ListRoles": nil, "CreateUser": {"UserName": "new"}, "DeleteUser": {"UserName": "bob"},
		"CreateRole": {"RoleName": "New", "AssumeRolePolicyDocument": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}`},
	} {
		if message, id := w.deny("ben", action, p, time.Now()); id != "" || strings.Contains(message, "Go to") {
			t.Errorf("%s: %s", action, message)
		}
	}
	iam := w.to(serviceNamed("iam"))
	m := iam.message(plan.Action(iam.service, "GetUser"), plan.Parameters{"UserName": "bob"})
	unsigned, err := m.Request(w.srv.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	forged := w.credentials("ben")
	forged.SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	for _, reply := range []*plan.Reply{w.do(unsigned), w.send(m, forged, time.Now())} {
		if reply.Status != http.StatusForbidden || strings.Contains(reply.Body, "authorization id") || w.last().AuthorizationID != "" {
			t.Errorf("got %d %s", reply.Status, reply.Body)
		}
	}
}

// CloudTrail keeps the whole message, and its reader finds the details by it.
func TestCloudTrailKeepsTheAuthorizationID(t *testing.T) {
	t.Parallel()
	w := startTraced(t, "")
	message, id := w.deny("ben", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
	w.read("admin", id, time.Now())
	events := map[string]map[string]any{}
	out, err := as(t, w.srv, "admin").cloudtrail.LookupEvents(ctx, &cloudtrail.LookupEventsInput{
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyReadOnly, AttributeValue: aws.String("true")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		var record map[string]any
		if err := json.Unmarshal([]byte(*e.CloudTrailEvent), &record); err != nil {
			t.Fatal(err)
		}
		events[*e.EventName] = record
	}
	if got := events["GetUser"]["errorMessage"]; got != message {
		t.Errorf("the event says %q, the client read %q", got, message)
	}
	read := events["GetRequestAuthorizationDetails"]
	if parameters, _ := read["requestParameters"].(map[string]any); parameters["authorizationId"] != id || read["eventSource"] != "iam-toolbox.amazonaws.com" || read["responseElements"] != nil {
		t.Errorf("the reading is %v", read)
	}
}

// IDs begin in August 2026, the documents in November: before, neither the sentence nor
// the call is there.
func TestAuthorizationIDsByDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day               string
		told              bool
		details, document int
	}{
		{"as_of: 2026-08-24", false, 404, 404},
		{"as_of: 2026-08-25", true, 200, 404},
		{"as_of: 2026-11-17", true, 200, 404},
		{"as_of: 2026-11-18", true, 200, 200},
	} {
		w := startTraced(t, "    "+c.day+"\n")
		message, id := w.deny("ben", "GetUser", plan.Parameters{"UserName": "bob"}, time.Now())
		if (id != "") != c.told || strings.Contains(message, "Go to") != c.told {
			t.Errorf("%s: %s", c.day, message)
		}
		uri := "arn:aws:iam::123456789012:policy/limit"
		if id == "" {
			id = strings.Repeat("a", 24)
		}
		for _, asked := range []struct {
			reply *plan.Reply
			want  int
		}{{w.read("admin", id, time.Now()), c.details}, {w.readPolicy("admin", id, uri), c.document}} {
			if asked.reply.Status != asked.want {
				t.Errorf("%s: %d %s, want %d", c.day, asked.reply.Status, asked.reply.Body, asked.want)
			}
			if asked.want == 404 {
				failure, err := plan.ReadFailure(w.service, asked.reply)
				if err != nil || failure.Code != "UnknownOperationException" {
					t.Errorf("%s: %s, %v", c.day, asked.reply.Body, err)
				}
			}
		}
	}
}
