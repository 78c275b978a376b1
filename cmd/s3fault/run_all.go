package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/s3fault/s3fault/internal/audit"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/scenarios"
)

// auditFlags are those that go with --all alone.
type auditFlags struct {
	world        string
	deny, faults []string
	jobs         int
	seed         uint64
}

// none is the list that is empty, in the place of all.
const none = "none"

func (f *auditFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.world, "world", audit.DefaultWorld, "the `scenario` whose world is the program's own, with --all")
	flags.StringSliceVar(&f.deny, "deny", nil,
		"the ways to refuse, with --all: "+strings.Join(audit.Denials(), ", ")+"; or "+none+" (default: all)")
	flags.StringSliceVar(&f.faults, "faults", nil,
		"the fault `sets`, with --all, built in or the file's; or "+none+"; may be repeated (default: "+
			strings.Join(audit.BuiltIn(), ", ")+")")
	flags.IntVar(&f.jobs, "jobs", 1,
		"how many runs at a time, with --all: more for a program that keeps no files or ports of its own")
	flags.Uint64Var(&f.seed, "seed", 0, "what the worlds' random numbers come of, with --all")
}

// The flags of run that go with --all alone, and those that do not.
var (
	onlyAll = []string{"world", "deny", "faults", "jobs", "seed", "bundle", "keep-accounts", "accept"}
	onlyOne = []string{"scenario", "responses"}
	// those that are of a report, which one run in a scenario has not
	onlyReport = []string{"report", "output", "fail-on"}
)

// checkTogether refuses flags that mean nothing beside --all, or without it.
func checkTogether(flags *pflag.FlagSet, all bool) error {
	for _, name := range onlyReport {
		if flags.Changed(name) && !all && !flags.Changed("replay") {
			return fmt.Errorf("--%s goes with --all and --replay", name)
		}
	}
	for _, name := range []string{"timeout", "stop-after"} {
		if d, _ := flags.GetDuration(name); flags.Changed(name) && d <= 0 {
			return fmt.Errorf("--%s is more than 0, not %s", name, d)
		}
	}
	for _, name := range onlyAll {
		if flags.Changed(name) && !all {
			return fmt.Errorf("--%s goes with --all", name)
		}
	}
	for _, name := range onlyOne {
		if flags.Changed(name) && all {
			return fmt.Errorf("--%s does not go with --all, which has --world", name)
		}
	}
	return nil
}

func runAll(cmd *cobra.Command, f runFlags, args []string) error {
	c, err := f.audit(args)
	if err == nil {
		err = f.reportFlags.read()
	}
	if err != nil {
		return err
	}
	progress := newProgress(cmd.ErrOrStderr())
	c.Done = progress.done
	report, err := audit.Run(cmd.Context(), c)
	progress.end()
	if errors.Is(err, context.Canceled) && cmd.Context().Err() != nil {
		return programExit(exitInterrupted)
	}
	if err != nil {
		return err
	}
	return f.finish(cmd, c, report)
}

// audit is what the flags say.
func (f *runFlags) audit(args []string) (c audit.Config, err error) {
	if f.jobs < 1 {
		return c, fmt.Errorf("--jobs is at least 1, not %d", f.jobs)
	}
	c = audit.Config{
		World: f.world, Deny: chosen(f.deny), Faults: chosen(f.faults), Jobs: f.jobs, Proxy: f.proxy, Seed: f.seed,
		Program: launch.Program{
			Args: args, Caller: f.as, Patience: f.timeout, Probe: f.probe, StopAfter: f.stopAfter,
		},
	}
	if c.OwnFile, err = loadFile(f.file); err != nil {
		return c, err
	}
	if f.file != "" {
		c.Own = slices.DeleteFunc(c.OwnFile.Names(), func(name string) bool { return name == f.world })
	}
	c.File, err = f.holds(c.OwnFile)
	return c, err
}

// holds is the file that has the audited world: the library where only that has one of the name.
func (f *runFlags) holds(own *scenarios.File) (*scenarios.File, error) {
	if slices.Contains(own.Names(), f.world) {
		return own, nil
	}
	library, err := scenarios.Library()
	if err != nil || slices.Contains(library.Names(), f.world) {
		return library, err
	}
	return own, nil // which says what it has
}

// chosen is a list as an audit has it.
func chosen(names []string) []string {
	if slices.Equal(names, []string{none}) {
		return []string{}
	}
	return names
}

// progress tells how far an audit is: on a terminal in a line that is written again, elsewhere
// in a line a run.
type progress struct {
	to       io.Writer
	terminal bool
	width    int // of what stands in the line
}

func newProgress(w io.Writer) *progress {
	p := &progress{to: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) done(done, total int, r *audit.Result) {
	name := r.Run.Case.Name
	if name == "" {
		name = "nothing goes wrong"
	}
	text := fmt.Sprintf("%d  %s", done, name)
	if total > 0 {
		text = fmt.Sprintf("%d/%d  %s", done, total, name)
	}
	p.line(text + ": " + summary(r.Findings))
}

// summary are the kinds of findings, each once.
func summary(all []finding.Finding) string {
	var kinds []string
	for _, f := range all {
		if !slices.Contains(kinds, string(f.Kind)) {
			kinds = append(kinds, string(f.Kind))
		}
	}
	return strings.Join(kinds, ", ")
}

func (p *progress) line(text string) {
	if !p.terminal {
		fmt.Fprintf(p.to, "%s\n", text)
		return
	}
	text = text[:min(len(text), terminalWidth)]
	fmt.Fprintf(p.to, "\r%s%s", text, strings.Repeat(" ", max(0, p.width-len(text))))
	p.width = len(text)
}

// terminalWidth is that of a line on any terminal.
const terminalWidth = 79

// end leaves the line.
func (p *progress) end() {
	if p.width > 0 {
		fmt.Fprintf(p.to, "\r%s\r", strings.Repeat(" ", p.width))
	}
}
