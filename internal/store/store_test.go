package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
)

// fixture is a served world with one bucket.
type fixture struct {
	t     testing.TB
	blobs *blob.Store
	live  *Live
}

func newFixture(t testing.TB) *fixture { return newFixtureOver(t, blob.NewStore()) }

func newFixtureOver(t testing.TB, blobs *blob.Store) *fixture {
	f := &fixture{t: t, blobs: blobs}
	x := NewIndex(f.blobs)
	x.create("b")
	f.live = NewLive(&Moment{State: &world.State{}, Index: x})
	return f
}

// commit makes a change through the door, decided on the newest Moment.
func (f *fixture) commit(c Change) error { return f.live.Commit(context.Background(), f.live.Now(), c) }

func (f *fixture) index() *Index   { return f.live.Now().Index }
func (f *fixture) bucket() *Bucket { return f.index().Bucket("b") }

// stage writes bytes that nobody can see yet.
func (f *fixture) stage(body string) *Staged {
	f.t.Helper()
	s, err := f.index().Write(context.Background(), strings.NewReader(body), int64(len(body)))
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// object is a record of a body whose ETag is its MD5.
func (f *fixture) object(key, body string) *Object {
	f.t.Helper()
	s := f.stage(body)
	return &Object{Facts: Facts{Key: key}, Size: s.Size, ETag: fmt.Sprintf("%x", s.MD5), Chunks: s.Chunks}
}

func (f *fixture) put(key, body string) *Object {
	f.t.Helper()
	o := f.object(key, body)
	if err := f.bucket().put(o, Any); err != nil {
		f.t.Fatal(err)
	}
	return o
}

func (f *fixture) read(o *Object, off, length int64) string {
	f.t.Helper()
	r, err := f.index().Open(context.Background(), o, off, length)
	if err != nil {
		f.t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(got)
}

// held fails unless so many blobs are in the store.
func (f *fixture) held(want int, when string) {
	f.t.Helper()
	if got := f.blobs.Len(); got != want {
		f.t.Errorf("%s: %d blobs are held, want %d", when, got, want)
	}
}

func TestPutGetDelete(t *testing.T) {
	f := newFixture(t)
	first := f.put("k", "one")
	if first.Version != NullVersion {
		t.Errorf("Version %q, want null", first.Version)
	}
	second := f.put("k", "second")
	f.held(1, "after overwriting")
	if got := f.bucket().Current("k"); got != second {
		t.Errorf("Current = %+v", got)
	}
	if got := f.read(second, 0, 6); got != "second" {
		t.Errorf("it reads %q", got)
	}
	if _, err := f.index().Open(context.Background(), first, 0, 3); err != ErrMoved {
		t.Errorf("Open of what was overwritten: %v, want ErrMoved", err)
	}
	if err := f.bucket().remove("k", "", Seen(second)); err != nil {
		t.Errorf("Remove: %v", err)
	}
	if err := f.bucket().remove("k", "", Any); err != nil {
		t.Errorf("Remove of nothing: %v", err)
	}
	if f.bucket().Latest("k") != nil || !f.bucket().Empty() {
		t.Error("the key is still there")
	}
	f.held(0, "after deleting")
}

func TestEmptyObject(t *testing.T) {
	f := newFixture(t)
	o := f.put("k", "")
	f.held(0, "no bytes")
	if got := f.read(o, 0, 0); got != "" {
		t.Errorf("it reads %q", got)
	}
	if s, err := f.index().Write(context.Background(), nil, 0); err != nil || s.Size != 0 {
		t.Errorf("Write of no reader: %+v, %v", s, err)
	}
}

func TestBrokenBodyLeavesNothing(t *testing.T) {
	f := newFixture(t)
	before := f.put("k", "before")
	if _, err := f.index().Write(context.Background(), strings.NewReader("sho"), 5); err != io.ErrUnexpectedEOF {
		t.Errorf("Write: %v", err)
	}
	f.held(1, "after a short body")
	if got := f.read(before, 0, 6); got != "before" {
		t.Errorf("it reads %q", got)
	}
}

// leaving is a client that goes away after so many reads, while its bytes still come.
type leaving struct {
	reads int
	leave context.CancelFunc
}

func (l *leaving) Read(p []byte) (int, error) {
	if l.reads--; l.reads == 0 {
		l.leave()
	}
	return copy(p, "x"), nil
}

// A client that went away leaves nothing; one that went away once all was there
// leaves all.
func TestClientGoesAway(t *testing.T) {
	f := newFixture(t)
	for size, want := range map[int64]error{4: nil, 5: context.Canceled, 1 << 20: context.Canceled} {
		ctx, leave := context.WithCancel(context.Background())
		staged, err := f.index().Write(ctx, io.LimitReader(&leaving{reads: 4, leave: leave}, size), size)
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%d bytes: %v, want %v", size, err, want)
		}
		staged.Discard()
	}
	f.held(0, "after all have gone")
}

func TestStaged(t *testing.T) {
	f := newFixture(t)
	s := f.stage("bytes")
	f.held(1, "staged")
	moved := &Object{Facts: Facts{Key: "k"}, Size: 5, Chunks: s.Chunks}
	if err := f.bucket().put(moved, Seen(&Object{Revision: 1 << 40})); err != ErrMoved {
		t.Fatalf("Put: %v, want ErrMoved", err)
	}
	f.held(1, "after a write that found its record moved")
	if err := f.bucket().put(moved, Seen(nil)); err != nil {
		t.Fatal(err)
	}
	s.Discard()
	if got := f.read(moved, 0, 5); got != "bytes" {
		t.Errorf("after Discard the object reads %q", got)
	}
	if err := f.bucket().remove("k", "", Any); err != nil {
		t.Fatal(err)
	}
	s.Discard()
	f.held(0, "after deleting")

	unused := f.stage("bytes")
	unused.Discard()
	unused.Discard()
	f.held(0, "after discarding twice")
	if err := f.bucket().put(&Object{Facts: Facts{Key: "k"}, Size: 5, Chunks: unused.Chunks}, Any); err != ErrMoved {
		t.Errorf("Put of freed bytes: %v, want ErrMoved", err)
	}
	(*Staged)(nil).Discard()
}

func TestConditions(t *testing.T) {
	f := newFixture(t)
	there := f.put("there", "x")
	marked := &Object{Facts: Facts{Key: "marked"}, Marker: true}
	if err := f.bucket().put(marked, Any); err != nil {
		t.Fatal(err)
	}
	with := func(e Expect, match string, none bool) Expect {
		e.IfMatch, e.IfNoneMatch = match, none
		return e
	}
	tests := []struct {
		name, key string
		e         Expect
		want      error
	}{
		{"anything over something", "there", Any, nil},
		{"anything over nothing", "none", Any, nil},
		{"the record seen", "there", Seen(there), nil},
		{"nothing seen, nothing there", "none", Seen(nil), nil},
		{"the marker seen", "marked", Seen(marked), nil},
		{"nothing seen, something there", "there", Seen(nil), ErrMoved},
		{"something seen, nothing there", "none", Seen(there), ErrMoved},
		{"another record seen", "there", Seen(&Object{Facts: Facts{Key: "there"}}), ErrMoved},
		{"moved before any condition", "there", with(Seen(nil), "", true), ErrMoved},
		{"If-Match holds", "there", with(Any, there.ETag, false), nil},
		{"If-Match any", "there", with(Any, "*", false), nil},
		{"If-Match another", "there", with(Any, "0", false), ErrETagDiffers},
		{"If-Match on nothing", "none", with(Any, there.ETag, false), ErrNoSuchKey},
		{"If-Match on a marker", "marked", with(Any, "*", false), ErrNoSuchKey},
		{"If-None-Match over something", "there", with(Any, "", true), ErrKeyExists},
		{"If-None-Match over nothing", "none", with(Any, "", true), nil},
		{"If-None-Match over a marker", "marked", with(Any, "", true), nil},
	}
	for _, test := range tests {
		c := f.index().Copy()
		b := c.Bucket("b")
		before := b.Latest(test.key)
		o := &Object{Facts: Facts{Key: test.key}, ETag: "new"}
		if err := b.put(o, test.e); err != test.want {
			t.Errorf("%s: Put: %v, want %v", test.name, err, test.want)
		}
		if now := b.Latest(test.key); (now == o) != (test.want == nil) || (now != o && now != before) {
			t.Errorf("%s: after Put: %+v", test.name, now)
		}
		c.Close()
		c = f.index().Copy()
		if err := c.Bucket("b").remove(test.key, "", test.e); err != test.want {
			t.Errorf("%s: Delete: %v, want %v", test.name, err, test.want)
		}
		c.Close()
	}
	f.held(1, "after all copies")
}

func TestVersions(t *testing.T) {
	f := newFixture(t)
	b := f.bucket()
	write := func(version, body string, marker bool) *Object {
		o := f.object("k", body)
		o.Version, o.Marker = version, marker
		if err := b.put(o, Any); err != nil {
			t.Fatal(err)
		}
		return o
	}
	null := write("", "0", false)
	one := write("v1", "1", false)
	marker := write("v2", "", true)
	if b.Current("k") != nil || b.Latest("k") != marker || b.Version("k", NullVersion) != null {
		t.Error("the marker is not what is current")
	}
	if err := b.remove("k", "v2", Any); err != nil || b.Current("k") != one {
		t.Errorf("without its marker the key has %+v (%v)", b.Current("k"), err)
	}
	again := write(NullVersion, "00", false) // as with versioning suspended
	f.held(2, "null overwritten")
	if b.Current("k") != again || b.Version("k", "v1") != one || b.Version("k", "v9") != nil {
		t.Error("the new null version is not the current one")
	}
	tagged := *one
	tagged.Tags = map[string]string{"a": "b"}
	if err := b.replace(one, &tagged); err != nil || b.Version("k", "v1") != &tagged || b.Current("k") != again {
		t.Errorf("Replace of an older version: %v", err)
	}
	if got := f.read(&tagged, 0, 1); got != "1" {
		t.Errorf("the replacement reads %q", got)
	}
	if err := b.replace(one, one); err != ErrMoved {
		t.Errorf("Replace of a record that was replaced: %v, want ErrMoved", err)
	}
	for _, version := range []string{"v1", NullVersion} {
		if err := b.remove("k", version, Any); err != nil {
			t.Fatal(err)
		}
	}
	f.held(0, "after the last version")
	if !b.Empty() {
		t.Error("the bucket is not empty")
	}
}

func TestSharedBytes(t *testing.T) {
	f := newFixture(t)
	source := f.put("source", "abcdef")
	twice := &Object{Facts: Facts{Key: "copy"}, Size: 12, Chunks: append(append([]Chunk{}, source.Chunks...), source.Chunks...)}
	if err := f.bucket().put(twice, Any); err != nil {
		t.Fatal(err)
	}
	f.held(1, "copied")
	if err := f.bucket().remove("source", "", Any); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		off, length int64
		want        string
	}{{0, 12, "abcdefabcdef"}, {0, 0, ""}, {12, 0, ""}, {4, 4, "efab"}, {6, 6, "abcdef"}, {5, 1, "f"}, {11, 1, "f"}} {
		if got := f.read(twice, test.off, test.length); got != test.want {
			t.Errorf("%d bytes from %d: %q, want %q", test.length, test.off, got, test.want)
		}
		chunks, err := twice.Range(test.off, test.length)
		part := &Object{Size: test.length, Chunks: chunks}
		if got := f.read(part, 0, test.length); got != test.want || err != nil {
			t.Errorf("the range of %d bytes from %d: %q, want %q (%v)", test.length, test.off, got, test.want, err)
		}
	}
	for _, test := range []struct{ off, length int64 }{{-1, 1}, {0, -1}, {0, 13}, {13, 0}, {12, 1}, {1, 1<<63 - 1}} {
		if _, err := f.index().Open(context.Background(), twice, test.off, test.length); err != ErrRange {
			t.Errorf("%d bytes from %d: %v, want ErrRange", test.length, test.off, err)
		}
	}
	if err := f.bucket().remove("copy", "", Any); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after both")
}

func TestOpenReaderKeepsItsBytes(t *testing.T) {
	f := newFixture(t)
	old := f.put("k", "old bytes")
	r, err := f.index().Open(context.Background(), old, 0, old.Size)
	if err != nil {
		t.Fatal(err)
	}
	start := make([]byte, 3)
	if _, err := io.ReadFull(r, start); err != nil {
		t.Fatal(err)
	}
	f.put("k", "new")
	f.held(2, "overwritten while it is read")
	rest := &bytes.Buffer{}
	if _, err := io.Copy(rest, r); err != nil || string(start)+rest.String() != "old bytes" {
		t.Errorf("it reads %q and %q (%v)", start, rest, err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	f.held(1, "after closing twice")
	if n, err := r.Read(start); n != 0 || err != io.EOF {
		t.Errorf("Read after Close: %d, %v", n, err)
	}
}
