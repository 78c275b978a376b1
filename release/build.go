package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/version"
)

// platform is one that a release has files for, and what others call it.
type platform struct {
	os, arch string // as Go names them
	npm      string // as Node.js names them: process.platform-process.arch
	wheel    []string
}

// platforms are all. A wheel says which systems it runs on: on linux any, for the program
// needs no C library (its tags are those of glibc and of musl); on darwin from the oldest
// that Go 1.26 has (go.dev/doc/go1.26).
var platforms = []platform{
	{"linux", "amd64", "linux-x64", []string{"manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"}},
	{"linux", "arm64", "linux-arm64", []string{"manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"}},
	{"darwin", "amd64", "darwin-x64", []string{"macosx_12_0_x86_64"}},
	{"darwin", "arm64", "darwin-arm64", []string{"macosx_12_0_arm64"}},
	{"windows", "amd64", "win32-x64", []string{"win_amd64"}},
	{"windows", "arm64", "win32-arm64", []string{"win_arm64"}},
}

func (p platform) String() string { return p.os + "/" + p.arch }

// program is the name of the program on the platform.
func (p platform) program() string {
	if p.os == "windows" {
		return "s3fault.exe"
	}
	return "s3fault"
}

// choose finds the platforms of a list such as "linux/amd64,darwin/arm64"; empty: all.
func choose(list string) ([]platform, error) {
	if list == "" {
		return platforms, nil
	}
	var names []string
	for _, p := range platforms {
		names = append(names, p.String())
	}
	var chosen []platform
	for name := range strings.SplitSeq(list, ",") {
		i := slices.Index(names, name)
		if i < 0 {
			near := nearest.Name(name, names)
			return nil, fmt.Errorf("-platforms: no files are made for %q (did you mean %q? there are %s)",
				name, near, strings.Join(names, ", "))
		}
		chosen = append(chosen, platforms[i])
	}
	return chosen, nil
}

// plainVersion is what npm, Python and Go all take for a version.
var plainVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-rc\.\d+)?$`)

// binary is where the program of a platform is built.
func (r *release) binary(p platform) string {
	return filepath.Join(r.out, "bin", p.os+"_"+p.arch, p.program())
}

// build builds the program. What is not the source is left out of it: the folder that it is
// built in, and the table of symbols.
func (r *release) build(ctx context.Context, p platform) error {
	out, err := filepath.Abs(r.binary(p))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=auto",
		"-ldflags", "-s -w -X "+version.Module+".Version="+r.version, "-o", out, "./cmd/s3fault")
	cmd.Dir, cmd.Stderr = r.top, r.log
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch, "GOFLAGS=", "GOEXPERIMENT=",
		"GOAMD64=v1", "GOARM64=v8.0")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build for %s: %w", p, err)
	}
	return nil
}

// moment is a time to the second, in UTC.
type moment struct{ time.Time }

// commitTime is that of SOURCE_DATE_EPOCH (reproducible-builds.org), else that of the
// commit, else the first that a zip archive can tell.
func commitTime(ctx context.Context, top string) (moment, error) {
	seconds, told := os.LookupEnv("SOURCE_DATE_EPOCH")
	if !told {
		cmd := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct")
		cmd.Dir = top
		out, err := cmd.Output()
		if err != nil {
			return moment{time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}, nil // no git, or no repository
		}
		seconds = strings.TrimSpace(string(out))
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return moment{}, fmt.Errorf("SOURCE_DATE_EPOCH=%s is not a number of seconds", seconds)
	}
	return moment{time.Unix(n, 0).UTC()}, nil
}
