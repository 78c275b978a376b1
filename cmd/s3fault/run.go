package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
)

type runFlags struct {
	file, scenario, as, responses string
	proxy                         bool
	timeout, stopAfter            time.Duration
	probe                         string
	all                           bool
	auditFlags
	reportFlags
	replay string
}

func runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARG...]",
		Short: "Run a program in a world of its own, and tell what it met there",
		Long: "Run a program in a private world: a server, a port and credentials of its own, in the program's\n" +
			"environment. Its exit code is the program's; at the end stderr says what was called, denied, struck\n" +
			"and retried, and why.\n" +
			"A program that serves and does not end is driven by --probe, or ended by --stop-after.\n\n" +
			"With --all it is run once for each thing that can go wrong with what it asks of S3, each time in a\n" +
			"world of its own, and told is how it took it (docs/audit.md). -f adds the scenarios of a file.",
		Example: `  s3fault run --scenario ip-deny -- aws s3 cp s3://my-bucket/file.txt -
  s3fault run --scenario kms-missing --probe 'curl -f localhost:8080/upload' -- ./server
  s3fault run --all --jobs 4 -- ./backup --to s3://my-bucket`,
		Args: commandBehindDashes,
	}
	f, flags := runFlags{}, cmd.Flags()
	flags.SetInterspersed(false)
	path := fileFlag(cmd)
	flags.StringVar(&f.scenario, "scenario", "", "the scenario (default: the first of the file)")
	flags.StringVar(&f.as, "as", "app", "whose credentials")
	flags.StringVar(&f.responses, "responses", "",
		"answer as `aws` does or as the article says, whatever the file says")
	flags.BoolVar(&f.proxy, "proxy", false,
		"have the program reach AWS's own host names, over TLS too, through the server")
	flags.DurationVar(&f.timeout, "timeout", 0,
		"how long the program may take (default: as long as it likes; with --all 2m)")
	flags.StringVar(&f.probe, "probe", "",
		"a `command` for sh that drives the program, which is ended then; its exit code counts")
	flags.DurationVar(&f.stopAfter, "stop-after", 0, "end the program after that time, well")
	flags.BoolVar(&f.all, "all", false, "run it once for each thing that can go wrong")
	f.auditFlags.register(flags)
	f.reportFlags.add(cmd)
	flags.StringVar(&f.replay, "replay", "",
		"run it in the world of this `file`, which --bundle has written, and say whether it does the same")
	cmd.MarkFlagsMutuallyExclusive("all", "replay")
	for _, other := range []string{"file", "scenario", "as", "responses", "proxy", "world", "seed"} {
		cmd.MarkFlagsMutuallyExclusive("replay", other) // the file has it
	}
	cmd.MarkFlagsMutuallyExclusive("probe", "stop-after")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.file = *path
		if err := checkTogether(flags, f.all); err != nil {
			return err
		}
		defer unbroken()()
		switch {
		case f.all:
			return runAll(cmd, f, args)
		case f.replay != "":
			return runAgain(cmd, f, args)
		}
		return runOne(cmd, f, args)
	}
	return cmd
}

// commandBehindDashes wants a command, and nothing before it that is neither.
func commandBehindDashes(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("run wants a command: s3fault run --scenario NAME -- COMMAND")
	}
	return nil
}

// programExit ends s3fault as the program ended that it has run.
type programExit int

func (c programExit) Error() string { return fmt.Sprintf("the program ended with %d", int(c)) }

// The exit codes of a shell for a program that a signal ended, and of timeout(1).
const (
	exitTimedOut = 124
	exitSignal   = 128
	// of an audit that a signal ended
	exitInterrupted = exitSignal + 2
)

func runOne(cmd *cobra.Command, f runFlags, args []string) (err error) {
	if err := checkResponses(f.responses); err != nil {
		return err
	}
	file, err := loadFile(f.file)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(cmd.Context()) // a signal is the program's, and ends us with it
	told := newLines(cmd.ErrOrStderr())
	defer told.flush()
	stage, err := launch.Open(ctx, launch.Config{
		File: file, Scenario: f.scenario, Responses: f.responses, Proxy: f.proxy,
		Warn: strangersAlone(told.warn),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	w, err := stage.World(f.scenario, nil)
	if err != nil {
		return err
	}
	signals, stop := passedOn()
	defer stop()
	ending, err := w.Run(ctx, launch.Program{
		Args: args, Caller: f.as, Patience: f.timeout, Probe: f.probe, StopAfter: f.stopAfter,
		Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(),
		Signals: signals, Foreground: launch.OnTerminal(),
	})
	if err != nil {
		return err
	}
	tellRun(cmd.ErrOrStderr(), w, ending)
	return outcome(w, ending)
}

// strangersAlone warns of clients who do not come to speak HTTP: what is odd in a scenario, check
// says.
func strangersAlone(warn func(world, warning string)) func(world, warning string) {
	return func(world, warning string) {
		if world == "" {
			warn(world, warning)
		}
	}
}

// outcome is the program's exit code as an error; a rule that must fire and has not fails a run
// that went well.
func outcome(w *launch.World, e finding.Ending) error {
	switch {
	case e.TimedOut:
		return programExit(exitTimedOut)
	case e.Signal != "":
		return programExit(exitSignal + int(e.SignalNumber))
	case e.Exit != 0:
		return programExit(e.Exit)
	}
	never, err := w.NeverStruck()
	if err == nil && len(never) > 0 {
		err = errFailed
	}
	return err
}

// unbroken has us outlive those who read what we print, until there is nothing left of the
// programs and of their files.
func unbroken() (stop func()) {
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}

// passedOn are the signals that the program gets, too.
func passedOn() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 8)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
