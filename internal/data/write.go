package data

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// ErrClosed says that the folder is closed.
var ErrClosed = errors.New("data: the folder is closed")

// Op is one write. Keys live on shelves, which are named by paths like a/b, and come to
// be with their first key.
type Op struct {
	kind  kind
	shelf string
	key   []byte
	value []byte
	body  blob.ID
}

type kind int

const (
	put kind = iota
	remove
	drop
	keepBody
	freeBody
)

// Put writes a value under a key, which is not empty, in the place of the one before.
func Put(shelf string, key, value []byte) Op {
	return Op{kind: put, shelf: shelf, key: key, value: value}
}

// Remove takes a key away, if it is there.
func Remove(shelf string, key []byte) Op { return Op{kind: remove, shelf: shelf, key: key} }

// Drop takes a shelf away, with all that is on it and below it.
func Drop(shelf string) Op { return Op{kind: drop, shelf: shelf} }

// KeepBody keeps a staged body, whatever else does: until then, nothing of it survives.
func KeepBody(id blob.ID) Op { return Op{kind: keepBody, body: id} }

// batch is what is written in one transaction.
type batch struct {
	ops   []Op
	freed []blob.ID // whose files go afterwards
	done  chan struct{}
	err   error // once it is done
}

// Ticket is for a write that was queued. The zero Ticket is of nothing, and durable.
type Ticket struct{ of *batch }

// Durable says whether the write is made, without waiting.
func (t Ticket) Durable() bool {
	if t.of == nil {
		return true
	}
	select {
	case <-t.of.done:
		return t.of.err == nil
	default:
		return false
	}
}

// Wait waits until the write is made. Errors: why it could not be; ctx's.
func (t Ticket) Wait(ctx context.Context) error {
	if t.of == nil {
		return nil
	}
	select {
	case <-t.of.done:
		return t.of.err
	default:
	}
	select {
	case <-t.of.done:
		return t.of.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err is why the folder takes no writes; nil: it does.
func (f *Folder) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// Queue has the ops made in one step, after all that were queued before. It waits for
// nothing.
func (f *Folder) Queue(ops ...Op) Ticket {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		return failed(f.failed)
	}
	if f.next == nil {
		f.next = &batch{done: make(chan struct{})}
		f.wake <- struct{}{} // there is room: the writer has taken the one before
	}
	for _, op := range ops {
		f.settle(f.next, op)
	}
	return Ticket{f.next}
}

func failed(err error) Ticket {
	b := &batch{done: make(chan struct{}), err: err}
	close(b.done)
	return Ticket{b}
}

// settle adds an op to a batch, with what it means for bodies.
func (f *Folder) settle(b *batch, op Op) {
	switch op.kind {
	case keepBody:
		s := f.staged[op.body]
		if s == nil || s.queued {
			return
		}
		s.queued = true
		op = s.op(op.body)
		op.body = 0
		b.ops = append(b.ops, op)
	case freeBody:
		shelf := bodyShelf
		if _, ok := f.files[op.body]; ok {
			shelf = fileShelf
			b.freed = append(b.freed, op.body)
			delete(f.files, op.body)
		}
		b.ops = append(b.ops, Remove(shelf, key(op.body)))
	default:
		b.ops = append(b.ops, op)
	}
}

// write is the writer: one transaction after the other, each of all that waits.
func (f *Folder) write() {
	defer close(f.done)
	for range f.wake {
		f.mu.Lock()
		b := f.next
		f.next = nil
		f.mu.Unlock()
		b.err = f.commit(b)
		f.settled(b)
		close(b.done)
	}
}

// commit makes a batch, unless one before could not be.
func (f *Folder) commit(b *batch) error {
	if err := f.Err(); err != nil && !errors.Is(err, ErrClosed) {
		return err
	}
	err := guarded(func() error { return f.db.Update(b.apply) })
	if err != nil {
		return fmt.Errorf("data: %s cannot be written: %w", f.dir, err)
	}
	f.disk.Committed(f.db.Path())
	return nil
}

// settled is what follows a batch: bodies that it has are no longer held in memory, and
// files go that nothing names any more.
func (f *Folder) settled(b *batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b.err != nil {
		if !errors.Is(f.failed, ErrClosed) {
			f.failed = b.err
		}
		return
	}
	for _, op := range b.ops {
		if op.kind == put && (op.shelf == bodyShelf || op.shelf == fileShelf) {
			delete(f.staged, idOf(op.key))
		}
	}
	for _, id := range b.freed {
		_ = f.disk.Remove(f.file(id)) // what is left is swept at the next start
	}
}

func (b *batch) apply(tx *bbolt.Tx) error {
	shelves := map[string]*bbolt.Bucket{}
	for _, op := range b.ops {
		if err := op.apply(tx, shelves); err != nil {
			return err
		}
	}
	return nil
}

func (op *Op) apply(tx *bbolt.Tx, shelves map[string]*bbolt.Bucket) error {
	if op.kind == drop {
		clear(shelves) // of those that go with it
		return dropShelf(tx, op.shelf)
	}
	b := shelves[op.shelf]
	if b == nil {
		var err error
		if b, err = makeShelf(tx, op.shelf); err != nil {
			return err
		}
		shelves[op.shelf] = b
	}
	if op.kind == remove {
		return b.Delete(op.key)
	}
	return b.Put(op.key, seal(op.key, op.value))
}

// bucketLike is a transaction or a bucket: what has buckets in it.
type bucketLike interface {
	Bucket(name []byte) *bbolt.Bucket
	CreateBucketIfNotExists(name []byte) (*bbolt.Bucket, error)
	DeleteBucket(name []byte) error
}

func makeShelf(tx *bbolt.Tx, path string) (b *bbolt.Bucket, err error) {
	var in bucketLike = tx
	end := 0
	for name := range strings.SplitSeq(path, "/") {
		if b, err = in.CreateBucketIfNotExists([]byte(name)); err != nil {
			return nil, err
		}
		end += len(name)
		if sum := sumOfPath(path[:end]); b.Sequence() != sum {
			if err := b.SetSequence(sum); err != nil {
				return nil, err
			}
		}
		end++ // the slash
		in = b
	}
	if path == bodyShelf { // their keys ascend
		b.FillPercent = 0.95
	}
	return b, nil
}

// sumOfPath is the checksum of a shelf's name, which is in the place of the engine's sequence.
func sumOfPath(path string) uint64 { return xxhash.Sum64String(path) }

// shelf is nil where there is none.
func shelf(tx *bbolt.Tx, path string) (b *bbolt.Bucket) {
	var in bucketLike = tx
	for name := range strings.SplitSeq(path, "/") {
		if b = in.Bucket([]byte(name)); b == nil {
			return nil
		}
		in = b
	}
	return b
}

func dropShelf(tx *bbolt.Tx, path string) error {
	var in bucketLike = tx
	name := path
	if i := strings.LastIndex(path, "/"); i >= 0 {
		above := shelf(tx, path[:i])
		if above == nil {
			return nil
		}
		in, name = above, path[i+1:]
	}
	if in.Bucket([]byte(name)) == nil {
		return nil
	}
	return in.DeleteBucket([]byte(name))
}

// sumSize is the checksum before each value, in bytes: the engine has none of its own.
const sumSize = 8

func seal(key, value []byte) []byte {
	out := make([]byte, sumSize, sumSize+len(value))
	binary.BigEndian.PutUint64(out, sumOf(key, value))
	return append(out, value...)
}

// sumOf is the checksum of a value under its key.
func sumOf(key, value []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(xxhash.Sum64(key))
	_, _ = d.Write(value)
	return d.Sum64()
}

var errSum = errors.New("its checksum is another")

// unseal is the value as it was written under the key. Error: one of them is another, and this
// is what is left of the value.
func unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sumSize {
		return nil, errSum
	}
	value := sealed[sumSize:]
	if binary.BigEndian.Uint64(sealed) != sumOf(key, value) {
		return value, errSum
	}
	return value, nil
}

// guarded makes an error of what the engine panics with where its file is damaged.
func guarded(f func() error) (err error) {
	before := debug.SetPanicOnFault(true) // a page that the disk cannot read
	defer debug.SetPanicOnFault(before)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine says: %v", p)
		}
	}()
	return f()
}
