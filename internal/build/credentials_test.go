package build_test

import (
	"regexp"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

var (
	longTermForm  = regexp.MustCompile(`^AKIA[A-Z0-9]{16}$`)
	temporaryForm = regexp.MustCompile(`^ASIA[A-Z0-9]{16}$`)
)

// private builds a private copy.
func private(t *testing.T, s *scenarios.Scenario, seed string) *store.Moment {
	t.Helper()
	o := loaded
	o.KeySeed = seed
	m, err := build.Of(s).Build(o, store.NewIndex(blob.NewStore()))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The keys of a private copy are its own, whatever the file says, and the same
// whenever it is built.
func TestPrivateKeys(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	shared, one, two := built(t, s).State, private(t, s, "one").State, private(t, s, "two").State
	again := private(t, s, "one").State
	if len(one.Callers) == 0 || len(one.Callers) != len(shared.Callers) {
		t.Fatalf("%d callers of %d", len(one.Callers), len(shared.Callers))
	}
	for name, c := range one.Callers {
		form := longTermForm
		if c.Temporary() {
			form = temporaryForm
		}
		if !form.MatchString(c.AccessKeyID) || len(c.SecretAccessKey) != 40 {
			t.Errorf("%s has the key %s, %s", name, c.AccessKeyID, c.SecretAccessKey)
		}
		if c.Temporary() != shared.Callers[name].Temporary() {
			t.Errorf("%s is temporary in the file alone, or in the copy alone", name)
		}
		for _, other := range []*world.Caller{shared.Callers[name], two.Callers[name]} {
			if c.AccessKeyID == other.AccessKeyID || c.SecretAccessKey == other.SecretAccessKey ||
				c.Temporary() && c.SessionToken == other.SessionToken {
				t.Errorf("%s has keys of another world: %s", name, c.AccessKeyID)
			}
		}
		a := again.Callers[name]
		if a.AccessKeyID != c.AccessKeyID || a.SecretAccessKey != c.SecretAccessKey || a.SessionToken != c.SessionToken {
			t.Errorf("%s has other keys when the copy is built again", name)
		}
	}
}

// A patch leaves a copy's keys alone, takes those that it gives, and derives the others
// from the copy's seed.
func TestPatchOfPrivateKeys(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	o := loaded
	o.KeySeed = "one"
	before := private(t, s, o.KeySeed)
	after, err := build.Of(s).Patch(o, before, []byte(`{"callers":{
		"given":{"root":true,"account":"123456789012","access_key_id":"test","secret_access_key":"test"},
		"drawn":{"root":true,"account":"123456789012"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer after.Discard()
	for name, c := range before.State.Callers {
		if got := after.State.Callers[name].AccessKeyID; got != c.AccessKeyID {
			t.Errorf("%s had %s, and now %s", name, c.AccessKeyID, got)
		}
	}
	if c := after.State.Callers["given"]; c.AccessKeyID != "test" || c.SecretAccessKey != "test" {
		t.Errorf("given has %s, %s", c.AccessKeyID, c.SecretAccessKey)
	}
	if got, want := after.State.Callers["drawn"].AccessKeyID, "AKIA"+world.Letters(16, "access key", "one", "drawn"); got != want {
		t.Errorf("drawn has %s, want %s", got, want)
	}
}
