package emulator

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/s3fault/s3fault/internal/doors"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// Door is where a program gets credentials of a caller's that has none of its own.
type Door struct {
	// From is "web-identity", "container", "instance" or "process"; empty: the caller's
	// keys are the program's.
	From string `json:"from,omitempty"`
	// CredentialsURI is what AWS_CONTAINER_CREDENTIALS_FULL_URI is for from: container,
	// and what `s3fault credentials` asks for from: process; AuthorizationToken is sent
	// there in the Authorization header.
	CredentialsURI     string `json:"credentials_uri,omitempty"`
	AuthorizationToken string `json:"authorization_token,omitempty"`
	// MetadataEndpoint is what AWS_EC2_METADATA_SERVICE_ENDPOINT is for from: instance, a
	// bare address: Go and JavaScript drop a path.
	MetadataEndpoint string `json:"metadata_endpoint,omitempty"`
}

// callersAt are those whom the file names, with their doors on a server that is reached at
// base.
func callersAt(s *Server, w *World, base string) (map[string]Caller, error) {
	state := w.live.Now().State
	all := callers(state)
	for name, c := range all {
		d, err := doorOf(s, w, state.Callers[name], base)
		if err != nil {
			return nil, err
		}
		c.Door = d
		all[name] = c
	}
	return w.bear(all, state, s.config.Now())
}

func doorOf(s *Server, w *World, c *world.Caller, base string) (Door, error) {
	d := Door{From: string(c.From)}
	base = plainly(base)
	var err error
	switch c.From {
	case world.FromContainer:
		d.CredentialsURI, d.AuthorizationToken = w.endpoint(base)+doors.ContainerPath(c.Name), c.Token
	case world.FromProcess:
		d.CredentialsURI, d.AuthorizationToken = w.endpoint(base)+doors.ProcessPath(c.Name), c.Token
	case world.FromInstance:
		d.MetadataEndpoint, err = w.metadata(s, base)
	}
	return d, err
}

// plainly is the same address over plain HTTP: these doors are asked so at AWS too, and
// SDKs do not look for authorities there (docs/tls.md).
func plainly(base string) string {
	if rest, ok := strings.CutPrefix(base, "https://"); ok {
		return "http://" + rest
	}
	return base
}

// metadata is the bare address of a world: that of its own port, or the server's for the
// default scenario. Another scenario's gets a port for it, when it is first asked for.
func (w *World) metadata(s *Server, base string) (string, error) {
	w.instance.Lock()
	defer w.instance.Unlock()
	switch {
	case w.port != nil:
		return w.endpoint(base), nil
	case w.name == s.Default() && base != "":
		return base, nil
	case w.instance.closed:
		return "", &NotFound{Kind: "world", Name: w.name}
	case w.instance.port == nil:
		p, err := s.openPort(w.name)
		if err != nil {
			return "", err
		}
		w.instance.port = p
	}
	return w.instance.port.at(base), nil
}

// closeInstance gives the port of a world's metadata back, for good.
func (w *World) closeInstance() {
	w.instance.Lock()
	defer w.instance.Unlock()
	w.instance.closed = true
	if w.instance.port != nil {
		w.instance.port.close()
		w.instance.port = nil
	}
}

// at is the port's address on a server that is reached at base.
func (p *port) at(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "http://" + p.listener.Addr().String()
	}
	u.Host, u.Path = net.JoinHostPort(u.Hostname(), p.number()), ""
	return u.String()
}

// Rotate has a caller's door hand out another session than before, the next time that it
// is asked. With expire those that it has handed out have expired, too. Errors: *NotFound,
// and a caller who has keys of his own.
func (s *Server) Rotate(name, caller string, expire bool) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	return w.change(func(m *store.Moment) (store.World, error) {
		c := m.State.Callers[caller]
		switch {
		case c == nil || c.Minted:
			names := slices.Sorted(maps.Keys(callers(m.State)))
			return store.World{}, &NotFound{Kind: "caller", Name: caller, Nearest: nearest.Name(caller, names)}
		case c.From == "":
			return store.World{}, fmt.Errorf("the caller %s has no from: nothing is handed out to it", caller)
		}
		return store.World{State: world.Rotate(m.State, caller, expire, m.State.Clock.Now(s.config.Now()))}, nil
	})
}

func doorRoutes() []route {
	return []route{{http.MethodPost, "/worlds/{id}/credentials/{caller}/rotate",
		"has another session be handed out to a caller with from", control.rotate}}
}

type rotation struct{ expire bool }

var rotationFacts = facts.New("rotation",
	facts.Field("expire", facts.Boolean, func(r *rotation) *bool { return &r.expire }).
		Says("whether the sessions that were handed out expire", "false"),
)

func (c control) rotate(r *http.Request) (any, error) {
	how, err := decode(r, rotationFacts)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.server.Rotate(id(r), mux.Vars(r)["caller"], how.expire)
}
