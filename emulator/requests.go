package emulator

import "github.com/s3fault/s3fault/internal/exchange"

// Requests is what happened in a world, newest last; nil when there is no such
// world.
func (s *Server) Requests(world string) []Entry {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return nil
	}
	return entries(w.records)
}

// record is what happened to a request, and in which world; a nil world: it reached
// none. A nil record: it is not known.
func (s *Server) record(requestID string) (*World, *exchange.Record) {
	if w, r := s.worlds.request(requestID); r != nil {
		return w, r
	}
	r, _ := s.strays.Find(requestID)
	return nil, r
}

// Why is the decision that denied a request or, when none did, its last one; nil
// when the request is not known or nothing was decided.
func (s *Server) Why(requestID string) *Decision {
	_, r := s.record(requestID)
	if r == nil {
		return nil
	}
	e := r.Entry()
	if len(e.Decisions) == 0 {
		return nil
	}
	if d := e.Denied(); d != nil {
		return d
	}
	return &e.Decisions[len(e.Decisions)-1]
}
