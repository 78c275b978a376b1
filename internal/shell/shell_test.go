package shell

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/internal/programs"
)

var scenario = &control.Scenario{Endpoint: "http://10.1.2.3:9403/~it's", Region: "eu-west-1"}

// said is what a program in PATH is told by one of our `aws`: its arguments and
// the proxies that it sees, a line each.
const said = `#!/bin/sh
printf '%s\n' "$@" "$HTTP_PROXY" "$http_proxy" "$NO_PROXY." "$no_proxy."
`

// shells are those of this machine that people use.
func shells(t *testing.T) []string {
	t.Helper()
	programs.Need(t, "bash", "sh")
	var found []string
	for _, name := range []string{"bash", "sh", "zsh", "ksh"} {
		if path, err := programs.Find(name); err == nil {
			found = append(found, path)
		}
	}
	return found
}

func run(t *testing.T, shell, dir, script string) string {
	t.Helper()
	cmd := programs.Command(t.Context(), shell, "-c", script)
	cmd.Env = []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH"), "AWS_PROFILE=mine"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", shell, err, script, out)
	}
	return string(out)
}

func program(t *testing.T, name, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestAWS: the function and the program name the endpoint and make the server the
// proxy, for the AWS CLI alone.
func TestAWS(t *testing.T) {
	const want = "--endpoint-url\nhttp://10.1.2.3:9403/~it's\ns3\nls\na  b\nhttp://10.1.2.3:9403\nhttp://10.1.2.3:9403\n.\n.\n"
	world := Script(World(scenario))
	real := program(t, "aws", said)
	wrapped := program(t, "aws", Program(scenario, filepath.Join(real, "aws")))
	for _, shell := range shells(t) {
		if got := run(t, shell, real, world+Function(scenario)+`aws s3 ls 'a  b'`); got != want {
			t.Errorf("%s: by the function, aws is told %q", shell, got)
		}
		if got := run(t, shell, wrapped, world+`aws s3 ls 'a  b'`); got != want {
			t.Errorf("%s: by the program, aws is told %q", shell, got)
		}
		if got := run(t, shell, real, world+Function(scenario)+`aws >/dev/null; echo "$http_proxy,$no_proxy,$AWS_PROFILE"`); got != ",127.0.0.1,localhost,::1,10.1.2.3,\n" {
			t.Errorf("%s: after aws the shell has %q", shell, got)
		}
	}
}

// TestTLS: a server behind TLS is reached as any other, without a proxy.
func TestTLS(t *testing.T) {
	f := Function(&control.Scenario{Endpoint: "https://s3fault.example/~one"})
	if f != `aws() { command aws --endpoint-url 'https://s3fault.example/~one' "$@"; }`+"\n" {
		t.Errorf("the function is %s", f)
	}
}

// TestScript: every shell reads back what was set, however odd, and Apply gives a
// program the same.
func TestScript(t *testing.T) {
	const odd = "a'b\"c$HOME `id` \\ é\n'"
	long := Caller(control.Caller{AccessKeyID: "A", SecretAccessKey: odd, SessionToken: "T"})
	short := Caller(control.Caller{AccessKeyID: "B", SecretAccessKey: odd})
	const show = `printf '%s|' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "${AWS_SESSION_TOKEN-none}"`
	for _, shell := range shells(t) {
		if got := run(t, shell, "", Script(long)+show); got != "A|"+odd+"|T|" {
			t.Errorf("%s: temporary credentials are %q", shell, got)
		}
		if got := run(t, shell, "", Script(long)+Script(short)+show); got != "B|"+odd+"|none|" {
			t.Errorf("%s: after them, long-term ones are %q", shell, got)
		}
	}
	got := Apply([]string{"X=1", "AWS_SESSION_TOKEN=old", "AWS_ACCESS_KEY_ID=old"}, short)
	if want := []string{"X=1", "AWS_ACCESS_KEY_ID=B", "AWS_SECRET_ACCESS_KEY=" + odd}; !slices.Equal(got, want) {
		t.Errorf("applied: %q, want %q", got, want)
	}
	for _, s := range World(scenario) {
		if s.Unset && s.Value != "" || strings.ContainsAny(s.Name, " =") {
			t.Errorf("setting %+v", s)
		}
	}
}
