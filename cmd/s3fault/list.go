package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/lesson"
)

func listCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios, a line each",
		Args:  cobra.NoArgs,
	}
	path := fileFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		file, err := loadFile(*path)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
		for _, name := range file.Names() {
			sc, err := file.Scenario(name)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", name, lesson.Fixes(sc.Fix), sc.Title)
		}
		return w.Flush()
	}
	return cmd
}
