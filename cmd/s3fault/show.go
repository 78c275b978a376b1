package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/lesson"
)

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show one scenario as a lesson: symptom, cause, how to see it, how to fix it",
		Args:  cobra.ExactArgs(1),
	}
	path, asJSON := fileFlag(cmd), jsonFlag(cmd)
	cmd.ValidArgsFunction = first(fileScenarios(path))
	format := cmd.Flags().String("format", "text", "how it is written: text, for a terminal, or markdown, for a handout")
	cmd.MarkFlagsMutuallyExclusive("format", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *format != "text" && *format != "markdown" {
			return fmt.Errorf("--format is text or markdown, not %q", *format)
		}
		file, err := loadFile(*path)
		if err != nil {
			return err
		}
		sc, err := file.Scenario(args[0])
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), shown{
				sc.Name, sc.Title, append([]int{}, sc.Fix...), sc.LessonJSON(), sc.ExpectJSON(), sc.FixCommandsJSON(),
			})
		}
		text := lesson.Text(sc)
		if *format == "markdown" {
			text = lesson.Markdown(sc, 1)
		}
		_, err = io.WriteString(cmd.OutOrStdout(), text)
		return err
	}
	return cmd
}

// shown is a scenario as show --json has it.
type shown struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Fix         []int  `json:"fix"`
	Lesson      any    `json:"lesson"` // null: it has none
	Expect      []any  `json:"expect"`
	FixCommands []any  `json:"fix_commands"`
}

// lessonsCommand writes the lessons of any file as docs/lessons has the library's;
// users have show.
func lessonsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:    "lessons FOLDER",
		Short:  "Write all lessons into a folder, a Markdown page for each of the article's fixes",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
	}
	path := fileFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		file, err := loadFile(*path)
		if err != nil {
			return err
		}
		pages, err := lesson.Pages(file)
		if err != nil {
			return err
		}
		return writePages(args[0], pages)
	}
	return cmd
}

func writePages(folder string, pages []lesson.Page) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, p := range pages {
		if err := os.WriteFile(filepath.Join(folder, p.Name), []byte(p.Content), 0o666); err != nil {
			return err
		}
	}
	return nil
}
