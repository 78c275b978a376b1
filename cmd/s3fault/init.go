package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/scenarios"
)

// template is the scenario file to begin with.
//
//go:embed template/scenarios.yaml
var template []byte

// schemaName is what the first line of the template calls the schema.
const schemaName = "scenarios.schema.json"

func initCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented scenario file to begin with (default: " + localFile + "; - prints it)",
		Args:  cobra.MaximumNArgs(1),
	}
	force := cmd.Flags().Bool("force", false, "write over a file that is there")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		path := localFile
		if len(args) > 0 {
			path = args[0]
		}
		if path == "-" {
			_, err := cmd.OutOrStdout().Write(template)
			return err
		}
		if err := writeNew(path, template, *force); err != nil {
			return err
		}
		schema, written, err := writeSchema(filepath.Join(filepath.Dir(path), schemaName), *force)
		if err != nil {
			return err
		}
		told := path + " and " + schema + " are written"
		if !written {
			told = path + " is written, " + schema + " was there and is left as it is"
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s; next: s3fault check --strict%s\n", told, fileOption(path))
		return nil
	}
	return cmd
}

// fileOption is how a command is told of the file; empty: it finds it by itself.
func fileOption(path string) string {
	if path == localFile {
		return ""
	}
	return " " + cause.Command("-f", path)
}

// writeNew writes a file that must not be there yet, unless by force.
func writeNew(path string, data []byte, force bool) error {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: --force writes over it, and s3fault init - prints the file", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// writeSchema writes the schema beside the file, where the editor looks for it. One that
// is there is left alone: it is not written then.
func writeSchema(path string, force bool) (name string, written bool, err error) {
	schema, err := scenarios.Schema()
	if err != nil || exists(path) && !force {
		return path, false, err
	}
	err = writeNew(path, schema, force)
	return path, err == nil, err
}
