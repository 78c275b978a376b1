package mcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

func clockTools() []tool {
	return []tool{
		row("get_clock", Reads, "The time in a world, and how its clock stands to the real one.", (*Desk).clock),
		row("set_clock", Changes, "Turn a world's clock: let time go by, so that credentials, presigned URLs and retention "+
			"end, or have the clients' clocks be wrong. One of now, offset and advance, or real alone.", (*Desk).setClock),
	}
}

// clock is a world's as the control plane tells it.
type clock struct {
	Now        time.Time `json:"now"`    // the world's
	Real       time.Time `json:"real"`   // the machine's
	Client     time.Time `json:"client"` // what the clocks of the clients ought to say
	Offset     string    `json:"offset"` // now is so far ahead of real
	Rate       float64   `json:"rate"`
	ClientSkew string    `json:"client_skew"`
}

func clockPath(world string) string { return worldPath(world) + "/clock" }

func (d *Desk) clock(ctx context.Context, in *inWorld) (string, *clock, error) {
	return d.turned(ctx, http.MethodGet, in.World, nil)
}

type clockStep struct {
	Advance    string   `json:"advance,omitempty" jsonschema:"let so much time go by: 61m"`
	Now        string   `json:"now,omitempty" jsonschema:"stop the clock at that time: 2026-01-02T03:04:05Z"`
	Offset     string   `json:"offset,omitempty" jsonschema:"let it run so far from the real time: 2h, -15m"`
	Rate       *float64 `json:"rate,omitempty" jsonschema:"seconds of the world in a real one; 0: it stands"`
	ClientSkew string   `json:"client_skew,omitempty" jsonschema:"the clients' clocks are so far behind: 20m"`
}

type clockChange struct {
	inWorld
	clockStep
	Real bool `json:"real,omitempty" jsonschema:"go back to the real time"`
}

func (d *Desk) setClock(ctx context.Context, in *clockChange) (string, *clock, error) {
	switch {
	case in.Real && in.clockStep != clockStep{}:
		return "", nil, errors.New("real stands alone: it goes back to the real time, and nothing else is to be said")
	case in.Real:
		return d.turned(ctx, http.MethodDelete, in.World, nil)
	}
	return d.turned(ctx, http.MethodPut, in.World, in.clockStep)
}

func (d *Desk) turned(ctx context.Context, method, world string, body any) (string, *clock, error) {
	c := &clock{}
	if err := d.call(ctx, method, clockPath(world), body, c); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("In %s it is %s, %s ahead of the real time.", world, c.Now.Format(time.RFC3339), c.Offset), c, nil
}
