package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/internal/world"
)

// A power cut leaves what was synced, and any part of what was written since. The engine is
// taken at its word for the order of its writes (bbolt, tx.go, Tx.Commit): all pages but the
// meta page in any order, a sync, the meta page, a sync. What it wrote is seen in its file.

// pageSize is the engine's, sector what a disk writes whole.
const (
	pageSize = 4096
	sector   = 512
)

// event is one step of what a folder did to its disk, or of what was acknowledged.
type event struct {
	pages   map[int][]byte // of a transaction, by number, with the size that the file then had
	size    int64
	file    string // that was written and synced, or removed
	content []byte
	removed bool
	key     string // of a write that was begun or acknowledged
	begun   int
	acked   int
}

// recorder is a disk that remembers what was done to it, and in which order.
type recorder struct {
	data.Disk
	mu     sync.Mutex
	dir    string
	events []event
	image  []byte // of the engine's file
}

func (r *recorder) add(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

func (r *recorder) Create(path string, write func(io.Writer) (int64, error), sync bool) (int64, error) {
	size, err := r.Disk.Create(path, write, sync)
	if err == nil {
		content, readErr := os.ReadFile(path)
		r.add(event{file: r.relative(path), content: content})
		err = readErr
	}
	return size, err
}

func (r *recorder) Remove(path string) error {
	r.add(event{file: r.relative(path), removed: true})
	return r.Disk.Remove(path)
}

func (r *recorder) relative(path string) string { return strings.TrimPrefix(path, r.dir+"/") }

func (r *recorder) Committed(index string) {
	now, err := os.ReadFile(index)
	if err != nil {
		panic(err) // of the test
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e := event{pages: map[int][]byte{}, size: int64(len(now))}
	for at := 0; at < len(now); at += pageSize {
		page := now[at:min(at+pageSize, len(now))]
		if at >= len(r.image) || !bytes.Equal(page, r.image[at:min(at+pageSize, len(r.image))]) {
			e.pages[at/pageSize] = page
		}
	}
	r.image = now
	r.events = append(r.events, e)
}

// keptWorld is a world over a folder.
type keptWorld struct {
	folder *data.Folder
	live   *Live
}

func facts(m *Moment) ([]byte, error) { return world.Encode(m.State) }

func sealed(t testing.TB, buckets ...string) *world.State {
	s := &world.State{Accounts: map[string]*world.Account{"123456789012": {}}, Buckets: map[string]*world.Bucket{}}
	for _, name := range buckets {
		s.Buckets[name] = &world.Bucket{Name: name, Owner: "123456789012"}
	}
	out, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func openKept(t testing.TB, dir string, o data.Options) *keptWorld {
	t.Helper()
	f, err := data.Open(dir, o)
	if err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	home, kept := NewHome(f, data.OwnShelf("w"), facts), NewKept(f)
	text, err := home.Facts()
	if err != nil {
		t.Fatalf("its facts: %v", err)
	}
	m := &Moment{State: sealed(t, "b"), Index: NewIndex(f)}
	if err := m.Index.Apply(CreateBucket{"b"}); err != nil {
		t.Fatal(err)
	}
	if text != nil {
		if m.State, err = world.Decode(text); err != nil {
			t.Fatalf("its facts: %v", err)
		}
		m.Index = kept.Open(home, slices.Sorted(maps.Keys(m.State.Buckets)))
	}
	if d := kept.Damages(); len(d) > 0 {
		t.Errorf("damaged: %v", d)
	}
	if err := kept.Sweep(); err != nil {
		t.Fatal(err)
	}
	w := &keptWorld{f, NewLive(m)}
	w.live.Keep(home, text != nil, nil)
	return w
}

func (w *keptWorld) put(key string, body []byte) error {
	m := w.live.Now()
	staged, err := m.Index.Write(context.Background(), bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	defer staged.Discard()
	o := Make(&world.Bucket{}, Facts{Key: key}, staged.Body(Encryption{}, ""), time.Unix(1700000000, 0))
	return w.live.Commit(context.Background(), m, Put{Bucket: "b", Object: o})
}

// bodyOf is what the n-th write of a key puts: mostly small, now and then in a file. Each third write
// deletes.
func bodyOf(key string, n int) []byte {
	if n%3 == 2 {
		return nil
	}
	size := 10 + n*37%3000
	if n%7 == 3 {
		size = data.SmallBody + n
	}
	line := fmt.Appendf(nil, "%s, write %d\n", key, n)
	return bytes.Repeat(line, size/len(line)+1)
}

func (w *keptWorld) write(key string, n int) error {
	if body := bodyOf(key, n); body != nil {
		return w.put(key, body)
	}
	return w.live.Commit(context.Background(), w.live.Now(), Remove{Bucket: "b", Key: key})
}

// told is which write a key is at, of those from the first to the last; -1: it has what none wrote.
func (w *keptWorld) told(t testing.TB, key string, first, last int) int {
	t.Helper()
	x := w.live.Now().Index
	o, err := x.Latest(context.Background(), "b", key)
	if err != nil {
		t.Fatal(err)
	}
	var body []byte
	if o != nil {
		r, err := x.Open(context.Background(), o, 0, o.Size)
		if err == nil {
			body, err = io.ReadAll(r)
			_ = r.Close()
		}
		if err != nil {
			t.Errorf("%s: %v", key, err)
			return -1
		}
	}
	for n := first; n <= last; n++ {
		wrote := []byte(nil)
		if n >= 0 {
			wrote = bodyOf(key, n)
		}
		if (o == nil) == (wrote == nil) && bytes.Equal(body, wrote) {
			return n
		}
	}
	return -1
}

// recorded has writers write, and facts change between, to a folder on a recorder.
func recorded(t *testing.T, dir string) *recorder {
	const writers, writes = 4, 40
	begin, err := data.Open(dir, data.Options{}) // its own beginning is another test's
	if err != nil {
		t.Fatal(err)
	}
	if err := begin.Close(); err != nil {
		t.Fatal(err)
	}
	r := &recorder{Disk: data.RealDisk(), dir: dir}
	if r.image, err = os.ReadFile(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	r.events = []event{{pages: map[int][]byte{}, size: int64(len(r.image))}}
	for at := 0; at < len(r.image); at += pageSize {
		r.events[0].pages[at/pageSize] = r.image[at : at+pageSize]
	}
	w := openKept(t, dir, data.Options{Disk: r})
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			key := fmt.Sprintf("key-%d", i)
			for n := range writes {
				r.add(event{key: key, begun: n, acked: -1})
				if err := w.write(key, n); err != nil {
					t.Error(err)
					return
				}
				r.add(event{key: key, begun: n, acked: n})
				if n%10 == i {
					w.rename(t, fmt.Sprintf("%s, write %d", key, n))
				}
			}
		})
	}
	all.Wait()
	if err := w.folder.Close(); err != nil {
		t.Fatal(err)
	}
	return r
}

// rename changes the facts of the world.
func (w *keptWorld) rename(t *testing.T, name string) {
	for {
		m := w.live.Now()
		s := *m.State
		s.Name = name
		switch err := w.live.Commit(context.Background(), m, World{State: &s}); err {
		case nil:
			return
		case ErrMoved:
		default:
			t.Error(err)
			return
		}
	}
}

// surviving is what is on the disk: files, and of the engine's the bytes.
type surviving struct {
	index []byte
	files map[string][]byte
	begun map[string]int
	acked map[string]int
}

func (s *surviving) after(e event) {
	switch {
	case e.pages != nil:
		s.grow(e.size)
		for number, page := range e.pages {
			copy(s.index[number*pageSize:], page)
		}
	case e.removed:
		delete(s.files, e.file)
	case e.file != "":
		s.files[e.file] = e.content
	case e.acked >= 0:
		s.acked[e.key] = e.acked
	default:
		s.begun[e.key] = e.begun
	}
}

func (s *surviving) grow(size int64) {
	if int(size) > len(s.index) {
		s.index = append(s.index, make([]byte, int(size)-len(s.index))...)
	}
}

// cut is what is left where the power goes within the event.
func (s *surviving) cut(e event, r *rand.Rand) *surviving {
	left := &surviving{slices.Clone(s.index), maps.Clone(s.files), s.begun, s.acked}
	switch {
	case e.pages != nil:
		left.grow(e.size)
		whole := r.IntN(2) == 0 // all pages were synced, and the meta page may be there or not
		for number, page := range e.pages {
			meta := number < 2
			switch {
			case meta && !whole: // it is written once the others are
			case !meta && whole:
				copy(left.index[number*pageSize:], page)
			default:
				tear(left.index[number*pageSize:], page, r)
			}
		}
	case e.removed:
		if r.IntN(2) == 0 {
			delete(left.files, e.file)
		}
	case e.file != "":
		torn := make([]byte, r.IntN(len(e.content)+1)) // its size may be there before its bytes
		copy(torn, e.content[:r.IntN(len(torn)+1)])
		left.files[e.file] = torn
	}
	return left
}

// tear writes some of the sectors of a page, or none, or all.
func tear(to, page []byte, r *rand.Rand) {
	for at := 0; at < len(page); at += sector {
		if r.IntN(2) == 0 {
			copy(to[at:at+sector], page[at:])
		}
	}
}

// boot writes what survived to a folder and opens it.
func (s *surviving) boot(t *testing.T, dir string) {
	t.Helper()
	write := func(name string, content []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("index", s.index)
	for name, content := range s.files {
		write(name, content)
	}
	w := openKept(t, dir, data.Options{NoSync: true})
	for key, begun := range s.begun {
		acked, ok := s.acked[key]
		if !ok {
			acked = -1
		}
		if at := w.told(t, key, acked, begun); at < acked || at < 0 && acked >= 0 {
			t.Errorf("%s: write %d was acknowledged, %d begun, and it has neither", key, acked, begun)
		}
	}
	// What nobody was told of is either whole or away.
	c := &Checking{Folder: w.folder, Report: func(damage string) { t.Error(damage) }}
	c.Bodies = w.folder.Check(c.Report)
	if err := c.World("w", data.OwnShelf("w")); err != nil {
		t.Error(err)
	}
	if err := w.folder.Close(); err != nil {
		t.Error(err)
	}
}

// After a power cut, wherever it comes, what was acknowledged is there, nothing is torn, and
// the folder opens.
func TestPowerCuts(t *testing.T) {
	scratch := t.TempDir()
	r := recorded(t, filepath.Join(scratch, "recorded"))
	draws := rand.New(rand.NewPCG(15, 1))
	cuts := make([]int, rounds.Of(25, 1000))
	for i := range cuts {
		cuts[i] = 1 + draws.IntN(len(r.events)-1)
	}
	slices.Sort(cuts)
	s := &surviving{files: map[string][]byte{}, begun: map[string]int{}, acked: map[string]int{}}
	done := 0
	for i, at := range cuts {
		for ; done < at; done++ {
			s.after(r.events[done])
		}
		dir := filepath.Join(scratch, "cut")
		s.cut(r.events[at], draws).boot(t, dir)
		if t.Failed() {
			t.Fatalf("cut %d, in event %d: %+.200v", i, at, r.events[at])
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}
