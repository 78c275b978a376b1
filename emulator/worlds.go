package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tidwall/btree"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/ring"
	"github.com/s3fault/s3fault/internal/world"
)

// ErrTaken says that a name or an access key is another world's.
var ErrTaken = errors.New("taken")

// ErrScenarioWorld says that a scenario's own world cannot be deleted.
var ErrScenarioWorld = errors.New("a scenario's own world cannot be deleted; reset it, or delete a private one")

// worlds is the registry: which worlds there are, under which name and access keys,
// and until when. It is safe for concurrent use.
type worlds struct {
	now       func() time.Time // the real clock, by which worlds expire
	scenarios []string         // whose own worlds are here, in the file's order

	mu     sync.RWMutex
	byName map[string]*World
	// owners has for each access key the one private world that it is of, or all worlds
	// of scenarios that it is of: files may give one key to several.
	owners map[string][]*World
	due    *btree.BTreeG[*World] // those that expire, the next one first
	gone   *ring.Ring[time.Time] // when the latest have expired, by name
}

// remembered is how many expired worlds are told from worlds that never were.
const remembered = 4096

func newWorlds(scenarios []string, now func() time.Time) *worlds {
	return &worlds{
		now: now, scenarios: scenarios, byName: map[string]*World{}, owners: map[string][]*World{},
		due: btree.NewBTreeGOptions(sooner, btree.Options{NoLocks: true}), gone: ring.New[time.Time](remembered),
	}
}

func sooner(a, b *World) bool {
	return cmp.Or(a.private.expires.Compare(b.private.expires), cmp.Compare(a.name, b.name)) < 0
}

// add enters a world, whose access keys the registry knows from then on. Errors:
// ErrTaken.
func (r *worlds) add(w *World) error {
	r.collect()
	w.live.Guard(func(next *world.State) error { return r.follow(w, next) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName[w.name] != nil {
		return fmt.Errorf("the name %q is %w by another world", w.name, ErrTaken)
	}
	if err := r.claim(w, w.live.Now().State); err != nil {
		return err
	}
	r.byName[w.name] = w
	if w.private != nil && !w.private.expires.IsZero() {
		r.due.Set(w)
	}
	return nil
}

// follow is claim for a world that is to have other facts.
func (r *worlds) follow(w *World, next *world.State) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName[w.name] != w { // not here yet, or no longer
		return nil
	}
	return r.claim(w, next)
}

// claim makes a world the owner of the access keys of its facts, and of no others
// but those that a scenario began with: a reset finds them free. Error: ErrTaken, and it owns what it did before.
func (r *worlds) claim(w *World, s *world.State) error {
	keys := make(map[string]bool, len(s.Callers))
	for id := range s.KeyIDs() {
		if !w.keys[id] && !r.free(id, w) {
			return fmt.Errorf("the access key %s is %w by another world", id, ErrTaken)
		}
		keys[id] = true
	}
	for id := range keys {
		if !w.keys[id] {
			r.owners[id] = append(r.owners[id], w)
		}
	}
	for id := range w.keys {
		switch {
		case keys[id]:
		case w.private == nil && w.first[id]:
			keys[id] = true
		default:
			r.disown(id, w)
		}
	}
	w.keys = keys
	if w.first == nil {
		w.first = keys
	}
	return nil
}

// free says whether a world can own an access key.
func (r *worlds) free(id string, w *World) bool {
	owners := r.owners[id]
	return len(owners) == 0 || w.private == nil && owners[0].private == nil
}

func (r *worlds) disown(id string, w *World) {
	left := slices.DeleteFunc(r.owners[id], func(o *World) bool { return o == w })
	if len(left) == 0 {
		delete(r.owners, id)
		return
	}
	r.owners[id] = left
}

// find is the world of that name. Error: *NotFound.
func (r *worlds) find(kind, name string) (*World, error) {
	r.mu.RLock()
	w := r.byName[name]
	r.mu.RUnlock()
	if w != nil && w.expired(r.now) {
		r.collect()
		w = nil
	}
	if w != nil {
		return w, nil
	}
	if _, expired := r.gone.Find(name); expired {
		return nil, &NotFound{Kind: "world", Name: name, Expired: true}
	}
	return nil, &NotFound{Kind: kind, Name: name, Nearest: nearest.Name(name, r.scenarios)}
}

// ofKey is the world that an access key is of; nil: it is nobody's, or several worlds'.
func (r *worlds) ofKey(id string) *World {
	r.mu.RLock()
	defer r.mu.RUnlock()
	owners := r.owners[id]
	if len(owners) != 1 || owners[0].expired(r.now) {
		return nil
	}
	return owners[0]
}

// ofToken is the world whose providers signed a token of OpenID Connect; nil: none did.
func (r *worlds) ofToken(text string) *World {
	if text == "" {
		return nil
	}
	t, err := oidc.Read(text)
	if err != nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, w := range r.byName {
		if w.oidc.Has(t.KeyID) && !w.expired(r.now) {
			return w
		}
	}
	return nil
}

// all are the worlds that there are, those of scenarios first, in the file's order, and
// then the oldest first.
func (r *worlds) all() []*World {
	r.collect()
	r.mu.RLock()
	all := slices.Collect(maps.Values(r.byName))
	r.mu.RUnlock()
	place := make(map[string]int, len(r.scenarios))
	for i, name := range r.scenarios {
		place[name] = i - len(r.scenarios)
	}
	slices.SortFunc(all, func(a, b *World) int {
		return cmp.Or(cmp.Compare(place[a.name], place[b.name]), a.created.Compare(b.created), cmp.Compare(a.name, b.name))
	})
	return all
}

// census is how many worlds there are: those of scenarios, and private ones.
func (r *worlds) census() (scenario, private int) {
	r.collect()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.scenarios), len(r.byName) - len(r.scenarios)
}

// request finds the record of a request, whichever world it was sent to; nil: it is not
// known. It asks each world for it: a look-up in a map.
func (r *worlds) request(id string) (*World, *exchange.Record) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, w := range r.byName {
		if r, ok := w.records.Find(id); ok {
			return w, r
		}
	}
	return nil, nil
}

// remove takes a private world away, with all that it holds. Errors:
// *NotFound, ErrScenarioWorld.
func (r *worlds) remove(name string) error {
	w, err := r.find("world", name)
	if err != nil {
		return err
	}
	if w.private == nil {
		return fmt.Errorf("%s: %w", name, ErrScenarioWorld)
	}
	r.mu.Lock()
	there := r.byName[name] == w
	if there {
		r.take(w)
	}
	r.mu.Unlock()
	if there {
		w.close()
	}
	return nil
}

// take forgets a private world.
func (r *worlds) take(w *World) {
	delete(r.byName, w.name)
	r.due.Delete(w)
	for id := range w.keys {
		r.disown(id, w)
	}
}

// collect takes away the worlds whose time is over.
func (r *worlds) collect() {
	for _, w := range r.overdue() {
		w.close()
	}
}

func (r *worlds) overdue() (all []*World) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		w, ok := r.due.Min()
		if !ok || !w.expired(r.now) {
			return all
		}
		r.take(w)
		r.gone.Put(w.name, w.private.expires)
		all = append(all, w)
	}
}
