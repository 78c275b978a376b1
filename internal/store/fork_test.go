package store

import (
	"errors"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// What happens to a fork is not seen by its mother, nor by another fork, and the other
// way round; bytes are held as long as one of them has them.
func TestFork(t *testing.T) {
	f := newFixture(t)
	f.put("k", "common")
	one, two := &fixture{t, f.blobs, f.live.Fork()}, &fixture{t, f.blobs, f.live.Fork()}
	f.held(1, "shared by a world and its forks")
	if one.live.Now().State != f.live.Now().State {
		t.Error("a fork has facts of its own before any change")
	}
	one.put("mine", "one")
	f.put("late", "mother")
	if err := two.commit(Remove{Bucket: "b", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := one.commit(World{State: &world.State{Name: "one"}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		of   *fixture
		keys []string
		name string
	}{"mother": {f, []string{"k", "late"}, ""}, "one": {one, []string{"k", "mine"}, "one"}, "two": {two, nil, ""}} {
		for _, key := range []string{"k", "late", "mine"} {
			has := false
			for _, k := range c.keys {
				has = has || k == key
			}
			if (c.of.bucket().Latest(key) != nil) != has {
				t.Errorf("%s: has %s: %v", name, key, !has)
			}
		}
		if got := c.of.live.Now().State.Name; got != c.name {
			t.Errorf("%s is called %q", name, got)
		}
	}
	f.live.Close()
	f.held(2, "the mother has gone")
	if got := one.bucket().Current("k"); one.read(got, 0, got.Size) != "common" {
		t.Error("the fork has lost the mother's bytes")
	}
	one.live.Close()
	two.live.Close()
	f.held(0, "all have gone")
}

// Two forks do not see each other's uses, nor does their mother.
func TestForksUses(t *testing.T) {
	f := newFixture(t)
	user := &world.Caller{AccessKeyID: "AKIAUSER", User: "user"}
	key := &world.Key{ARN: "arn:aws:kms:us-east-1:123456789012:key/1"}
	f.live.Now().Uses.Note(user, world.Use{Service: "s3"})
	one, two := f.live.Fork(), f.live.Fork()
	one.Now().Uses.Note(user, world.Use{Service: "kms"})
	one.Now().Uses.NoteKey(key.ARN, world.KeyUse{At: time.Unix(1, 0), Operation: "Decrypt"})
	for name, l := range map[string]*Live{"mother": f.live, "two": two} {
		if u, ok := l.Now().Uses.Last("AKIAUSER"); !ok || u.Service != "s3" {
			t.Errorf("%s: the access key was used for %q", name, u.Service)
		}
		if u := l.Now().Uses.LastOfKey(key); u != (world.KeyUse{}) {
			t.Errorf("%s: the KMS key was used: %v", name, u)
		}
	}
}

// What the guard refuses is not done, and it is asked about other facts alone.
func TestGuard(t *testing.T) {
	f := newFixture(t)
	refusal, asked := errors.New("no"), 0
	f.live.Guard(func(next *world.State) error {
		asked++
		if next.Name == "bad" {
			return refusal
		}
		return nil
	})
	f.put("k", "x")
	if err := f.commit(CreateBucket{"c"}); err != nil || asked != 0 {
		t.Errorf("%v, asked %d times about the same facts", err, asked)
	}
	before := f.live.Now()
	bad := &world.State{Name: "bad"}
	change := World{State: bad, Contents: []Contents{CreateBucket{"d"}, Put{Bucket: "d", Object: f.object("k", "y")}}}
	if err := f.commit(change); err != refusal {
		t.Errorf("a World: %v", err)
	}
	change.Discard()
	if err := f.commit(Anew{Moment: &Moment{State: bad, Index: NewIndex(f.blobs)}}); err != refusal {
		t.Errorf("Anew: %v", err)
	}
	if f.live.Now() != before {
		t.Error("a refused change was made")
	}
	f.put("later", "z")
	if err := f.commit(World{State: &world.State{Name: "good"}}); err != nil || asked != 3 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	f.held(2, "k and later")
}

// What a world gives up is counted as long as a fork of it has it.
func TestGiven(t *testing.T) {
	f := newFixture(t)
	f.put("k", "common")
	fork := f.live.Fork()
	if err := f.commit(Remove{Bucket: "b", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	f.put("own", "nobody else's")
	if err := f.commit(Remove{Bucket: "b", Key: "own"}); err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*Live{"the mother": f.live, "the fork": fork} {
		if n := l.Now().Index.Given(); n != int64(len("common")) {
			t.Errorf("%s: %d bytes are given", name, n)
		}
	}
	fork.Close()
	if n := f.live.Now().Index.Given(); n != 0 {
		t.Errorf("%d bytes are given and nobody has them", n)
	}
	f.held(0, "all have gone")
}
