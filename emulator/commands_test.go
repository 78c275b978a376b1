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
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// notTyped are facts of a world that no command of AWS's changes: where requests come
// from and when, who has which session, and what time does to a retention.
var notTyped = []string{"network", "clock", "callers", "objects"}

// eachRefusal plays every scenario of the library up to its first refusal by a layer, and
// has the advice on it.
func eachRefusal(t *testing.T, do func(*testing.T, *emulatortest.Server, *play.Player, scenarios.Call, *emulator.Advice)) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range file.Names() {
		s, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			if slices.ContainsFunc(s.Expect, func(c scenarios.Call) bool { return len(c.Save) > 0 }) {
				return // its calls want answers of others, and it is about faults
			}
			srv := emulatortest.Start(t, name)
			p := player(t, srv, s)
			call, id := firstDenied(t, srv, p, s)
			if id == "" {
				return
			}
			a, err := srv.Advice(id)
			if err != nil {
				t.Fatal(err)
			}
			do(t, srv, p, call, a)
		})
	}
}

// Whatever AWS has a command for has one in the advice on every refusal of the library.
func TestEveryChangeHasCommands(t *testing.T) {
	typed := 0
	eachRefusal(t, func(t *testing.T, _ *emulatortest.Server, _ *play.Player, _ scenarios.Call, a *emulator.Advice) {
		for _, c := range a.Changes {
			switch facts := slices.Collect(maps.Keys(c.Patch)); {
			case len(c.Commands) > 0:
				typed++
			case len(facts) > 0 && !slices.Contains(notTyped, facts[0]) && !strings.HasPrefix(c.Text, "wait until"):
				t.Errorf("no command for %s: %v", c.Text, c.Patch)
			}
		}
	})
	if typed == 0 {
		t.Error("no change of the library has commands")
	}
}

// withCredentials is how a command says for whom it is.
var withCredentials = regexp.MustCompile(`  # with credentials of the account (\d{12})$`)

// The commands of an advice, typed into the real AWS CLI by whoever may, do what its patch
// does: the call that was refused is not refused any more.
func TestCommandsAreTyped(t *testing.T) {
	programs.Need(t, "aws", "bash")
	eachRefusal(t, func(t *testing.T, srv *emulatortest.Server, p *play.Player, call scenarios.Call, a *emulator.Advice) {
		if !a.Proved || slices.ContainsFunc(a.Changes, func(c journal.Change) bool { return len(c.Commands) == 0 }) {
			return
		}
		own := ""
		if call.As != "anonymous" {
			if arn := strings.Split(srv.Caller(call.As).ARN, ":"); len(arn) > 4 { // a service is of no account
				own = arn[4]
			}
		}
		for _, c := range a.Changes {
			for _, command := range c.Commands {
				account := cmp.Or(own, "none")
				if other := withCredentials.FindStringSubmatch(command); other != nil {
					account = other[1]
				}
				typeIn(t, srv, account, command)
			}
		}
		srv.Advance(2 * time.Minute) // changes take their time in some worlds
		if d := lastDecision(t, srv, p, call); d.Denied() {
			t.Errorf("after %+v it is denied by %v", a.Changes, d.DeniedBy)
		}
	})
}

// typeIn types a command as the root user of an account.
func typeIn(t *testing.T, srv *emulatortest.Server, account, command string) {
	t.Helper()
	if _, err := net.LookupHost(account + ".localhost"); err != nil && strings.Contains(command, "s3control") {
		t.Skipf("the AWS CLI puts the account in front of S3 Control's host name, and here: %v", err)
	}
	if strings.Contains(command, `"Principal":"*"`) {
		t.Skip("a policy that lets everybody in is not typed: Block Public Access keeps it out")
	}
	root := "rootof" + account + srv.World
	caller := fmt.Sprintf(`{"callers": {%q: {"account": %q, "root": true, "access_key_id": %q, "secret_access_key": "secret"}}}`,
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
