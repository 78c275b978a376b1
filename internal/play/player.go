// Package play plays the expectations of scenarios against a running server, over HTTP
// and really signed.
package play

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// Player plays calls against a running server, over HTTP and really signed.
type Player struct {
	// Endpoint is the world's: "http://HOST:PORT/~NAME".
	Endpoint string
	// Control is the control plane's: "http://HOST:PORT/_s3fault".
	Control string
	// Token is what the control plane asks for; empty: nothing.
	Token string
	// World is the name that the control plane knows the world by.
	World   string
	Region  string
	Callers map[string]sigv4.Credentials
	// Tokens are those of callers' OpenID Connect providers, by caller.
	Tokens map[string]string
	// Responses is what the server answers with: "article" or "aws".
	Responses string
	// Client sends the requests; nil: one that follows no redirects and no proxy, and sends
	// each request over a connection of its own.
	Client *http.Client
	// Now is the world's clock; nil: time.Now.
	Now func() time.Time
	// Impatience is how long it waits for an answer of which nothing more is to come; zero: a
	// second.
	Impatience time.Duration
	// Turn takes a step of the world's clock; nil: the control plane is asked to.
	Turn func(context.Context, scenarios.Call) error
}

// directClient talks to the endpoint and to nobody else. A connection that served a call
// before could break, and net/http would send the next call again by itself.
var directClient = &http.Client{
	Transport:     &http.Transport{Proxy: nil, DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (p *Player) client() *http.Client {
	if p.Client == nil {
		return directClient
	}
	return p.Client
}

func (p *Player) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// Play takes one step, all its times, and compares. The error is for a step that could
// not be taken at all. What the call saves is gone with it: Check plays lists.
func (p *Player) Play(ctx context.Context, c scenarios.Call) ([]Mismatch, error) {
	return p.begin().step(ctx, c)
}

// run is a list of calls that is being played.
type run struct {
	*Player
	saved map[string]string
}

func (p *Player) begin() *run { return &run{p, map[string]string{}} }

func (r *run) step(ctx context.Context, c scenarios.Call) ([]Mismatch, error) {
	if !c.Sends() {
		return nil, r.turn(ctx, c)
	}
	wants := c.Each()
	var all []Mismatch
	for i, want := range wants {
		differences, err := r.once(ctx, c, want.In(r.Responses))
		for _, d := range differences {
			if len(wants) > 1 {
				d.What = fmt.Sprintf("time %d: %s", i+1, d.What)
			}
			all = append(all, d)
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// once sends the call one time.
func (r *run) once(ctx context.Context, c scenarios.Call, want scenarios.Want) ([]Mismatch, error) {
	request, err := r.request(ctx, r.filled(c))
	if err != nil {
		return nil, err
	}
	seen, err := r.send(request, r.patienceFor(want))
	if err != nil {
		return nil, err
	}
	if want.Layer != "" || want.Statement != "" {
		if err := r.ask(ctx, seen); err != nil {
			return nil, err
		}
	}
	return r.explained(ctx, compare(want, seen), seen), r.save(c.Save, seen)
}
