package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/scenarios"
)

// localFile is read when no -f is given and it is there.
const localFile = "scenarios.yaml"

func fileFlag(cmd *cobra.Command) *string {
	return cmd.Flags().StringP("file", "f", "", "the scenario file (default: "+localFile+" in this folder, else the built-in library)")
}

// loadFile reads the scenario file that -f names, or its default.
func loadFile(path string) (*scenarios.File, error) {
	if path != "" {
		return scenarios.Load(path)
	}
	file, err := scenarios.Load(localFile)
	if errors.Is(err, fs.ErrNotExist) && !exists(localFile) {
		return scenarios.Library()
	}
	return file, err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// parseDate reads --as-of.
func parseDate(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("--as-of %q is not a date like 2023-06-01", text)
	}
	return day, nil
}

// bothResponses are the values of --responses.
var bothResponses = scenarios.BothResponses()

func checkResponses(value string) error {
	if value != "" && !slices.Contains(bothResponses, value) {
		return fmt.Errorf("--responses is %s, not %q", strings.Join(bothResponses, " or "), value)
	}
	return nil
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
