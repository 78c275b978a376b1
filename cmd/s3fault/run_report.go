package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/audit"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/internal/wholefile"
)

// reportFlags are what is done with what an audit found.
type reportFlags struct {
	form, out, bundle, accept string
	keepAccounts              bool
	failOn                    []string

	known *audit.Known
	fails []finding.Kind
}

func (f *reportFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.form, "report", "text", "the form of the report: "+strings.Join(audit.Forms(), ", "))
	flags.StringVarP(&f.out, "output", "o", "", "write the report into this `file`")
	flags.StringVar(&f.bundle, "bundle", "",
		"write a file for each run that fails into this `folder`, which --replay runs again")
	flags.BoolVar(&f.keepAccounts, "keep-accounts", false, "leave the account numbers in bundles as they are")
	flags.StringVar(&f.accept, "accept", "",
		"findings in this `file` are known, and fail nothing: a report in JSON, or YAML")
	flags.StringSliceVar(&f.failOn, "fail-on", kindNames(audit.FailOn), "the `findings` that end s3fault with 1")
	complete(cmd, "report", among(audit.Forms()))
	complete(cmd, "fail-on", among(kindNames(finding.Kinds())))
}

func kindNames(kinds []finding.Kind) (names []string) {
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return names
}

// read says what is wrong with the flags before anything is run.
func (f *reportFlags) read() (err error) {
	if !slices.Contains(audit.Forms(), f.form) {
		return oneOf("--report", f.form, audit.Forms())
	}
	if f.fails, err = audit.ParseKinds(f.failOn); err != nil {
		return fmt.Errorf("--fail-on: %w", err)
	}
	if err := f.places(); err != nil {
		return err
	}
	if f.accept == "" {
		return nil
	}
	f.known, err = audit.LoadKnown(f.accept)
	return err
}

// places says where nothing can be written, before there is anything to write. The folder of
// bundles is made.
func (f *reportFlags) places() error {
	if f.out != "" {
		if info, err := os.Stat(filepath.Dir(f.out)); err != nil {
			return fmt.Errorf("--output: %w", err)
		} else if !info.IsDir() {
			return fmt.Errorf("--output: %s is no folder", filepath.Dir(f.out))
		}
	}
	if f.bundle != "" {
		if err := os.MkdirAll(f.bundle, 0o755); err != nil {
			return fmt.Errorf("--bundle: %w", err)
		}
	}
	return nil
}

// finish writes the report and the bundles. Error: errFailed for a finding that fails.
func (f *reportFlags) finish(cmd *cobra.Command, c audit.Config, r *audit.Report) error {
	j := audit.Judge(r, f.known, f.fails)
	if err := f.write(cmd.OutOrStdout(), j); err != nil {
		return err
	}
	if f.bundle != "" {
		paths, err := audit.Bundles(f.bundle, c, j, f.keepAccounts)
		if err != nil {
			return fmt.Errorf("--bundle: %w", err)
		}
		for _, path := range paths {
			fmt.Fprintf(cmd.ErrOrStderr(), "bundle: %s\n", path)
		}
	}
	if j.Failed() {
		return errFailed
	}
	return nil
}

func (f *reportFlags) write(w io.Writer, j *audit.Judgement) error {
	if f.out == "" {
		return audit.Write(w, f.form, j)
	}
	text := &strings.Builder{}
	if err := audit.Write(text, f.form, j); err != nil {
		return err
	}
	if info, err := os.Lstat(f.out); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(f.out, []byte(text.String()), 0o644) // through a link, as /dev/stdout is one
	}
	return wholefile.Write(f.out, []byte(text.String()), os.FileMode(0o644))
}

// runAgain replays a bundle. Error: errFailed where the program does not do the same.
func runAgain(cmd *cobra.Command, f runFlags, args []string) error {
	if err := f.reportFlags.read(); err != nil {
		return err
	}
	b, err := audit.LoadBundle(f.replay)
	if err != nil {
		return err
	}
	again, err := audit.Replay(cmd.Context(), b, launch.Program{
		Args: args, Patience: cmp.Or(f.timeout, audit.DefaultPatience), Probe: f.probe, StopAfter: f.stopAfter,
	})
	if err != nil {
		return err
	}
	if err := f.write(cmd.OutOrStdout(), audit.Judge(again.Report, nil, f.fails)); err != nil {
		return err
	}
	for _, line := range again.Differs {
		fmt.Fprintf(cmd.ErrOrStderr(), "differs from the bundle: %s\n", printable(line))
	}
	if len(again.Differs) > 0 {
		return errFailed
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "the same as in the bundle")
	return nil
}
