package emulator

import (
	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// Player plays calls of a scenario against its world on this server, which is
// reached at base ("http://HOST:PORT") with the control plane beside it.
func (s *Server) Player(name, base string) (*scenarios.Player, error) {
	w, err := s.worlds.find("scenario", name)
	if err != nil {
		return nil, err
	}
	sc, err := s.Describe(name, base)
	if err != nil {
		return nil, err
	}
	p := &scenarios.Player{
		Endpoint: sc.Endpoint, Control: base + control.Prefix, Region: sc.Region,
		Callers: map[string]sigv4.Credentials{}, Responses: w.scenario.Responses(s.options(w.private)),
	}
	for caller, c := range sc.Callers {
		p.Callers[caller] = sigv4.Credentials{
			AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
		}
	}
	return p, nil
}
