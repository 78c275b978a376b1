// Package control is the control plane: what test suites and the command line
// ask of a running server, as JSON under /_s3fault.
package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/journal"
)

// Prefix is where the control plane lives. No bucket name has an underscore, so
// it hides no bucket.
const Prefix = "/_s3fault"

// Emulator is what the control plane needs of the server.
type Emulator interface {
	Health() Health
	Scenarios() []Summary
	// Scenario describes a scenario; base is the address that the client used,
	// "http://HOST:PORT".
	Scenario(name, base string) (*Scenario, error)
	Request(id string) (*journal.Entry, error)
	Requests(world string) ([]journal.Entry, error)
	// Trails is the records that the world's trails have written, oldest first.
	Trails(world string) ([]*trail.Record, error)
	// Advice is what would let a denied request pass.
	Advice(id string) (*journal.Advice, error)
	// World is a world's facts, in the form of the scenario file; Patch changes them
	// by a JSON merge patch.
	World(world string) (json.RawMessage, error)
	Patch(world string, patch []byte) error
	Reset(world string) error
	Fix(world string) error
}

// Health is the answer to GET /health.
type Health struct {
	Status    string `json:"status"`
	Version   string `json:"version"`
	Scenarios int    `json:"scenarios"`
	Default   string `json:"default"` // the scenario at the bare address
}

// Summary is one entry of GET /scenarios.
type Summary struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Fix   []int  `json:"fix"`
}

// Caller is a set of credentials of a scenario.
type Caller struct {
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	SessionToken    string `json:"session_token"` // empty for long-term keys
	ARN             string `json:"arn"`
}

// Scenario is the answer to GET /scenarios/{name}.
type Scenario struct {
	Summary
	Endpoint    string            `json:"endpoint"` // no slash at its end
	Region      string            `json:"region"`
	Callers     map[string]Caller `json:"callers"`
	Buckets     []string          `json:"buckets"`
	Expect      []any             `json:"expect"`
	FixCommands []any             `json:"fix_commands"`
}

// NotFound is an error for something that does not exist; it is answered with 404.
type NotFound struct {
	Kind, Name string // "scenario", "ip-dney"
	Nearest    string // the name that was probably meant; may be empty
	Expired    bool   // it was there, until its time was over
}

func (e *NotFound) Error() string {
	if e.Expired {
		return fmt.Sprintf("the %s %q has expired", e.Kind, e.Name)
	}
	text := fmt.Sprintf("no %s %q", e.Kind, e.Name)
	if e.Nearest != "" {
		text += fmt.Sprintf(" (did you mean %q?)", e.Nearest)
	}
	return text
}

// Handler serves the control plane of e, with Prefix in its paths.
func Handler(e Emulator) http.Handler {
	r := mux.NewRouter()
	get := func(path string, answer func(*http.Request) (any, error)) {
		r.Handle(Prefix+path, jsonHandler(answer)).Methods(http.MethodGet)
	}
	post := func(path string, act func(*http.Request) error) {
		r.Handle(Prefix+path, jsonHandler(func(req *http.Request) (any, error) {
			return struct{}{}, act(req)
		})).Methods(http.MethodPost)
	}
	get("/health", func(*http.Request) (any, error) { return e.Health(), nil })
	get("/scenarios", func(*http.Request) (any, error) {
		return map[string]any{"scenarios": e.Scenarios()}, nil
	})
	get("/scenarios/{name}", func(req *http.Request) (any, error) {
		return e.Scenario(mux.Vars(req)["name"], base(req))
	})
	get("/requests/{id}", func(req *http.Request) (any, error) {
		return e.Request(mux.Vars(req)["id"])
	})
	get("/requests/{id}/advice", func(req *http.Request) (any, error) {
		return e.Advice(mux.Vars(req)["id"])
	})
	get("/worlds/{id}", func(req *http.Request) (any, error) { return e.World(mux.Vars(req)["id"]) })
	r.Handle(Prefix+"/worlds/{id}", jsonHandler(func(req *http.Request) (any, error) { return patch(e, req) })).Methods(http.MethodPatch)
	get("/worlds/{id}/requests", func(req *http.Request) (any, error) {
		entries, err := e.Requests(mux.Vars(req)["id"])
		return map[string]any{"requests": entries}, err
	})
	get("/worlds/{id}/cloudtrail", func(req *http.Request) (any, error) {
		records, err := e.Trails(mux.Vars(req)["id"])
		return map[string]any{"Records": append([]*trail.Record{}, records...)}, err
	})
	post("/worlds/{id}/reset", func(req *http.Request) error { return e.Reset(mux.Vars(req)["id"]) })
	post("/worlds/{id}/fix", func(req *http.Request) error { return e.Fix(mux.Vars(req)["id"]) })
	r.NotFoundHandler = jsonHandler(func(req *http.Request) (any, error) {
		return nil, &NotFound{Kind: "control call", Name: req.Method + " " + req.URL.Path}
	})
	r.MethodNotAllowedHandler = http.HandlerFunc(methodNotAllowed)
	return r
}

// maxPatch is the most bytes of a patch: of a scenario file.
const maxPatch = 8 << 20

func patch(e Emulator, req *http.Request) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, req.Body, maxPatch))
	if err != nil {
		return nil, err
	}
	return struct{}{}, e.Patch(mux.Vars(req)["id"], text)
}

// base is the address under which the client reached us.
func base(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}

func methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	fail(w, http.StatusMethodNotAllowed, fmt.Errorf("%s does not take %s", r.URL.Path, r.Method))
}

func jsonHandler(answer func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := answer(r)
		var missing *NotFound
		switch {
		case errors.As(err, &missing):
			fail(w, http.StatusNotFound, err)
		case err != nil:
			fail(w, http.StatusBadRequest, err)
		default:
			write(w, http.StatusOK, body)
		}
	})
}

func fail(w http.ResponseWriter, status int, err error) {
	write(w, status, map[string]string{"error": err.Error()})
}

func write(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}
