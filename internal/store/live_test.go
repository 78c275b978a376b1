package store

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

func TestChange(t *testing.T) {
	f := newFixture(t)
	seen := f.live.Now()
	next := &world.State{Name: "next"}
	if err := f.live.Change(seen, func(*Moment) (*world.State, error) { return next, nil }); err != nil {
		t.Fatal(err)
	}
	if now := f.live.Now(); now.State != next || now.Index != seen.Index {
		t.Error("a change of the State alone changed something else")
	}
	called := false
	err := f.live.Change(seen, func(*Moment) (*world.State, error) { called = true; return nil, nil })
	if err != ErrMoved || called {
		t.Errorf("on an older Moment: %v, called %v", err, called)
	}
	seen = f.live.Now()
	failed := errors.New("no")
	err = f.live.Change(seen, func(m *Moment) (*world.State, error) {
		m.Index.Create("c")
		if err := m.Index.Drop("b"); err != nil {
			t.Error(err)
		}
		return nil, failed
	})
	if err != failed || f.live.Now() != seen || f.bucket() == nil || f.index().Bucket("c") != nil {
		t.Errorf("a change that failed (%v) changed something", err)
	}
	f.put("k", "the bucket is still good")
}

func TestCreateAndDrop(t *testing.T) {
	f := newFixture(t)
	before := f.live.Now()
	old := f.bucket()
	o := f.put("k", "x")
	drop := func(m *Moment) (*world.State, error) { return nil, m.Index.Drop("b") }
	if err := f.live.Change(before, drop); err != ErrBucketNotEmpty {
		t.Fatalf("Drop of a bucket with an object: %v", err)
	}
	if _, err := old.Delete("k", "", Any); err != nil {
		t.Fatal(err)
	}
	u := f.begin("k")
	f.part(u, 1, "an unfinished upload", 0)
	if err := f.live.Change(before, drop); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after Drop")
	if before.Index.Bucket("b") != old || f.bucket() != nil {
		t.Error("the bucket is not gone, or gone from the Moment before too")
	}
	again := f.object("k", "x")
	if err := old.Put(again, Any); err != ErrMoved {
		t.Errorf("Put to a dropped bucket: %v, want ErrMoved", err)
	}
	if err := f.live.Change(f.live.Now(), drop); err != ErrNoSuchBucket {
		t.Errorf("Drop again: %v", err)
	}
	if err := f.live.Change(f.live.Now(), func(m *Moment) (*world.State, error) {
		if created := m.Index.Create("b"); m.Index.Create("b") != created {
			t.Error("Create twice makes two buckets")
		}
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := f.bucket().Put(again, Seen(nil)); err != nil {
		t.Errorf("Put to the bucket that came after: %v", err)
	}
	if f.bucket() == old || o == f.bucket().Current("k") {
		t.Error("the bucket that came after is the one before")
	}
	if err := f.live.Change(f.live.Now(), func(m *Moment) (*world.State, error) { return nil, m.Index.Remove("b") }); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after Remove")
}

// An object that comes between Drop and the end of the change keeps its bucket.
func TestDropLoses(t *testing.T) {
	f := newFixture(t)
	err := f.live.Change(f.live.Now(), func(m *Moment) (*world.State, error) {
		if err := m.Index.Drop("b"); err != nil {
			return nil, err
		}
		f.put("k", "x")
		return &world.State{Name: "without"}, nil
	})
	if err != ErrBucketNotEmpty {
		t.Errorf("%v, want ErrBucketNotEmpty", err)
	}
	if f.bucket().Current("k") == nil || f.live.Now().State.Name != "" {
		t.Error("the change happened nevertheless")
	}
	f.put("k", "still good")
}

func TestReplace(t *testing.T) {
	f := newFixture(t)
	before := f.live.Now()
	old := f.put("k", "old")
	reader, err := f.index().Open(old, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	late := f.object("late", "late")
	failed := errors.New("no")
	if err := f.live.Replace(func(m *Moment) (*Moment, error) { m.Index.Create("c"); return nil, failed }); err != failed {
		t.Errorf("Replace: %v", err)
	}
	unread := f.put("j", "the old index is still good")
	fresh := NewIndex(f.blobs)
	seed := f.object("seed", "seed")
	if err := fresh.Create("b").Put(seed, Any); err != nil {
		t.Fatal(err)
	}
	err = f.live.Replace(func(*Moment) (*Moment, error) { return &Moment{State: &world.State{Name: "new"}, Index: fresh}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if now := f.live.Now(); now.Index != fresh || now.State.Name != "new" {
		t.Error("the Moment is not the new one")
	}
	if !before.Index.gate.closed { // shut before its buckets are freed one by one
		t.Error("the index before still takes writes")
	}
	b := before.Index.Bucket("b")
	_, opened := before.Index.Open(unread, 0, 3)
	_, deleted := b.Delete("k", "", Any)
	_, begun := b.CreateUpload(&Upload{Key: "k"})
	for name, err := range map[string]error{"Put": b.Put(late, Any), "Open": opened, "Delete": deleted, "CreateUpload": begun} {
		if err != ErrMoved {
			t.Errorf("%s on the index before: %v, want ErrMoved", name, err)
		}
	}
	if b.Current("k") != old || len(b.List(ListQuery{Max: 9}).Objects) != 2 {
		t.Error("who holds the Moment before no longer sees it whole")
	}
	if got, err := io.ReadAll(reader); string(got) != "old" || err != nil {
		t.Errorf("a reader opened before reads %q, %v", got, err)
	}
	if err := f.bucket().Put(late, Seen(nil)); err != nil || f.read(late, 0, 4) != "late" {
		t.Errorf("what was staged before, put after: %v", err)
	}
	f.held(3, "two objects and an open reader")
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	b = f.bucket()
	f.live.Close()
	f.live.Close()
	f.held(0, "after Close")
	if err := b.Put(&Object{Key: "k"}, Any); err != ErrMoved {
		t.Errorf("Put after Close: %v", err)
	}
	if now := f.live.Now(); now.State.Name != "new" || len(now.State.Buckets) != 0 || now.Index.Bucket("b") != nil {
		t.Errorf("after Close there is %+v", now)
	}
}

// With the lent Index, Replace is a change that does not care what was seen.
func TestReplaceInPlace(t *testing.T) {
	f := newFixture(t)
	o := f.put("k", "x")
	err := f.live.Replace(func(m *Moment) (*Moment, error) {
		m.Index.Create("c")
		return m, nil
	})
	if err != nil || f.bucket().Current("k") != o || f.index().Bucket("c") == nil {
		t.Fatalf("Replace: %v", err)
	}
	if err := f.live.Replace(func(*Moment) (*Moment, error) { return &Moment{State: &world.State{Name: "n"}}, nil }); err != nil {
		t.Fatal(err)
	}
	if f.live.Now().State.Name != "n" || f.bucket().Current("k") != o {
		t.Error("a Moment without an Index did not keep the one before")
	}
	f.put("k", "still good")
}

func TestCopy(t *testing.T) {
	f := newFixture(t)
	f.put("k", "x")
	u := f.begin("u")
	f.part(u, 1, "part", 0)
	for range 2 {
		err := f.live.Replace(func(m *Moment) (*Moment, error) {
			c := m.Index.Copy()
			err := c.Bucket("b").Put(&Object{Key: "added"}, Any)
			return &Moment{State: m.State, Index: c}, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.held(2, "after copies")
	if f.bucket().Current("added") == nil || f.read(f.bucket().Current("k"), 0, 1) != "x" {
		t.Error("objects were lost")
	}
	if page, err := f.bucket().ListParts("u", u.ID, 0, 10); err != nil || len(page.Parts) != 1 {
		t.Errorf("the upload was lost: %v", err)
	}
	if next := f.begin("u"); next.ID <= u.ID {
		t.Errorf("upload %s comes after %s", next.ID, u.ID)
	}
	f.live.Close()
	f.held(0, "after Close")
}

// TestAcknowledgedWritesSurvive writes while the world is replaced by copies of
// itself: every write that was acknowledged is there at the end.
func TestAcknowledgedWritesSurvive(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	const writers, writes = 4, 60
	for w := range writers {
		wg.Go(func() {
			for i := range writes {
				key := fmt.Sprint(w, "/", i)
				if err := f.writeUntilDone(key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		if err := f.live.Replace(func(m *Moment) (*Moment, error) {
			return &Moment{State: m.State, Index: m.Index.Copy()}, nil
		}); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if got := len(f.bucket().List(ListQuery{Max: writers*writes + 1}).Objects); got != writers*writes {
		t.Errorf("%d of %d objects are there", got, writers*writes)
	}
	f.held(writers*writes, "one for each object")
	f.live.Close()
	f.held(0, "after Close")
}

// writeUntilDone writes as the emulator does: again on the newest Moment.
func (f *fixture) writeUntilDone(key string) error {
	staged, err := f.index().Write(strings.NewReader(key), -1)
	if err != nil {
		return err
	}
	defer staged.Discard()
	for {
		o := &Object{Key: key, Size: staged.Size, Chunks: staged.Chunks}
		err := f.bucket().Put(o, Seen(nil))
		if err != ErrMoved {
			return err
		}
	}
}
