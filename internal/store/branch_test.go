package store

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// model is an Index, and what is in the one bucket that it has: the body of each
// version of each key, and of each part of the uploads by their ids.
type model struct {
	index    *Index
	versions map[[2]string]string
	parts    map[[2]string]string
}

func (m *model) bucket() *Bucket { return m.index.Bucket("b") }

func (m *model) copied() *model {
	return &model{index: m.index.Copy(), versions: maps.Clone(m.versions), parts: maps.Clone(m.parts)}
}

// family is copies of one world, of copies of it, and so on.
type family struct {
	*fixture
	r      *rand.Rand
	copies []*model
}

func newFamily(t testing.TB, seed uint64) *family {
	f := &family{fixture: &fixture{t: t, blobs: blob.NewStore()}, r: rand.New(rand.NewPCG(seed, 1))}
	x := NewIndex(f.blobs)
	x.create("b")
	f.copies = []*model{{index: x, versions: map[[2]string]string{}, parts: map[[2]string]string{}}}
	return f
}

func (f *family) body(x *Index) (*Staged, string) {
	f.t.Helper()
	body := fmt.Sprint("body ", f.r.Uint64())
	s, err := x.Write(context.Background(), strings.NewReader(body), -1)
	if err != nil {
		f.t.Fatal(err)
	}
	return s, body
}

func (f *family) put(m *model, key, version string) {
	f.t.Helper()
	s, body := f.body(m.index)
	o := &Object{Facts: Facts{Key: key}, Version: version, Size: s.Size, Chunks: s.Chunks}
	if err := m.bucket().put(o, Any); err != nil {
		f.t.Fatal(err)
	}
	m.versions[[2]string{key, version}] = body
}

func (f *family) remove(m *model, key, version string) {
	f.t.Helper()
	if err := m.bucket().remove(key, version, Any); err != nil {
		f.t.Fatal(err)
	}
	delete(m.versions, [2]string{key, version})
}

// retag replaces a record by another with the same bytes.
func (f *family) retag(m *model, key, version string) {
	f.t.Helper()
	old := m.bucket().Version(key, version)
	if old == nil {
		return
	}
	changed := *old
	if err := m.bucket().replace(old, &changed); err != nil {
		f.t.Fatal(err)
	}
}

func (f *family) putPart(m *model, number string) {
	f.t.Helper()
	page := m.bucket().ListUploads(UploadQuery{Max: 9})
	if len(page.Uploads) == 0 {
		if err := m.bucket().beginUpload(&Upload{Facts: Facts{Key: "u"}}); err != nil {
			f.t.Fatal(err)
		}
		return
	}
	s, body := f.body(m.index)
	id := page.Uploads[0].ID
	p := &Part{Number: int(number[0]), ETag: "e", Size: s.Size, Chunks: s.Chunks}
	if err := m.bucket().putPart("u", id, p); err != nil {
		f.t.Fatal(err)
	}
	m.parts[[2]string{id, number}] = body
}

// abort ends the upload, or makes it an object of its first part.
func (f *family) abort(m *model) {
	f.t.Helper()
	for _, u := range m.bucket().ListUploads(UploadQuery{Max: 1}).Uploads {
		page, err := m.bucket().ListParts("u", u.ID, 0, 1)
		if err == nil && len(page.Parts) > 0 && f.r.IntN(2) == 0 {
			a, failed := m.bucket().Assemble("u", u.ID, []PartRef{{Number: page.Parts[0].Number, ETag: "e"}})
			if failed != nil {
				f.t.Fatal(failed)
			}
			made(a)
			err = m.bucket().completeUpload(a, Any)
			m.versions[[2]string{"u", NullVersion}] = m.parts[[2]string{u.ID, string(rune(page.Parts[0].Number))}]
		} else {
			err = m.bucket().abortUpload("u", u.ID)
		}
		if err != nil {
			f.t.Fatal(err)
		}
	}
	clear(m.parts)
}

func (f *family) step() {
	m := f.copies[f.r.IntN(len(f.copies))]
	key, version := string(rune('a'+f.r.IntN(8))), string(rune('p'+f.r.IntN(3)))
	switch n := f.r.IntN(20); {
	case n < 8:
		f.put(m, key, version)
	case n < 12:
		f.remove(m, key, version)
	case n < 14:
		f.retag(m, key, version)
	case n < 16:
		f.putPart(m, version)
	case n < 17:
		f.abort(m)
	case len(f.copies) < 6:
		f.copies = append(f.copies, m.copied())
	case len(f.copies) > 1:
		f.end(f.r.IntN(len(f.copies)))
	}
}

func (f *family) end(i int) {
	f.copies[i].index.Close()
	f.copies = slices.Delete(f.copies, i, i+1)
}

// check holds every copy against its model: all that it has can be read, and
// nothing is held that no copy has. What several copies gave up while another had
// it may be held until one of them ends.
func (f *family) check() {
	f.t.Helper()
	bodies := map[string]bool{}
	for _, m := range f.copies {
		found := map[[2]string]string{}
		for _, v := range m.bucket().ListVersions(VersionQuery{Max: 1000}).Versions {
			found[[2]string{v.Key, v.Version}] = f.readOf(m.index, v.Object)
		}
		if !maps.Equal(found, m.versions) {
			f.t.Fatalf("there is %v, want %v", found, m.versions)
		}
		for _, all := range []map[[2]string]string{m.versions, m.parts} {
			for _, body := range all {
				bodies[body] = true
			}
		}
	}
	if got := f.blobs.Len(); got < len(bodies) || len(f.copies) == 1 && got > len(bodies) {
		f.t.Fatalf("%d blobs are held for %d bodies of %d copies", got, len(bodies), len(f.copies))
	}
}

func (f *family) readOf(x *Index, o *Object) string {
	f.t.Helper()
	r, err := x.Open(context.Background(), o, 0, o.Size)
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

// Copies of copies, written to and ended in any order, are as if each had its own
// records, and nothing is kept that no copy has.
func TestCopiesAreTheirOwn(t *testing.T) {
	for seed := range uint64(20) {
		newFamily(t, seed).run(400)
	}
}

func FuzzCopies(f *testing.F) {
	f.Add(uint64(20), uint16(100))
	f.Fuzz(func(t *testing.T, seed uint64, steps uint16) { newFamily(t, seed).run(int(steps % 1000)) })
}

func (f *family) run(steps int) {
	f.t.Helper()
	for range steps {
		f.step()
		if f.r.IntN(10) == 0 || len(f.copies) == 1 {
			f.check()
		}
	}
	for len(f.copies) > 0 {
		f.check()
		f.end(f.r.IntN(len(f.copies)))
	}
	f.held(0, "after the last copy")
}

// A world that is served is copied and read while it is written to.
func TestCopyAgainstWrites(t *testing.T) {
	f := newFixture(t)
	for i := range 50 {
		f.put(fmt.Sprint(i), "before")
	}
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range 300 {
				f.put(fmt.Sprint((i*7+w)%60), "after")
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for range 60 {
				x := f.index().Copy()
				for _, o := range x.Bucket("b").List(ListQuery{Max: 1000}).Objects {
					if body := f.read(o, 0, o.Size); body != "before" && body != "after" {
						t.Errorf("%s reads %q", o.Key, body)
					}
				}
				if err := x.Bucket("b").remove("1", "", Any); err != nil {
					t.Error(err)
				}
				x.Close()
			}
		})
	}
	wg.Wait()
	f.held(60, "one for each key")
}
