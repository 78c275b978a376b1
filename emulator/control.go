package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/conn"
)

// ControlPrefix is where the control plane lives: what test suites and the command line
// ask of a running server, as JSON. No bucket name has an underscore, so it hides no
// bucket.
const ControlPrefix = "/_s3fault"

// control answers the calls of the control plane.
type control struct{ server *Server }

// call is the answer to one: a body that can be written as JSON, created for one with
// another status, or an http.Handler that writes it itself.
type call func(control, *http.Request) (any, error)

// created is the answer to a call that made something.
type created struct{ body any }

// route is a call and how it is asked for.
type route struct {
	method, path string // {id} is the name of a scenario or a world, or a request's id
	does         string // in a few words, as GET /_s3fault tells it
	call         call
}

// routes are all calls, a family a file.
func routes() []route {
	return slices.Concat(serverRoutes(), worldRoutes(), requestRoutes(), clockRoutes(), faultRoutes(), doorRoutes(),
		tokenRoutes())
}

func serverRoutes() []route {
	return []route{
		{http.MethodGet, "", "all calls", control.calls},
		{http.MethodGet, "/health", "whether it is there, which version it is, and which scenario is the default", control.health},
		{http.MethodGet, "/metrics", "counters of requests and worlds, as Prometheus reads them", control.metrics},
		{http.MethodGet, "/ca.pem", "the certificate of the authority that clients of a server with TLS are to trust", control.authority},
		{http.MethodGet, "/scenarios", "all scenarios of the file", control.scenarios},
		{http.MethodGet, "/scenarios/{id}", "endpoint, callers and all else that a program needs to use a scenario's world", control.scenario},
	}
}

func id(r *http.Request) string { return mux.Vars(r)["id"] }

// handler serves the routes, with ControlPrefix in their paths.
func (c control) handler() http.Handler {
	router := mux.NewRouter().SkipClean(true)
	for _, route := range routes() {
		router.Handle(ControlPrefix+route.path, c.serve(route.call)).Methods(route.method)
	}
	router.NotFoundHandler = c.serve(control.unknown)
	router.MethodNotAllowedHandler = c.serve(control.misused)
	return bounded(c.guarded(router))
}

// bounded lets no body of a call stall for longer than its connection has patience.
func bounded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := conn.LimitBody(r)
		defer func() { r.Body = sent }() // which net/http looks for
		h.ServeHTTP(w, r)
	})
}

func (c control) serve(answer call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := answer(c, r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		switch body := body.(type) {
		case http.Handler:
			body.ServeHTTP(w, r)
		case created:
			writeJSON(w, http.StatusCreated, body.body)
		default:
			writeJSON(w, http.StatusOK, body)
		}
	})
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

// methodsAt are those of the calls at a path, without one.
func methodsAt(path, without string) string {
	var all []string
	for _, r := range routes() {
		if r.method != without && fits(ControlPrefix+r.path, path) {
			all = append(all, r.method)
		}
	}
	return strings.Join(all, ", ")
}

// fits says whether a path is one of a route.
func fits(route, path string) bool {
	wanted, got := strings.Split(route, "/"), strings.Split(path, "/")
	return slices.EqualFunc(wanted, got, func(w, g string) bool { return w == g || w != "" && w[0] == '{' && g != "" })
}

func (control) misused(r *http.Request) (any, error) {
	return nil, &wrongMethod{path: r.URL.Path, method: r.Method}
}

func (control) unknown(r *http.Request) (any, error) {
	return nil, &NotFound{Kind: "control call", Name: r.Method + " " + r.URL.Path}
}

// told is a call as the list of all has it.
type told struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Does   string `json:"does"`
}

func (control) calls(*http.Request) (any, error) {
	var all []told
	for _, r := range routes() {
		all = append(all, told{r.method, ControlPrefix + r.path, r.does})
	}
	return map[string]any{"calls": all}, nil
}

func (c control) health(r *http.Request) (any, error) {
	s := c.server
	return Health{
		Status: "ok", Version: s3fault.Version, Scenarios: len(s.worlds.scenarios), Default: s.bare(r),
		TLS: c.secrecy(r),
	}, nil
}

func (c control) metrics(*http.Request) (any, error) { return c.server.metrics, nil }

func (c control) scenarios(*http.Request) (any, error) {
	return map[string]any{"scenarios": c.server.summaries()}, nil
}

func (c control) scenario(r *http.Request) (any, error) { return c.server.Describe(id(r), c.base(r)) }

// base is the address under which the client reaches the worlds: where it reached us,
// unless the control plane has an address of its own.
func (c control) base(r *http.Request) string {
	return schemeOf(r) + c.server.worldsHost(r)
}
