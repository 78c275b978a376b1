package main

import (
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/decide"
)

func decideCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "decide [FILE]",
		Short: "Decide authorization cases: JSON lines in, decisions as JSON lines out",
		Long: "Decide authorization cases: JSON lines in, decisions as JSON lines out, in order.\n\n" +
			"A case holds a request and the policies around it; nothing is derived and no policy is validated. " +
			"Without FILE, or with -, standard input is read. A line that is no case is answered with an error and does not end the run.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := openCases(args, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer in.Close()
			// What a case leaves is garbage but for a few policies: a heap of five times those costs a quarter of the
			// collections.
			debug.SetGCPercent(400)
			return decide.Run(cmd.Context(), in, cmd.OutOrStdout())
		},
	}
}

// openCases opens the file that is named, or else standard input.
func openCases(args []string, stdin io.Reader) (io.ReadCloser, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(stdin), nil
	}
	return os.Open(args[0])
}
