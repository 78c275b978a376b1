package shell

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/programs"
)

var scenario = &emulator.Scenario{Endpoint: "http://10.1.2.3:9403/~it's", Region: "eu-west-1"}

// said is what a program in PATH is told by one of our `aws`: its arguments and
// the proxies that it sees, a line each.
const said = `#!/bin/sh
printf '%s\n' "$@" "$HTTP_PROXY" "$http_proxy" "$HTTPS_PROXY" "$https_proxy" "$NO_PROXY." "$no_proxy."
`

// everyShell runs a test with each shell that people use; one that is not on this
// machine is skipped by name.
func everyShell(t *testing.T, test func(t *testing.T, shell string, d Dialect)) {
	t.Helper()
	for program, dialect := range map[string]string{
		"bash": "bash", "dash": "sh", "sh": "sh", "zsh": "zsh", "ksh": "sh", "fish": "fish", "pwsh": "powershell",
	} {
		t.Run(program, func(t *testing.T) {
			programs.Need(t)
			path, err := programs.Find(program)
			if err != nil {
				t.Skipf("skipped: no %s in PATH", program)
			}
			test(t, path, DialectOf(dialect))
		})
	}
}

// run is what a shell prints that begins with these variables.
func run(t *testing.T, shell, dir, script string, variables ...string) string {
	t.Helper()
	flag := "-c"
	if filepath.Base(shell) == "pwsh" {
		flag = "-Command"
	}
	cmd := programs.Command(t.Context(), shell, flag, script)
	path := dir + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd.Env = append(variables, "PATH="+path, "HOME="+t.TempDir(), "LANG=C.UTF-8")
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

// told is what the real `aws` is told for the command below.
const (
	command = `aws s3 ls 'a  b'`
	told    = "--endpoint-url\nhttp://10.1.2.3:9403/~it's\ns3\nls\na  b\nhttp://10.1.2.3:9403\nhttp://10.1.2.3:9403\n" +
		nobody + "\n" + nobody + "\n.\n.\n"
)

// TestAWS: the function and the program name the endpoint, make the server the
// proxy and keep HTTPS from the real AWS, for the AWS CLI alone.
func TestAWS(t *testing.T) {
	real := program(t, "aws", said)
	wrapped := program(t, "aws", Program(scenario, filepath.Join(real, "aws")))
	look := program(t, "look", "#!/bin/sh\necho \"$HTTP_PROXY,$https_proxy,$no_proxy\"\n")
	own := []string{"HTTP_PROXY=http://mine", "https_proxy=http://mine:1"}
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		settings := slices.Concat(World(scenario, "http://127.0.0.1:9403/_s3fault"), Direct(scenario, "a.example"))
		if got := run(t, shell, real, d.Enter(scenario, settings)+command); got != told {
			t.Errorf("by the function, aws is told %q", got)
		}
		if got := run(t, shell, wrapped, command); got != told {
			t.Errorf("by the program, aws is told %q", got)
		}
		script := d.Enter(scenario, settings) + "aws; look"
		got := run(t, shell, real+string(os.PathListSeparator)+look, script, own...)
		if want := "\nhttp://mine,http://mine:1,a.example,127.0.0.1,localhost,::1,10.1.2.3\n"; !strings.HasSuffix(got, want) {
			t.Errorf("after aws the shell has %q", got)
		}
	})
}

// TestTLS: a server behind TLS is reached directly, and nothing else is.
func TestTLS(t *testing.T) {
	sc := &emulator.Scenario{Endpoint: "https://s3fault.example/~one"}
	const direct = "'127.0.0.1,localhost,::1,s3fault.example'"
	want := "aws() { HTTPS_PROXY='" + nobody + "' https_proxy='" + nobody + "' " +
		"NO_PROXY=" + direct + " no_proxy=" + direct +
		" command aws --endpoint-url 'https://s3fault.example/~one' \"$@\"; }\n"
	if got := function(sc); got != want {
		t.Errorf("the function is %s", got)
	}
}

// inside is a shell's way in, guarded or not, as somebody with these credentials.
func inside(guarded bool, c emulator.Caller) []Setting {
	proxies := Direct(scenario, "")
	if guarded {
		proxies = Guard(scenario)
	}
	return slices.Concat(World(scenario, "http://127.0.0.1:9403/_s3fault"), proxies, Caller(c))
}

// variables are the names that a test looks at.
var variables = []string{
	"AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
}

// seen is a program that prints the variables, "-" where there is none.
func seen(t *testing.T) (dir string) {
	text := "#!/bin/sh\nprintf '%s|'"
	for _, name := range variables {
		text += ` "${` + name + `--}"`
	}
	return program(t, "seen", text+"\necho\n")
}

// TestEnterAndLeave: a shell is given the world, another caller, the guard, no
// guard, and at the end all that it had, however odd; what it had not is gone.
func TestEnterAndLeave(t *testing.T) {
	const odd = `a'b"c$HOME \ é;*`
	long, short := emulator.Caller{SessionToken: "T"}, emulator.Caller{}
	const direct = "127.0.0.1,localhost,::1,10.1.2.3"
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		script := d.Leave() + "seen\n" +
			d.Enter(scenario, inside(false, long)) + "seen\n" +
			d.Enter(scenario, inside(false, short)) + "seen\n" +
			d.Enter(scenario, inside(true, long)) + "seen\n" +
			d.Enter(scenario, inside(false, long)) + "seen\n" +
			d.Leave() + "seen\n" + d.Leave() + "seen\naws"
		mine := "-|" + odd + "|-|http://mine|https://mine|-|\n"
		world := scenario.Endpoint + "|-|"
		want := mine +
			world + "T|http://mine|https://mine|" + direct + "|\n" +
			world + "-|http://mine|https://mine|" + direct + "|\n" +
			world + "T|-|" + nobody + "|" + direct + "|\n" +
			world + "T|http://mine|https://mine|" + direct + "|\n" +
			mine + mine + "the real one\n"
		path := seen(t) + string(os.PathListSeparator) + program(t, "aws", "#!/bin/sh\necho the real one\n")
		got := run(t, shell, path, script, "AWS_PROFILE="+odd, "HTTP_PROXY=http://mine", "HTTPS_PROXY=https://mine")
		if got != want {
			t.Errorf("it prints\n%swant\n%s", got, want)
		}
	})
}

// TestLeaveInChild: a shell below one that has entered a world knows nothing of what
// that one had, and gives back nothing.
func TestLeaveInChild(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		child := program(t, "child", d.Leave()+"seen\n")
		script := d.Enter(scenario, inside(true, emulator.Caller{})) + shell + " " + filepath.Join(child, "child")
		if filepath.Base(shell) == "pwsh" {
			t.Skip("skipped: pwsh runs files that are called .ps1 alone")
		}
		if got := run(t, shell, seen(t), script, "AWS_PROFILE=mine"); got != "-|-|-|-|-|-|\n" {
			t.Errorf("it prints %s", got)
		}
	})
}

// TestStrict: scripts that end at the first error and at unknown variables can use it.
func TestStrict(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		if d != (posix{}) {
			t.Skip("skipped: it has no set -eu")
		}
		script := "set -eu\n" + d.Enter(scenario, inside(true, emulator.Caller{})) + d.Leave() + "seen"
		if got := run(t, shell, seen(t), script, "AWS_PROFILE=mine"); got != "-|mine|-|-|-|-|\n" {
			t.Errorf("it prints %s", got)
		}
	})
}

// TestOddValues: every shell reads back what was set, however odd.
func TestOddValues(t *testing.T) {
	const odd = "a'b\"c$HOME `id` \\ é''\\'x"
	show := program(t, "show", "#!/bin/sh\nprintf '%s|' \"$AWS_SECRET_ACCESS_KEY\"\n")
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		settings := Caller(emulator.Caller{SecretAccessKey: odd})
		if got := run(t, shell, show, d.Enter(scenario, settings)+"show"); got != odd+"|" {
			t.Errorf("it is %q", got)
		}
	})
}

// TestApply: a program gets what a shell would get.
func TestApply(t *testing.T) {
	short := Caller(emulator.Caller{AccessKeyID: "B", SecretAccessKey: "s"})
	got := Apply([]string{"X=1", "AWS_SESSION_TOKEN=old", "AWS_ACCESS_KEY_ID=old"}, short)
	if want := []string{"X=1", "AWS_ACCESS_KEY_ID=B", "AWS_SECRET_ACCESS_KEY=s"}; !slices.Equal(got, want) {
		t.Errorf("applied: %q, want %q", got, want)
	}
	for _, s := range inside(true, emulator.Caller{}) {
		if s.Unset && s.Value != "" || strings.ContainsAny(s.Name, " =") {
			t.Errorf("setting %+v", s)
		}
		if !slices.Contains(touched(), s.Name) {
			t.Errorf("%s is set and never given back", s.Name)
		}
	}
}

// TestFormat: files of variables have what is set, and nothing of what is taken away.
func TestFormat(t *testing.T) {
	settings := Caller(emulator.Caller{AccessKeyID: "A/b+c=", SecretAccessKey: "a $b \"c\"\\\n`"})
	for format, want := range map[string]string{
		"dotenv": "AWS_ACCESS_KEY_ID=A/b+c=\nAWS_SECRET_ACCESS_KEY=\"a \\$b \\\"c\\\"\\\\\\n\\`\"\n",
		"json":   "{\n  \"AWS_ACCESS_KEY_ID\": \"A/b+c=\",\n  \"AWS_SECRET_ACCESS_KEY\": \"a $b \\\"c\\\"\\\\\\n`\"\n}\n",
	} {
		got, err := Format(format, settings)
		if err != nil || got != want {
			t.Errorf("%s: %v\n%s", format, err, got)
		}
	}
}

// TestProxied: programs are told of no endpoint, and nothing of AWS's goes past the proxy.
func TestProxied(t *testing.T) {
	const noProxy = "db.test, .amazonaws.com,*.us-east-1.amazonaws.com api.aws *,com,10.0.0.0/8"
	_, settings, err := Client{}.Into(scenario, "http://127.0.0.1:9403/_s3fault", func(sc *emulator.Scenario) []Setting {
		return Proxied(sc, "http://one:x@127.0.0.1:9403", noProxy)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := Apply([]string{"AWS_ENDPOINT_URL_STS=http://elsewhere", "ALL_PROXY=socks5://x"}, settings)
	for _, want := range []string{
		"S3FAULT_ENDPOINT=" + scenario.Endpoint, "AWS_REGION=eu-west-1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true",
		"HTTPS_PROXY=http://one:x@127.0.0.1:9403", "http_proxy=http://one:x@127.0.0.1:9403",
		"no_proxy=db.test,10.0.0.0/8,127.0.0.1,localhost,::1,10.1.2.3",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not in %q", want, got)
		}
	}
	for _, s := range got {
		if strings.HasPrefix(s, "AWS_ENDPOINT_URL") || strings.HasPrefix(s, "ALL_PROXY") {
			t.Errorf("%s is set", s)
		}
	}
	for _, s := range settings {
		if !slices.Contains(touched(), s.Name) {
			t.Errorf("%s is set and never given back", s.Name)
		}
	}
}

// Nor is one set for STS, of a program that exchanges a token.
func TestProxiedWebIdentity(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	c := emulator.Caller{Door: emulator.Door{From: "web-identity"}, WebIdentity: &emulator.WebIdentity{Token: "a.b.c"}}
	for _, proxied := range []bool{false, true} {
		_, settings, err := Client{Name: "app", Caller: c}.Into(scenario, "", func(sc *emulator.Scenario) []Setting {
			if proxied {
				return Proxied(sc, "http://127.0.0.1:9403", "")
			}
			return Direct(sc, "")
		})
		if err != nil {
			t.Fatal(err)
		}
		if is := slices.Contains(Apply(nil, settings), endpointOfSTS+"="+scenario.Endpoint); is == proxied {
			t.Errorf("proxied %v: the endpoint of STS is set: %v", proxied, is)
		}
	}
}

// Names that differ are different files.
func TestTokenFileNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a.b", "a_b", "a b", "A_b", "a/b"} {
		file := fileName(name)
		if strings.ContainsAny(file, "./ ") || seen[file] != "" {
			t.Errorf("%q is %q, as %q is", name, file, seen[file])
		}
		seen[file] = name
	}
}

// TestEnterWithoutFunction: a shell whose programs go through a proxy keeps its own aws.
func TestEnterWithoutFunction(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string, d Dialect) {
		real := program(t, "aws", "#!/bin/sh\necho the real one \"$HTTPS_PROXY\"\n")
		script := d.Enter(scenario, inside(false, emulator.Caller{})) +
			d.Enter(nil, Proxied(scenario, "http://127.0.0.1:9403", "")) + "aws\n" + d.Leave() + "aws"
		if got := run(t, shell, real, script); got != "the real one http://127.0.0.1:9403\nthe real one \n" {
			t.Errorf("it prints %s", got)
		}
	})
}
