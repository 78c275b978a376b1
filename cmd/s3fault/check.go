package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/why"
	"github.com/s3fault/s3fault/scenarios"
)

func checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [NAME...]",
		Short: "Play every expectation, apply every fix and play what must hold after it",
	}
	path := fileFlag(cmd)
	responses := cmd.Flags().String("responses", "", "play with these responses alone: aws or article (default: both)")
	lessons := cmd.Flags().Bool("lesson", false,
		"tell whether the lessons teach: their own cure, and three that are too wide, are graded")
	strict := cmd.Flags().Bool("strict", false, "fail for warnings too")
	endpoint := cmd.Flags().String("endpoint", "",
		"play on the server that runs at this `address`, in private worlds (default: on a server of its own)")
	cmd.MarkFlagsMutuallyExclusive("endpoint", "lesson")
	cmd.RunE = func(cmd *cobra.Command, names []string) error {
		on, err := stageAt(*endpoint)
		if err != nil {
			return err
		}
		if err := checkResponses(*responses); err != nil {
			return err
		}
		file, err := loadFile(*path)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			names = file.Names()
		}
		if *lessons {
			return checkLessons(cmd.Context(), cmd.OutOrStdout(), file, names, *responses)
		}
		warnings := printWarnings(cmd.OutOrStdout(), file, names)
		err = check(cmd.Context(), cmd.OutOrStdout(), on, file, names, *responses)
		if err == nil && *strict && warnings > 0 {
			fmt.Fprintf(cmd.OutOrStdout(), "%d warnings, which --strict does not let pass\n", warnings)
			err = errFailed
		}
		return err
	}
	return cmd
}

// printWarnings prints a line for each warning about the scenarios, and counts them.
func printWarnings(w io.Writer, file *scenarios.File, names []string) int {
	all := file.Warnings(names...)
	for _, warning := range all {
		fmt.Fprintf(w, "warn  %s\n", tree.OneLine(warning.Error()))
	}
	return len(all)
}

// check plays the scenarios, each with every kind of responses that it is played in
// on a world of its own, and prints a line for each and one for each failure.
func check(ctx context.Context, w io.Writer, on stage, file *scenarios.File, names []string, responses string) error {
	kinds := bothResponses
	if responses != "" {
		kinds = []string{responses}
	}
	calls, failures := 0, 0
	for _, kind := range kinds {
		played, skipped, err := playedIn(file, names, kind)
		if err != nil {
			return err
		}
		if responses != "" {
			printSkipped(w, skipped, kind)
		}
		reports, err := on(ctx, file, played, kind)
		if err != nil {
			return err
		}
		for i, r := range reports {
			calls += r.Played
			failures += len(r.Failures)
			printReport(w, played[i], kind, r)
		}
	}
	fmt.Fprintf(w, "%d scenarios, %d calls, %d failures\n", len(names), calls, failures)
	fmt.Fprint(w, "These are the file's own expectations; whether a fix opens more than it should: s3fault grade NAME\n")
	if failures > 0 {
		return errFailed
	}
	return nil
}

// playedIn are the names of the scenarios that are played with these responses (empty:
// each with its own), and the scenarios that are not.
func playedIn(file *scenarios.File, names []string, responses string) (played []string, skipped []*scenarios.Scenario, err error) {
	for _, name := range names {
		scenario, err := file.Scenario(name)
		if err != nil {
			return nil, nil, err
		}
		if responses == "" || slices.Contains(scenario.PlayedIn(), responses) {
			played = append(played, name)
		} else {
			skipped = append(skipped, scenario)
		}
	}
	return played, skipped, nil
}

// printSkipped says of scenarios why they are not played, where somebody asked for
// responses that they do not have.
func printSkipped(w io.Writer, skipped []*scenarios.Scenario, responses string) {
	for _, scenario := range skipped {
		fmt.Fprintf(w, "skip  %s (%s): it has an as_of of its own and is played with %s alone\n",
			scenario.Name, responses, scenario.PlayedIn()[0])
	}
}

func printReport(w io.Writer, name, kind string, r play.Report) {
	if len(r.Failures) == 0 {
		fmt.Fprintf(w, "ok    %s (%s): %d calls\n", name, kind, r.Played)
		return
	}
	for i, f := range r.Failures {
		fmt.Fprintf(w, "FAIL  %s\n", f)
		entry := r.Entries[f]
		if entry == nil || i+1 < len(r.Failures) && r.Entries[r.Failures[i+1]] == entry {
			continue // the next failure is about the same request
		}
		for _, line := range why.Decided(entry) {
			fmt.Fprintf(w, "        %s\n", line)
		}
	}
}

// checkAll plays the scenarios against one server, whose worlds share nothing.
func checkAll(ctx context.Context, file *scenarios.File, names []string, kind string) ([]play.Report, error) {
	s, err := emulator.New(emulator.Config{File: file, Responses: kind})
	if err != nil {
		return nil, err
	}
	base, stop, err := s.Loopback(ctx)
	if err != nil {
		return nil, err
	}
	reports := make([]play.Report, len(names))
	for i, name := range names {
		if reports[i], err = checkOne(ctx, file, s, base, name, kind); err != nil {
			break
		}
	}
	if stopped := stop(); err == nil {
		err = stopped
	}
	return reports, err
}

func checkOne(ctx context.Context, file *scenarios.File, s *emulator.Server, base, name, kind string) (play.Report, error) {
	scenario, err := file.Scenario(name)
	if err != nil {
		return play.Report{}, err
	}
	sc, err := s.Describe(name, base)
	if err != nil {
		return play.Report{}, err
	}
	// A name may be given twice, and calls leave their marks.
	if err := s.Reset(name); err != nil {
		return play.Report{}, err
	}
	return play.Check(ctx, &play.Player{
		Endpoint: sc.Endpoint, Control: base + emulator.ControlPrefix, World: sc.Name, Region: sc.Region,
		Callers: sc.Credentials(), Tokens: sc.Tokens(), Responses: kind,
	}, scenario), nil
}
