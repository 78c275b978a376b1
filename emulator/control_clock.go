package emulator

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/build"
)

func clockRoutes() []route {
	return []route{
		{http.MethodGet, "/worlds/{id}/clock", "the time in a world", control.clock},
		{http.MethodPut, "/worlds/{id}/clock", "freezes, shifts, steps or speeds up a world's clock", control.setClock},
		{http.MethodDelete, "/worlds/{id}/clock", "goes back to real time", control.resetClock},
	}
}

func (c control) clock(r *http.Request) (any, error) { return c.server.Clock(id(r)) }

func (c control) setClock(r *http.Request) (any, error) {
	step, err := decode(r, build.ClockStep)
	if err != nil {
		return nil, err
	}
	return c.server.SetClock(id(r), ClockStep(*step))
}

func (c control) resetClock(r *http.Request) (any, error) { return c.server.ResetClock(id(r)) }
