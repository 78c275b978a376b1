package emulator

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/trail"
)

func worldRoutes() []route {
	return []route{
		{http.MethodGet, "/worlds/{id}", control.facts},
		{http.MethodPatch, "/worlds/{id}", control.patch},
		{http.MethodGet, "/worlds/{id}/cloudtrail", control.trails},
		{http.MethodPost, "/worlds/{id}/reset", control.reset},
		{http.MethodPost, "/worlds/{id}/fix", control.fix},
	}
}

func (c control) facts(r *http.Request) (any, error) { return c.server.Facts(id(r)) }

func (c control) patch(r *http.Request) (any, error) {
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.server.Patch(id(r), text)
}

// trails is the records that the world's trails have written, oldest first.
func (c control) trails(r *http.Request) (any, error) {
	w, err := c.server.worlds.find("world", id(r))
	if err != nil {
		return nil, err
	}
	return map[string]any{"Records": append([]*trail.Record{}, w.events.Written()...)}, nil
}

func (c control) reset(r *http.Request) (any, error) { return struct{}{}, c.server.Reset(id(r)) }

func (c control) fix(r *http.Request) (any, error) { return struct{}{}, c.server.Fix(id(r)) }
