package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
)

// scribe makes changes of a world and keeps those that were made, each as the value
// that it was before.
type scribe struct {
	*fixture
	r   *rand.Rand
	log []Change
	ids []string // of uploads
}

// do makes a change; what the store has once taken it does not take again, so the log
// has a copy.
func (s *scribe) do(c Change) {
	s.t.Helper()
	if err := s.commit(c); err == nil {
		s.log = append(s.log, again(c))
		s.keep(c)
	}
}

// keep holds on to the bytes, as a log does.
func (s *scribe) keep(c Change) {
	s.t.Helper()
	var chunks []Chunk
	switch c := c.(type) {
	case Put:
		chunks = c.Object.Chunks
	case PutPart:
		chunks = c.Part.Chunks
	case World:
		for _, part := range c.Contents {
			s.keep(part)
		}
	}
	if err := retain(chunks); err != nil {
		s.t.Fatal(err)
	}
}

// again is the change as it can be made in another world: with records of its own.
func again(c Change) Change {
	switch c := c.(type) {
	case Put:
		o := *c.Object
		c.Object = &o
		return c
	case Replace:
		o := *c.Object
		c.Object = &o
		return c
	case PutPart:
		p := *c.Part
		c.Part = &p
		return c
	case CompleteUpload:
		a := *c.Assembly
		o := *a.Object
		a.Object = &o
		c.Assembly = &a
		return c
	case World:
		var contents []Contents
		for _, part := range c.Contents {
			contents = append(contents, again(part).(Contents))
		}
		c.Contents = contents
		return c
	}
	return c
}

func (s *scribe) any(of ...string) string { return of[s.r.IntN(len(of))] }

func (s *scribe) put(bucket string) Put {
	staged, err := s.index().Write(context.Background(), strings.NewReader(fmt.Sprint("body ", s.r.Uint64())), -1)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &world.Bucket{Versioning: world.Versioning(s.any("", string(world.VersioningEnabled)))}
	f := Facts{Key: s.any("a", "b", "c/d"), Owner: s.any("1", "2")}
	return Put{Bucket: bucket, Object: Make(b, f, staged.Body(Encryption{}, ""), time.Unix(1700000000, 0))}
}

// step makes a change of each kind, now and then one that is refused.
func (s *scribe) step() {
	bucket := s.any("b", "c")
	contents := s.index().Bucket(bucket)
	switch n := s.r.IntN(16); {
	case n == 0:
		s.do(CreateBucket{s.any("b", "c")})
	case n == 1:
		s.do(World{State: &world.State{Name: fmt.Sprint(s.r.Uint64())}, Contents: []Contents{CreateBucket{bucket}, s.put(bucket)}})
	case n == 2 && s.r.IntN(4) == 0:
		s.do(DropBucket{Bucket: bucket, Contents: s.r.IntN(2) == 0})
	case contents == nil:
	case n < 7:
		s.do(s.put(bucket))
	case n < 9:
		if o := contents.Latest(s.any("a", "b", "c/d")); o != nil {
			changed := *o
			changed.Tags = map[string]string{"n": fmt.Sprint(n)}
			s.do(Replace{Bucket: bucket, Seen: o, Object: &changed})
		}
	case n < 11:
		if o := contents.Latest(s.any("a", "b", "c/d")); o != nil {
			s.do(Remove{Bucket: bucket, Key: o.Key, Version: o.Version, Expect: Seen(o)})
		}
	case n < 12:
		u := &Upload{Facts: Facts{Key: "u", Tags: map[string]string{"of": "upload"}}}
		s.do(BeginUpload{Bucket: bucket, Upload: u})
		s.ids = append(s.ids, u.ID)
	default:
		s.upload(bucket, contents)
	}
}

func (s *scribe) upload(bucket string, contents *Bucket) {
	if len(s.ids) == 0 {
		return
	}
	id := s.any(s.ids...)
	switch s.r.IntN(5) {
	case 0:
		s.do(AbortUpload{Bucket: bucket, Key: "u", UploadID: id})
	case 1:
		if a, err := contents.Assemble("u", id, []PartRef{{Number: 1, ETag: "e"}}); err == nil {
			made(a)
			s.do(CompleteUpload{Bucket: bucket, Assembly: a})
		}
	default:
		staged := s.put(bucket).Object
		s.do(PutPart{Bucket: bucket, Key: "u", UploadID: id, Part: &Part{
			Number: 1 + s.r.IntN(2), ETag: "e", Size: staged.Size, Chunks: staged.Chunks,
		}})
	}
}

// told is all that is in a world, as text.
func (f *fixture) told() string {
	f.t.Helper()
	var out strings.Builder
	fmt.Fprintln(&out, f.live.Now().State.Name)
	for _, bucket := range []string{"b", "c"} {
		contents := f.index().Bucket(bucket)
		if contents == nil {
			continue
		}
		fmt.Fprintln(&out, "bucket", bucket)
		for _, v := range contents.ListVersions(VersionQuery{Max: 1000}).Versions {
			fmt.Fprintln(&out, v.Key, v.Version, v.ETag, v.Owner, v.Tags, v.Revision, v.Latest, f.read(v.Object, 0, v.Size))
		}
		for _, u := range contents.ListUploads(UploadQuery{Max: 1000}).Uploads {
			page, err := contents.ListParts(u.Key, u.ID, 0, 100)
			fmt.Fprintln(&out, "upload", u.ID, u.Tags, err)
			for _, p := range page.Parts {
				fmt.Fprintln(&out, "part", p.Number, p.ETag, p.Size)
			}
		}
	}
	return out.String()
}

// What was logged of a world, made again in a fresh one, gives the same contents: the
// same versions with the same bytes and revisions, the same uploads.
func TestReplay(t *testing.T) {
	kinds := map[string]bool{}
	for seed := range uint64(20) {
		blobs := blob.NewStore()
		s := &scribe{fixture: newFixtureOver(t, blobs), r: rand.New(rand.NewPCG(seed, 7))}
		for range 300 {
			s.step()
		}
		again := newFixtureOver(t, blobs)
		for i, c := range s.log {
			kinds[fmt.Sprintf("%T", c)] = true
			if err := again.commit(c); err != nil {
				t.Fatalf("change %d, %+v: %v", i, c, err)
			}
		}
		if got, want := again.told(), s.told(); got != want {
			t.Fatalf("seed %d: it became\n%s\nwant\n%s", seed, got, want)
		}
	}
	if len(kinds) != 10 {
		t.Errorf("the changes were of %d kinds: %v", len(kinds), kinds)
	}
}
