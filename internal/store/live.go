package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/world"
)

// Moment is a world as one request sees it: its facts and its buckets belong
// together, and neither is changed any more but by Live.Commit.
type Moment struct {
	// Revision grows with every Moment of a Live; 0: nobody is served.
	Revision uint64
	State    *world.State
	Index    *Index
	// Uses is what requests have left behind, the same at every Moment of a Live until
	// it is replaced; nil where nobody is served.
	Uses *world.Uses
	// Faults is the rules by which requests are struck; nil: there are none.
	Faults *fault.Plan

	inForce *world.InForce // the same at every Moment of a Live
}

// InForce is the State by which decisions go at the world's time now: without the changes
// that have not propagated yet.
func (m *Moment) InForce(now time.Time) *world.State { return m.inForce.At(m.State, now) }

// Live is a world that is served: the newest Moment of it.
type Live struct {
	mu    sync.Mutex // one change of facts or buckets at a time
	now   atomic.Pointer[Moment]
	admit func(*world.State) error // nil: there is no guard
	home  *Home                    // where it is kept, from before it is served; nil: nowhere
}

// NewLive serves a world, which changes through Commit alone from now on.
func NewLive(m *Moment) *Live {
	l := &Live{}
	first := *m
	first.Revision, first.inForce = 1, &world.InForce{}
	if first.Uses == nil {
		first.Uses = world.NewUses()
	}
	first.Index.serve()
	l.now.Store(&first)
	return l
}

// Now is the newest Moment. It waits for nobody.
func (l *Live) Now() *Moment { return l.now.Load() }

// after is m as the Moment after the present one, which it keeps where it says
// nothing.
func (l *Live) after(m *Moment) *Moment {
	before, next := l.now.Load(), *m
	next.Revision, next.inForce = before.Revision+1, before.inForce
	if next.State == nil {
		next.State = before.State
	}
	if next.Uses == nil {
		next.Uses = before.Uses
	}
	if next.Faults == nil {
		next.Faults = before.Faults
	}
	return &next
}

// Fork is a world of its own that begins as this one is: what happens to either is not
// seen by the other. It costs nothing until it is written to. Close it.
func (l *Live) Fork() *Live {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.Now()
	return NewLive(&Moment{State: m.State, Index: m.Index.Copy(), Uses: m.Uses.Copy()})
}

// Stand is how far a Live has come: two of one Live are equal where nothing has changed in
// between that a decision could depend on.
type Stand struct{ moment, contents, keys uint64 }

// Stand is where the world is now, or was a little while ago.
func (l *Live) Stand() Stand {
	m := l.Now()
	return Stand{m.Revision, m.Index.written.changes.Load(), m.Uses.KeyUses()}
}

// Guard has admit asked, one at a time, before other facts are served; where it returns
// an error the change is not made, and Commit returns that.
func (l *Live) Guard(admit func(*world.State) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.admit = admit
}

// admits asks the guard, if there is one, about the facts that would follow.
func (l *Live) admits(next *Moment) error {
	if l.admit == nil || next.State == l.now.Load().State {
		return nil
	}
	return l.admit(next.State)
}

// Close ends the world: what it holds is freed once the last reader is done. A
// write that is still on its way gets ErrMoved, and then finds a world without
// buckets, so that it does not try for ever.
func (l *Live) Close() {
	last := l.Now()
	state := *last.State
	state.Buckets = map[string]*world.Bucket{}
	end := &Moment{State: &state, Index: NewIndex(last.Index.blobs)}
	// Nothing stands in the way of another world.
	_ = l.Commit(context.Background(), last, Anew{Moment: end, last: true})
}
