package rehearse

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// scene is a scenario whose lesson the tests write. No command of theirs needs
// the AWS CLI: emulator/clients rehearses the library with it.
const scene = `
version: 1
scenarios:
  one:
    title: The bucket's policy denies everybody
    accounts: {123456789012: {users: {me: {policies: {s3: {Version: 2012-10-17, Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}}}}}}
    callers: {app: {user: me, access_key_id: APP, secret_access_key: s}, admin: {root: true, access_key_id: ADMIN, secret_access_key: s}}
    buckets:
      my-bucket:
        policy: {Version: 2012-10-17, Statement: {Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}}
        objects: {k: {body: x}}
    expect:
      - {as: app, call: DeleteObject, bucket: my-bucket, key: other, want: {status: 204}}
      - {as: app, call: GetObject, bucket: my-bucket, key: k, want: {status: 403, layer: bucket-policy}}
    after_fix:
      - {as: app, call: GetObject, bucket: my-bucket, key: k, want: {status: 200}}
`

func open(t *testing.T, lesson string, patience time.Duration) *Stage {
	t.Helper()
	programs.Need(t, "bash")
	file, err := scenarios.Parse("test.yaml", []byte(scene+lesson))
	if err != nil {
		t.Fatal(err)
	}
	stage, err := Open(t.Context(), Config{File: file, AWS: "true", Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stage.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(stage.folder); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left behind: %v", stage.folder, err)
		}
	})
	return stage
}

func rehearse(t *testing.T, lesson string, patience time.Duration) []Step {
	t.Helper()
	steps, err := open(t, lesson, patience).Play(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// TestOneShell: the commands of a lesson share one shell, each with the
// credentials of who types it.
func TestOneShell(t *testing.T) {
	t.Parallel()
	steps := rehearse(t, `
    lesson:
      symptom:
        - {as: app, run: "X='a b'; cd /"}
        - {as: app, run: 'echo "$X in $PWD is $AWS_ACCESS_KEY_ID"; false', prints: "a b in / is APP"}
        - {as: app, run: "export AWS_ACCESS_KEY_ID=OWN"}
        - {as: app, run: 'echo "$AWS_ACCESS_KEY_ID"', prints: OWN}
      diagnose:
        - {as: admin, run: 'echo "$AWS_ACCESS_KEY_ID" >&2', prints: ADMIN}
        - {as: admin, run: "echo {; echo '  }'", prints: "{ }"}
        - as: app
          run: |
            cat
            cat <<END
            $AWS_ACCESS_KEY_ID again
            END
          prints: APP again
        - {as: app, run: 'echo "unclosed', prints: unexpected EOF}
        - {as: app, run: 'case $AWS_ENDPOINT_URL in http://127.0.0.1:*/~one) echo here; esac', prints: here}
    fix_patch: {buckets: {my-bucket: {policy: null}}}
`, 0)
	for _, s := range steps {
		if s.Problem != "" {
			t.Errorf("%s %q: %s\n%s", s.Part, s.Run, s.Problem, s.Printed)
		}
	}
	parts := make([]string, len(steps))
	for i, s := range steps {
		parts[i] = s.Part
	}
	if want := "expect symptom symptom symptom symptom diagnose diagnose diagnose diagnose diagnose fix after the fix"; strings.Join(parts, " ") != want {
		t.Errorf("the parts are %v, want %s", parts, want)
	}
}

// TestProblems: what is not as the lesson says is a problem of its step.
func TestProblems(t *testing.T) {
	t.Parallel()
	steps := rehearse(t, `
    lesson:
      symptom:
        - {as: app, run: "echo one; false", prints: two}
        - {as: app, run: "false"}
    fix_commands:
      - echo three; exit 3
      - echo four
`, 0)
	want := []string{
		"",
		`it does not print "two", and ends with 1`,
		"it ends with 1, and the lesson does not say what it prints",
		"the command has ended the shell",
		"not typed: the command has ended the shell",
		"one (aws): after_fix[0] GetObject as app: status: wanted 200, seen 403 AccessDenied",
	}
	if len(steps) != len(want) {
		t.Fatalf("%d steps: %+v", len(steps), steps)
	}
	for i, s := range steps {
		if s.Problem != want[i] {
			t.Errorf("%q: %q, want %q", s.Run, s.Problem, want[i])
		}
	}
	if steps[3].Printed != "three\n" {
		t.Errorf("printed %q before the shell ended", steps[3].Printed)
	}
}

// TestWithoutBoto3: the calls of boto3 in a lesson are skipped where it is not
// installed, and said to be.
func TestWithoutBoto3(t *testing.T) {
	t.Parallel()
	programs.Need(t, "python3")
	steps := rehearse(t, `
    lesson: {symptom: [{as: app, run: "python3 -S -c 'import boto3'", prints: AccessDenied}]}
`, 0)
	if s := steps[1]; s.Problem != "" || s.Missing != "boto3" {
		t.Errorf("step: %+v", s)
	}
	total := &Total{Began: time.Now()}
	var printed strings.Builder
	p := Played{Scenario: "one", Steps: steps[1:2]}
	p.Print(&printed)
	total.Add(p)
	if total.Skipped != 1 || !strings.HasPrefix(printed.String(), "skip  one symptom: app$ ") || !strings.Contains(printed.String(), ": boto3 is not installed (") {
		t.Errorf("%s%v", printed.String(), total)
	}
}

func TestAFixMustSucceed(t *testing.T) {
	t.Parallel()
	steps := rehearse(t, `
    fix_commands: [{run: "echo denied; false", prints: denied}]
`, 0)
	if got := steps[1].Problem; got != "it ends with 1" {
		t.Errorf("the fix fails with %q", got)
	}
}

// TestNothingIsLeft: a command that hangs is ended, with all that it has started,
// and so is what a lesson leaves in the background.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	for name, lesson := range map[string]string{
		"hanging":    `{as: app, run: "sleep 1000 >FIFO"}`,
		"background": `{as: app, run: "sleep 1000 >FIFO & echo on", prints: on}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fifo := pipe(t)
			ended := make(chan error, 1)
			go func() {
				_, err := os.ReadFile(fifo) // to its end: until nobody can write to it
				ended <- err
			}()
			patience := 300 * time.Millisecond
			if name == "background" {
				patience = 0
			}
			steps := rehearse(t, "    lesson: {symptom: ["+strings.ReplaceAll(lesson, "FIFO", fifo)+", {as: app, run: echo next}]}\n", patience)
			if err := <-ended; err != nil {
				t.Error(err)
			}
			hung := steps[1].Problem == "the command takes more than 300ms" && strings.HasPrefix(steps[2].Problem, "not typed: ")
			if hung != (name == "hanging") {
				t.Errorf("steps: %+v", steps)
			}
		})
	}
}

// TestCancelled: who ends the context ends what is being typed.
func TestCancelled(t *testing.T) {
	t.Parallel()
	fifo := pipe(t)
	stage := open(t, `    lesson: {symptom: [{as: app, run: "echo >`+fifo+`; sleep 1000"}]}`+"\n", 0)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = os.ReadFile(fifo) // comes back when the command has begun
		cancel()
	}()
	if _, err := stage.Play(ctx, "one"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// pipe is a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skipf("skipped: no named pipes here: %v", err)
	}
	return fifo
}

// TestAll hands the scenarios over in the order that was asked for, and counts.
func TestAll(t *testing.T) {
	t.Parallel()
	stage := open(t, `
  two:
    title: slower
    accounts: {123456789012: {}}
    callers: {admin: {root: true}}
    lesson: {symptom: [{run: "for i in 1 2 3; \\\n do echo \"$i\"\n done", prints: "1 2 3"}]}
`, 0)
	var names []string
	total := &Total{Began: time.Now()}
	var printed strings.Builder
	stage.All(t.Context(), []string{"two", "one", "none"}, func(p Played) {
		names = append(names, p.Scenario)
		total.Add(p)
		p.Print(&printed)
		if (p.Err != nil) != (p.Scenario == "none") {
			t.Errorf("%s: %v", p.Scenario, p.Err)
		}
	})
	if !slices.Equal(names, []string{"two", "one", "none"}) {
		t.Errorf("handed over as %v", names)
	}
	if total.Scenarios != 3 || total.Steps != 3 || total.Failures != 1 {
		t.Errorf("counted %v", total)
	}
	for _, line := range []string{
		"ok    two symptom: admin$ for i in 1 2 3; do echo \"$i\" … (",
		"ok    one expect: 2 calls (",
		"FAIL  one after the fix: 1 call (",
		"      one (aws): after_fix[0] GetObject as app: status: wanted 200, seen 403 AccessDenied",
	} {
		if !strings.Contains(printed.String(), line) {
			t.Errorf("not printed: %q\n%s", line, printed.String())
		}
	}
}

func TestOpenWithoutTheCLI(t *testing.T) {
	t.Parallel()
	file, err := scenarios.Parse("test.yaml", []byte(scene))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{File: file, AWS: filepath.Join(t.TempDir(), "aws")})
	if err == nil || !strings.Contains(err.Error(), "the lessons are typed into bash and the AWS CLI") {
		t.Errorf("error %v", err)
	}
}

// TestEnvironment: nothing of the surroundings changes what a lesson prints.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	sc := &emulator.Scenario{Endpoint: "http://127.0.0.1:1234/~one", Region: "eu-west-1"}
	got := environment([]string{
		"LANG=C.UTF-8", "HOME=/home/me", "AWS_PROFILE=prod", "AWS_CA_BUNDLE=/x", "AWS_SESSION_TOKEN=t", "BASH_ENV=/x", "BASH_FUNC_aws%%=() { :; }",
		"ENV=/x", "HTTP_PROXY=http://p", "https_proxy=http://p", "PATH=/bin",
	}, sc, "/f")
	for _, want := range []string{
		"LANG=C.UTF-8", "HOME=/home/me", "AWS_ENDPOINT_URL=http://127.0.0.1:1234/~one", "AWS_REGION=eu-west-1", "AWS_PAGER=",
		"AWS_CONFIG_FILE=" + filepath.Join("/f", "config"), "HTTPS_PROXY=http://127.0.0.1:1", "https_proxy=http://127.0.0.1:1",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	for _, variable := range got {
		for _, not := range []string{"AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_SESSION_TOKEN", "BASH_", "ENV=", "HTTP_PROXY=http://p", "https_proxy=http://p", "PATH=/bin"} {
			if strings.HasPrefix(variable, not) {
				t.Errorf("%q stays", variable)
			}
		}
	}
}
