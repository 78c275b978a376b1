// Package version says which s3fault a program is, or has in it.
package version

import (
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"

	"github.com/s3fault/s3fault"
)

// Module is the path that s3fault is installed by, and Command that of its program.
const (
	Module  = "github.com/s3fault/s3fault"
	Command = Module + "/cmd/s3fault"
)

// Build is how a program was built.
type Build struct {
	Version  string `json:"version"`            // without a v: "0.1.0"
	Commit   string `json:"commit,omitempty"`   // in full, or its first 12 digits; empty: it is not known
	Modified bool   `json:"modified,omitempty"` // with changes that no commit has
	Go       string `json:"go"`                 // the version of Go: "go1.26.0"
	OS       string `json:"os"`                 // as Go names it: "linux"
	Arch     string `json:"arch"`               // as Go names it: "amd64"
}

// Of is how this program was built.
func Of() Build {
	b := Build{Version: s3fault.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.read(info)
	}
	return b
}

// pseudo is the end of the version that Go gives to a commit without a tag: the time of
// the commit and its first 12 digits, and whether there were changes beside it.
var pseudo = regexp.MustCompile(`[-.]\d{14}-([0-9a-f]{12})(\+dirty)?$`)

// read finds the commit: that of the folder that the program was built in, or else that
// of the module's version.
func (b *Build) read(info *debug.BuildInfo) {
	module := &info.Main
	for _, dep := range info.Deps {
		if dep.Path == Module {
			module = dep // the program is another's, and has s3fault in it
		}
	}
	if module.Path != Module {
		return
	}
	if m := pseudo.FindStringSubmatch(module.Version); m != nil {
		b.Commit, b.Modified = m[1], m[2] != ""
	}
	if module != &info.Main {
		return
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
}

// String is one line: "s3fault 0.1.0 (commit 1991e229e217, modified) go1.26.0 linux/amd64".
func (b Build) String() string {
	commit := ""
	switch {
	case b.Commit != "" && b.Modified:
		commit = fmt.Sprintf(" (commit %.12s, modified)", b.Commit)
	case b.Commit != "":
		commit = fmt.Sprintf(" (commit %.12s)", b.Commit)
	}
	return fmt.Sprintf("s3fault %s%s %s %s/%s", b.Version, commit, b.Go, b.OS, b.Arch)
}
