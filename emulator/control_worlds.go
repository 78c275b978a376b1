package emulator

import (
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

func worldRoutes() []route {
	return []route{
		{http.MethodGet, "/worlds", "all worlds", control.worlds},
		{http.MethodPost, "/worlds", "makes a private copy of a scenario", control.create},
		{http.MethodGet, "/worlds/{id}", "the facts of a world as they are now", control.facts},
		{http.MethodPatch, "/worlds/{id}", "changes a world by a JSON merge patch", control.patch},
		{http.MethodDelete, "/worlds/{id}", "deletes a private world", control.remove},
		{http.MethodGet, "/worlds/{id}/cloudtrail", "what the world's trails have written", control.trails},
		{http.MethodPost, "/worlds/{id}/reset", "puts a world back as it was loaded", control.reset},
		{http.MethodPost, "/worlds/{id}/fix", "applies the scenario's fix_patch", control.fix},
		{http.MethodGet, "/worlds/{id}/grade", "whether the cure that was made in a world is a good one", control.grade},
	}
}

// asked is the body that asks for a world.
var asked = facts.New("new world",
	facts.Field("scenario", facts.Text, func(n *newWorld) *string { return &n.Scenario }),
	facts.Field("name", worldName, func(n *newWorld) *string { return &n.Name }),
	facts.Field("expires", lifetime, func(n *newWorld) *time.Duration { return &n.Expires }),
	facts.Field("responses", build.Responses, func(n *newWorld) *string { return &n.Responses }),
	facts.Field("patch", facts.TreeOf(build.World.Form()), func(n *newWorld) **tree.Node { return &n.patch }),
	facts.Field("listen", facts.Boolean, func(n *newWorld) *bool { return &n.Listen }),
)

var (
	worldName = facts.Checked(facts.Text, func(name string, n *tree.Node) error {
		if !world.IsName(name) {
			return tree.Fail(n, notAName, name)
		}
		return nil
	})
	lifetime = facts.Checked(facts.Duration, func(d time.Duration, n *tree.Node) error {
		if d <= 0 {
			return tree.Fail(n, "a world expires after a duration that is more than 0, as 10m")
		}
		return nil
	})
)

// born is a private world that was made, as POST /worlds answers it.
type born struct {
	ID       string            `json:"id"`
	Endpoint string            `json:"endpoint"`
	Region   string            `json:"region"`
	Callers  map[string]Caller `json:"callers"`
}

func (c control) create(r *http.Request) (any, error) {
	n, err := decode(r, asked)
	if err != nil {
		return nil, err
	}
	w, err := c.server.create(*n)
	if err != nil {
		return nil, err
	}
	all, err := callersAt(c.server, w, c.base(r))
	if err != nil {
		return nil, err
	}
	return created{born{w.name, w.endpoint(c.base(r)), w.live.Now().State.Region, all}}, nil
}

func (c control) worlds(r *http.Request) (any, error) {
	return map[string]any{"worlds": c.server.Worlds(c.base(r))}, nil
}

func (c control) remove(r *http.Request) (any, error) { return struct{}{}, c.server.DeleteWorld(id(r)) }

func (c control) facts(r *http.Request) (any, error) { return c.server.Facts(id(r)) }

func (c control) patch(r *http.Request) (any, error) {
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.server.Patch(id(r), text)
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

func (c control) grade(r *http.Request) (any, error) {
	w, err := c.server.worlds.find("world", id(r))
	if err != nil {
		return nil, err
	}
	return gradeOf(r.Context(), c.server, w)
}

func (c control) fix(r *http.Request) (any, error) { return struct{}{}, c.server.Fix(id(r)) }
