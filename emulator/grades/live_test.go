package grades

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// player plays in a world of the server.
func (s *server) player(t *testing.T, world string) *play.Player {
	t.Helper()
	var sc emulator.Scenario
	s.ask(t, http.MethodGet, "/scenarios/"+world, "", &sc)
	return &play.Player{
		Endpoint: sc.Endpoint, Control: s.base + emulator.ControlPrefix, World: world, Region: sc.Region,
		Callers: sc.Credentials(), Tokens: sc.Tokens(), Responses: "article",
	}
}

// call makes a call of IAM or S3 that must succeed.
func (s *server) call(t *testing.T, world string, c scenarios.Call) {
	t.Helper()
	taken, err := s.player(t, world).Take(t.Context(), []scenarios.Call{c})
	if err != nil || len(taken) != 1 || taken[0].Saw/100 != 2 {
		t.Fatalf("%s as %s: %v, %v", c.Call, c.As, taken, err)
	}
}

// The live world is graded, as the calls of AWS's APIs have left it.
func TestCuresByCalls(t *testing.T) {
	s := start(t)
	world := s.world(t, "iam-no-permission")
	put := func(action string) scenarios.Call {
		return scenarios.Call{As: "admin", Call: "iam:PutUserPolicy", Query: map[string]string{
			"UserName": "my-user", "PolicyName": "cure",
			"PolicyDocument": policyOf(`{"Sid": "Cure", "Effect": "Allow", "Action": ` + action + `, ` + ofBucket + `}`),
		}}
	}
	for _, c := range []struct {
		action string
		want   journal.Mark
	}{
		{`"s3:GetObject"`, journal.NotFixed},
		{`["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]`, journal.Good},
		{`"s3:*"`, journal.TooWide},
	} {
		s.call(t, world, put(c.action))
		if g := s.grade(t, world); g.Verdict != c.want {
			t.Errorf("with %s it is %s, want %s: %s", c.action, g.Verdict, c.want, brief(g))
		}
	}
	// A role that anybody may assume is one's own, too.
	s.call(t, world, put(`["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]`))
	s.call(t, world, scenarios.Call{As: "admin", Call: "iam:CreateRole", Query: map[string]string{
		"RoleName": "helper", "AssumeRolePolicyDocument": policyOf(
			`{"Sid": "Anybody", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}`),
	}})
	g := s.grade(t, world)
	if !slices.ContainsFunc(g.Opened, func(d journal.Deed) bool {
		return d.Action == "sts:AssumeRole" && strings.HasPrefix(d.As, "stranger") && d.Grants && d.By.Statement == "Anybody"
	}) {
		t.Errorf("a new role that everybody may assume is %s: %s", g.Verdict, brief(g))
	}
}

// Grading leaves the world as it is: its journal, its objects, the counters of its fault rules.
func TestGradingLeavesTheWorld(t *testing.T) {
	s := start(t)
	for _, name := range []string{"iam-no-permission", "slow-down", "credentials-expire-midway", "lost-answer-put"} {
		world := s.world(t, name)
		before := s.state(t, world)
		first, again := s.grade(t, world), s.grade(t, world)
		if brief(first) != brief(again) {
			t.Errorf("%s: the second grade is another: %s", name, brief(again))
		}
		if after := s.state(t, world); after != before {
			t.Errorf("%s: the world was\n%s\nand is\n%s", name, before, after)
		}
	}
	if n := s.observed.Load(); n != 0 {
		t.Errorf("the server tells of %d requests, and nobody has made one", n)
	}
}

// state is all that is told of a world, without what its clock says.
func (s *server) state(t *testing.T, world string) string {
	t.Helper()
	var all strings.Builder
	for _, of := range []string{"", "/requests", "/faults", "/cloudtrail"} {
		var told map[string]any
		s.ask(t, http.MethodGet, "/worlds/"+world+of, "", &told)
		delete(told, "clock")
		text, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(append(text, '\n'))
	}
	return all.String()
}

// A name that is none is answered with the nearest, and nothing but GET is taken.
func TestBadCalls(t *testing.T) {
	s := start(t)
	const nearest = `404 Not Found {"error":"no world \"ip-dney\" (did you mean \"ip-deny\"?)"}`
	for _, c := range []struct{ method, path, want string }{
		{http.MethodGet, "/worlds/ip-dney/grade", nearest},
		{http.MethodPost, "/worlds/ip-deny/grade", `405 Method Not Allowed {"error":"/_s3fault/worlds/ip-deny/grade`},
		{http.MethodGet, "/worlds/ip-deny/grades", `404 Not Found {"error":"no control call \"GET /_s3fault/worlds/ip-deny/`},
	} {
		if _, err := s.asked(c.method, c.path, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.method, c.path, err, c.want)
		}
	}
}
