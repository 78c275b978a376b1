package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/data"
)

// Home is where a world is kept on a disk. A world that nothing has changed yet is not kept:
// its first change keeps all of it. A nil Home keeps nothing.
type Home struct {
	folder *data.Folder
	shelf  string
	facts  func(*Moment) ([]byte, error)
	kept   atomic.Bool
	ended  atomic.Bool           // the world is closed, and nothing of it is kept any more
	damage atomic.Pointer[error] // why nobody knows what was kept of it; nil: it is known
}

// What a world has on its shelf, and a bucket of it.
const (
	factsKey     = "facts"
	allBuckets   = "/buckets"
	bucketsShelf = allBuckets + "/"
	objectsShelf = "/objects"
	uploadsShelf = "/uploads"
	partsShelf   = "/parts"
)

// NewHome is a shelf of a folder. facts writes down what is not in the buckets.
func NewHome(f *data.Folder, shelf string, facts func(*Moment) ([]byte, error)) *Home {
	return &Home{folder: f, shelf: shelf, facts: facts}
}

// Facts are those that are kept; nil: the world is not. Error: they are damaged.
func (h *Home) Facts() ([]byte, error) { return h.folder.Value(h.shelf, []byte(factsKey)) }

// ledger is where the changes of a bucket are kept; nil: nowhere. It is used under the
// bucket's lock.
type ledger struct {
	home  *Home
	shelf string // of the bucket
	// ops are of the change that is being made, touched the keys that it is of. Those of a
	// draft wait there until all of it is published.
	ops     []data.Op
	touched []string
	draft   *draft
	// unsure are the latest writes of keys, which may not be durable yet; last is the latest
	// of all. Now and then those are forgotten that are: when there are as many as forget.
	unsure map[string]data.Ticket
	last   data.Ticket
	forget int
}

func (h *Home) ledger(bucket string, d *draft) *ledger {
	if h == nil {
		return nil
	}
	return &ledger{home: h, shelf: h.shelf + bucketsShelf + bucket, draft: d, unsure: map[string]data.Ticket{}}
}

// adopt has what is in the buckets kept from now on.
func (h *Home) adopt(x *Index) {
	x.home = h
	for name, b := range x.buckets {
		b.ledger = h.ledger(name, nil)
	}
}

func (l *ledger) add(key string, ops ...data.Op) {
	l.ops, l.touched = append(l.ops, ops...), append(l.touched, key)
}

func (l *ledger) put(o *Object) {
	if l != nil {
		l.add(o.Key, append(keep(o.Chunks), data.Put(l.shelf+objectsShelf, versionKey(o), written(o.fields)))...)
	}
}

func (l *ledger) remove(o *Object) {
	if l != nil {
		l.add(o.Key, data.Remove(l.shelf+objectsShelf, versionKey(o)))
	}
}

func (l *ledger) replace(old, o *Object) {
	if old.Written != o.Written {
		l.remove(old)
	}
	l.put(o)
}

func (l *ledger) begin(u *Upload) {
	if l != nil {
		l.add(u.Key, data.Put(l.shelf+uploadsShelf, []byte(u.ID), written(u.fields)))
	}
}

func (l *ledger) putPart(u *Upload, p *Part) {
	if l != nil {
		l.add(u.Key, append(keep(p.Chunks), data.Put(l.shelf+partsShelf, partKey(u.ID, p.Number), written(p.fields)))...)
	}
}

func (l *ledger) end(u *upload) {
	if l == nil {
		return
	}
	ops := []data.Op{data.Remove(l.shelf+uploadsShelf, []byte(u.ID))}
	for _, number := range u.parts.Keys() {
		ops = append(ops, data.Remove(l.shelf+partsShelf, partKey(u.ID, number)))
	}
	l.add(u.Key, ops...)
}

// keep keeps the bodies of chunks.
func keep(chunks []Chunk) []data.Op {
	ops := make([]data.Op, 0, len(chunks)+1)
	for _, c := range chunks {
		ops = append(ops, data.KeepBody(c.Blob.id))
	}
	return ops
}

// queue has the change written.
func (l *ledger) queue() (t data.Ticket) {
	if l == nil || len(l.ops) == 0 {
		return t
	}
	if l.draft != nil {
		l.draft.ops = append(l.draft.ops, l.ops...)
	} else {
		t = l.home.folder.Queue(l.ops...)
		l.note(t)
	}
	l.ops, l.touched = nil, nil
	return t
}

func (l *ledger) note(t data.Ticket) {
	for _, key := range l.touched {
		l.unsure[key] = t
	}
	l.last = t
	if len(l.unsure) > l.forget {
		maps.DeleteFunc(l.unsure, func(_ string, t data.Ticket) bool { return t.Durable() })
		l.forget = 64 + 2*len(l.unsure)
	}
}

// forgo forgets a change that is not made.
func (l *ledger) forgo() {
	if l != nil {
		l.ops, l.touched = nil, nil
	}
}

// sure waits until what the bucket has under a key survives. Errors: it will not, or cannot be
// read; ctx's.
func (b *Bucket) sure(ctx context.Context, key string) error {
	if err := b.damage.of(key); err != nil || b.ledger == nil {
		return err
	}
	b.mu.RLock()
	t := b.ledger.unsure[key]
	b.mu.RUnlock()
	return b.ledger.wait(ctx, t)
}

// Sure waits until all that is in the bucket survives. Error: it will not; ctx's.
func (b *Bucket) Sure(ctx context.Context) error {
	if b.ledger == nil {
		return nil
	}
	b.mu.RLock()
	t := b.ledger.last
	b.mu.RUnlock()
	return b.ledger.wait(ctx, t)
}

// wait waits until a write survives, and tries again where the disk could not be written.
func (l *ledger) wait(ctx context.Context, t data.Ticket) error {
	err := t.Wait(ctx)
	if err != nil && ctx.Err() == nil && l.home.folder.Ready() == nil {
		err = t.Wait(ctx)
	}
	return err
}

// Keep has a world kept, before it is served; already says that all of it is, and damage why that
// cannot be read: then the world takes no changes but Anew.
func (l *Live) Keep(h *Home, already bool, damage error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h.kept.Store(already)
	if damage != nil {
		h.damage.Store(&damage)
	}
	l.home = h
	h.adopt(l.Now().Index)
}

// Damage is why nobody knows what the world is that was kept; nil: it is known.
func (l *Live) Damage() error { return l.home.unreadable() }

func (h *Home) unreadable() error {
	if h == nil {
		return nil
	}
	if damage := h.damage.Load(); damage != nil {
		return *damage
	}
	return nil
}

// ready makes sure that a change of the world can be kept: that the folder takes writes, and
// has the world as it was.
func (l *Live) ready() error {
	h := l.home
	if h == nil {
		return nil
	}
	if err := cmp.Or(h.unreadable(), h.folder.Ready()); err != nil || h.kept.Load() {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.kept.Load() || h.ended.Load() {
		return nil
	}
	ops, err := h.all(l.Now())
	if err != nil {
		return err
	}
	h.folder.Queue(ops...) // before the change, which is waited for
	h.kept.Store(true)
	return nil
}

// all is a whole world, written down.
func (h *Home) all(m *Moment) ([]data.Op, error) {
	facts, err := h.facts(m)
	if err != nil {
		return nil, err
	}
	ops := []data.Op{data.Put(h.shelf, []byte(factsKey), facts)}
	for _, name := range slices.Sorted(maps.Keys(m.Index.buckets)) {
		ops = append(ops, m.Index.buckets[name].all()...)
	}
	return ops, nil
}

func (b *Bucket) all() []data.Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.ledger.forgo()
	b.keys.Scan(func(_ string, c chain) bool {
		for _, o := range c.all() {
			b.ledger.put(o)
		}
		return true
	})
	for _, u := range b.uploads.byID {
		b.ledger.begin(u.Upload)
		u.parts.Scan(func(_ int, p *Part) bool {
			b.ledger.putPart(u.Upload, p)
			return true
		})
	}
	return b.ledger.ops
}

// follow keeps a Moment that comes after another, with what changes in the buckets. It
// returns when that is durable.
func (h *Home) follow(before, next *Moment, ops []data.Op) error {
	if h == nil {
		return nil
	}
	if next.State != before.State || next.Uses != before.Uses || next.Faults != before.Faults {
		facts, err := h.facts(next)
		if err != nil {
			return err
		}
		ops = append(ops, data.Put(h.shelf, []byte(factsKey), facts))
	}
	if len(ops) == 0 {
		return nil
	}
	return h.folder.Try(ops...).Wait(context.Background())
}

// clear keeps nothing of the world any more, until its next change; at its end, for good. The
// end of a server is none of a world that is kept.
func (h *Home) clear(end bool) error {
	if h == nil || h.folder.Closed() {
		return nil
	}
	var ops []data.Op
	switch {
	case end:
		ops = append(ops, data.Drop(h.shelf))
	case h.unreadable() != nil: // whatever is there
		ops = append(ops, data.Drop(h.shelf))
		if about, err := h.folder.Value(h.shelf, []byte(data.AboutKey)); err == nil && about != nil {
			ops = append(ops, data.Put(h.shelf, []byte(data.AboutKey), about))
		}
	case h.kept.Load():
		ops = append(ops, data.Remove(h.shelf, []byte(factsKey)), data.Drop(h.shelf+allBuckets))
	default:
		return nil
	}
	err := h.folder.Try(ops...).Wait(context.Background())
	if err == nil {
		h.kept.Store(false)
		h.ended.Store(end)
		h.damage.Store(nil)
	}
	return err
}

// Save keeps what requests have left behind without a change (Uses), where the world is kept.
func (l *Live) Save() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.home
	if h == nil || !h.kept.Load() || h.unreadable() != nil {
		return nil
	}
	facts, err := h.facts(l.Now())
	if err != nil {
		return err
	}
	return h.folder.Try(data.Put(h.shelf, []byte(factsKey), facts)).Wait(context.Background())
}
