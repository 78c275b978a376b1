package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/inquiry"
)

// keepAlive is how often a stream says something, if only that it is still there.
const keepAlive = 15 * time.Second

// lastWords is how long a client that takes nothing keeps a server that ends from it.
const lastWords = time.Second

// batch is how many requests a stream takes out of the journal at once.
const batch = 100

// stream tells one client of the requests of a world as server-sent events: those that the
// journal has, and then each as it comes. The journal is all the memory that it has: what
// made room before a slow client took it is told as a number, and nobody waits for it.
type stream struct {
	world  *World
	filter *inquiry.Filter
	after  string // the id of the last request that the client has; empty: none
	now    func() time.Time
	pause  time.Duration // between signs of life

	next uint64             // number of the next request to tell
	open []*exchange.Record // those that were told before they were answered
	w    io.Writer
}

// ServeHTTP tells until the client, the world or the server goes.
func (s *stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	end, control := ending(r), http.NewResponseController(w)
	release := context.AfterFunc(end, func() { _ = control.SetWriteDeadline(time.Now().Add(lastWords)) })
	defer release()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	s.w = w
	alive := time.NewTicker(s.pause)
	defer alive.Stop()
	err := s.begin()
	for err == nil && end.Err() == nil {
		news := s.world.records.News()
		if err = s.tell(); err == nil {
			err = control.Flush()
		}
		if err != nil || s.over() {
			return
		}
		select {
		case <-news:
		case <-alive.C:
			_, err = io.WriteString(w, ": still here\n\n")
		case <-end.Done():
		case <-r.Context().Done():
			return
		}
	}
}

// over says whether the world is gone, or its time is.
func (s *stream) over() bool { return s.world.records.Closed() || s.world.expired(s.now) }

// begin finds the first request to tell.
func (s *stream) begin() error {
	if number, ok := s.world.records.Number(s.after); ok {
		s.next = number + 1
		return nil
	}
	if s.after != "" {
		if err := s.event("dropped", "", map[string]string{"after": s.after}); err != nil {
			return err
		}
	}
	kept, first := s.world.records.From(0, recorded)
	switch {
	case s.after != "": // that something is lost was told
		s.next = first
		return nil
	case s.filter.Limit == 0: // from the very first, also where that is gone
		return nil
	}
	s.next = first
	left := s.filter.Limit
	for i := len(kept) - 1; i >= 0 && left > 0; i-- {
		if s.next = first + uint64(i); s.means(kept[i], s.next) {
			left--
		}
	}
	return nil
}

// tell sends all that is new.
func (s *stream) tell() error {
	if err := s.complete(); err != nil {
		return err
	}
	for {
		records, first := s.world.records.From(s.next, batch)
		if first > s.next {
			if err := s.event("dropped", "", map[string]uint64{"requests": first - s.next}); err != nil {
				return err
			}
		}
		for i, r := range records {
			if err := s.request(r, first+uint64(i)); err != nil {
				return err
			}
		}
		if s.next = first + uint64(len(records)); len(records) == 0 {
			return nil
		}
	}
}

func (s *stream) means(r *exchange.Record, number uint64) bool {
	return meant([]*inquiry.Filter{s.filter}, r, number)
}

// request tells of one request, if it is meant.
func (s *stream) request(r *exchange.Record, number uint64) error {
	if !s.means(r, number) {
		return nil
	}
	e := r.Entry()
	if !e.Answered {
		s.open = append(s.open, r)
	}
	return s.event("", e.RequestID, e)
}

// complete tells what is known of the requests that have been answered meanwhile.
func (s *stream) complete() error {
	left := s.open[:0]
	for _, r := range s.open {
		e := r.Entry()
		if !e.Answered {
			left = append(left, r)
			continue
		}
		if err := s.event("answered", "", e); err != nil {
			return err
		}
	}
	clear(s.open[len(left):])
	s.open = left
	return nil
}

// event sends one event: a message where it has no name. A client resumes after the last
// id.
func (s *stream) event(name, id string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if name != "" {
		name = "event: " + name + "\n"
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err = fmt.Fprintf(s.w, "%s%sdata: %s\n\n", name, id, text)
	return err
}
