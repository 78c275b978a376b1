package s3fault_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	s3fault "github.com/s3fault/s3fault/packages/go"
)

// recorder is a test that is told to fail, and says what it was told.
type recorder struct {
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// run runs a test to its end, and is what it failed with.
func (r *recorder) run(test func()) string {
	func() {
		defer func() {
			if what := recover(); what != nil && what != any(r) {
				panic(what)
			}
		}()
		test()
	}()
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	return strings.Join(r.failures, "\n")
}

// What fails a test says what, and why.
func TestFailures(t *testing.T) {
	for name, row := range map[string]struct {
		test func(r *recorder)
		want []string
	}{
		"a scenario that is not there": {func(r *recorder) { s3fault.Start(r, "ip-dney") },
			[]string{`did you mean "ip-deny"?`}},
		"a file that is not there": {func(r *recorder) { s3fault.Start(r, "one", s3fault.File("none.yaml")) },
			[]string{"no server: s3fault serve ended", "none.yaml"}},
		"a caller that is not there": {func(r *recorder) { s3fault.Start(r, "plain").Credentials("amin") },
			[]string{`no caller "amin"; there are admin, `}},
		"a rule with a mistake": {func(r *recorder) {
			s3fault.Start(r, "plain").AddFault(`{"match": {"operation": "PutObjct"}, "effect": {"latency": "1s"}}`)
		}, []string{`did you mean "PutObject"?`}},
		"a rule that never struck": {func(r *recorder) { s3fault.Start(r, "plain").AddFault(slowDown) },
			[]string{"the fault rule busy has never struck (must_fire)"}},
		"a patch that is no JSON": {func(r *recorder) { s3fault.Start(r, "plain", s3fault.Patch(`{`)) }, []string{"JSON"}},
		"a filter with a mistake": {func(r *recorder) { s3fault.Start(r, "plain").Requests("operaton=writes") },
			[]string{"operation"}},
		"a filter without a value": {func(r *recorder) { s3fault.Start(r, "plain").Requests("writes") },
			[]string{`"writes" is not NAME=VALUE`}},
		"no error": {func(r *recorder) { s3fault.Start(r, "plain").WantDenied(nil, "kms") },
			[]string{"no error, want a denial by kms"}},
		"no request": {func(r *recorder) { s3fault.Start(r, "plain").WantDenied(errors.New("no such host"), "kms") },
			[]string{"no request of this world was denied", "no such host"}},
		"denied by another": {func(r *recorder) {
			w := s3fault.Start(r, "ip-deny")
			_, err := send(t, w, "app", "GET", "/my-bucket/file.txt", "")
			w.WantDenied(err, "kms")
		}, []string{"not a denial by kms: AccessDenied", `statement "OfficeOnly"`, "Fix:"}},
		"other requests than expected": {func(r *recorder) {
			s3fault.Start(r, "plain").Verify(`{"operation": "PutObject", "times": 3}`)
		}, []string{"PutObject", "exactly 3"}},
		"an expectation with a mistake": {func(r *recorder) {
			s3fault.Start(r, "plain").Verify(`{"operaton": "PutObject"}`)
		}, []string{"operation"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{}
			got := r.run(func() { row.test(r) })
			for _, want := range row.want {
				if !strings.Contains(got, want) {
					t.Errorf("failed with %q, want %q in it", got, want)
				}
			}
		})
	}
}

// Where there is no program, the error says how to get it.
func TestNoProgram(t *testing.T) {
	binary := os.Getenv("S3FAULT_BINARY")
	t.Setenv("PATH", "")
	t.Setenv("S3FAULT_BINARY", "")
	if _, err := s3fault.Serve(); err == nil || !strings.Contains(err.Error(), "go install") {
		t.Errorf("%v", err)
	}
	t.Setenv("S3FAULT_BINARY", "/none/s3fault")
	if _, err := s3fault.Serve(); err == nil || !strings.Contains(err.Error(), "S3FAULT_BINARY") {
		t.Errorf("%v", err)
	}
	t.Setenv("S3FAULT_BINARY", binary)
	for _, wrong := range []string{"", "127.0.0.1:9403", "ftp://127.0.0.1"} {
		if _, err := s3fault.Connect(wrong); err == nil || !strings.Contains(err.Error(), "is no address") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
