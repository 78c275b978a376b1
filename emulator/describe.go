package emulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// Health is how a server is, as GET /_s3fault/health answers it.
type Health struct {
	Status    string `json:"status"` // "ok"
	Version   string `json:"version"`
	Scenarios int    `json:"scenarios"` // how many it has
	Default   string `json:"default"`   // the scenario or private world at the bare address
	TLS       *TLS   `json:"tls,omitempty"`
}

// TLS is how a server is reached over TLS.
type TLS struct {
	Endpoint string `json:"endpoint"` // "https://HOST:PORT"
	// CA is the path, on the server's machine, of the certificate that clients are to trust;
	// empty: it is in no file. GET /_s3fault/ca.pem answers it.
	CA string `json:"ca,omitempty"`
}

// Summary names a scenario, as GET /_s3fault/scenarios lists it.
type Summary struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Fix   []int  `json:"fix"` // the fixes of the article that it is about
}

// Scenario is what a program must know to use a scenario's world, as GET
// /_s3fault/scenarios/{name} answers it.
type Scenario struct {
	Summary
	Endpoint string            `json:"endpoint"` // no slash at its end
	Region   string            `json:"region"`
	Callers  map[string]Caller `json:"callers"` // by the scenario file's name for them
	Buckets  []string          `json:"buckets"`
	// Expect and FixCommands are in the form of the scenario file, with this world's keys in
	// the place of names such as {app.access_key_id}.
	Expect      []any `json:"expect"`
	FixCommands []any `json:"fix_commands"`
}

// Caller is a set of credentials of a scenario.
type Caller struct {
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	SessionToken    string `json:"session_token"` // empty for long-term keys
	ARN             string `json:"arn"`
	Door
	// WebIdentity is the token that the caller's session is exchanged for; nil: none is.
	WebIdentity *WebIdentity `json:"web_identity,omitempty"`
}

// Credentials are the caller's, to sign requests with.
func (c Caller) Credentials() sigv4.Credentials {
	return sigv4.Credentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
	}
}

// NotFound is an error for something that does not exist.
type NotFound struct {
	Kind, Name string // "scenario", "ip-dney"
	Nearest    string // the name that was probably meant; may be empty
	Expired    bool   // it was there, until its time was over
}

// Error says what does not exist, and the name that was probably meant.
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

// Describe tells of a scenario's world, or of a private copy, on a server that is reached
// at base ("http://HOST:PORT"). Error: *NotFound.
func (s *Server) Describe(name, base string) (*Scenario, error) {
	w, err := s.worlds.find("scenario", name)
	if err != nil {
		return nil, err
	}
	state := w.live.Now().State
	all, err := callersAt(s, w, base)
	if err != nil {
		return nil, err
	}
	told, err := w.scenario.In(keys(state), (&Scenario{Callers: all}).Tokens())
	if err != nil {
		return nil, err
	}
	return &Scenario{
		Summary:     summary(w.name, w.scenario),
		Endpoint:    w.endpoint(base),
		Region:      state.Region,
		Callers:     all,
		Buckets:     slices.Sorted(maps.Keys(state.Buckets)),
		Expect:      told.ExpectJSON(),
		FixCommands: told.FixCommandsJSON(),
	}, nil
}

// Credentials are the keys of the scenario's callers, by name.
func (s *Scenario) Credentials() map[string]sigv4.Credentials {
	all := make(map[string]sigv4.Credentials, len(s.Callers))
	for name, c := range s.Callers {
		all[name] = c.Credentials()
	}
	return all
}

// endpoint is the world's address on a server that is reached at base: that of its own
// port, if it has one.
func (w *World) endpoint(base string) string {
	if w.port == nil {
		return endpoint(w.name, base)
	}
	return w.port.at(base)
}

// endpoint is the address of a world of that name that has no port of its own.
func endpoint(name, base string) string { return base + "/~" + name }

// WorldSummary is a world, as GET /_s3fault/worlds lists it.
type WorldSummary struct {
	ID       string     `json:"id"`
	Scenario string     `json:"scenario"` // that it is the world of, or a copy
	Requests int        `json:"requests"` // that its journal has
	Age      string     `json:"age"`      // "1h2m3s"
	Expiry   *time.Time `json:"expiry"`   // null: it stays
	Endpoint string     `json:"endpoint"` // no slash at its end
}

// Worlds are all worlds of a server that is reached at base: those of the file's
// scenarios in its order, and then the private ones, the oldest first.
func (s *Server) Worlds(base string) []WorldSummary {
	all, now := []WorldSummary{}, s.config.Now()
	for _, name := range s.worlds.unopened() {
		all = append(all, WorldSummary{ID: name, Scenario: name, Endpoint: endpoint(name, base), Age: ageAt(now, s.started)})
	}
	for _, w := range s.worlds.all() {
		one := WorldSummary{
			ID: w.name, Scenario: w.scenario.Name, Requests: w.records.Len(), Endpoint: w.endpoint(base),
			Age: ageAt(now, w.created),
		}
		if w.private != nil && !w.private.expires.IsZero() {
			one.Expiry = &w.private.expires
		}
		all = append(all, one)
	}
	place := s.worlds.places()
	slices.SortStableFunc(all, func(a, b WorldSummary) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return all
}

// ageAt is how long ago a real time is, as it is told.
func ageAt(now, from time.Time) string { return now.Sub(from).Truncate(time.Second).String() }

// summaries are those of the file's scenarios, in its order.
func (s *Server) summaries() []Summary {
	all := make([]Summary, 0, len(s.worlds.scenarios))
	for _, name := range s.worlds.scenarios {
		if scenario, err := s.config.File.Scenario(name); err == nil { // they stay for ever
			all = append(all, summary(name, scenario))
		}
	}
	return all
}

func summary(world string, of *scenarios.Scenario) Summary {
	return Summary{Name: world, Title: of.Title, Fix: append([]int{}, of.Fix...)}
}

// keys are those of the callers whom the file names.
func keys(s *world.State) map[string]sigv4.Credentials {
	all := make(map[string]sigv4.Credentials, len(s.Callers))
	for name, c := range callers(s) {
		all[name] = c.Credentials()
	}
	return all
}

func callers(s *world.State) map[string]Caller {
	all := make(map[string]Caller, len(s.Callers))
	for name, c := range s.Callers {
		if c.Minted {
			continue
		}
		all[name] = Caller{
			AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey,
			SessionToken: c.SessionToken, ARN: c.Principal.ARN,
		}
	}
	return all
}
