package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
)

// dataFlags say where a server keeps its worlds.
type dataFlags struct{ dir, sync string }

// When what was acknowledged is on the disk.
const (
	syncAlways = "always"
	syncNever  = "never"
)

func (f *dataFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.dir, "data", "",
		"keep the worlds in this `folder`, so that what they became survives a restart (default: in memory alone)")
	cmd.Flags().StringVar(&f.sync, "data-sync", syncAlways,
		"always: what was acknowledged survives a power cut; never: it survives the end of s3fault, however that comes")
}

// noSync says what --data-sync is.
func (f *dataFlags) noSync(cmd *cobra.Command) (bool, error) {
	switch {
	case f.dir == "" && cmd.Flags().Changed("data"):
		return false, errors.New("--data wants a folder, and was given an empty name")
	case f.dir == "" && cmd.Flags().Changed("data-sync"):
		return false, errors.New("--data-sync is of a folder: it wants --data")
	case f.sync == syncAlways || f.sync == syncNever:
		return f.sync == syncNever, nil
	}
	meant := ""
	if near := nearest.Name(f.sync, []string{syncAlways, syncNever}); near != "" {
		meant = fmt.Sprintf(" (did you mean %q?)", near)
	}
	return false, fmt.Errorf("--data-sync is always or never, not %q%s", f.sync, meant)
}

// warn says what --data-sync=never is.
func (f *dataFlags) warn(tell func(world, warning string)) {
	tell("", "--data-sync never: what is acknowledged survives the end of s3fault, and not a power cut")
}

func dataCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Look at, or reset, what serve --data has kept",
		Args:  cobra.ArbitraryArgs,
		RunE:  helpOrUnknown,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "check DIR",
			Short: "Read all that a folder has, and name what of it is damaged",
			Args:  cobra.ExactArgs(1),
			RunE:  func(cmd *cobra.Command, args []string) error { return checkData(cmd, args[0]) },
		},
		&cobra.Command{
			Use:   "reset DIR [WORLD]",
			Short: "Take away what a folder has of a world, or all of it: the world is then as its scenario says",
			Args:  cobra.RangeArgs(1, 2),
			RunE:  resetData,
		},
	)
	return cmd
}

func checkData(cmd *cobra.Command, dir string) error {
	r, err := emulator.CheckData(dir)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for _, damage := range r.Damages {
		fmt.Fprintln(out, tree.OneLine(damage))
	}
	fmt.Fprintf(out, "%s: %s, %s, %s; %s\n", dir, counted(r.Worlds, "world"), counted(r.Objects, "object"),
		counted(r.Bodies, "body"), counted(len(r.Damages), "damage"))
	if len(r.Damages) > 0 {
		return errFailed
	}
	return nil
}

func resetData(cmd *cobra.Command, args []string) error {
	what, world := "all worlds are", ""
	if len(args) == 2 {
		what, world = args[1]+" is", args[1]
	}
	if err := emulator.ResetData(args[0], world); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s as the scenario file says\n", args[0], what)
	return nil
}

// counted is a number of things.
func counted(n int, one string) string {
	switch {
	case n == 1:
		return "1 " + one
	case one == "body":
		one = "bodie"
	}
	return fmt.Sprintf("%d %ss", n, one)
}
