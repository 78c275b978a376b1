package ring

// Things are numbered from 0 in the order in which they were put in, for as long as the
// Ring lives: who reads them one after the other notices what made room before it came
// to it. Nothing is kept for a reader, and none is waited for.

// end is the number that the next thing will have.
func (r *Ring[V]) end() uint64 { return r.gone + uint64(r.n) }

// Number is that of the thing with the id; false: it never was here, or has made room.
func (r *Ring[V]) Number(id string) (uint64, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	number, ok := r.number[id]
	return number, ok
}

// From is up to most things from number n on, in their order, and the number of the
// first of them: greater than n where things have made room.
func (r *Ring[V]) From(n uint64, most int) (things []V, first uint64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	first = min(max(n, r.gone), r.end())
	for i := first; i < r.end() && len(things) < most; i++ {
		things = append(things, r.at(int(i-r.gone)).v)
	}
	return things, first
}

// News is closed when the next thing is put in, or Stir or Close is called. Ask for it
// before you look at what there is.
func (r *Ring[V]) News() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.news == nil {
		r.news = make(chan struct{})
	}
	return r.news
}

// Stir wakes who waits for news: a thing has changed that was put in before.
func (r *Ring[V]) Stir() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tell()
}

// Close tells who reads on that nobody is to: Closed is true from then on.
func (r *Ring[V]) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.tell()
}

// Closed says whether Close was called.
func (r *Ring[V]) Closed() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.closed
}

func (r *Ring[V]) tell() {
	if r.news != nil {
		close(r.news)
		r.news = nil
	}
}
