package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
)

func healthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "End with 0 when the server answers",
		Args:  cobra.NoArgs,
	}
	a := newAsking(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := a.dial()
		if err != nil {
			return err
		}
		var health emulator.Health
		if err := s.get(cmd.Context(), "/health", &health); err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "s3fault: %v\n", err)
			return errFailed
		}
		if *a.json {
			return printJSON(cmd.OutOrStdout(), health)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: s3fault %s, %d scenarios\n", health.Status, health.Version, health.Scenarios)
		return nil
	}
	return cmd
}
