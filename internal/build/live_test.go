package build_test

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/scenarios"
)

// applied is a patch applied to the full world.
func applied(t *testing.T, patch string) error {
	t.Helper()
	s := scenario(t, parse(t, text(t, "full")), "full")
	change, err := build.Of(s).Patch(loaded, built(t, s), []byte(patch))
	change.Discard()
	return err
}

// What a patch does not name stays as it was, word for word, even what would be
// refused if it were put there now.
func TestPatchLeavesAlone(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	before := built(t, s)
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
	s := scenario(t, parse(t, text(t, "full")), "full")
	after := patched(t, s, built(t, s), `{"responses":"article"}`)
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
	_, err := scenarios.Parse("world.yaml", []byte(text(t, "good")+"    fix_patch: {buckets: {my-bucket: {owner: 999999999999}}}\n"))
	if err == nil || !strings.Contains(err.Error(), "999999999999") {
		t.Errorf("a fix_patch with an owner that does not exist: %v", err)
	}
}

// Credentials expire by the world's clock.
func TestExpiryByWorldClock(t *testing.T) {
	world := strings.Replace(text(t, "good"), "clock: {offset: 0s}", "clock: {now: 2020-01-01T00:00:00Z}", 1)
	world = strings.Replace(world, "expires: 1h", "expires: -1h", 1)
	state := built(t, scenario(t, parse(t, world), "one")).State
	if c := state.Callers["session"]; !c.Expired(state.Clock.Now(time.Now())) {
		t.Errorf("the session expires at %s, and it is %s", c.Expires, state.Clock.Now(time.Now()))
	}
}

// Of two defects the same one is told at every load.
func TestOneDefectFirst(t *testing.T) {
	world := strings.Replace(text(t, "good"), "as: app,", "as: x,", 1) + "    after_fix: [{as: y, call: ListBuckets, want: {status: 200}}]\n"
	_, first := scenarios.Parse("world.yaml", []byte(world))
	for range 20 {
		if _, err := scenarios.Parse("world.yaml", []byte(world)); err == nil || first == nil || err.Error() != first.Error() {
			t.Fatalf("%v, then %v", first, err)
		}
	}
}
