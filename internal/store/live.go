package store

import (
	"sync"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/world"
)

// Moment is a world as one request sees it: its facts and its buckets belong
// together, and neither is changed any more.
type Moment struct {
	State *world.State
	Index *Index
	// Uses is what requests have left behind, the same at every Moment of a Live until
	// it is replaced; nil where nobody is served.
	Uses *world.Uses
}

// Live is a world that is served: the newest Moment of it.
type Live struct {
	mu  sync.Mutex // one change at a time
	now atomic.Pointer[Moment]
}

// NewLive serves a world. Its Index is from now on changed through Change and
// Replace only.
func NewLive(m *Moment) *Live {
	l := &Live{}
	if m.Uses == nil {
		m.Uses = world.NewUses()
	}
	// An Index can refuse only to lose a bucket that has since been filled, and
	// nobody but the caller has had this one.
	_ = m.Index.publish(func() { l.now.Store(m) })
	return l
}

// Now is the newest Moment. It waits for nobody.
func (l *Live) Now() *Moment { return l.now.Load() }

// keep takes over what a change left alone.
func (m *Moment) keep(before *Moment) {
	if m.State == nil {
		m.State = before.State
	}
	if m.Uses == nil {
		m.Uses = before.Uses
	}
}

// Change makes the next Moment from seen: f returns the new State (nil: the same)
// and may create and drop buckets in the Index that it is lent. Nothing of it is
// seen before f has returned without an error. Errors: ErrMoved when seen is no
// longer the newest; f's; ErrBucketNotEmpty when an object came into a bucket
// that f dropped.
func (l *Live) Change(seen *Moment, f func(*Moment) (*world.State, error)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now.Load() != seen {
		return ErrMoved
	}
	draft := seen.Index.draft()
	state, err := f(&Moment{State: seen.State, Index: draft, Uses: seen.Uses})
	if err != nil {
		draft.abandon()
		return err
	}
	return l.follow(seen, &Moment{State: state}, draft)
}

// follow publishes a Moment whose Index is a draft of the one before.
func (l *Live) follow(before, next *Moment, draft *Index) error {
	next.keep(before)
	next.Index = draft
	if draft.shared { // the same buckets: the same Index
		next.Index = before.Index
	}
	err := draft.publish(func() { l.now.Store(next) })
	if err != nil {
		draft.abandon()
	}
	return err
}

// Replace changes State and Index in one step, whatever the world has become: f
// gets the newest Moment and returns the one to follow, either with the Index
// that it was lent (or nil) or with one of its own, filled and not yet published
// (see NewIndex and Index.Copy). Writes to the buckets wait while f runs, so f must not write to a
// bucket that is served. The Index that is replaced is closed: its bytes are
// freed once the last reader is done, and writes that were meant for it get
// ErrMoved. Errors: f's, ErrBucketNotEmpty; nothing has then changed.
func (l *Live) Replace(f func(*Moment) (*Moment, error)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.now.Load()
	old := before.Index
	old.gate.Lock()
	replaced, err := l.replace(before, f)
	old.gate.closed = old.gate.closed || replaced
	old.gate.Unlock()
	if replaced {
		old.Close()
	}
	return err
}

// replace is Replace behind the shut gate. It says whether the Index of before is
// out of use.
func (l *Live) replace(before *Moment, f func(*Moment) (*Moment, error)) (bool, error) {
	draft := before.Index.draft()
	next, err := f(&Moment{State: before.State, Index: draft, Uses: before.Uses})
	if err != nil {
		draft.abandon()
		return false, err
	}
	next = &Moment{State: next.State, Index: next.Index, Uses: next.Uses}
	if next.Index == nil || next.Index == draft {
		return false, l.follow(before, next, draft)
	}
	draft.abandon()
	next.keep(before)
	if err := next.Index.publish(func() { l.now.Store(next) }); err != nil {
		next.Index.Close()
		return false, err
	}
	return true, nil
}

// Close ends the world: what it holds is freed once the last reader is done. A
// write that is still on its way gets ErrMoved, and then finds a world without
// buckets, so that it does not try for ever.
func (l *Live) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.now.Load()
	state := *last.State
	state.Buckets = map[string]*world.Bucket{}
	last.Index.gate.Lock()
	l.now.Store(&Moment{State: &state, Index: NewIndex(last.Index.blobs), Uses: last.Uses})
	last.Index.gate.closed = true
	last.Index.gate.Unlock()
	last.Index.Close()
}
