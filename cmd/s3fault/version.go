package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/version"
)

func versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit, and what it was built with and for",
		Args:  cobra.NoArgs,
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), version.Of())
		}
		return printVersion(cmd)
	}
	return cmd
}

// versionFlag makes --version of a command do what `version` does.
func versionFlag(cmd *cobra.Command) {
	asked := cmd.Flags().Bool("version", false, "print the version")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *asked && len(args) == 0 {
			return printVersion(cmd)
		}
		return run(cmd, args)
	}
}

func printVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprintln(cmd.OutOrStdout(), version.Of())
	return err
}
