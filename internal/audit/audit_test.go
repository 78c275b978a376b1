package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

func audited(t *testing.T, c Config) *Report {
	t.Helper()
	r, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// struck are the requests of a run that met what its case is about.
func struck(r *Result) (all []journal.Entry) {
	for _, e := range r.Run.Requests {
		if e.Fault != nil || e.Status >= 300 && e.Code != "NoSuchKey" {
			all = append(all, e)
		}
	}
	return all
}

// shown is how a run met its case first: "PutObject 403 AccessDenied kms".
func shown(r *Result) string {
	all := struck(r)
	if len(all) == 0 {
		return "nothing"
	}
	e, layer := all[0], ""
	if d := e.Denied(); d != nil {
		layer = " " + string(d.Cause)
	}
	return fmt.Sprintf("%s %d %s%s", e.Operation, e.Status, e.Code, layer)
}

func leftOut(r *Report, name string) string {
	for _, text := range r.LeftOut {
		if why, ok := strings.CutPrefix(text, name+": "); ok {
			return why
		}
	}
	return ""
}

// Each case of a denial is what its name says, in the layer that AWS would name, and the first
// thing that is refused.
func TestDenials(t *testing.T) {
	for name, want := range map[string][][2]string{
		"careful": {
			{"HeadObject refused", "HeadObject 403 AccessDenied identity"},
			{"HeadObject with its session expired", "HeadObject 400 ExpiredToken authentication"},
			{"GetObject of a missing key refused", "GetObject 403 AccessDenied masking"},
			{"GetObject without the KMS key", "GetObject 403 AccessDenied kms"},
			{"GetObject with its session expired", "GetObject 400 ExpiredToken authentication"},
			{"PutObject without permission", "PutObject 403 AccessDenied identity"},
			{"PutObject denied", "PutObject 403 AccessDenied bucket-policy"},
			{"PutObject without the KMS key", "PutObject 403 AccessDenied kms"},
			{"PutObject with its session expired", "PutObject 400 ExpiredToken authentication"},
			{"CopyObject with its session expired", "CopyObject 400 ExpiredToken authentication"},
			{"DeleteObject without permission", "DeleteObject 403 AccessDenied identity"},
			{"DeleteObject denied", "DeleteObject 403 AccessDenied bucket-policy"},
			{"DeleteObject with its session expired", "DeleteObject 400 ExpiredToken authentication"},
			{"CreateMultipartUpload with its session expired", "CreateMultipartUpload 400 ExpiredToken authentication"},
			{"UploadPart without the KMS key", "GetObject 403 AccessDenied kms"}, // it reads what it has written first
			{"UploadPart with its session expired", "UploadPart 400 ExpiredToken authentication"},
			{"CompleteMultipartUpload with its session expired", "CompleteMultipartUpload 400 ExpiredToken authentication"},
			{"buckets in another region", "HeadObject 400 AuthorizationHeaderMalformed region"},
		},
		// Its bucket is not there before it begins: only its own policy can deny.
		"maker": {
			{"CreateBucket without permission", "CreateBucket 403 AccessDenied identity"},
			{"CreateBucket denied", "CreateBucket 403 AccessDenied identity"},
			{"CreateBucket with its session expired", "CreateBucket 400 ExpiredToken authentication"},
			{"PutObject without permission", "PutObject 403 AccessDenied identity"},
			{"PutObject denied", "PutObject 403 AccessDenied identity"},
			{"PutObject without the KMS key", "PutObject 403 AccessDenied kms"},
			{"PutObject with its session expired", "PutObject 400 ExpiredToken authentication"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := application(t, name)
			c.Faults = []string{}
			var got [][2]string
			r := audited(t, c)
			for i := range r.Results {
				got = append(got, [2]string{r.Results[i].Run.Case.Name, shown(&r.Results[i])})
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s;\nwant %s", lines(got), lines(want))
			}
		})
	}
}

func lines(all [][2]string) (text string) {
	for _, pair := range all {
		text += "\n  " + pair[0] + " => " + pair[1]
	}
	return text
}

// What cannot be a case of its own is told, with the reason.
func TestLeftOut(t *testing.T) {
	c := application(t, "careful")
	c.Deny, c.Faults = []string{"no-permission", "explicit-deny", "head-refused"}, []string{"throttled"}
	r := audited(t, c)
	for name, want := range map[string]string{
		"GetObject without permission":  "it is the same world as that of HeadObject refused",
		"GetObject denied":              "HeadObject is refused before it, for want of the same permission",
		"UploadPart without permission": "it is the same world as that of PutObject without permission",
		"PutObject throttled":           "so many requests as there are, 1, are let through",
	} {
		if got := leftOut(r, name); got != want {
			t.Errorf("%s is left out because %q, want %q", name, got, want)
		}
	}
	c.Program.Caller = "admin"
	const why = "arn:aws:iam::123456789012:root is the root of its account, which needs no Allow"
	if got := leftOut(audited(t, c), "PutObject without permission"); got != why {
		t.Errorf("the root is left out because %q, want %q", got, why)
	}
}

// worlds are those in which the permission comes from elsewhere than a user's own policy.
const worlds = `
version: 1
defaults:
  accounts: {123456789012: {users: {my-user: {}}}}
  callers: {app: {user: my-user}}
  buckets: {my-bucket: {objects: {file.txt: {body: "hello\n"}}}}
scenarios:
  aws-managed:
    title: AWS's own policy
    accounts: {123456789012: {users: {my-user: {managed_policies: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]}}}}
  group:
    title: A group's policy, which the account manages
    accounts:
      123456789012:
        managed_policies: {all: {Version: 2012-10-17, Statement: {Effect: Allow, NotAction: "iam:*", Resource: "*"}}}
        groups: {staff: {managed_policies: [all]}}
        users: {my-user: {groups: [staff]}}
  role:
    title: The session of a role with a path
    accounts:
      123456789012:
        roles:
          worker:
            path: /team/
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    callers: {app: {user: null, role: worker}}
  bucket-policy:
    title: The bucket's policy alone
    buckets:
      my-bucket:
        policy:
          Version: 2012-10-17
          Statement:
            - {Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/my-user"}, Action: "s3:*",
               Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]}
`

func parsed(t *testing.T, text string) *scenarios.File {
	t.Helper()
	file, err := scenarios.Parse("worlds.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Wherever a permission comes from, a case takes it away.
func TestPermissionsOfAllKinds(t *testing.T) {
	file := parsed(t, worlds)
	for _, name := range file.Names() {
		t.Run(name, func(t *testing.T) {
			c := application(t, "lists")
			c.File, c.World, c.Faults = file, name, []string{}
			c.Deny = []string{"no-permission", "explicit-deny", "session-expired"}
			r := audited(t, c)
			var got []string
			for i := range r.Results {
				got = append(got, shown(&r.Results[i]))
			}
			want := []string{"ListObjectsV2 403 AccessDenied identity", "ListObjectsV2 403 AccessDenied bucket-policy",
				"ListObjectsV2 400 ExpiredToken authentication"}
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q; left out: %q", got, want, r.LeftOut)
			}
		})
	}
}

// ACLs can be disabled where they are not, and somebody sends one.
func TestACLs(t *testing.T) {
	c := application(t, "sharer")
	c.Deny, c.Faults, c.World = []string{"acls-disabled"}, []string{}, "shared"
	c.File = parsed(t, worlds+`
  shared:
    title: ACLs count
    accounts: {123456789012: {users: {my-user: {managed_policies: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]}}}}
    buckets: {my-bucket: {object_ownership: ObjectWriter, public_access_block: none}}
`)
	r := audited(t, c)
	const want = "PutObject 400 AccessControlListNotSupported object-ownership"
	if len(r.Results) != 1 || shown(&r.Results[0]) != want {
		t.Fatalf("%+v, left out %q", r.Results, r.LeftOut)
	}
}

// Each case of a fault set has it strike the operation that it is about, and no other.
func TestFaults(t *testing.T) {
	c := application(t, "careful")
	c.Deny = []string{}
	c.Faults = slices.DeleteFunc(BuiltIn(), func(set string) bool { return set == "stalled" }) // which takes its time
	r := audited(t, c)
	var names []string
	for i := range r.Results {
		run := r.Results[i].Run
		names = append(names, run.Case.Name)
		all := struck(&r.Results[i])
		if len(all) == 0 {
			t.Errorf("%s: nothing was struck", run.Case.Name)
		}
		for _, e := range all {
			if e.Fault != nil && e.Operation != run.Case.Operation {
				t.Errorf("%s: %s was struck by %s", run.Case.Name, e.Operation, e.Fault.Rule)
			}
		}
	}
	for _, name := range []string{
		"HeadObject slowed down", "GetObject truncated", "GetObject corrupted", "PutObject lost", "PutObject reset within",
		"CopyObject failed in a 200", "CompleteMultipartUpload lost", "CompleteMultipartUpload failed in a 200",
	} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no case %q in %q", name, names)
		}
	}
	none := []string{"HeadObject truncated", "GetObject lost", "PutObject truncated", "PutObject failed in a 200"}
	for _, name := range none {
		if slices.Contains(names, name) || leftOut(r, name) != "" {
			t.Errorf("there is a case %q", name)
		}
	}
}

func foundIn(r *Report, name string) (all []finding.Kind) {
	for _, result := range r.Results {
		if result.Run.Case.Name == name {
			for _, f := range result.Findings {
				all = append(all, f.Kind)
			}
		}
	}
	return all
}

// A program that does not mind whether its writes come to anything is found out; one that does
// is not, also where each of its runs has keys of its own.
func TestFindings(t *testing.T) {
	for name, lost := range map[string]bool{"careless": true, "timed": false} {
		t.Run(name, func(t *testing.T) {
			c := application(t, name)
			c.Deny = []string{"explicit-deny", "no-permission"}
			c.Faults = []string{"slow-down-first", "lost-answer", "reset-before"}
			r := audited(t, c)
			for _, refused := range []string{"PutObject denied", "PutObject without permission"} {
				if got := slices.Contains(foundIn(r, refused), finding.LostWrite); got != lost {
					t.Errorf("%s: %v, want lost-write: %v", refused, foundIn(r, refused), lost)
				}
			}
			for _, retried := range []string{"PutObject slowed down", "PutObject lost", "PutObject reset"} {
				if got := foundIn(r, retried); !slices.Equal(got, []finding.Kind{finding.Good}) {
					t.Errorf("%s, which the SDK makes good: %v", retried, got)
				}
			}
			if !slices.Equal(r.RetryModes, []string{"standard"}) {
				t.Errorf("retry modes %q", r.RetryModes)
			}
		})
	}
}

// However many runs go on at once, each is told of once, and the report has them in one order.
func TestOrder(t *testing.T) {
	c := application(t, "lists")
	c.Deny = []string{"no-permission", "explicit-deny", "wrong-region"}
	c.Faults = []string{"reset-before", "slow-down-first"}
	told, last := 0, 0
	c.Done = func(done, total int, _ *Result) {
		if told++; done != told || done > 2 && total != 7 {
			t.Errorf("run %d of %d is told of as the %dth", done, total, told)
		}
		last = total
	}
	want := []string{"ListObjectsV2 without permission", "ListObjectsV2 denied", "ListObjectsV2 reset",
		"ListObjectsV2 slowed down", "buckets in another region"}
	var got []string
	for _, result := range audited(t, c).Results {
		got = append(got, result.Run.Case.Name)
	}
	if !slices.Equal(got, want) || told != last {
		t.Errorf("%q, want %q; told of %d of %d", got, want, told, last)
	}
}

// Scenarios and fault sets of a team's own are cases, too.
func TestOwnFile(t *testing.T) {
	c := application(t, "lists")
	c.OwnFile = parsed(t, `
version: 1
fault_sets: {gone: [{match: {operation: lists}, effect: {error: {code: ServiceUnavailable}}}]}
scenarios:
  nobody:
    title: Nobody may do anything
    accounts: {123456789012: {users: {my-user: {}}}}
    callers: {app: {user: my-user}}
    buckets: {my-bucket: {}}
  stranger:
    title: The program's caller is not here
    accounts: {123456789012: {users: {other: {}}}}
    callers: {other: {user: other}}
`)
	c.Own, c.Deny, c.Faults = c.OwnFile.Names(), []string{}, []string{"gone"}
	r := audited(t, c)
	if len(r.Results) != 2 || r.Results[0].Run.Case.Name != "ListObjectsV2 with gone" ||
		r.Results[1].Scenario != "nobody" {
		t.Fatalf("%+v", r.Results)
	}
	for i, want := range []string{"ListObjectsV2 503 ServiceUnavailable", "ListObjectsV2 403 AccessDenied identity"} {
		if got := shown(&r.Results[i]); got != want {
			t.Errorf("%s: %s, want %s", r.Results[i].Run.Case.Name, got, want)
		}
	}
	if why := leftOut(r, "stranger"); why != `it has no caller "app"` {
		t.Errorf("stranger is left out because %q", why)
	}
}

func TestBaselineFails(t *testing.T) {
	_, err := Run(t.Context(), application(t, "broken"))
	failed, ok := errors.AsType[*BaselineError](err)
	if !ok || failed.Run.Ending.Exit != 1 {
		t.Fatalf("%v", err)
	}
	for _, part := range []string{
		"it ended with 1", "ListObjectsV2 no-such-bucket-anywhere => 404 NoSuchBucket", "the list is not to be had",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestWrongNames(t *testing.T) {
	for want, wrong := range map[string]func(*Config){
		`no way to refuse "no-permision" (did you mean "no-permission"?)`: func(c *Config) {
			c.Deny = []string{"no-permision"}
		},
		`no fault set "truncate" (did you mean "truncated"?)`: func(c *Config) {
			c.Faults = []string{"truncate"}
		},
		`no scenario "plai" (did you mean "plain"?)`: func(c *Config) { c.World = "plai" },
		`no caller "apps" (did you mean "app"?)`:     func(c *Config) { c.Program.Caller = "apps" },
		`wants a command`:                            func(c *Config) { c.Program.Args = nil },
	} {
		c := application(t, "lists")
		wrong(&c)
		if _, err := Run(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// An audit that is broken off ends its programs, with all that they have started.
func TestBrokenOff(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() {
		_, err := Run(ctx, application(t, "family", l.Addr().String()))
		ended <- err
	}()
	var there []net.Conn
	for range 2 { // the program, and its child
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		there = append(there, c)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	for _, c := range there {
		if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Logf("%v", err) // it is gone, in order or not
		}
	}
}
