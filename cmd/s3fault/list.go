package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/lesson"
)

func listCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the scenarios, a line each",
		Args:    cobra.NoArgs,
	}
	path, asJSON := fileFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		all, err := summaries(*path)
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), map[string]any{"scenarios": all})
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
		for _, sc := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", sc.Name, lesson.Fixes(sc.Fix), sc.Title)
		}
		return w.Flush()
	}
	return cmd
}

// summaries are the scenarios of a file, in its order.
func summaries(path string) ([]emulator.Summary, error) {
	file, err := loadFile(path)
	if err != nil {
		return nil, err
	}
	all := []emulator.Summary{}
	for _, name := range file.Names() {
		sc, err := file.Scenario(name)
		if err != nil {
			return nil, err
		}
		all = append(all, emulator.Summary{Name: name, Title: sc.Title, Fix: append([]int{}, sc.Fix...)})
	}
	return all, nil
}
