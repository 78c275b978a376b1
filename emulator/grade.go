package emulator

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/grade"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// Grade says whether the cure that somebody made in a world is a good one.
type Grade = journal.Grade

// grading is one grading of a world, which it leaves as it is: calls are sent to copies.
type grading struct {
	server *Server
	world  *World
	copy   *stage        // that is played on; nil: none yet
	kept   []*store.Live // to be closed
}

// gradeOf grades a world. Errors: those of calls that could not be sent, and of ctx.
func gradeOf(ctx context.Context, s *Server, w *World) (*Grade, error) {
	w.age(s.config.Now())
	now := w.live.Now()
	tokens, err := w.tokens(now.State, s.config.Now())
	if err != nil {
		return nil, err
	}
	told, err := w.scenario.In(keys(now.State), tokens)
	if err != nil {
		return nil, err
	}
	g := &grading{server: s, world: w}
	defer g.close()
	c := grade.Case{Scenario: told, Now: now, Time: now.State.Clock.Now(s.config.Now()), Play: g.play}
	if c.Loaded, err = g.loaded(false); err != nil {
		return nil, err
	}
	if told.HasPatch() {
		if c.Fixed, err = g.loaded(true); err != nil {
			return nil, err
		}
	}
	return grade.Of(ctx, c)
}

// loaded is the world as it is loaded, or with the scenario's fix.
func (g *grading) loaded(fixed bool) (*store.Moment, error) {
	m, err := g.server.build(g.world.scenario, g.world.private, g.server.config.Now())
	if err != nil {
		return nil, err
	}
	live := store.NewLive(m)
	g.kept = append(g.kept, live)
	if !fixed {
		return live.Now(), nil
	}
	fix, err := build.Of(g.world.scenario).ApplyFix(g.server.options(g.world.private), live.Now())
	if err != nil {
		return nil, err
	}
	defer fix.Discard()
	err = live.Commit(context.Background(), live.Now(), fix)
	return live.Now(), err
}

// play is grade.Case.Play.
func (g *grading) play(ctx context.Context, anew bool, list []scenarios.Call) ([]grade.Answer, error) {
	if g.copy == nil || anew {
		g.leave()
		var err error
		if g.copy, err = openStage(g.server, g.world); err != nil {
			return nil, err
		}
	}
	taken, err := g.copy.player().Take(ctx, list)
	answers := make([]grade.Answer, len(taken))
	for i, t := range taken {
		answers[i] = grade.Answer{Call: t.Call, Want: t.Want, Saw: t.Saw}
		for _, d := range t.Differences {
			answers[i].Differs = append(answers[i].Differs, d.String())
		}
	}
	return answers, err
}

func (g *grading) leave() {
	if g.copy != nil {
		g.copy.close()
	}
}

func (g *grading) close() {
	g.leave()
	for _, l := range g.kept {
		l.Close()
	}
}

// stage is a copy of a world, with the same access keys, on a port of its own that nobody is
// told of. The registry does not know it.
type stage struct {
	server *Server
	*World
	listener net.Listener
	http     *http.Server
	ended    chan struct{}
}

// openStage copies a world as it is now. Its fault rules count from the beginning.
func openStage(s *Server, w *World) (*stage, error) {
	m := w.live.Now()
	copied := s.serveWorld(w.name, w.scenario, m, w.private, s.config.Now())
	t := &stage{server: s, World: copied, ended: make(chan struct{})}
	t.live, t.oidc = w.live.Fork(), w.oidc
	if m.Faults != nil {
		rules := store.World{Faults: m.Faults}
		if err := t.live.Commit(context.Background(), t.live.Now(), rules); err != nil {
			t.World.close()
			return nil, err
		}
	}
	var err error
	if t.listener, err = net.Listen("tcp", net.JoinHostPort(loopback, "0")); err != nil {
		t.World.close()
		return nil, err
	}
	t.http = newHTTPServer(t, nil, s.config.IdleTimeout)
	go func() {
		defer close(t.ended)
		_ = t.http.Serve(s.listener(context.Background(), t.listener)) // until it is closed
	}()
	return t, nil
}

// ServeHTTP answers at the copy, whatever name the address has.
func (t *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := newPassage(t.server, w, r)
	p.only = t.World
	p.finish(w, r, p.answer(r))
}

func (t *stage) close() {
	_ = t.http.Close()
	<-t.ended
	t.World.close()
}

// impatience is how long an answer that stalls is waited for: somebody waits for the grade.
const impatience = 500 * time.Millisecond

// player is the scenario's, with the copy's clock.
func (t *stage) player() *play.Player {
	state := t.live.Now().State
	responses := cmp.Or(t.server.options(t.private).Responses, t.scenario.Responses())
	return &play.Player{
		Endpoint: "http://" + t.listener.Addr().String(), World: t.name, Region: state.Region,
		Callers: keys(state), Responses: responses, Turn: t.turn,
		Impatience: impatience,
	}
}

// turn takes a step of the clock. Nothing is on its way to the copy, so that what was signed
// in the present second may count as signed after the step; a clock that stands may do so
// since later than that second began.
func (t *stage) turn(_ context.Context, c scenarios.Call) error {
	step := world.ClockStep{ClientSkew: c.ClientSkew}
	if c.Advance != 0 {
		step.Advance = &c.Advance
	}
	now := t.server.config.Now()
	return t.change(func(m *store.Moment) (store.World, error) {
		real := now
		if m.State.Clock.Rate() > 0 {
			real = now.Truncate(time.Second)
		}
		next, err := m.State.Clock.Step(step, real)
		return store.World{State: m.State.WithClock(next)}, err
	})
}
