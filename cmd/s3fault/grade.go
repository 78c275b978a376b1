package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/grade"
	"github.com/s3fault/s3fault/journal"
)

func gradeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grade [SCENARIO|WORLD]",
		Short: "Say whether the cure that was made in a world is a good one",
		Long: `Say whether the cure that was made in a world is a good one: does what must work work, is what
must be refused refused, and what can somebody do now that he could do neither before nor with the
scenario's own fix. Without a name it is the world at the endpoint. The world stays as it is.`,
		Example: "  s3fault grade ip-deny",
		Args:    cobra.MaximumNArgs(1),
	}
	a := newAsking(cmd)
	cmd.ValidArgsFunction = first(worldNames(a))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.dial()
		if err != nil {
			return err
		}
		world, err := s.worldName(cmd.Context(), strings.Join(args, ""))
		if err != nil {
			return err
		}
		g := &journal.Grade{}
		if err := s.get(cmd.Context(), worldPath(world)+"/grade", g); err != nil {
			return err
		}
		if *a.json {
			err = printJSON(cmd.OutOrStdout(), g)
		} else {
			err = grade.Write(cmd.OutOrStdout(), world, g)
		}
		if err == nil && g.Verdict != journal.Good {
			err = errFailed
		}
		return err
	}
	return cmd
}
