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
	server    *Server          // that builds the worlds of scenarios
	now       func() time.Time // the real clock, by which worlds expire
	scenarios []string         // whose own worlds are here, in the file's order

	opening sync.Mutex // a world of a scenario is built once; it comes before mu

	mu     sync.RWMutex
	byName map[string]*World // the private ones, and those of scenarios that are opened
	opened int               // how many of scenarios are
	// owners has for each access key the one private world that it is of, or all worlds
	// of scenarios that it is of: files may give one key to several.
	owners map[string][]*World
	due    *btree.BTreeG[*World] // those that expire, the next one first
	gone   *ring.Ring[time.Time] // when the latest have expired, by name
}

// remembered is how many expired worlds are told from worlds that never were.
const remembered = 4096

func newWorlds(s *Server) *worlds {
	return &worlds{
		server: s, now: s.config.Now, scenarios: s.config.File.Names(),
		byName: map[string]*World{}, owners: map[string][]*World{},
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
	if r.byName[w.name] != nil || w.private != nil && slices.Contains(r.scenarios, w.name) {
		return fmt.Errorf("the name %q is %w by another world", w.name, ErrTaken)
	}
	if err := r.claim(w, w.live.Now().State); err != nil {
		return err
	}
	r.byName[w.name] = w
	if w.private == nil {
		r.opened++
	} else if !w.private.expires.IsZero() {
		r.due.Set(w)
	}
	return nil
}

// open is the world of a scenario, which is built when it is first asked for.
func (r *worlds) open(name string) (*World, error) {
	w, fresh, err := r.openOnce(name)
	if fresh {
		w.warn(r.server.config.Warn) // whoever is told may ask for other worlds
	}
	return w, err
}

func (r *worlds) openOnce(name string) (w *World, fresh bool, err error) {
	r.opening.Lock()
	defer r.opening.Unlock()
	if w = r.named(name); w != nil {
		return w, false, nil
	}
	if w, err = r.server.open(name); err != nil {
		return nil, false, err
	}
	if err = r.add(w); err != nil {
		return nil, false, err
	}
	return w, true, nil
}

// named is the world of that name, where it is open; nil: it is not.
func (r *worlds) named(name string) *World {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byName[name]
}

// openFirst opens the worlds that are there from the start.
func (r *worlds) openFirst() error {
	if !r.server.config.File.BuiltIn() {
		return r.openAll()
	}
	_, err := r.find("scenario", r.server.config.Scenario)
	return err
}

// openAll opens the worlds of all scenarios, in the file's order.
func (r *worlds) openAll() error {
	for _, name := range r.unopened() {
		if _, err := r.open(name); err != nil {
			return err
		}
	}
	return nil
}

// unopened are the scenarios of which nobody has asked for the world.
func (r *worlds) unopened() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.opened == len(r.scenarios) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.scenarios), func(name string) bool { return r.byName[name] != nil })
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

// find is the world of that name. Errors: *NotFound, and that a scenario's cannot be built.
func (r *worlds) find(kind, name string) (*World, error) {
	w := r.named(name)
	if w != nil && w.expired(r.now) {
		r.collect()
		w = nil
	}
	if w != nil {
		return w, nil
	}
	if slices.Contains(r.scenarios, name) {
		return r.open(name)
	}
	if _, expired := r.gone.Find(name); expired {
		return nil, &NotFound{Kind: "world", Name: name, Expired: true}
	}
	return nil, &NotFound{Kind: kind, Name: name, Nearest: nearest.Name(name, r.scenarios)}
}

// ofKey is the world that an access key is of; nil: it is nobody's, or several worlds'. One
// that the default scenario's world has is that world's. Who has any other is not known before
// the worlds of all scenarios are open.
func (r *worlds) ofKey(id string) *World {
	if id == "" {
		return nil
	}
	w, known := r.owner(id)
	if !known && r.openAll() == nil {
		w, _ = r.owner(id)
	}
	return w
}

// owner is ofKey of the worlds that are open; known: the others change nothing about it.
func (r *worlds) owner(id string) (w *World, known bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	owners := r.owners[id]
	for _, o := range owners {
		if o.name == r.server.config.Scenario {
			return o, true
		}
	}
	if len(owners) == 1 && !owners[0].expired(r.now) {
		w = owners[0]
	}
	return w, r.opened == len(r.scenarios) || len(owners) == 1 && owners[0].private != nil
}

// ofToken is the world whose providers signed a token of OpenID Connect; nil: none did. One that
// nobody has opened yet did before a restart, if any.
func (r *worlds) ofToken(text string) *World {
	if text == "" {
		return nil
	}
	t, err := oidc.Read(text)
	if err != nil {
		return nil
	}
	if w := r.signing(t.KeyID); w != nil {
		return w
	}
	for _, name := range r.unopened() {
		if r.server.keeper.keyID(name, nil) == t.KeyID {
			w, _ := r.open(name) // where it cannot be built nobody can be told
			return w
		}
	}
	return nil
}

// signing is the world, of those that are open, whose providers have a key of that id; nil: none.
func (r *worlds) signing(keyID string) *World {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, w := range r.byName {
		if w.oidc.Has(keyID) && !w.expired(r.now) {
			return w
		}
	}
	return nil
}

// all are the worlds that are open, those of scenarios first, in the file's order, and
// then the oldest first.
func (r *worlds) all() []*World {
	r.collect()
	r.mu.RLock()
	all := slices.Collect(maps.Values(r.byName))
	r.mu.RUnlock()
	place := r.places()
	slices.SortFunc(all, func(a, b *World) int {
		return cmp.Or(cmp.Compare(place[a.name], place[b.name]), a.created.Compare(b.created), cmp.Compare(a.name, b.name))
	})
	return all
}

// places are those of the scenarios' worlds in a list of all; the private ones are at 0.
func (r *worlds) places() map[string]int {
	place := make(map[string]int, len(r.scenarios))
	for i, name := range r.scenarios {
		place[name] = i - len(r.scenarios)
	}
	return place
}

// census is how many worlds there are: those of scenarios, and private ones.
func (r *worlds) census() (scenario, private int) {
	r.collect()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.scenarios), len(r.byName) - r.opened
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
