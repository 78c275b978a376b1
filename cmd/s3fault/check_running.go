package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// stage is where check plays scenarios with one kind of responses.
type stage func(ctx context.Context, file *scenarios.File, names []string, kind string) ([]play.Report, error)

// stageAt is a server of the command's own, or the one that runs at an endpoint.
func stageAt(endpoint string) (stage, error) {
	if endpoint == "" {
		return checkAll, nil
	}
	s, err := dial(endpoint)
	if err != nil {
		return nil, err
	}
	return s.checkAll, nil
}

// checkAll plays the scenarios on the running server, each in a private world that is gone
// afterwards: what everybody else sees stays as it is.
func (s *server) checkAll(ctx context.Context, file *scenarios.File, names []string, kind string) ([]play.Report, error) {
	reports := make([]play.Report, len(names))
	for i, name := range names {
		scenario, err := file.Scenario(name)
		if err != nil {
			return nil, err
		}
		if reports[i], err = s.checkOne(ctx, scenario, kind); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// worldTime is after which real time a world that check has left behind is gone.
const worldTime = "10m"

func (s *server) checkOne(ctx context.Context, scenario *scenarios.Scenario, kind string) (play.Report, error) {
	wanted := map[string]string{"scenario": scenario.Name, "responses": kind, "expires": worldTime}
	if kind == "" {
		delete(wanted, "responses")
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return play.Report{}, err
	}
	var w made
	if err := s.call(ctx, http.MethodPost, "/worlds", body, &w); err != nil {
		return play.Report{}, unplaced(err)
	}
	sc := emulator.Scenario{Callers: w.Callers}
	report := play.Check(ctx, &play.Player{
		Endpoint: w.Endpoint, Control: s.admin, Token: s.token, World: w.ID, Region: w.Region,
		Callers: sc.Credentials(), Tokens: sc.Tokens(), Responses: kind,
	}, scenario)
	return report, s.call(context.WithoutCancel(ctx), http.MethodDelete, worldPath(w.ID), nil, &struct{}{})
}
