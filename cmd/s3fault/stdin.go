package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// endWithStdin ends a command's context when standard input ends. A program that starts
// s3fault with a pipe there need not stop it: the pipe closes with that program, however it
// ends, kill -9 among them.
func endWithStdin(cmd *cobra.Command) {
	ctx, end := context.WithCancel(cmd.Context())
	cmd.SetContext(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, cmd.InOrStdin()) // what breaks it has ended too
		fmt.Fprintln(cmd.ErrOrStderr(), "s3fault: standard input has ended, and the server with it (--while-stdin)")
		end()
	}()
}
