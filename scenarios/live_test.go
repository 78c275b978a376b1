package scenarios

import (
	"strings"
	"testing"
	"time"
)

// applied is a patch applied to the full world.
func applied(t *testing.T, patch string) error {
	t.Helper()
	s := scenario(t, parse(t, full), "full")
	n, err := parseJSON("patch", []byte(patch))
	if err != nil {
		t.Fatal(err)
	}
	change, err := s.apply(loaded, build(t, s), n)
	change.Discard()
	return err
}

// What a patch does not name stays as it was, word for word, even what would be
// refused if it were put there now.
func TestPatchLeavesAlone(t *testing.T) {
	s := scenario(t, parse(t, full), "full")
	before := build(t, s)
	after := patched(t, s, before, `{"clock":{"offset":"1h"}}`)
	was := before.State.UserOf(before.State.Callers["app"]).Policies[0].Policy
	if is := after.State.UserOf(after.State.Callers["app"]).Policies[0].Policy; is != was {
		t.Errorf("the policy is another one now:\n%s\nwas\n%s", is.Source(), was.Source())
	}
	if err := applied(t, `{"accounts":{"123456789012":{"users":{"my-user":null}}},"callers":{"app":null,"off":null}}`); err != nil {
		t.Errorf("a user whom a bucket policy names cannot be removed: %v", err)
	}
	if err := applied(t, `{"buckets":{"my-bucket":{"objects":{"file.txt":{"tags":{"c":"e"}}}}}}`); err != nil {
		t.Errorf("an object under the aws/s3 key cannot be given tags: %v", err)
	}
}

func TestPatchOfResponses(t *testing.T) {
	s := scenario(t, parse(t, full), "full")
	after := patched(t, s, build(t, s), `{"responses":"article"}`)
	if r, _ := after.State.Answers.Settings(); r != "article" {
		t.Errorf("the responses are %q", r)
	}
}

func TestPatchOfUnknownKey(t *testing.T) {
	err := applied(t, `{"buckets":{"my-bucket":{"polcy":null}}}`)
	if err == nil || !strings.Contains(err.Error(), `did you mean "policy"`) {
		t.Errorf("an unknown key set to null: %v", err)
	}
}

// The world after its fix is built when the file is read.
func TestBrokenFix(t *testing.T) {
	_, err := Parse("world.yaml", []byte(good+"    fix_patch: {buckets: {my-bucket: {owner: 999999999999}}}\n"))
	if err == nil || !strings.Contains(err.Error(), "999999999999") {
		t.Errorf("a fix_patch with an owner that does not exist: %v", err)
	}
}

// Credentials expire by the world's clock.
func TestExpiryByWorldClock(t *testing.T) {
	text := strings.Replace(good, "clock: {offset: 0s}", "clock: {now: 2020-01-01T00:00:00Z}", 1)
	text = strings.Replace(text, "expires: 1h", "expires: -1h", 1)
	state := build(t, scenario(t, parse(t, text), "one")).State
	if c := state.Callers["session"]; !c.Expired(state.Clock.Now(time.Now())) {
		t.Errorf("the session expires at %s, and it is %s", c.Expires, state.Clock.Now(time.Now()))
	}
}

// Of two defects the same one is told at every load.
func TestOneDefectFirst(t *testing.T) {
	text := strings.Replace(good, "as: app,", "as: x,", 1) + "    after_fix: [{as: y, call: ListBuckets, want: {status: 200}}]\n"
	_, first := Parse("world.yaml", []byte(text))
	for range 20 {
		if _, err := Parse("world.yaml", []byte(text)); err == nil || first == nil || err.Error() != first.Error() {
			t.Fatalf("%v, then %v", first, err)
		}
	}
}
