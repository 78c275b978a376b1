package store

import "sync"

// branch is where a bucket stands in the family of its copies. A bucket and its
// copy share their records, whose bytes are counted once and let go of when the
// last bucket that has the record is done with it. So a copy costs nothing until
// it is written to.
//
// Copying parts a branch in two: what was written before stays the branch's, what
// comes later is of the half where it is written. When one half ends, the other is
// merged into the branch that both came from.
type branch struct {
	family *kin
	above  *branch    // nil: nobody else has the bucket's records
	halves [2]*branch // nil: it is a bucket's own
	into   *branch    // that it was merged into; nil: it was not
	merged bool       // a half was merged into it
	given  []record   // of branches above: those that the bucket has no more
}

// kin is over all branches that a bucket and its copies have.
type kin struct {
	sync.Mutex
	given int64 // bytes of records that some of them have no more, and others do
}

// record is chunks that were written under a branch.
type record struct {
	born   *branch
	chunks []Chunk
}

func (r *record) bytes() (n int64) {
	for _, c := range r.chunks {
		n += c.Length
	}
	return n
}

func newBranch() *branch { return &branch{family: &kin{}} }

// now is the branch, or what it was merged into. It needs the family's lock.
func (b *branch) now() *branch {
	if b.into == nil {
		return b
	}
	b.into = b.into.now()
	return b.into
}

// part is the branches of a bucket and of a copy that is made of it.
func (b *branch) part() (own, copied *branch) {
	b.family.Lock()
	defer b.family.Unlock()
	b = b.now()
	own, copied = &branch{family: b.family, above: b}, &branch{family: b.family, above: b}
	b.halves = [2]*branch{own, copied}
	return own, copied
}

// give is what to let go of when the bucket of this branch no longer has a record:
// nothing as long as another bucket may have it.
func (b *branch) give(r record) []Chunk {
	if r.born == b || len(r.chunks) == 0 {
		return r.chunks
	}
	b.family.Lock()
	defer b.family.Unlock()
	b = b.now()
	if r.born.now() == b {
		return r.chunks
	}
	b.given = append(b.given, r)
	b.family.given += r.bytes()
	return nil
}

// end takes the branch out of its family with each record of its bucket, of which
// none is its own unless the bucket wrote some since it was copied. It returns what
// nobody has any more.
func (b *branch) end(wrote bool, each func(func(record))) []Chunk {
	b.family.Lock()
	defer b.family.Unlock()
	b = b.now()
	var free []Chunk
	if wrote || b.merged || b.above == nil {
		each(func(r record) {
			if b.above == nil || r.born.now() == b {
				free = append(free, r.chunks...)
			}
		})
	}
	if b.above == nil {
		return free
	}
	return append(free, b.above.merge(b.beside())...)
}

// beside is the other half.
func (b *branch) beside() *branch {
	if b.above.halves[0] == b {
		return b.above.halves[1]
	}
	return b.above.halves[0]
}

// merge takes in the half that is left. It returns what that half had given away
// and nobody else has.
func (b *branch) merge(half *branch) []Chunk {
	half.into, b.merged, b.halves = b, true, half.halves
	for _, below := range b.halves {
		if below != nil {
			below.above = b
		}
	}
	var free []Chunk
	for _, r := range half.given {
		if r.born.now() == b {
			free = append(free, r.chunks...)
			b.family.given -= r.bytes()
		} else {
			b.given = append(b.given, r)
		}
	}
	return free
}
