package blob

import (
	"bytes"
	"io"
	"slices"
	"sync"
)

// smallSize is from how many bytes on a body is a blob of the backends' own, which have
// some 700 bytes and many allocations for each of theirs. Smaller ones are packed.
const smallSize = 64 << 10

// packSize is how many bytes a pack has room for. The first ones of a store have less, from
// smallSize on: most stores hold little.
const packSize = 1 << 20

// thinnest is the least load of a pack that is packed anew: what the backends have of their
// own for it would hardly be less.
const thinnest = 4 << 10

// packs keep small blobs, many in one of the backends'. A pack is filled here and handed
// over when it is full; and once more, without the dead, whenever those have become more
// than the living.
type packs struct {
	backends *backends

	// mu is not held while a body is read, nor while the backends are asked.
	mu   sync.RWMutex
	open *pack            // that is being filled
	all  map[uint64]*pack // those that hold something, and the open one, by number
	room int              // of the next one, in bytes
}

// pack is small blobs in one run of bytes.
type pack struct {
	number uint64
	bytes  []byte // nil: the backends have them
	kept   uint64 // the number under which they do
	runs   []run  // of the blobs by place, the dead among them until it is handed over
	whole  load   // of all runs
	live   load
	busy   bool // it is being handed over
}

// run is where the bytes of a blob are in its pack.
type run struct {
	place    uint16
	dead     bool
	at, size uint32
}

const runMemory = 12 // bytes of a run

// load is what blobs take up.
type load struct{ blobs, bytes int }

func (l *load) add(blobs int, size uint32) {
	l.blobs += blobs
	l.bytes += blobs * int(size)
}

// memory is about how many bytes it is, with the runs.
func (l load) memory() int { return l.bytes + l.blobs*runMemory }

func newPacks(b *backends) *packs {
	return &packs{backends: b, all: map[uint64]*pack{}, room: smallSize}
}

// put keeps what has arrived.
func (s *packs) put(g *gathered) ID {
	s.mu.Lock()
	p, full := s.open, (*pack)(nil)
	if p == nil || !p.takes(g.size) {
		p, full = s.begin(), p
	}
	id := p.add(g)
	s.mu.Unlock()
	if full != nil {
		s.handOver(full)
	}
	return id
}

// begin opens another pack. It needs the lock.
func (s *packs) begin() *pack {
	p := &pack{number: s.backends.number(), bytes: make([]byte, 0, s.room)}
	s.room = min(4*s.room, packSize)
	s.open, s.all[p.number] = p, p
	return p
}

func (p *pack) takes(size int64) bool {
	return len(p.bytes)+int(size) <= cap(p.bytes) && len(p.runs) < 1<<placeBits-1
}

func (p *pack) add(g *gathered) ID {
	r := run{place: uint16(len(p.runs) + 1), at: uint32(len(p.bytes)), size: uint32(g.size)}
	for b := range g.all() {
		p.bytes = append(p.bytes, b...) // within its room: nothing moves
	}
	p.runs = append(p.runs, r)
	p.whole.add(1, r.size)
	p.live.add(1, r.size)
	return packedID(p.number, int(r.place))
}

// find is the run of a living blob; nil: there is none.
func (s *packs) find(id ID) (*pack, *run) {
	p := s.all[id.number()]
	if p == nil {
		return nil, nil
	}
	i, found := slices.BinarySearchFunc(p.runs, id.place(), func(r run, place int) int { return int(r.place) - place })
	if !found || p.runs[i].dead {
		return nil, nil
	}
	return p, &p.runs[i]
}

// get is Store.Get.
func (s *packs) get(id ID, off, length int64) (io.Reader, error) {
	for before := uint64(0); ; {
		here, kept, at, err := s.look(id, off, length)
		switch {
		case err != nil:
			return nil, err
		case here != nil:
			return bytes.NewReader(here), nil
		}
		r, err := s.backends.get(kept, at, length)
		if err != ErrNotFound || kept == before {
			return r, err
		}
		before = kept // it was handed over anew in between
	}
}

// look is where a run of a blob's bytes is: here, or in the backends under the number kept
// from at on.
func (s *packs) look(id ID, off, length int64) (here []byte, kept uint64, at int64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, found := s.find(id)
	switch {
	case found == nil:
		return nil, 0, 0, ErrNotFound
	case off+length > int64(found.size):
		return nil, 0, 0, ErrRange
	}
	if at = int64(found.at) + off; p.bytes != nil {
		return p.bytes[at : at+length], 0, at, nil
	}
	return nil, p.kept, at, nil
}

// delete is Store.Delete.
func (s *packs) delete(id ID) error {
	s.mu.Lock()
	p, found := s.find(id)
	if found == nil {
		s.mu.Unlock()
		return ErrNotFound
	}
	found.dead = true
	p.live.add(-1, found.size)
	waste := p != s.open && p.wasteful()
	s.mu.Unlock()
	if waste {
		s.handOver(p)
	}
	return nil
}

// wasteful says that less of the pack is alive than dead.
func (p *pack) wasteful() bool {
	return p.live.blobs == 0 || p.whole.memory() > max(thinnest, 2*p.live.memory())
}

// handOver gives the backends what is alive of a pack that is no longer filled, in the
// place of what they have of it, and forgets a pack of which nothing is. Where they do not
// take it, it stays as it is.
func (s *packs) handOver(p *pack) {
	living := s.claim(p)
	for living != nil {
		number, err := s.keep(p, living)
		if err != nil {
			number, living = 0, nil
		}
		var before uint64
		if before, living = s.settle(p, number, living); before != 0 {
			_ = s.backends.delete(before) // it is there, and nobody looks for it any more
		}
	}
}

// claim is the living runs of a pack, for the caller to hand over; nil: another is at it.
func (s *packs) claim(p *pack) []run {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.busy {
		return nil
	}
	p.busy = true
	return p.living()
}

func (p *pack) living() []run {
	living := make([]run, 0, p.live.blobs)
	for _, r := range p.runs {
		if !r.dead {
			living = append(living, r)
		}
	}
	return living
}

// keep gives the backends the bytes of the runs, one behind the other; 0: there are no runs.
func (s *packs) keep(p *pack, runs []run) (number uint64, err error) {
	if len(runs) == 0 {
		return 0, nil
	}
	var from []io.Reader
	var size int64
	for next := 0; next < len(runs); {
		first := runs[next]
		length := int64(0) // of it and those behind it without a gap
		for ; next < len(runs) && int64(runs[next].at) == int64(first.at)+length; next++ {
			length += int64(runs[next].size)
		}
		r, err := s.read(p, int64(first.at), length)
		if err != nil {
			return 0, err
		}
		from = append(from, r)
		size += length
	}
	number = s.backends.number()
	_, err = s.backends.put(number, io.MultiReader(from...), size)
	return number, err
}

// read reads bytes of a pack that the caller has claimed.
func (s *packs) read(p *pack, at, length int64) (io.Reader, error) {
	if p.bytes != nil {
		return bytes.NewReader(p.bytes[at : at+length]), nil
	}
	return s.backends.get(p.kept, at, length)
}

// settle makes a pack that was claimed what has been handed over of it, under that number;
// 0: nothing. before is the number that is not needed any more; again, where it is not
// nil, is what of the pack is to be handed over once more, since much of it died meanwhile.
func (s *packs) settle(p *pack, number uint64, runs []run) (before uint64, again []run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if runs == nil { // it was not taken
		p.busy = false
		return 0, nil
	}
	before = p.kept
	p.move(runs)
	p.bytes, p.kept = nil, number
	switch {
	case number == 0:
		delete(s.all, p.number)
	case p.wasteful():
		return before, p.living()
	}
	p.busy = false
	return before, nil
}

// move makes the runs, which are among its own, all that the pack has, one behind the other.
func (p *pack) move(runs []run) {
	p.whole = load{}
	i := 0
	for j := range runs {
		for p.runs[i].place != runs[j].place {
			i++
		}
		runs[j].dead, runs[j].at = p.runs[i].dead, uint32(p.whole.bytes)
		p.whole.add(1, runs[j].size)
	}
	p.runs = runs
}
