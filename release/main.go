// Command release makes the files of a release: the program for each platform, as archives,
// inside npm packages and inside Python wheels, and SHA256SUMS over all of them. The same
// commit gives the same bytes, wherever and whenever it is built with the same Go.
//
//	go run ./release
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/s3fault/s3fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(2)
	}
}

// release is what is made, and of what.
type release struct {
	top       string // the folder of the repository
	out       string // the folder of the files, which is made anew
	version   string // without a v
	platforms []platform
	moment    moment // the time of all files in the archives
	log       io.Writer
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	r := release{log: stderr}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&r.top, "top", ".", "the `folder` of the repository")
	flags.StringVar(&r.out, "out", "dist/release", "the `folder` of the files, which is made anew")
	flags.StringVar(&r.version, "version", s3fault.Version, "the version, without a v")
	only := flags.String("platforms", "", "make these alone, such as linux/amd64,darwin/arm64 (default: all)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var err error
	if r.platforms, err = choose(*only); err != nil {
		return err
	}
	if !plainVersion.MatchString(r.version) {
		return fmt.Errorf("-version %q is not one like 1.2.3 or 1.2.3-rc.1", r.version)
	}
	if r.moment, err = commitTime(ctx, r.top); err != nil {
		return err
	}
	files, err := r.make(ctx)
	if err != nil {
		return err
	}
	return printSizes(stdout, r.out, files)
}

// make makes all files, and returns their names.
func (r *release) make(ctx context.Context) (files []string, err error) {
	if err := r.clear(); err != nil {
		return nil, err
	}
	for _, p := range r.platforms {
		fmt.Fprintf(r.log, "building for %s\n", p)
		if err := r.build(ctx, p); err != nil {
			return nil, err
		}
		for _, packed := range []func(platform) (string, error){r.archive, r.npmProgram, r.wheel} {
			file, err := packed(p)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
	}
	library, err := r.npmLibrary()
	if err != nil {
		return nil, err
	}
	files = append(files, library)
	return files, writeSums(r.out, files)
}

// marker is a file by which a folder is known as one that release has made.
const marker = ".s3fault-release"

// clear makes the folder anew. It removes none that somebody else has made.
func (r *release) clear() error {
	entries, err := os.ReadDir(r.out)
	if err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(r.out, marker)); err != nil {
			return fmt.Errorf("%s is not empty, and was not made by release: it stays as it is", r.out)
		}
		if err := os.RemoveAll(r.out); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, marker), nil, 0o644)
}

// printSizes says how large each file is.
func printSizes(w io.Writer, folder string, files []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, name := range files {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%.1f MB\t %s\n", float64(info.Size())/1e6, strings.TrimSpace(name))
	}
	return table.Flush()
}
