package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/why"
)

func whyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why [REQUEST-ID]",
		Short: "Say why a request was answered as it was; without an id, the last that was not allowed",
		Args:  cobra.MaximumNArgs(1),
	}
	a := newAsking(cmd)
	last := cmd.Flags().Int("last", 0, "the last so many that were not allowed, the newest last")
	short := cmd.Flags().Bool("short", false, "two lines each: what happened and why, what to do first")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("last") && (*last < 1 || len(args) > 0) {
			return errors.New("--last wants a number from 1 on, and no request id beside it")
		}
		s, err := a.dial()
		if err != nil {
			return err
		}
		cases, err := s.cases(cmd.Context(), args, max(*last, 1))
		switch {
		case err != nil:
			return err
		case *a.json && *last == 0:
			return printJSON(cmd.OutOrStdout(), cases[0])
		case *a.json:
			return printJSON(cmd.OutOrStdout(), cases)
		}
		return tellCases(cmd.OutOrStdout(), cases, *short)
	}
	return cmd
}

// tellCases prints each, with a line between two that are told at length.
func tellCases(w io.Writer, cases []*why.Case, short bool) error {
	style := why.StyleOf(w)
	for i, c := range cases {
		write := c.Write
		if short {
			write = c.Brief
		} else if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := write(w, style); err != nil {
			return err
		}
	}
	return nil
}

// cases are the request that was asked for, or the last n that were not allowed.
func (s *server) cases(ctx context.Context, args []string, n int) ([]*why.Case, error) {
	if len(args) == 1 {
		entry := &emulator.Entry{}
		if err := s.get(ctx, "/requests/"+url.PathEscape(args[0]), entry); err != nil {
			return nil, err
		}
		later, err := s.requests(ctx, entry.World, "?since="+url.QueryEscape(entry.RequestID))
		if err != nil {
			later = nil // the world is gone, or has forgotten the request
		}
		c, err := s.about(ctx, entry, later)
		return []*why.Case{c}, err
	}
	return s.lastCases(ctx, n)
}

// lastCases are the last n of all worlds that there are to look in.
func (s *server) lastCases(ctx context.Context, n int) ([]*why.Case, error) {
	worlds, err := s.worlds(ctx)
	if err != nil {
		return nil, err
	}
	journals, refused := map[string][]emulator.Entry{}, []*emulator.Entry{}
	for _, name := range worlds {
		if journals[name], err = s.requests(ctx, name, ""); err != nil && (s.world != "" || !gone(err)) {
			return nil, err // one of several worlds may have expired since they were listed
		}
		for i := range journals[name] {
			if e := &journals[name][i]; why.NotAllowed(e) {
				refused = append(refused, e)
			}
		}
	}
	if len(refused) == 0 {
		return nil, errors.New("no request has been refused yet")
	}
	slices.SortStableFunc(refused, func(a, b *emulator.Entry) int { return a.Time.Compare(b.Time) })
	var cases []*why.Case
	for _, e := range refused[max(len(refused)-n, 0):] {
		c, err := s.about(ctx, e, journals[e.World])
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// about is what is known of a request. later are those of its world that may have been
// made after it.
func (s *server) about(ctx context.Context, e *emulator.Entry, later []emulator.Entry) (*why.Case, error) {
	c := &why.Case{Request: e}
	if !why.NotAllowed(e) {
		return c, nil
	}
	c.Advice, c.Passed = s.advice(ctx, e), why.PassedSince(e, later)
	if e.World == "" {
		return c, nil
	}
	sc := &emulator.Scenario{}
	err := s.get(ctx, "/scenarios/"+url.PathEscape(e.World), sc)
	if err == nil {
		c.Scenario = sc
	} else if gone(err) {
		err = nil // the world has expired since; its request is told all the same
	}
	return c, err
}

// advice is nil where there is none: nothing can be done, or the request is too old to be
// asked about again.
func (s *server) advice(ctx context.Context, e *emulator.Entry) *why.Advice {
	a := &why.Advice{World: s.admin + "/worlds/" + url.PathEscape(e.World)}
	if s.get(ctx, "/requests/"+url.PathEscape(e.RequestID)+"/advice", &a.Advice) != nil {
		return nil
	}
	return a
}

// requests are those of a world, the newest last, as far as a filter means them.
func (s *server) requests(ctx context.Context, world, filter string) ([]emulator.Entry, error) {
	var list struct{ Requests []emulator.Entry }
	err := s.get(ctx, "/worlds/"+url.PathEscape(world)+"/requests"+filter, &list)
	return list.Requests, err
}

// worlds are those to look for a request in: the endpoint's own, or all that have had
// requests.
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
