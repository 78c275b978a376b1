package audit

import (
	"context"
	"errors"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/scenarios"
)

// Replayed is a bundle's case that was run again.
type Replayed struct {
	*Report
	// Differs is how what was found differs from what the bundle has, a line each:
	// "-lost-write my-bucket/a" is gone; nil: it is the same.
	Differs []string
}

// Replay runs a program in the world of a bundle, where the same goes wrong. Errors: the bundle's
// world cannot be made, the program cannot be started, and ctx's.
func Replay(ctx context.Context, b *Bundle, p launch.Program) (*Replayed, error) {
	file, err := scenarios.Parse("the bundle's file", b.File)
	if err != nil {
		return nil, err
	}
	p.Caller = b.Caller
	a, err := open(ctx, Config{File: file, World: b.Scenario, Program: p, Proxy: b.Proxy, Seed: b.Seed})
	if err != nil {
		return nil, err
	}
	r, err := a.run(ctx, plan{Case: b.Run.Case, scenario: b.Scenario, patch: b.Patch, rules: b.Rules}, b.Run.Baselines)
	if err = errors.Join(err, a.close()); err != nil {
		return nil, err
	}
	again := &Replayed{Report: &Report{
		Command: p.Args, World: b.Scenario, Seconds: r.Run.Ending.Took.Seconds(), Results: []Result{*r},
	}}
	var stable func(string) bool
	if b.Run.Baselines != nil {
		again.Baselines = *b.Run.Baselines
		stable = b.Run.Baselines.Stable()
	}
	again.RetryModes = retryModes(again.Report)
	again.Differs = finding.Compare(b.Findings, r.Findings, stable)
	return again, nil
}
