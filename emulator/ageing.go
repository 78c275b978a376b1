package emulator

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/lifecycle"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// ageing is how far the lifecycle rules of a world have acted. They act at midnight, by
// the world's clock, when somebody looks for the first time after it.
type ageing struct {
	mu  sync.Mutex
	day atomic.Int64 // the midnight up to which they have acted, in Unix time
	now time.Time    // the newest real time of those who looked
}

// age lets the lifecycle rules of the world act up to the real time now, and KMS keys go
// whose deletion is due. Nobody goes on before they have. On a day on which the rules have
// acted, and where no key is due, it costs nothing.
func (w *World) age(now time.Time) {
	w.forgetKeys(now)
	today := lifecycle.Midnight(w.live.Now().State.Clock.Now(now))
	if w.ageing.day.Load() == today.Unix() {
		return
	}
	w.ageing.mu.Lock()
	defer w.ageing.mu.Unlock()
	// Who waited may come with a time and a clock of before: the day goes back only with the clock.
	if now.After(w.ageing.now) {
		w.ageing.now = now
	}
	today = lifecycle.Midnight(w.live.Now().State.Clock.Now(w.ageing.now))
	if last := w.ageing.day.Load(); last != 0 && last < today.Unix() {
		w.act(time.Unix(last, 0).UTC().AddDate(0, 0, 1), today)
	}
	w.ageing.day.Store(today.Unix())
}

// forgetKeys takes the KMS keys away that are due, at their very DeletionDate: that is
// KMS's own word for when it deletes them, which may be a day after the window (KMS
// Developer Guide, "Delete an AWS KMS key").
func (w *World) forgetKeys(now time.Time) {
	left := func(m *store.Moment) *world.State { return m.State.WithoutDueKeys(m.State.Clock.Now(now)) }
	if m := w.live.Now(); left(m) == m.State {
		return
	}
	// A change of facts alone cannot fail but for having come too late, and is then tried again.
	_ = w.change(func(m *store.Moment) (store.World, error) { return store.World{State: left(m)}, nil })
}

// actings is how often the rules try again where requests that are under way came in
// between; what is left then is due the next time.
const actings = 16

// act makes what is due at the midnights from first up to now.
func (w *World) act(first, now time.Time) {
	for range actings {
		m := w.live.Now()
		if !w.apply(m, lifecycle.Due(m.State, m.Index, first, now)) {
			return
		}
	}
}

// apply makes the changes of each key in their order, up to the first that finds the key
// moved: those behind it rest on it, as a version goes because a newer one came. moved
// says that there was one.
func (w *World) apply(m *store.Moment, due [][]store.Change) (moved bool) {
	for _, changes := range due {
		for _, c := range changes {
			if err := w.live.Commit(context.Background(), m, c); errors.Is(err, store.ErrMoved) {
				moved = true
				break
			}
		}
	}
	return moved
}
