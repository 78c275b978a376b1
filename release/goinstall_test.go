package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/version"
)

// moduleProxy is a folder that `go` takes for a proxy which has this repository's files as
// the only version of the module (go.dev/ref/mod, "GOPROXY protocol").
func moduleProxy(t *testing.T, tag string) string {
	t.Helper()
	proxy := t.TempDir()
	folder := filepath.Join(proxy, filepath.FromSlash(version.Module), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	modfile, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"list": tag + "\n", tag + ".info": fmt.Sprintf(`{"Version":%q}`, tag), tag + ".mod": string(modfile),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(folder, tag+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	zw := zip.NewWriter(archive)
	for _, name := range moduleFiles(t) {
		data, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) {
			continue // removed, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		entry, err := zw.Create(version.Module + "@" + tag + "/" + name)
		if err == nil {
			_, err = entry.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return proxy
}

// moduleFiles are those that git knows, without those of modules within.
func moduleFiles(t *testing.T) (names []string) {
	t.Helper()
	cmd := programs.Command(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = top
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	var others []string
	for _, name := range all {
		if folder, file := path.Split(name); file == "go.mod" && folder != "" {
			others = append(others, folder)
		}
	}
	for _, name := range all {
		other := false
		for _, folder := range others {
			other = other || strings.HasPrefix(name, folder)
		}
		if !other {
			names = append(names, name)
		}
	}
	return names
}

// The line of the README and of the banner installs a program from the module as the world
// gets it: a module that replaces others could not be installed so.
func TestGoInstall(t *testing.T) {
	madeRelease(t)
	programs.Need(t, "bash", "go", "git")
	tag := "v" + version.Of().Version
	caches, bin := goCaches(t), t.TempDir()
	cache := strings.TrimPrefix(caches[1], "GOMODCACHE=")
	environment := append(stranger(t), caches[0], "GOMODCACHE="+t.TempDir(), "GOBIN="+bin,
		"GOPROXY=file://"+moduleProxy(t, tag)+",file://"+cache+"/cache/download",
		"GOSUMDB=off", "GOFLAGS=-modcacherw -trimpath", "CGO_ENABLED=0")
	typed(t, t.TempDir(), environment, "go install "+version.Command+"@latest")
	holdVersion(t, typed(t, bin, environment, "./s3fault --version"))
	if told := typed(t, bin, environment, "go version -m s3fault"); !strings.Contains(told, version.Module+"\t"+tag+"\t") {
		t.Errorf("it is not of %s:\n%s", tag, told)
	}
}
