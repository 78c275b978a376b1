package main

import (
	"context"
	"errors"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/why"
)

func whyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why [REQUEST-ID]",
		Short: "Say why a request was answered as it was; without an id, the last denied one",
		Args:  cobra.MaximumNArgs(1),
	}
	a := newAsking(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.dial()
		if err != nil {
			return err
		}
		entry, err := s.entry(cmd.Context(), args)
		if err != nil {
			return err
		}
		advice := s.advice(cmd.Context(), entry)
		if *a.json {
			return printJSON(cmd.OutOrStdout(), explained{entry, advice})
		}
		var sc *emulator.Scenario
		if entry.World != "" {
			sc = &emulator.Scenario{}
			if err := s.get(cmd.Context(), "/scenarios/"+url.PathEscape(entry.World), sc); err != nil {
				return err
			}
		}
		return why.Write(cmd.OutOrStdout(), entry, sc, advice)
	}
	return cmd
}

// explained is a request as why --json has it.
type explained struct {
	Request *emulator.Entry `json:"request"`
	Advice  *why.Advice     `json:"advice"` // null: there is none
}

// advice is nil where there is none: nothing was denied, or the request is too old
// to be asked about again.
func (s *server) advice(ctx context.Context, e *emulator.Entry) *why.Advice {
	if e.Denied() == nil {
		return nil
	}
	a := &why.Advice{World: s.admin + "/worlds/" + url.PathEscape(e.World)}
	if s.get(ctx, "/requests/"+url.PathEscape(e.RequestID)+"/advice", &a.Advice) != nil {
		return nil
	}
	return a
}

// entry is the request that was asked for.
func (s *server) entry(ctx context.Context, args []string) (*emulator.Entry, error) {
	if len(args) == 1 {
		entry := &emulator.Entry{}
		return entry, s.get(ctx, "/requests/"+url.PathEscape(args[0]), entry)
	}
	worlds, err := s.worlds(ctx)
	if err != nil {
		return nil, err
	}
	var last *emulator.Entry
	for _, name := range worlds {
		entry, err := s.lastDenied(ctx, name)
		if err != nil {
			return nil, err
		}
		if entry != nil && (last == nil || entry.Time.After(last.Time)) {
			last = entry
		}
	}
	if last == nil {
		return nil, errors.New("no request has been denied yet")
	}
	return last, nil
}

// worlds are those to look for a denied request in: the endpoint's own, or all that have
// had requests.
func (s *server) worlds(ctx context.Context) ([]string, error) {
	if s.world != "" {
		return []string{s.world}, nil
	}
	var list struct{ Worlds []emulator.WorldSummary }
	if err := s.get(ctx, "/worlds", &list); err != nil {
		return nil, err
	}
	var names []string
	for _, w := range list.Worlds {
		if w.Endpoint == s.base {
			return []string{w.ID}, nil
		}
		if w.Requests > 0 {
			names = append(names, w.ID)
		}
	}
	return names, nil
}

func (s *server) lastDenied(ctx context.Context, world string) (*emulator.Entry, error) {
	var list struct{ Requests []emulator.Entry }
	if err := s.get(ctx, "/worlds/"+url.PathEscape(world)+"/requests", &list); err != nil {
		return nil, err
	}
	for i := len(list.Requests) - 1; i >= 0; i-- {
		if e := &list.Requests[i]; e.Denied() != nil || e.Status >= 400 {
			return e, nil
		}
	}
	return nil, nil
}
