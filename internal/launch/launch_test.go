//go:build unix

package launch

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/programs"
)

func ran(t *testing.T, w *World, p Program) finding.Ending {
	t.Helper()
	e, err := w.Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExitCodesAndOutput(t *testing.T) {
	w := opened(t, "")
	for args, want := range map[string]int{"0": 0, "1": 1, "77": 77} {
		var stdout, stderr bytes.Buffer
		p := program(t, "exits", args)
		p.Stdout, p.Stderr = &stdout, &stderr
		e := ran(t, w, p)
		if e.Exit != want || e.Signal != "" || e.TimedOut || e.Well() != (want == 0) {
			t.Errorf("%+v, want %d", e, want)
		}
		if stdout.String() != "to stdout\n" || stderr.String() != "to stderr\n" || e.Printed != 20 {
			t.Errorf("%q, %q and %d bytes in all", stdout.String(), stderr.String(), e.Printed)
		}
	}
}

func TestSignalThatEndsIt(t *testing.T) {
	e := ran(t, opened(t, ""), program(t, "dies"))
	if e.Exit != -1 || e.SignalNumber != int(syscall.SIGKILL) || e.Signal != "killed" || e.Well() {
		t.Errorf("%+v", e)
	}
}

func TestSignalsArePassedOn(t *testing.T) {
	d := opensDoor(t)
	signals := make(chan os.Signal)
	p := program(t, "heeds", d.address())
	p.Signals = signals
	go func() {
		if c, err := d.Accept(); err == nil {
			signals <- syscall.SIGHUP
			_ = c.Close()
		}
	}()
	if e := ran(t, opened(t, ""), p); e.Exit != int(syscall.SIGHUP) || e.Signal != "" {
		t.Errorf("%+v", e)
	}
}

// The terminal itself interrupts a program in its foreground: a second interrupt would mean more.
func TestInterruptOfATerminalIsNotPassedOn(t *testing.T) {
	d := opensDoor(t)
	signals := make(chan os.Signal)
	p := program(t, "heeds", d.address())
	p.Signals, p.Foreground = signals, true
	go func() {
		if c, err := d.Accept(); err == nil {
			signals <- os.Interrupt
			signals <- syscall.SIGHUP
			_ = c.Close()
		}
	}()
	if e := ran(t, opened(t, ""), p); e.Exit != int(syscall.SIGHUP) || e.Signal != "" {
		t.Errorf("%+v", e)
	}
}

// A file is the program's own, as a terminal must be for those that look whether they have one.
func TestWritesToAFileItself(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := program(t, "exits", "0")
	p.Stdout = file
	if e := ran(t, opened(t, ""), p); e.Output != "to stderr\n" {
		t.Errorf("the record has %q", e.Output)
	}
	if text, err := os.ReadFile(file.Name()); err != nil || string(text) != "to stdout\n" {
		t.Errorf("the file has %q, %v", text, err)
	}
}

// However a program is ended, nothing is left of it and of what it has started.
func TestNothingIsLeft(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Program)
		want   func(finding.Ending) bool
	}{
		"its time is over": {
			func(p *Program) { p.Patience = 2 * time.Second },
			func(e finding.Ending) bool { return e.TimedOut && !e.Well() },
		},
		"it is to stop then": {
			func(p *Program) { p.StopAfter = 2 * time.Second },
			func(e finding.Ending) bool { return e.Stopped && !e.TimedOut && e.Exit == 0 && e.Well() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := opensDoor(t)
			came := d.all()
			p := program(t, "family", d.address())
			c.change(&p)
			if e := ran(t, opened(t, ""), p); !c.want(e) {
				t.Errorf("%+v", e)
			}
			_ = d.Close()
			for c := range came { // on a slow machine they may be ended before they come
				_, _ = io.Copy(io.Discard, c) // until nobody has the other end any more
			}
		})
	}
}

func TestContextEndsItsChildrenToo(t *testing.T) {
	d, w := opensDoor(t), opened(t, "")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := w.Run(ctx, program(t, "family", d.address()))
		ended <- err
	}()
	first, err := d.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := d.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, c := range []interface{ Read([]byte) (int, error) }{first, second} {
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Errorf("read %d bytes of a program that is gone", n)
		}
	}
}

func TestProbe(t *testing.T) {
	programs.Need(t, "sh", "curl")
	at := filepath.Join(t.TempDir(), "address")
	p := program(t, "serves", at)
	there := `until test -s "` + at + `"; do :; done; `
	p.Probe = there + `curl -s -o /dev/null "http://$(cat "` + at + `")/" && exit 5`
	if e := ran(t, opened(t, ""), p); e.Exit != 5 || !e.Stopped || e.TimedOut || e.Signal != "" {
		t.Errorf("%+v", e)
	}
}

func TestEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_PROFILE": "mine", "AWS_CONFIG_FILE": "/mine", "AWS_SESSION_TOKEN": "mine",
		"AWS_ENDPOINT_URL_S3": "http://mine", "MINE": "yes",
	} {
		t.Setenv(name, value)
	}
	w := opened(t, "")
	e := ran(t, w, program(t, "shows", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_EC2_METADATA_DISABLED", "S3FAULT_WORLD", "MINE", "PATH"))
	for name, want := range map[string]string{
		"AWS_PROFILE": "", "AWS_SESSION_TOKEN": "", "MINE": "yes",
		"S3FAULT_WORLD": w.Name, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ENDPOINT_URL": w.Scenario.Endpoint, "AWS_ACCESS_KEY_ID": w.Scenario.Callers["app"].AccessKeyID,
		"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
	} {
		if got := setting(e.Output, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		path := setting(e.Output, name)
		if text, err := os.ReadFile(path); err != nil || len(text) > 0 || !strings.HasPrefix(path, w.folder) {
			t.Errorf("%s is at %q with %q, %v", name, path, text, err)
		}
	}
	if got := setting(e.Output, "AWS_ENDPOINT_URL_S3"); got != "" && got != w.Scenario.Endpoint {
		t.Errorf("AWS_ENDPOINT_URL_S3 is %q", got)
	}
	bin := filepath.Join(w.folder, "bin") + string(os.PathListSeparator)
	if got := setting(e.Output, "PATH"); !strings.HasPrefix(got, bin) {
		t.Errorf("PATH is %q", got)
	}
}

// An aws of the world's own is found before the user's, and leads to it, also where the
// program calls it by its name.
func TestAWS(t *testing.T) {
	programs.Need(t, "sh")
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"real aws: $@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "aws"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	w := opened(t, "")
	e := ran(t, w, Program{Args: []string{"aws", "s3", "ls"}, Caller: "app"})
	if e.Exit != 0 || !strings.Contains(e.Output, "real aws: ") || !strings.Contains(e.Output, "s3 ls") {
		t.Errorf("%+v", e)
	}
	if _, err := os.Stat(filepath.Join(w.folder, "bin", "aws")); err != nil {
		t.Error(err)
	}
}

func TestCannotBeStarted(t *testing.T) {
	w := opened(t, "")
	for want, p := range map[string]Program{
		"executable file not found":         {Args: []string{"no-such-program-anywhere"}, Caller: "app"},
		`no caller "ap"; it has admin, app`: {Args: []string{"x"}, Caller: "ap"},
	} {
		if _, err := w.Run(t.Context(), p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// What a program met is in the record once it has settled: requests, objects with their digests.
func TestRecord(t *testing.T) {
	w := opened(t, `{"buckets": {"my-bucket": {"objects": {"file.txt": {"acl": "private"}}}}}`)
	const rule = `[{"match": {"operation": "GetObject"}, "must_fire": true, "effect": {"error": {"code": "SlowDown"}}}]`
	if err := w.SetFaults([]byte(rule)); err != nil {
		t.Fatal(err)
	}
	if e := ran(t, w, program(t, "asks")); e.Exit != 4 { // nobody signed it: no rule strikes before that
		t.Errorf("%+v", e)
	}
	w.Settle(t.Context(), time.Minute)
	all, forgotten := w.Requests()
	if len(all) != 1 || forgotten != 0 || all[0].Operation != "GetObject" || !all[0].Answered || all[0].Status != 403 {
		t.Errorf("%+v, %d forgotten", all, forgotten)
	}
	there, err := w.Contents(t.Context())
	if err != nil || len(there.Objects) != 1 {
		t.Fatalf("%+v, %v", there, err)
	}
	const md5 = "sZRqySSS0jR8YjW00mERhA=="
	if o := there.Objects[0]; o.Key != "file.txt" || o.Size != 6 || o.Digests["content-md5"] != md5 {
		t.Errorf("%+v", o)
	}
	never, err := w.NeverStruck()
	if err != nil || len(never) != 1 || never[0] != "fault-1" {
		t.Errorf("%q, %v", never, err)
	}
}

func TestUnknownScenario(t *testing.T) {
	_, err := opened(t, "").stage.World("plai", nil)
	if err == nil || !strings.Contains(err.Error(), `did you mean "plain"`) {
		t.Errorf("%v", err)
	}
}
