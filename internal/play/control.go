package play

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// tell sends a request to the control plane and reads its answer into answer, unless that
// is nil; body nil: none. The error has what the control plane says.
func (p *Player) tell(ctx context.Context, method, path string, body, answer any) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, p.Control+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	if p.Token != "" {
		r.Header.Set("Authorization", "Bearer "+p.Token)
	}
	s, err := p.send(r, patience)
	switch {
	case err != nil:
		return err
	case s.status != http.StatusOK:
		return fmt.Errorf("%s %s: %d %s", method, path, s.status, bytes.TrimSpace(s.body))
	case answer == nil:
		return nil
	}
	return json.Unmarshal(s.body, answer)
}

// ofWorld is the path of a call about the world.
func (p *Player) ofWorld(what string) string { return "/worlds/" + url.PathEscape(p.World) + what }

// Fix applies the fix_patch of the world's scenario.
func (p *Player) Fix(ctx context.Context) error {
	return p.tell(ctx, http.MethodPost, p.ofWorld("/fix"), nil, nil)
}

// Reset puts the world back as it was loaded.
func (p *Player) Reset(ctx context.Context) error {
	return p.tell(ctx, http.MethodPost, p.ofWorld("/reset"), nil, nil)
}

// turn takes a step of the clock.
func (p *Player) turn(ctx context.Context, c scenarios.Call) error {
	if p.Turn != nil {
		return p.Turn(ctx, c)
	}
	step := map[string]string{}
	if c.Advance != 0 {
		step["advance"] = c.Advance.String()
	}
	if c.ClientSkew != nil {
		step["client_skew"] = c.ClientSkew.String()
	}
	return p.tell(ctx, http.MethodPut, p.ofWorld("/clock"), step, nil)
}

// neverStruck are the rules of the world that must strike and have not, by name.
func (p *Player) neverStruck(ctx context.Context) ([]string, error) {
	var rules struct {
		Faults []struct {
			Name     string
			MustFire bool `json:"must_fire"`
			Struck   int
		}
	}
	if err := p.tell(ctx, http.MethodGet, p.ofWorld("/faults"), nil, &rules); err != nil {
		return nil, err
	}
	var names []string
	for _, r := range rules.Faults {
		if r.MustFire && r.Struck == 0 {
			names = append(names, r.Name)
		}
	}
	return names, nil
}

// entry is what the journal has of the request that was answered so. One whose answer
// never came has no id that a client knows: it is the world's newest.
func (p *Player) entry(ctx context.Context, s *seen) (*journal.Entry, error) {
	if s.entry != nil {
		return s.entry, nil
	}
	if id := s.header.Get("x-amz-request-id"); id != "" {
		s.entry = &journal.Entry{}
		return s.entry, p.tell(ctx, http.MethodGet, "/requests/"+url.PathEscape(id), nil, s.entry)
	}
	var all struct{ Requests []journal.Entry }
	err := p.tell(ctx, http.MethodGet, p.ofWorld("/requests?limit=1"), nil, &all)
	if err == nil && len(all.Requests) == 0 {
		err = fmt.Errorf("the journal of %s is empty", p.World)
	}
	if err != nil {
		return nil, err
	}
	s.entry = &all.Requests[0]
	return s.entry, nil
}

// explained is the differences with what was decided of the request, where the journal
// can be read.
func (p *Player) explained(ctx context.Context, all []Mismatch, s *seen) []Mismatch {
	if len(all) == 0 {
		return nil
	}
	entry, err := p.entry(ctx, s)
	if err != nil {
		return all
	}
	for i := range all {
		all[i].entry = entry
	}
	return all
}

// ask finds out which layers stood in the way, and which statements decided. Where none
// did and a fault rule struck, it is the rule that made the answer.
func (p *Player) ask(ctx context.Context, s *seen) error {
	entry, err := p.entry(ctx, s)
	if err != nil {
		return err
	}
	for _, d := range entry.Decisions {
		for _, l := range d.DeniedBy {
			s.layers = append(s.layers, string(l))
		}
		for _, f := range d.Findings {
			if f.Statement != nil && slices.Contains(d.DeniedBy, f.Layer) {
				s.statements = append(s.statements, f.Statement.Sid)
			}
		}
	}
	slices.Sort(s.layers)
	s.layers = slices.Compact(s.layers)
	if len(s.layers) == 0 && entry.Fault != nil {
		s.layers = []string{string(authz.Fault)}
	}
	return nil
}
