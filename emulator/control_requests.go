package emulator

import (
	"net/http"
	"net/url"

	"github.com/s3fault/s3fault/internal/inquiry"
	"github.com/s3fault/s3fault/internal/tree"
)

func requestRoutes() []route {
	return []route{
		{http.MethodGet, "/requests/{id}", "what happened to a request", control.request},
		{http.MethodGet, "/requests/{id}/advice", "what would let a refused request pass", control.advice},
		{http.MethodGet, "/worlds/{id}/requests", "what happened in a world, or happens (stream=1)", control.requests},
		{http.MethodPost, "/worlds/{id}/verify", "holds what happened against what was expected", control.verify},
	}
}

func (c control) request(r *http.Request) (any, error) {
	_, record := c.server.record(id(r))
	if record == nil {
		return nil, &NotFound{Kind: "request", Name: id(r)}
	}
	return record.Entry(), nil
}

func (c control) advice(r *http.Request) (any, error) { return advise(r.Context(), c.server, id(r)) }

// streamed is the parameter that asks for a stream.
const streamed = "stream"

func (c control) requests(r *http.Request) (any, error) {
	w, known, err := c.server.worlds.journal(id(r))
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	filter, err := inquiry.Parse(query, known, streamed)
	if err != nil {
		return nil, err
	}
	switch values := query[streamed]; {
	case len(values) == 0:
		entries, forgotten := w.search(filter)
		return happened{entries, forgotten}, nil
	case len(values) > 1 || values[0] != "1":
		return nil, &tree.Error{File: "parameter " + streamed, Message: "1 is wanted here, or it is left out"}
	}
	after := r.Header.Get("Last-Event-ID")
	return &stream{world: w, filter: filter, after: after, now: c.server.config.Now, pause: keepAlive}, nil
}

// happened is the answer of what happened in a world.
type happened struct {
	Requests []Entry `json:"requests"`
	// Forgotten is how many older requests, meant or not, the journal has no more.
	Forgotten uint64 `json:"forgotten,omitempty"`
}

// verified is the answer where all is as expected.
type verified struct {
	Verified int `json:"verified"` // expectations
}

func (c control) verify(r *http.Request) (any, error) {
	n, err := bodyTree(r)
	if err != nil {
		return nil, err
	}
	if n.Kind == tree.Mapping && len(n.Keys) == 0 && n.At.Line == 0 { // no body
		n = &tree.Node{Kind: tree.List}
	}
	w, known, err := c.server.worlds.journal(id(r))
	if err != nil {
		return nil, err
	}
	expectations, err := inquiry.Expectations(n, known)
	if err != nil {
		return nil, err
	}
	return verified{len(expectations)}, w.verify(expectations)
}
