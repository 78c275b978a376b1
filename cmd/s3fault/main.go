// Command s3fault is a local S3 endpoint that says no as Amazon S3 does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/nearest"
)

func main() {
	ctx, stop := interruptible()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// interruptible is a context that SIGINT and SIGTERM end. A second of them ends the
// program, as if nobody had asked for the first.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// The exit codes (interface.md "Command line").
const (
	exitGood   = 0
	exitFailed = 1 // an expectation or a check failed
	exitUsage  = 2 // wrong usage or an invalid file
)

// errFailed ends the program with exitFailed; what failed has been printed.
var errFailed = errors.New("failed")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errFailed):
		return exitFailed
	}
	if code := programExit(0); errors.As(err, &code) {
		return int(code)
	}
	complain(stderr, err)
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "s3fault",
		Short:         "A local S3 endpoint that says no exactly as Amazon S3 does",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          helpOrUnknown,
	}
	root.AddCommand(
		serveCommand(), runCommand(), checkCommand(), rehearseCommand(), listCommand(), showCommand(), lessonsCommand(), initCommand(),
		decideCommand(), schemaCommand(), envCommand(), credentialsCommand(), tokenCommand(),
		whyCommand(), gradeCommand(), faultCommand(), worldCommand(), dataCommand(), mcpCommand(),
		healthCommand(), versionCommand(),
	)
	versionFlag(root)
	return root
}

// helpOrUnknown is s3fault, or a family of its commands, without one that it knows.
func helpOrUnknown(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := nearest.Name(args[0], names); near != "" {
		return fmt.Errorf("unknown command %q (did you mean %q?)", args[0], near)
	}
	return fmt.Errorf("unknown command %q; %s --help lists them", args[0], cmd.CommandPath())
}
