package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// auditing is an audit under way.
type auditing struct {
	Config
	stage, own *launch.Stage // of the audited world, and of the file's own scenarios
	subject    *subject
	told       sync.Mutex
	done       int
	total      int // runs; 0: it is not known yet
}

// plan is a run that is to be made.
type plan struct {
	finding.Case
	own      bool   // it is of a scenario of the file's own
	scenario string // whose world it is
	patch    []byte // of that world, in JSON
	rules    []byte // fault rules, in JSON; nil: those of the world
}

// errNothingAsked is for a program that has found its way elsewhere, or that does nothing.
var errNothingAsked = errors.New("the program asked nothing of S3, so that nothing can go wrong with it: does it read " +
	"AWS_ENDPOINT_URL? (s3fault run --proxy reaches those that do not)")

// Run audits a program. Errors: *BaselineError where it fails though nothing goes wrong; a name
// in the Config that there is not, with the nearest that there is; what the program cannot be
// started for; and ctx's, when it ends.
func Run(ctx context.Context, c Config) (r *Report, err error) {
	began := time.Now()
	a, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	r = &Report{Command: a.Program.Args, World: a.World}
	if r.Baselines, err = a.baselines(ctx); err != nil {
		return nil, err
	}
	if len(r.Baselines[0].Requests)+len(r.Baselines[1].Requests) == 0 {
		return nil, errNothingAsked
	}
	plans, leftOut, err := a.project(&r.Baselines)
	if err != nil {
		return nil, err
	}
	r.LeftOut = leftOut
	if r.Results, err = a.all(ctx, plans, &r.Baselines); err != nil {
		return nil, err
	}
	r.RetryModes = retryModes(r)
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// open starts what the programs run against.
func open(ctx context.Context, c Config) (*auditing, error) {
	a := &auditing{Config: c}
	a.World = cmp.Or(a.World, DefaultWorld)
	a.Program.Patience = cmp.Or(a.Program.Patience, DefaultPatience)
	a.OwnFile = cmp.Or(a.OwnFile, a.File)
	if err := a.check(); err != nil {
		return nil, err
	}
	var err error
	if a.stage, err = a.staged(ctx, a.File); err != nil {
		return nil, err
	}
	if a.own = a.stage; len(a.Own) > 0 && a.OwnFile != a.File {
		a.own, err = a.staged(ctx, a.OwnFile)
	}
	if err != nil {
		return nil, errors.Join(err, a.stage.Close())
	}
	return a, nil
}

func (a *auditing) staged(ctx context.Context, file *scenarios.File) (*launch.Stage, error) {
	return launch.Open(ctx, launch.Config{File: file, Proxy: a.Proxy})
}

func (a *auditing) close() error {
	err := a.stage.Close()
	if a.own != a.stage {
		err = errors.Join(err, a.own.Close())
	}
	return err
}

// baselines runs the program twice with nothing wrong.
func (a *auditing) baselines(ctx context.Context) (both finding.Baselines, err error) {
	for i := range both {
		p := plan{scenario: a.World}
		if p.patch, err = a.patch(nil); err != nil {
			return both, err
		}
		ran, err := a.run(ctx, p, nil)
		if err != nil {
			return both, err
		}
		if !ran.Run.Ending.Well() {
			return both, &BaselineError{Run: ran.Run}
		}
		both[i] = ran.Run
		a.tell(ran)
	}
	return both, nil
}

// patch is the merge patch of a world in JSON, with the seed of the audit.
func (a *auditing) patch(of map[string]any) ([]byte, error) {
	whole := map[string]any{}
	for key, value := range of {
		whole[key] = value
	}
	if a.Seed != 0 {
		whole["seed"] = a.Seed
	}
	if len(whole) == 0 {
		return nil, nil
	}
	return json.Marshal(whole)
}

// all makes the runs, Jobs at a time. The results are in the order of the plans. The first
// that cannot be made ends all.
func (a *auditing) all(ctx context.Context, plans []plan, b *finding.Baselines) ([]Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	a.total = len(b) + len(plans)
	results, next := make([]Result, len(plans)), make(chan int)
	var workers sync.WaitGroup
	for range max(a.Jobs, 1) {
		workers.Go(func() {
			for i := range next {
				r, err := a.run(ctx, plans[i], b)
				if err != nil {
					stop(err)
					continue
				}
				results[i] = *r
				a.tell(&results[i])
			}
		})
	}
	for i := range plans {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return results, context.Cause(ctx)
}

// tell tells of a run that has ended.
func (a *auditing) tell(r *Result) {
	a.told.Lock()
	defer a.told.Unlock()
	a.done++
	if a.Done != nil {
		a.Done(a.done, a.total, r)
	}
}

// settled is how long requests may take to end that a program has left behind.
const settled = 3 * time.Second

// run makes a run, in a world of its own.
func (a *auditing) run(ctx context.Context, p plan, b *finding.Baselines) (r *Result, err error) {
	stage := a.stage
	if p.own {
		stage = a.own
	}
	w, err := stage.World(p.scenario, p.patch)
	if err != nil {
		return nil, p.failed(err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if p.rules != nil {
		if err := w.SetFaults(p.rules); err != nil {
			return nil, p.failed(err)
		}
	}
	run := &finding.Run{Case: p.Case, Baselines: b}
	if err := a.record(ctx, w, run); err != nil {
		return nil, p.failed(err)
	}
	r = &Result{Run: run, Findings: finding.Of(run), World: p.patch, Rules: p.rules}
	if p.own {
		r.Scenario = p.scenario
	}
	return r, nil
}

// record runs the program and writes down what there is to be told of it.
func (a *auditing) record(ctx context.Context, w *launch.World, run *finding.Run) (err error) {
	if err := a.look(w); err != nil {
		return err
	}
	if run.Before, err = w.Contents(ctx); err != nil {
		return err
	}
	if run.Ending, err = w.Run(ctx, a.Program); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	w.Settle(ctx, settled)
	run.Requests, run.Forgotten = w.Requests()
	run.After, err = w.Contents(ctx)
	return err
}

// failed says which run could not be made.
func (p *plan) failed(err error) error {
	if p.Name == "" || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s: %w", p.Name, err)
}

// BaselineError says that a program fails though nothing goes wrong: nothing can be told of how
// it takes what does.
type BaselineError struct{ Run *finding.Run }

func (e *BaselineError) Error() string {
	text := "the program fails though nothing goes wrong: " + ended(e.Run.Ending)
	for _, r := range e.refused() {
		text += fmt.Sprintf("\n  %s %s => %d %s", r.Operation, strings.TrimSuffix(r.Bucket+"/"+r.Key, "/"), r.Status, r.Code)
		if r.Message != "" {
			text += ": " + r.Message
		}
	}
	if out := lastLines(e.Run.Ending.Output, shownLines); len(out) > 0 {
		text += "\n  its last output:\n    " + strings.Join(out, "\n    ")
	}
	return text
}

// shownLines is how much is shown of what a program printed, and of what was refused.
const shownLines = 10

// refused are the last requests that were answered with an error.
func (e *BaselineError) refused() (all []journal.Entry) {
	for _, r := range e.Run.Requests {
		if r.Status >= 400 {
			all = append(all, r)
		}
	}
	return all[max(0, len(all)-shownLines):]
}

func ended(e finding.Ending) string {
	switch {
	case e.TimedOut:
		return fmt.Sprintf("it had not ended after %s", e.Took.Round(time.Second))
	case e.Signal != "":
		return "it was ended by a signal: " + e.Signal
	}
	if e.Probed {
		return fmt.Sprintf("its probe ended with %d", e.Exit)
	}
	return fmt.Sprintf("it ended with %d", e.Exit)
}

func lastLines(text string, most int) []string {
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-most):]
}
