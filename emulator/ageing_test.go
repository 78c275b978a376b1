package emulator

import (
	"context"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/lifecycle"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
)

// written is when the object of agedWorld was.
var written = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// agedWorld has a bucket with versioning under the rule, and a version of the key k in it.
func agedWorld(t *testing.T, rule world.LifecycleRule) *World {
	t.Helper()
	rule.Enabled = true
	b := &world.Bucket{Name: "b", Versioning: "Enabled"}
	b.Lifecycle = &world.Lifecycle{Rules: []world.LifecycleRule{rule}}
	x := store.NewIndex(blob.NewStore())
	for _, c := range []store.Contents{store.CreateBucket{Bucket: "b"}, putVersion("first", written)} {
		if err := x.Apply(c); err != nil {
			t.Fatal(err)
		}
	}
	state := &world.State{Buckets: map[string]*world.Bucket{"b": b}}
	return &World{live: store.NewLive(&store.Moment{State: state, Index: x})}
}

func putVersion(version string, at time.Time) store.Put {
	facts := store.Facts{Key: "k", StorageClass: "STANDARD"}
	return store.Put{Bucket: "b", Object: &store.Object{Facts: facts, Version: version, Size: 1 << 20, Modified: at}}
}

func days(n int) *int { return &n }

// dueBy is what the rules of the world do up to so many days after its object was written.
func dueBy(w *World, n int) (*store.Moment, [][]store.Change) {
	m, last := w.live.Now(), lifecycle.Midnight(written).AddDate(0, 0, n)
	return m, lifecycle.Due(m.State, m.Index, lifecycle.Midnight(written), last)
}

// Where a new version came in between, the one that it made noncurrent stays: its delete
// marker was not put, by which it would have had to go.
func TestAgeingLeavesWhatMoved(t *testing.T) {
	w := agedWorld(t, world.LifecycleRule{
		Expiration:           &world.LifecycleExpiration{Days: days(1)},
		NoncurrentExpiration: &world.NoncurrentExpiration{Days: days(1)},
	})
	m, due := dueBy(w, 4) // it expires on the second, and what it left on the fourth
	if len(due) != 1 || len(due[0]) != 2 {
		t.Fatalf("due is %v, want a delete marker and a removal", due)
	}
	if err := w.live.Commit(context.Background(), m, putVersion("second", written)); err != nil {
		t.Fatal(err)
	}
	if !w.apply(m, due) {
		t.Error("a moved key is not told of")
	}
	if m.Index.Bucket("b").Version("k", "first") == nil {
		t.Error("the version that became noncurrent is lost")
	}
}

// What transitions and then expires in one leap of the clock does so in one pass.
func TestAgeingMovesAndMarks(t *testing.T) {
	w := agedWorld(t, world.LifecycleRule{
		Transitions: []world.LifecycleTransition{{Days: days(1), StorageClass: "GLACIER"}},
		Expiration:  &world.LifecycleExpiration{Days: days(3)},
	})
	m, due := dueBy(w, 4)
	if w.apply(m, due) {
		t.Error("the rules were in their own way")
	}
	bucket := m.Index.Bucket("b")
	if o := bucket.Latest("k"); !o.Marker {
		t.Error("the version has not expired")
	}
	if o := bucket.Version("k", "first"); o.StorageClass != "GLACIER" {
		t.Errorf("the version is in %s", o.StorageClass)
	}
}

// Who comes late with a time of before does not bring a day back that has been.
func TestAgeingGoesOn(t *testing.T) {
	w := agedWorld(t, world.LifecycleRule{})
	for _, at := range []time.Time{written, written.AddDate(0, 0, 2), written.AddDate(0, 0, 1)} {
		w.age(at)
	}
	if got, want := w.ageing.day.Load(), lifecycle.Midnight(written.AddDate(0, 0, 2)).Unix(); got != want {
		t.Errorf("the day is %v", time.Unix(got, 0).UTC())
	}
}
