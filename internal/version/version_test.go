package version

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/s3fault/s3fault"
)

func TestOf(t *testing.T) {
	b := Of()
	if b.Version != s3fault.Version || b.Go != runtime.Version() || b.OS != runtime.GOOS || b.Arch != runtime.GOARCH {
		t.Errorf("%+v", b)
	}
}

func TestRead(t *testing.T) {
	const full = "1991e229e2172976b9fd9d5e7261cdaa7e8702ee"
	ours := func(version string) debug.Module { return debug.Module{Path: Module, Version: version} }
	for _, row := range []struct {
		what     string
		info     debug.BuildInfo
		commit   string
		modified bool
		line     string
	}{
		{
			"built in a clone", debug.BuildInfo{Main: ours("v0.0.0-20261130174224-1991e229e217+dirty"), Settings: []debug.BuildSetting{
				{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: full}, {Key: "vcs.modified", Value: "true"},
			}},
			full, true, "s3fault 1.2.3 (commit 1991e229e217, modified) go1.26.0 linux/amd64",
		},
		{
			"built in a clone without changes", debug.BuildInfo{Main: ours("v1.2.3"), Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: full}, {Key: "vcs.modified", Value: "false"},
			}},
			full, false, "s3fault 1.2.3 (commit 1991e229e217) go1.26.0 linux/amd64",
		},
		{
			"go install of a tag", debug.BuildInfo{Main: ours("v1.2.3")},
			"", false, "s3fault 1.2.3 go1.26.0 linux/amd64",
		},
		{
			"go install of a commit", debug.BuildInfo{Main: ours("v0.0.0-20261130174224-1991e229e217")},
			"1991e229e217", false, "s3fault 1.2.3 (commit 1991e229e217) go1.26.0 linux/amd64",
		},
		{
			"a commit behind a tag", debug.BuildInfo{Main: ours("v1.2.4-0.20261130174224-1991e229e217")},
			"1991e229e217", false, "s3fault 1.2.3 (commit 1991e229e217) go1.26.0 linux/amd64",
		},
		{
			"no repository", debug.BuildInfo{Main: ours("(devel)")},
			"", false, "s3fault 1.2.3 go1.26.0 linux/amd64",
		},
		{
			"in a test of another module, whose commit is not ours", debug.BuildInfo{
				Main:     debug.Module{Path: "example.com/theirs", Version: "(devel)"},
				Deps:     []*debug.Module{{Path: Module, Version: "v0.0.0-20261130174224-1991e229e217"}},
				Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}},
			},
			"1991e229e217", false, "s3fault 1.2.3 (commit 1991e229e217) go1.26.0 linux/amd64",
		},
	} {
		b := Build{Version: "1.2.3", Go: "go1.26.0", OS: "linux", Arch: "amd64"}
		b.read(&row.info)
		if b.Commit != row.commit || b.Modified != row.modified || b.String() != row.line {
			t.Errorf("%s: commit %q, modified %v, %q", row.what, b.Commit, b.Modified, b)
		}
	}
}
