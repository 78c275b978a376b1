package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/nearest"
)

// dataFlags say where a server keeps its worlds.
type dataFlags struct{ dir, sync string }

// When what was acknowledged is on the disk.
const (
	syncAlways = "always"
	syncNever  = "never"
)

func (f *dataFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.dir, "data", "",
		"keep the worlds in this `folder`, so that what they became survives a restart (default: in memory alone)")
	cmd.Flags().StringVar(&f.sync, "data-sync", syncAlways,
		"always: what was acknowledged survives a power cut; never: it survives the end of s3fault, however that comes")
}

// noSync says what --data-sync is.
func (f *dataFlags) noSync(cmd *cobra.Command) (bool, error) {
	switch {
	case f.dir == "" && cmd.Flags().Changed("data"):
		return false, errors.New("--data wants a folder, and was given an empty name")
	case f.dir == "" && cmd.Flags().Changed("data-sync"):
		return false, errors.New("--data-sync is of a folder: it wants --data")
	case f.sync == syncAlways || f.sync == syncNever:
		return f.sync == syncNever, nil
	}
	meant := ""
	if near := nearest.Name(f.sync, []string{syncAlways, syncNever}); near != "" {
		meant = fmt.Sprintf(" (did you mean %q?)", near)
	}
	return false, fmt.Errorf("--data-sync is always or never, not %q%s", f.sync, meant)
}
