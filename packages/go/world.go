package s3fault

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

// World is a private world on a server. Its methods are for the test that made it, and for
// as long as that runs; they fail the test where they cannot do what is asked.
type World struct {
	// ID is the name by which the control plane knows it.
	ID string `json:"id"`
	// Endpoint is where clients send requests to, without a slash at its end.
	Endpoint string `json:"endpoint"`
	// Region is the one that clients are to sign for.
	Region string `json:"region"`
	// Callers are the scenario's, by name.
	Callers map[string]Credentials `json:"callers"`

	t      TB
	server *Server
}

// Credentials are a caller's keys in a world, and who that is.
type Credentials struct {
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	SessionToken    string `json:"session_token"` // empty for long-term keys
	ARN             string `json:"arn"`
}

// Credentials are the named caller's. A name that the scenario does not have fails the test.
func (w *World) Credentials(caller string) Credentials {
	w.t.Helper()
	c, ok := w.Callers[caller]
	if !ok {
		var names []string
		for name := range w.Callers {
			names = append(names, name)
		}
		sort.Strings(names)
		w.t.Fatalf("s3fault: no caller %q; there are %s", caller, strings.Join(names, ", "))
	}
	return c
}

// Patch changes the world by a JSON merge patch in the form of the scenario file, whole or
// not at all.
func (w *World) Patch(json string) {
	w.t.Helper()
	w.must(http.MethodPatch, "", json, nil)
}

// Facts is the world as it is now, as JSON in the form of the scenario file.
func (w *World) Facts() json.RawMessage {
	w.t.Helper()
	var facts json.RawMessage
	w.must(http.MethodGet, "", "", &facts)
	return facts
}

// Fix applies the scenario's fix_patch; without one nothing changes.
func (w *World) Fix() {
	w.t.Helper()
	w.must(http.MethodPost, "/fix", "", nil)
}

// Reset puts the world back as it was loaded.
func (w *World) Reset() {
	w.t.Helper()
	w.must(http.MethodPost, "/reset", "", nil)
}

// Grade is whether the cure that was made in a world is a good one.
type Grade struct {
	// Verdict is "good", "too-wide", "not-fixed" or "broke-something".
	Verdict string `json:"verdict"`
	Fixed   bool   `json:"fixed"`
	// JSON is all that was found (docs/grading.md).
	JSON json.RawMessage `json:"-"`
}

// Grade says whether the cure that was made in the world is a good one.
func (w *World) Grade() Grade {
	w.t.Helper()
	var g Grade
	w.must(http.MethodGet, "/grade", "", &g.JSON)
	if err := json.Unmarshal(g.JSON, &g); err != nil {
		w.t.Fatalf("s3fault: %v", err)
	}
	return g
}

// Clock is a world's time, and how it stands to the real one.
type Clock struct {
	Now        time.Time `json:"now"`
	Real       time.Time `json:"real"`
	Client     time.Time `json:"client"` // what the clocks of the clients ought to say
	Offset     string    `json:"offset"`
	Rate       float64   `json:"rate"`
	ClientSkew string    `json:"client_skew"`
}

// Clock is the world's time.
func (w *World) Clock() Clock {
	w.t.Helper()
	var c Clock
	w.must(http.MethodGet, "/clock", "", &c)
	return c
}

// Advance lets so much of the world's time go by: presigned URLs, sessions, locks and
// windows of fault rules age, and no test waits for it. Clients do not notice.
func (w *World) Advance(by time.Duration) Clock {
	w.t.Helper()
	return w.SetClock(`{"advance": "` + by.String() + `"}`)
}

// SetClock changes the world's clock in one step, as docs/clock.md has it:
//
//	w.SetClock(`{"now": "2026-01-02T03:04:05Z", "rate": 1}`)
func (w *World) SetClock(step string) Clock {
	w.t.Helper()
	var c Clock
	w.must(http.MethodPut, "/clock", step, &c)
	return c
}

// must calls the control plane about the world.
func (w *World) must(method, path, body string, into any) {
	w.t.Helper()
	if err := w.ask(method, path, body, into); err != nil {
		w.t.Fatalf("s3fault: %v", err)
	}
}

func (w *World) ask(method, path, body string, into any) error {
	return w.server.ask(method, "/worlds/"+url.PathEscape(w.ID)+path, body, into)
}

// end deletes the world, and fails the test for every rule that must fire and never struck.
func (w *World) end() {
	w.t.Helper()
	var unmet Unmet
	err := w.verify("[]", &unmet)
	if err != nil {
		w.t.Errorf("s3fault: %v", err)
	}
	for _, rule := range unmet.NeverStruck {
		w.t.Errorf("s3fault: the fault rule %s has never struck (must_fire)", rule)
	}
	if err := w.ask(http.MethodDelete, "", "", nil); err != nil {
		w.t.Errorf("s3fault: %v", err)
	}
}
