package journal

import "sync"

// backlog is how many entries wait for a subscriber before it loses some.
const backlog = 256

// subscriber is one who follows a world.
type subscriber struct{ entries chan Entry }

// Subscribe follows a world: its entries come as they are added, in order. A
// subscriber that does not keep up loses the newest; the server never waits for
// it. cancel ends the subscription and closes the channel; it may be called
// again.
func (j *Journal) Subscribe(world string) (entries <-chan Entry, cancel func()) {
	s := &subscriber{entries: make(chan Entry, backlog)}
	j.mu.Lock()
	defer j.mu.Unlock()
	followers := j.followers[world]
	if followers == nil {
		followers = map[*subscriber]struct{}{}
		j.followers[world] = followers
	}
	followers[s] = struct{}{}
	return s.entries, sync.OnceFunc(func() { j.unsubscribe(world, s) })
}

func (j *Journal) unsubscribe(world string, s *subscriber) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.followers[world], s)
	if len(j.followers[world]) == 0 {
		delete(j.followers, world)
	}
	// Entries are sent under the lock, so none is on its way.
	close(s.entries)
}

// announce gives an entry to those who follow its world, under the lock, which
// keeps the order.
func (j *Journal) announce(e *Entry) {
	for s := range j.followers[e.World] {
		select {
		case s.entries <- *e:
		default:
		}
	}
}
