package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/rehearse"
)

func rehearseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rehearse [NAME...]",
		Short: "Type the lessons' commands into the real AWS CLI and check what it prints",
		Long: "Type the lessons' commands into the real AWS CLI, in one bash session for each scenario, against a fresh server,\n" +
			"and check what they print; play what a client must see before and after. It needs aws, bash and curl.",
	}
	path := fileFlag(cmd)
	responses := cmd.Flags().String("responses", "", "answer as `aws` does or as the article says, whatever the file says")
	cmd.RunE = func(cmd *cobra.Command, names []string) error {
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
		names, skipped, err := playedIn(file, names, *responses)
		if err != nil {
			return err
		}
		printSkipped(cmd.OutOrStdout(), skipped, *responses)
		own, err := os.Executable()
		if err != nil {
			return err
		}
		stage, err := rehearse.Open(cmd.Context(), rehearse.Config{File: file, Responses: *responses, Command: own})
		if err != nil {
			return err
		}
		err = rehearseAll(cmd.Context(), cmd.OutOrStdout(), stage, names)
		if closed := stage.Close(); err == nil {
			err = closed
		}
		return err
	}
	return cmd
}

// rehearseAll prints each scenario when it and those before it are through.
func rehearseAll(ctx context.Context, w io.Writer, stage *rehearse.Stage, names []string) (err error) {
	total := &rehearse.Total{Began: time.Now()}
	stage.All(ctx, names, func(p rehearse.Played) {
		p.Print(w)
		total.Add(p)
		if p.Err != nil && err == nil {
			err = fmt.Errorf("%s: %w", p.Scenario, p.Err)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, total)
	if total.Failures > 0 {
		return errFailed
	}
	return nil
}
