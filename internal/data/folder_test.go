package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/store/blob"
)

func open(t *testing.T, dir string, o Options) *Folder {
	t.Helper()
	f, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // a second time it does nothing
	return f
}

func shut(t *testing.T, f *Folder) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func (f *Folder) must(t *testing.T, ops ...Op) {
	t.Helper()
	if err := f.Queue(ops...).Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (f *Folder) has(t *testing.T, shelf, key, want string) {
	t.Helper()
	got, err := f.Value(shelf, []byte(key))
	if err != nil || string(got) != want {
		t.Errorf("%s/%s is %q, %v; want %q", shelf, key, got, err, want)
	}
}

// gate is a disk whose transactions end when they are let.
type gate struct {
	Disk
	entered chan struct{}
	leave   chan struct{}
}

func (g *gate) Committed(string) {
	g.entered <- struct{}{}
	<-g.leave
}

// All that waits is written in one transaction, and each is told when it is.
func TestGroupCommit(t *testing.T) {
	g := &gate{RealDisk(), make(chan struct{}), make(chan struct{})}
	f := open(t, t.TempDir(), Options{Disk: g})
	first := f.Queue(Put("a", []byte("first"), []byte("1")))
	<-g.entered
	var waiting []Ticket
	for i := range 100 {
		waiting = append(waiting, f.Queue(Put("a", fmt.Append(nil, i), []byte("2"))))
	}
	if first.Durable() || waiting[0].Durable() {
		t.Error("what is under way is durable")
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := first.Wait(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("who goes waits: %v", err)
	}
	g.leave <- struct{}{}
	<-g.entered // the second transaction, of all others
	g.leave <- struct{}{}
	for _, ticket := range append(waiting, first) {
		if err := ticket.Wait(context.Background()); err != nil || !ticket.Durable() {
			t.Fatal(err)
		}
	}
	go func() { // what Close waits for, if there is any
		<-g.entered
		t.Error("there was a third transaction")
		g.leave <- struct{}{}
	}()
	f.has(t, "a", "99", "2")
	shut(t, f)
	if err := f.Queue(Put("a", []byte("late"), nil)).Wait(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed folder: %v", err)
	}
}

// Where the disk cannot be written, all that wait are told; what was begun is made once it can
// be, what was only tried is not.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	var told []string
	f := open(t, dir, Options{Tell: func(s string) { told = append(told, s) }})
	f.must(t, Put("a", []byte("key"), []byte("before")))
	if err := f.db.Close(); err != nil { // whatever is written now fails
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ticket := f.Queue(Put("a", fmt.Append(nil, i), []byte("begun")))
			if err := ticket.Wait(context.Background()); err == nil || !strings.Contains(err.Error(), dir+" cannot be written") {
				t.Errorf("it is told %v", err)
			}
		})
	}
	all.Wait()
	begun := f.Queue(Put("a", []byte("key"), []byte("begun")))
	tried := f.Try(Put("a", []byte("tried"), []byte("tried")))
	if err := tried.Wait(context.Background()); err == nil {
		t.Error("it was made")
	}
	if f.Ready() == nil || f.Err() == nil {
		t.Error("it is ready")
	}
	db, _, err := openIndex(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.db = db
	if err := f.Ready(); err != nil || f.Err() != nil {
		t.Errorf("it is not ready: %v", err)
	}
	if err := begun.Wait(context.Background()); err != nil {
		t.Errorf("it was not made later: %v", err)
	}
	f.has(t, "a", "key", "begun")
	f.has(t, "a", "19", "begun")
	f.has(t, "a", "tried", "")
	shut(t, f)
	if len(told) != 2 || !strings.Contains(told[0], "InternalError") || !strings.Contains(told[1], "again") {
		t.Errorf("told: %q", told)
	}
}

// A folder has one server, which a second one is told of.
func TestOneServer(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, Options{})
	if err := f.Announce("http://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, Options{})
	locked, ok := errors.AsType[*LockedError](err)
	if !ok || locked.Holder.PID != os.Getpid() || !strings.Contains(err.Error(), "http://127.0.0.1:1") {
		t.Errorf("a second one: %v", err)
	}
	if err := Erase(dir); !errors.As(err, &locked) {
		t.Errorf("erased: %v", err)
	}
	shut(t, f)
	shut(t, open(t, dir, Options{}))
}

func stage(t *testing.T, f *Folder, body string) blob.ID {
	t.Helper()
	info, err := f.Put(context.Background(), strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return info.ID
}

func (f *Folder) body(id blob.ID, size int) (string, error) {
	r, err := f.Get(id, 0, int64(size))
	if err != nil {
		return "", err
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	all, err := io.ReadAll(r)
	return string(all), err
}

// What nothing names is taken away at the next start: bodies that nobody needs, and files of
// writes that were not made.
func TestSweep(t *testing.T) {
	dir, large := t.TempDir(), strings.Repeat("large", SmallBody)
	f := open(t, dir, Options{})
	ids := []blob.ID{stage(t, f, "needed"), stage(t, f, large), stage(t, f, "orphan"), stage(t, f, large+"!")}
	for _, id := range ids {
		f.must(t, KeepBody(id))
	}
	staged := stage(t, f, large+"!!") // and nothing keeps it
	lost := f.file(staged)
	shut(t, f)
	f = open(t, dir, Options{})
	if _, err := os.Stat(lost); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of a write that was not made: %v", err)
	}
	if err := f.Sweep(func(id blob.ID) bool { return id == ids[0] || id == ids[1] }); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"needed", large, "", ""} {
		got, err := f.body(ids[i], len(want))
		if want == "" && !errors.Is(err, blob.ErrNotFound) || want != "" && (err != nil || got != want) {
			t.Errorf("body %d: %d bytes, %v", i, len(got), err)
		}
	}
	if id := stage(t, f, "new"); id <= staged {
		t.Errorf("the id %d is given twice", id)
	}
	files, err := filepath.Glob(dir + "/bodies/*/*")
	if err != nil || len(files) != 1 {
		t.Errorf("files: %v, %v", files, err)
	}
}

// Erase takes all of a folder away, and nothing that is not its.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, Options{})
	f.must(t, KeepBody(stage(t, f, strings.Repeat("x", SmallBody))))
	shut(t, f)
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Erase(dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "mine" {
		t.Errorf("left: %v, %v", left, err)
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "mine") {
		t.Errorf("a folder of something else: %v", err)
	}
}

// What is on shelves goes with them, and a shelf is there with its first key.
func TestShelves(t *testing.T) {
	f := open(t, t.TempDir(), Options{})
	f.must(t, Put("a/b", []byte("1"), []byte("x")), Put("a/b/c", []byte("2"), []byte("y")), Put("a", []byte("3"), nil))
	names, err := f.Shelves("a")
	if err != nil || len(names) != 1 || names[0] != "b" {
		t.Errorf("shelves: %q, %v", names, err)
	}
	f.must(t, Drop("a/b"), Remove("a", []byte("nothing")), Drop("nothing/there"))
	f.has(t, "a/b/c", "2", "")
	if value, err := f.Value("a", []byte("3")); err != nil || value == nil || !bytes.Equal(value, nil) {
		t.Errorf("an empty value: %v, %v", value, err)
	}
}
