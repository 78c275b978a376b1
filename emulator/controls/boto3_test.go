package controls

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi/iamtoolbox"
	"github.com/s3fault/s3fault/internal/programs"
)

// pythonCall is a row of the plan, for boto3_calls.py.
type pythonCall struct {
	Action string     `json:"action"`
	Call   *plan.Call `json:"call"`
}

type pythonService struct {
	Client  string       `json:"client"`
	Actions []pythonCall `json:"actions"`
}

type pythonPlan struct {
	Endpoint string          `json:"endpoint"`
	Region   string          `json:"region"`
	Reset    string          `json:"reset"`
	Key      string          `json:"key"`
	Secret   string          `json:"secret"`
	Services []pythonService `json:"services"`
}

// pythonError is an exception: its class, and what it says.
type pythonError struct {
	Type, Code, Message string
	// Modelled: client.exceptions has the class.
	Modelled bool
}

type pythonReport struct {
	Client, Action string
	Absent         bool // this boto3 is older than the action
	Answer         any
	Error          *pythonError
	Paged          bool
	Waiters        []string
	Refused        []pythonError
}

// boto3 reads the answer of every action, page for page where there are pages, its
// waiters see what they wait for, and errors are the client's own exceptions.
func TestBoto3ReadsEveryAnswer(t *testing.T) {
	programs.Need(t, "python3")
	found := map[string]bool{}
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		version, err := programs.Command(t.Context(), python, "-c", "import boto3; print(boto3.__version__)").Output()
		if err != nil || found[string(version)] {
			continue
		}
		found[string(version)] = true
		t.Run(strings.TrimSpace(string(version)), func(t *testing.T) { playBoto3(t, python) })
	}
	if len(found) == 0 {
		t.Error("no python3 with boto3")
	}
}

func playBoto3(t *testing.T, python string) {
	calls := map[string]*plan.Call{}
	reports := runBoto3(t, python, boto3Plan(t, calls))
	paged, refused := 0, 0
	for _, r := range reports {
		call := calls[r.Client+"."+r.Action]
		holdBoto3(t, &r, call)
		refused += len(r.Refused)
		if r.Paged {
			paged++
		}
	}
	if len(reports) != len(calls) {
		t.Errorf("%d of %d actions were played", len(reports), len(calls))
	}
	t.Logf("%d actions, %d of them by pages, and %d errors", len(reports), paged, refused)
}

func boto3Plan(t *testing.T, all map[string]*plan.Call) *pythonPlan {
	t.Helper()
	srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
	admin := srv.Caller("admin")
	p := &pythonPlan{
		Endpoint: srv.Endpoint, Region: srv.Region, Reset: srv.Endpoint + "/_s3fault/worlds/world/reset",
		Key: admin.AccessKeyID, Secret: admin.SecretAccessKey,
	}
	for _, s := range plan.Services {
		if s == iamtoolbox.Service {
			continue // newer than any boto3 of ours, which then has no client
		}
		calls, err := plan.Calls(s)
		if err != nil {
			t.Fatal(err)
		}
		of := pythonService{Client: plan.Client(s)}
		for _, a := range s.Actions {
			of.Actions = append(of.Actions, pythonCall{a.Name, calls[a.Name].For(srv)})
			all[of.Client+"."+a.Name] = calls[a.Name]
		}
		p.Services = append(p.Services, of)
	}
	return p
}

func runBoto3(t *testing.T, python string, p *pythonPlan) (reports []pythonReport) {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var out, diagnostics bytes.Buffer
	cmd := programs.Command(limited, python, filepath.Join("testdata", "boto3_calls.py"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &out, &diagnostics
	// No configuration of whoever runs the tests.
	cmd.Env = append(os.Environ(), "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "NO_PROXY=127.0.0.1")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, diagnostics.String())
	}
	if err := json.Unmarshal(out.Bytes(), &reports); err != nil {
		t.Fatal(err)
	}
	return reports
}

func holdBoto3(t *testing.T, r *pythonReport, call *plan.Call) {
	t.Helper()
	name := r.Client + "." + r.Action
	switch {
	case r.Absent && call.Newer:
		t.Logf("%s is newer than this boto3", name)
		return
	case r.Absent:
		t.Errorf("%s: boto3 has no such action", name)
		return
	case r.Error != nil:
		t.Errorf("%s: %+v", name, *r.Error)
		return
	}
	if err := call.Hold(r.Answer); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if slices.Sort(r.Waiters); !slices.Equal(r.Waiters, call.Waiters) {
		t.Errorf("%s: boto3 has the waiters %q, the plan %q", name, r.Waiters, call.Waiters)
	}
	for i, want := range call.Refused {
		got := r.Refused[i]
		if typed := got.Modelled && got.Type == want.Error; !typed && (want.Code == "" || got.Code != want.Code) {
			t.Errorf("%s of %v: %+v, want %s%s", name, want.Parameters, got, want.Error, want.Code)
		}
	}
}
