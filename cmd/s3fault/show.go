package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/scenarios"
)

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show one scenario as a lesson: symptom, cause, how to see it, how to fix it",
		Args:  cobra.ExactArgs(1),
	}
	path := fileFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		file, err := loadFile(*path)
		if err != nil {
			return err
		}
		sc, err := file.Scenario(args[0])
		if err != nil {
			return err
		}
		return printLesson(cmd.OutOrStdout(), sc)
	}
	return cmd
}

func printLesson(w io.Writer, sc *scenarios.Scenario) error {
	p := &printer{w: w}
	p.line("%s (%s)", sc.Name, fixes(sc.Fix))
	p.line("%s.\n", strings.TrimSuffix(sc.Title, "."))
	p.line("Try it: eval \"$(s3fault env --scenario %s)\"", sc.Name)
	p.commands("What the program sees", sc.Lesson.Symptom)
	if why := strings.TrimSpace(sc.Lesson.Why); why != "" {
		p.line("\nWhy\n  %s", strings.Join(strings.Fields(why), " "))
	}
	p.commands("How to see it", sc.Lesson.Diagnose)
	p.commands("The fix", sc.FixCommands)
	if len(sc.AfterFix) > 0 {
		p.line("\nAfter it")
		for _, c := range sc.AfterFix {
			want := c.Want.In(sc.Responses(scenarios.Options{}))
			p.line("  %s by %s: %s", c.Call, c.As, strings.TrimSpace(fmt.Sprint(want.Status, " ", want.Code)))
		}
	}
	return p.err
}

// commands prints commands with who types them and what is in their output.
func (p *printer) commands(title string, all []scenarios.Command) {
	if len(all) == 0 {
		return
	}
	p.line("\n%s", title)
	for _, c := range all {
		p.line("  %s$ %s", c.As, c.Run)
		if c.Prints != "" {
			p.line("      ... %s ...", c.Prints)
		}
	}
}
