package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"

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
	// tried is of what is not made later, where it cannot be made now.
	tried bool
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
	err   error       // once it is done
	made  atomic.Bool // it could not be at first, and was later
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
		return t.of.outcome() == nil
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
		return t.of.outcome()
	default:
	}
	select {
	case <-t.of.done:
		return t.of.outcome()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *batch) outcome() error {
	if b.made.Load() {
		return nil
	}
	return b.err
}

// Err is why the folder takes no writes; nil: it does.
func (f *Folder) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return cmp.Or(f.failed, f.full)
}

// Ready is Err, where the disk could not be written, once that was tried again: there may be room
// by now.
func (f *Folder) Ready() error {
	f.mu.Lock()
	failed, full := f.failed, f.full
	f.mu.Unlock()
	if failed == nil && full != nil {
		return f.Queue().Wait(context.Background())
	}
	return failed
}

// Try is Queue for what is done only if it succeeds: where the disk cannot be written it is not
// made later either.
func (f *Folder) Try(ops ...Op) Ticket {
	for i := range ops {
		ops[i].tried = true
	}
	return f.Queue(ops...)
}

// Queue has the ops made in one step, after all that were queued before. It waits for
// nothing. Where the disk cannot be written they fail, and are made before what comes next once
// it can be.
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
		kept := s.op(op.body)
		kept.tried = op.tried
		b.ops = append(b.ops, kept)
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
		if n := len(f.stuck); n > 0 {
			b.ops, b.freed = append(f.stuck[n-1].ops, b.ops...), append(f.stuck[n-1].freed, b.freed...)
		}
		f.mu.Unlock()
		b.err = f.commit(b)
		could := f.settled(b)
		close(b.done)
		f.tell(could, b.err)
	}
}

func (f *Folder) commit(b *batch) error {
	err := guarded(func() error { return f.db.Update(b.apply) })
	if err != nil {
		return f.unwritten(err)
	}
	f.disk.Committed(f.db.Path())
	return nil
}

// ErrUnwritten says that the disk did not take what was to be written.
var ErrUnwritten = errors.New("cannot be written")

func (f *Folder) unwritten(err error) error { return fmt.Errorf("%s %w: %w", f.dir, ErrUnwritten, err) }

// settled is what follows a batch: bodies that it has are no longer held in memory, and
// files go that nothing names any more. What could not be made waits. could says that the batch
// before was made.
func (f *Folder) settled(b *batch) (could bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	could = f.full == nil
	f.full = b.err
	if b.err != nil {
		b.ops = slices.DeleteFunc(b.ops, f.forgone)
		f.stuck = append(f.stuck, b)
		return could
	}
	for _, before := range f.stuck {
		before.made.Store(true)
	}
	f.stuck = nil
	for _, op := range b.ops {
		if op.ofBody() {
			delete(f.staged, idOf(op.key))
		}
	}
	for _, id := range b.freed {
		_ = f.disk.Remove(f.file(id)) // what is left is swept at the next start
	}
	return could
}

// tell says that the disk cannot be written any more, or can again.
func (f *Folder) tell(could bool, err error) {
	switch {
	case f.options.Tell == nil || could == (err == nil):
	case err != nil:
		f.options.Tell(fmt.Sprintf("%v; until it can be, changes are answered InternalError", err))
	default:
		f.options.Tell(fmt.Sprintf("%s can be written again", f.dir))
	}
}

// ofBody says that an op keeps a body.
func (op *Op) ofBody() bool {
	return op.kind == put && (op.shelf == bodyShelf || op.shelf == fileShelf)
}

// forgone says that an op is not made later; a body that it was to keep is staged as before.
func (f *Folder) forgone(op Op) bool {
	if s := f.staged[idOf(op.key)]; op.tried && op.ofBody() && s != nil {
		s.queued = false
	}
	return op.tried
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
