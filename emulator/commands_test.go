package emulator_test

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// notTyped are facts of a world that no command of AWS's changes: where requests come
// from and when, who has which session, and what time does to a retention.
var notTyped = []string{"network", "clock", "callers", "objects"}

// advisedCall is the first refusal by a layer of a scenario, and the advice on it.
type advisedCall struct {
	srv    *emulatortest.Server
	player *play.Player
	call   scenarios.Call
	advice *emulator.Advice
}

// refuse plays a scenario in a world of its own; nil: no layer refuses, or its calls want
// answers of others.
func refuse(t *testing.T, s *scenarios.Scenario) *advisedCall {
	t.Helper()
	if slices.ContainsFunc(s.Expect, func(c scenarios.Call) bool { return len(c.Save) > 0 }) {
		return nil
	}
	r := &advisedCall{srv: emulatortest.Start(t, s.Name)}
	r.player = player(t, r.srv, s)
	id := ""
	if r.call, id = firstDenied(t, r.srv, r.player, s); id == "" {
		return nil
	}
	var err error
	if r.advice, err = r.srv.Advice(id); err != nil {
		t.Fatal(err)
	}
	return r
}

// eachScenario is a test for each of the library.
func eachScenario(t *testing.T, test func(*testing.T, *scenarios.Scenario)) {
	for _, s := range ofLibrary(t) {
		t.Run(s.Name, func(t *testing.T) { test(t, s) })
	}
}

// ofLibrary is the scenarios of the library, in its order.
func ofLibrary(t *testing.T) []*scenarios.Scenario {
	t.Helper()
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	var all []*scenarios.Scenario
	for _, name := range file.Names() {
		s, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// proposals are all that an advice has, the first one first.
func proposals(a *emulator.Advice) []journal.Proposal {
	return append([]journal.Proposal{a.Proposal}, a.Others...)
}

// Whatever AWS has a command for has one in the advice on every refusal of the library.
func TestEveryChangeHasCommands(t *testing.T) {
	typed := 0
	eachScenario(t, func(t *testing.T, s *scenarios.Scenario) {
		r := refuse(t, s)
		if r == nil {
			return
		}
		for _, p := range proposals(r.advice) {
			for _, c := range p.Changes {
				switch facts := slices.Collect(maps.Keys(c.Patch)); {
				case len(c.Commands) > 0:
					typed++
				case len(facts) > 0 && !slices.ContainsFunc(facts, isNotTyped) && !strings.HasPrefix(c.Text, "wait until"):
					t.Errorf("no command for %s: %v", c.Text, c.Patch)
				}
			}
		}
	})
	if typed == 0 {
		t.Error("no change of the library has commands")
	}
}

func isNotTyped(fact string) bool { return slices.Contains(notTyped, fact) }

// withCredentials is how a command says for whom it is.
var withCredentials = regexp.MustCompile(`  # with credentials of the (?:root user of the )?account (\d{12})$`)

// The commands of every proposal, typed into the real AWS CLI by whoever may, do what its
// patch does: the call that was refused is not refused any more.
func TestCommandsAreTyped(t *testing.T) {
	programs.Need(t, "aws", "bash")
	cured := 0
	defer func() { t.Logf("%d proposals cure by their commands", cured) }()
	eachScenario(t, func(t *testing.T, s *scenarios.Scenario) {
		r := refuse(t, s)
		if r == nil {
			return
		}
		all := proposals(r.advice)
		for i, p := range all[:min(len(all), rounds.Of(1, len(all)))] {
			bare := func(c journal.Change) bool { return len(c.Commands) == 0 }
			if !p.Proved || slices.ContainsFunc(p.Changes, bare) {
				continue
			}
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				refuse(t, s).follow(t, i)
				cured++
			})
		}
	})
}

// follow types the commands of one of the proposals, and asks again.
func (r *advisedCall) follow(t *testing.T, number int) {
	t.Helper()
	own := ""
	if r.call.As != "anonymous" {
		if arn := strings.Split(r.srv.Caller(r.call.As).ARN, ":"); len(arn) > 4 { // a service is of no account
			own = arn[4]
		}
	}
	p := proposals(r.advice)[number]
	for _, c := range p.Changes {
		for _, command := range c.Commands {
			account := cmp.Or(own, "none")
			if other := withCredentials.FindStringSubmatch(command); other != nil {
				account = other[1]
			}
			typeIn(t, r.srv, account, command)
		}
	}
	r.srv.Advance(2 * time.Minute) // changes take their time in some worlds
	if d := lastDecision(t, r.srv, r.player, r.call); d.Denied() {
		t.Errorf("after %+v it is denied by %v", p.Changes, d.DeniedBy)
	}
}

// typeIn types a command as the root user of an account.
func typeIn(t *testing.T, srv *emulatortest.Server, account, command string) {
	t.Helper()
	if _, err := net.LookupHost(account + ".localhost"); err != nil && strings.Contains(command, "s3control") {
		t.Skipf("the AWS CLI puts the account in front of S3 Control's host name, and here: %v", err)
	}
	root := "rootof" + account + srv.World
	caller := fmt.Sprintf(`{"callers": {%q: {"account": %q, "root": true, "access_key_id": %q,
		"secret_access_key": "secret"}}}`,
		"root-of-"+account, account, root)
	if err := srv.Patch(caller); err != nil {
		t.Fatal(err)
	}
	cmd := programs.Command(t.Context(), "bash", "-c", command)
	cmd.Env = append(srv.Env("app"), "AWS_ACCESS_KEY_ID="+root, "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=",
		// The CLI puts the account in front of the name.
		"AWS_ENDPOINT_URL_S3_CONTROL="+strings.Replace(srv.Endpoint, "127.0.0.1", "localhost", 1))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v: %s", command, err, out)
	}
}
