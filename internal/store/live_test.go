package store

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

func TestWorld(t *testing.T) {
	f := newFixture(t)
	seen := f.live.Now()
	next := &world.State{Name: "next"}
	if err := f.commit(World{State: next}); err != nil {
		t.Fatal(err)
	}
	if now := f.live.Now(); now.State != next || now.Index != seen.Index || now.Uses != seen.Uses || now.Revision <= seen.Revision {
		t.Error("a change of the State alone changed something else")
	}
	if err := f.live.Commit(context.Background(), seen, World{State: &world.State{}}); err != ErrMoved {
		t.Errorf("on an older Moment: %v", err)
	}
	o := f.put("k", "x")
	now, before := f.live.Now(), f.bucket()
	for _, row := range []struct {
		last Contents
		want error
	}{
		{DropBucket{Bucket: "b"}, ErrBucketNotEmpty},
		{DropBucket{Bucket: "none"}, ErrNoSuchBucket},
		{Put{Bucket: "none", Object: &Object{Facts: Facts{Key: "k"}}}, ErrMoved},
		{Remove{Bucket: "b", Key: "k", Expect: Seen(nil)}, ErrMoved},
		{Put{Bucket: "b", Object: &Object{Facts: Facts{Key: "k"}}, Expect: Expect{IfNoneMatch: true}}, ErrKeyExists},
	} {
		err := f.commit(World{State: &world.State{}, Contents: []Contents{
			CreateBucket{"c"}, Put{Bucket: "c", Object: &Object{Facts: Facts{Key: "k"}}}, Put{Bucket: "b", Object: f.object("other", "x")}, row.last,
		}})
		if err != row.want || f.live.Now() != now || f.bucket() != before || f.index().Bucket("c") != nil {
			t.Errorf("a change that failed with %v, want %v, changed something", err, row.want)
		}
		if f.bucket().Latest("k") != o || f.bucket().Latest("other") != nil {
			t.Errorf("a change that failed with %v changed the objects", err)
		}
	}
	f.put("k", "the bucket is still good")
}

// A world stands elsewhere after everything that a decision can depend on, and where it stood
// after all else.
func TestStand(t *testing.T) {
	f := newFixture(t)
	f.put("k", "x")
	user := &world.Caller{AccessKeyID: "AKIAUSER", User: "user"}
	upload := &Upload{Facts: Facts{Key: "u"}}
	for _, row := range []struct {
		name  string
		moves bool
		do    func() error
	}{
		{"nothing", false, func() error { return nil }},
		{"a read", false, func() error { f.bucket().Latest("k"); return nil }},
		{"a fork", false, func() error { f.live.Fork().Close(); return nil }},
		{"a use of an access key", false, func() error { f.live.Now().Uses.Note(user, world.Use{}); return nil }},
		{"a use of a KMS key", true, func() error { f.live.Now().Uses.NoteKey("arn", world.KeyUse{}); return nil }},
		{"facts", true, func() error { return f.commit(World{State: &world.State{}}) }},
		{"a bucket", true, func() error { return f.commit(CreateBucket{"c"}) }},
		{"an object", true, func() error { f.put("k", "y"); return nil }},
		{"an upload", true, func() error { return f.commit(BeginUpload{Bucket: "b", Upload: upload}) }},
		{"a removal", true, func() error { return f.commit(Remove{Bucket: "b", Key: "k"}) }},
		{"no removal", true, func() error { return f.commit(Remove{Bucket: "b", Key: "k"}) }}, // it might have been one
	} {
		before := f.live.Stand()
		if err := row.do(); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if moved := f.live.Stand() != before; moved != row.moves {
			t.Errorf("%s: it moved: %v", row.name, moved)
		}
	}
}

// What a World does to the buckets is seen with its facts, and what it leaves alone
// is what it was.
func TestWorldWithContents(t *testing.T) {
	f := newFixture(t)
	o, gone := f.put("k", "x"), f.put("gone", "x")
	if err := f.commit(CreateBucket{"untouched"}); err != nil {
		t.Fatal(err)
	}
	before, untouched := f.bucket(), f.index().Bucket("untouched")
	tagged := *o
	tagged.Tags = map[string]string{"a": "b"}
	change := World{State: &world.State{Name: "next"}, Contents: []Contents{
		Replace{Bucket: "b", Seen: o, Object: &tagged}, Remove{Bucket: "b", Key: "gone", Expect: Seen(gone)},
		CreateBucket{"c"}, Put{Bucket: "c", Object: f.object("new", "new")},
		CreateBucket{"d"}, DropBucket{Bucket: "d"},
	}}
	fork := f.live.Fork()
	same := World{State: change.State, Contents: []Contents{Remove{Bucket: "b", Key: "gone"}}}
	err := fork.Commit(context.Background(), fork.Now(), same)
	if err != nil || fork.Now().Index.Bucket("b").Latest("gone") != nil || f.bucket().Latest("gone") != gone {
		t.Fatalf("in a fork: %v", err)
	}
	if err := f.commit(change); err != nil {
		t.Fatal(err)
	}
	fork.Close()
	change.Discard() // of what was made does nothing
	if before.Latest("gone") != gone || before.Latest("k") != o {
		t.Error("who holds the bucket before no longer sees it whole")
	}
	if err := before.put(&Object{Facts: Facts{Key: "late"}}, Any); err != ErrMoved {
		t.Errorf("a write to the bucket before: %v", err)
	}
	if f.index().Bucket("untouched") != untouched || f.index().Bucket("d") != nil || f.bucket().Latest("gone") != nil {
		t.Error("the buckets are not what they should be")
	}
	if got := f.bucket().Current("k"); got.Tags["a"] != "b" || f.read(got, 0, 1) != "x" {
		t.Errorf("there is %+v", got)
	}
	if f.read(f.index().Bucket("c").Current("new"), 0, 3) != "new" {
		t.Error("the new object cannot be read")
	}
	f.held(2, "k and new")
	f.live.Close()
	f.held(0, "after Close")
}

func TestDiscard(t *testing.T) {
	f := newFixture(t)
	s := f.stage("a part")
	World{Contents: []Contents{
		Put{Bucket: "b", Object: f.object("k", "x")}, PutPart{Bucket: "b", Part: &Part{Chunks: s.Chunks}}, DropBucket{Bucket: "b"},
	}}.Discard()
	f.held(0, "after Discard")
}

func TestCreateAndDrop(t *testing.T) {
	f := newFixture(t)
	before := f.live.Now()
	old := f.bucket()
	o := f.put("k", "x")
	drop := DropBucket{Bucket: "b"}
	if err := f.commit(drop); err != ErrBucketNotEmpty {
		t.Fatalf("DropBucket of one with an object: %v", err)
	}
	if err := old.remove("k", "", Any); err != nil {
		t.Fatal(err)
	}
	u := f.begin("k")
	f.part(u, 1, "an unfinished upload", 0)
	if err := f.commit(drop); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after DropBucket")
	if before.Index.Bucket("b") != old || f.bucket() != nil {
		t.Error("the bucket is not gone, or gone from the Moment before too")
	}
	again := f.object("k", "x")
	if err := old.put(again, Any); err != ErrMoved {
		t.Errorf("Put to a dropped bucket: %v, want ErrMoved", err)
	}
	if err := f.commit(drop); err != ErrNoSuchBucket {
		t.Errorf("DropBucket again: %v", err)
	}
	if err := f.commit(CreateBucket{"b"}); err != nil {
		t.Fatal(err)
	}
	created := f.bucket()
	if err := f.commit(CreateBucket{"b"}); err != nil || f.bucket() != created {
		t.Errorf("CreateBucket twice makes two buckets, %v", err)
	}
	if err := f.bucket().put(again, Seen(nil)); err != nil {
		t.Errorf("Put to the bucket that came after: %v", err)
	}
	if f.bucket() == old || o.Revision == f.bucket().Current("k").Revision {
		t.Error("the bucket that came after is the one before")
	}
	if err := f.commit(DropBucket{Bucket: "b", Contents: true}); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after DropBucket with Contents")
}

func TestAnew(t *testing.T) {
	f := newFixture(t)
	before := f.live.Now()
	old := f.put("k", "old")
	reader, err := f.index().Open(context.Background(), old, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	late, unread := f.object("late", "late"), f.put("j", "unread")
	fresh := NewIndex(f.blobs)
	seed := f.object("seed", "seed")
	for _, c := range []Contents{CreateBucket{"b"}, Put{Bucket: "b", Object: seed}} {
		if err := fresh.Apply(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.commit(Anew{Moment: &Moment{State: &world.State{Name: "new"}, Index: fresh}}); err != nil {
		t.Fatal(err)
	}
	if now := f.live.Now(); now.Index != fresh || now.State.Name != "new" || now.Revision <= before.Revision {
		t.Error("the Moment is not the new one")
	}
	for name, x := range map[string]*Index{"the new": fresh, "the old": before.Index} {
		if err := x.Apply(CreateBucket{"c"}); err != ErrServed {
			t.Errorf("%s index can be changed beside the door: %v", name, err)
		}
	}
	b := before.Index.Bucket("b")
	_, opened := before.Index.Open(context.Background(), unread, 0, 3)
	for name, err := range map[string]error{
		"Put": b.put(late, Any), "Open": opened, "Remove": b.remove("k", "", Any), "BeginUpload": b.beginUpload(&Upload{Facts: Facts{Key: "k"}}),
	} {
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
	if err := f.bucket().put(late, Seen(nil)); err != nil || f.read(late, 0, 4) != "late" {
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
	if err := b.put(&Object{Facts: Facts{Key: "k"}}, Any); err != ErrMoved {
		t.Errorf("Put after Close: %v", err)
	}
	if now := f.live.Now(); now.State.Name != "new" || len(now.State.Buckets) != 0 || now.Index.Bucket("b") != nil {
		t.Errorf("after Close there is %+v", now)
	}
}

func TestCopy(t *testing.T) {
	f := newFixture(t)
	f.put("k", "x")
	u := f.begin("u")
	f.part(u, 1, "part", 0)
	for range 2 {
		m := &Moment{Index: f.index().Copy()}
		if err := m.Index.Apply(Put{Bucket: "b", Object: &Object{Facts: Facts{Key: "added"}}}); err != nil {
			t.Fatal(err)
		}
		if err := f.commit(Anew{Moment: m}); err != nil {
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

// TestAcknowledgedWritesSurvive writes while the bucket is patched, which puts a
// copy in its place: every write that was acknowledged is there at the end.
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
		if err := f.commit(World{Contents: []Contents{Put{Bucket: "b", Object: &Object{Facts: Facts{Key: "patched"}}}}}); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if got := len(f.bucket().List(ListQuery{Max: writers*writes + 2}).Objects) - 1; got != writers*writes {
		t.Errorf("%d of %d objects are there", got, writers*writes)
	}
	f.held(writers*writes, "one for each object")
	f.live.Close()
	f.held(0, "after Close")
}

// writeUntilDone writes as the emulator does: again on the newest Moment.
func (f *fixture) writeUntilDone(key string) error {
	staged, err := f.index().Write(context.Background(), strings.NewReader(key), -1)
	if err != nil {
		return err
	}
	defer staged.Discard()
	for {
		o := &Object{Facts: Facts{Key: key}, Size: staged.Size, Chunks: staged.Chunks}
		err := f.bucket().put(o, Seen(nil))
		if err != ErrMoved {
			return err
		}
	}
}
