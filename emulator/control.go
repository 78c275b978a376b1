package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/trail"
)

// ControlPrefix is where the control plane lives: what test suites and the command line
// ask of a running server, as JSON. No bucket name has an underscore, so it hides no
// bucket.
const ControlPrefix = "/_s3fault"

// control answers the calls of the control plane.
type control struct{ server *Server }

// call is the answer to one: a body that can be written as JSON.
type call func(control, *http.Request) (any, error)

// routes are the calls. {id} is the name of a scenario or a world, or a request's id.
var routes = []struct {
	method, path string
	call         call
}{
	{http.MethodGet, "/health", control.health},
	{http.MethodGet, "/scenarios", control.scenarios},
	{http.MethodGet, "/scenarios/{id}", control.scenario},
	{http.MethodGet, "/requests/{id}", control.request},
	{http.MethodGet, "/requests/{id}/advice", control.advice},
	{http.MethodGet, "/worlds/{id}", control.facts},
	{http.MethodPatch, "/worlds/{id}", control.patch},
	{http.MethodGet, "/worlds/{id}/requests", control.requests},
	{http.MethodGet, "/worlds/{id}/cloudtrail", control.trails},
	{http.MethodPost, "/worlds/{id}/reset", control.reset},
	{http.MethodPost, "/worlds/{id}/fix", control.fix},
	{http.MethodGet, "/worlds/{id}/faults", control.faults},
	{http.MethodPut, "/worlds/{id}/faults", control.setFaults},
	{http.MethodPost, "/worlds/{id}/faults", control.addFault},
	{http.MethodDelete, "/worlds/{id}/faults", control.removeFaults},
	{http.MethodDelete, "/worlds/{id}/faults/{name}", control.removeFault},
}

func id(r *http.Request) string { return mux.Vars(r)["id"] }

// handler serves the routes, with ControlPrefix in their paths.
func (c control) handler() http.Handler {
	router := mux.NewRouter()
	for _, route := range routes {
		router.Handle(ControlPrefix+route.path, c.serve(route.call)).Methods(route.method)
	}
	router.NotFoundHandler = c.serve(control.unknown)
	router.MethodNotAllowedHandler = c.serve(control.misused)
	return router
}

func (c control) serve(answer call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := answer(c, r)
		if err != nil {
			writeJSON(w, status(err), map[string]string{"error": err.Error()})
			return
		}
		if made, ok := body.(created); ok {
			writeJSON(w, http.StatusCreated, made.body)
			return
		}
		writeJSON(w, http.StatusOK, body)
	})
}

// created is the answer to a call that has made something.
type created struct{ body any }

// status is the one with which an error is answered.
func status(err error) int {
	var missing *NotFound
	var misuse *wrongMethod
	switch {
	case errors.As(err, &missing):
		return http.StatusNotFound
	case errors.As(err, &misuse):
		return http.StatusMethodNotAllowed
	}
	return http.StatusBadRequest
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}

// wrongMethod is an error for a path that has calls, and none of this method.
type wrongMethod struct{ path, method string }

func (e *wrongMethod) Error() string { return fmt.Sprintf("%s does not take %s", e.path, e.method) }

func (control) misused(r *http.Request) (any, error) {
	return nil, &wrongMethod{path: r.URL.Path, method: r.Method}
}

func (control) unknown(r *http.Request) (any, error) {
	return nil, &NotFound{Kind: "control call", Name: r.Method + " " + r.URL.Path}
}

func (c control) health(*http.Request) (any, error) {
	s := c.server
	return Health{
		Status: "ok", Version: s3fault.Version, Scenarios: len(s.worlds.scenarios), Default: s.Default(),
	}, nil
}

func (c control) scenarios(*http.Request) (any, error) {
	return map[string]any{"scenarios": c.server.summaries()}, nil
}

func (c control) scenario(r *http.Request) (any, error) { return c.server.Describe(id(r), base(r)) }

// base is the address under which the client reached us.
func base(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}

func (c control) request(r *http.Request) (any, error) {
	_, record := c.server.record(id(r))
	if record == nil {
		return nil, &NotFound{Kind: "request", Name: id(r)}
	}
	return record.Entry(), nil
}

func (c control) advice(r *http.Request) (any, error) { return c.server.Advice(id(r)) }

func (c control) facts(r *http.Request) (any, error) { return c.server.Facts(id(r)) }

// maxPatch is the most bytes of a patch: of a scenario file.
const maxPatch = 8 << 20

func (c control) patch(r *http.Request) (any, error) {
	text, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.server.Patch(id(r), text)
}

func bodyOf(r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(nil, r.Body, maxPatch))
}

func (c control) requests(r *http.Request) (any, error) {
	w, err := c.server.worlds.find("world", id(r))
	if err != nil {
		return nil, err
	}
	return map[string]any{"requests": entries(w.records)}, nil
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
