package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault"
)

const top = ".."

// packedSmall packs small texts in the place of the programs, for all platforms.
func packedSmall(t *testing.T) *release {
	t.Helper()
	r := &release{
		top: top, out: t.TempDir(), version: "1.2.3-rc.4", platforms: platforms, log: io.Discard,
		moment: moment{time.Date(2026, 11, 30, 17, 42, 24, 0, time.UTC)},
	}
	var files []string
	for _, p := range platforms {
		if err := os.MkdirAll(filepath.Dir(r.binary(p)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(r.binary(p), []byte("program of "+p.String()), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, pack := range []func(platform) (string, error){r.archive, r.npmProgram, r.wheel} {
			file, err := pack(p)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	library, err := r.npmLibrary()
	if err != nil {
		t.Fatal(err)
	}
	if err := writeSums(r.out, append(files, library)); err != nil {
		t.Fatal(err)
	}
	return r
}

// The same sources give the same bytes, whenever and wherever they are packed.
func TestPackedTheSameTwice(t *testing.T) {
	sums := func() string {
		text, err := os.ReadFile(filepath.Join(packedSmall(t).out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := sums()
	if second := sums(); first != second {
		t.Errorf("%s\nand then\n%s", first, second)
	}
	if n := strings.Count(first, "\n"); n != 3*len(platforms)+1 {
		t.Errorf("%d files:\n%s", n, first)
	}
}

// unpack reads an archive: the contents and the mode of each file, by its name.
func unpack(t *testing.T, path string) (data map[string]string, modes map[string]os.FileMode) {
	t.Helper()
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data, modes = map[string]string{}, map[string]os.FileMode{}
	add := func(name string, mode os.FileMode, from io.Reader) {
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		data[name], modes[name] = string(content), mode.Perm()
	}
	if ext := filepath.Ext(path); ext == ".zip" || ext == ".whl" {
		zr, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range zr.File {
			from, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			add(f.Name, f.Mode(), from)
			from.Close()
		}
		return data, modes
	}
	gz, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	for tr := tar.NewReader(gz); ; {
		head, err := tr.Next()
		if err == io.EOF {
			return data, modes
		}
		if err != nil {
			t.Fatal(err)
		}
		add(head.Name, head.FileInfo().Mode(), tr)
	}
}

// Each package has its platform's program, which can be run, and the release's version.
func TestPackages(t *testing.T) {
	r := packedSmall(t)
	for _, p := range platforms {
		program := "program of " + p.String()
		hold := func(file, name string) map[string]string {
			data, modes := unpack(t, filepath.Join(r.out, file))
			if data[name] != program || modes[name] != 0o755 {
				t.Errorf("%s: %s is %q with mode %o", file, name, data[name], modes[name])
			}
			return data
		}
		kind := "tar.gz"
		if p.os == "windows" {
			kind = "zip"
		}
		data := hold("s3fault_"+p.os+"_"+p.arch+"."+kind, p.program())
		if got := slices.Sorted(maps.Keys(data)); !slices.Equal(got, []string{"LICENSE", "README.md", p.program()}) {
			t.Errorf("%s: the archive has %v", p, got)
		}
		data = hold("s3fault-"+p.npm+"-1.2.3-rc.4.tgz", "package/bin/"+p.program())
		var manifest struct {
			Name, Version string
			OS, CPU       []string
		}
		if err := json.Unmarshal([]byte(data["package/package.json"]), &manifest); err != nil {
			t.Fatal(err)
		}
		if manifest.Name != "@s3fault/"+p.npm || manifest.Version != r.version || manifest.OS[0]+"-"+manifest.CPU[0] != p.npm {
			t.Errorf("%s: %+v", p, manifest)
		}
		data = hold("s3fault-1.2.3rc4-py3-none-"+strings.Join(p.wheel, ".")+".whl", "s3fault-1.2.3rc4.data/scripts/"+p.program())
		holdRecord(t, data)
	}
	data, modes := unpack(t, filepath.Join(r.out, "s3fault-1.2.3-rc.4.tgz"))
	var library struct {
		Version              string
		OptionalDependencies map[string]string
	}
	if err := json.Unmarshal([]byte(data["package/package.json"]), &library); err != nil {
		t.Fatal(err)
	}
	for _, p := range platforms {
		if library.OptionalDependencies["@s3fault/"+p.npm] != r.version {
			t.Errorf("the library wants %v", library.OptionalDependencies)
		}
	}
	if library.Version != r.version || len(library.OptionalDependencies) != len(platforms) || modes["package/bin/s3fault.cjs"] != 0o755 {
		t.Errorf("%+v, %v", library, modes)
	}
	if data["package/index.mjs"] == "" || data["package/lib/program.cjs"] == "" || data["package/README.md"] == "" {
		t.Errorf("the library has %v", slices.Sorted(maps.Keys(data)))
	}
}

// holdRecord holds a wheel's RECORD against its files.
func holdRecord(t *testing.T, wheel map[string]string) {
	t.Helper()
	const info = "s3fault-1.2.3rc4.dist-info/"
	var want []string
	for name, content := range wheel {
		if name == info+"RECORD" {
			want = append(want, name+",,")
			continue
		}
		sum := sha256.Sum256([]byte(content))
		want = append(want, fmt.Sprintf("%s,sha256=%s,%d", name, base64.RawURLEncoding.EncodeToString(sum[:]), len(content)))
	}
	slices.Sort(want)
	if got := slices.Sorted(strings.SplitSeq(strings.TrimSpace(wheel[info+"RECORD"]), "\n")); !slices.Equal(got, want) {
		t.Errorf("RECORD has\n%s\nand the wheel\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, part := range map[string]string{
		"s3fault/__init__.py":     `__version__ = "1.2.3rc4"` + "\n",
		info + "METADATA":         "\nVersion: 1.2.3rc4\n",
		info + "entry_points.txt": "[pytest11]\ns3fault = s3fault.pytest_plugin\n",
		info + "WHEEL":            "\nRoot-Is-Purelib: false\nTag: py3-none-",
	} {
		if !strings.Contains(wheel[name], part) {
			t.Errorf("%s has no %q:\n%s", name, part, wheel[name])
		}
	}
}

func TestWrongUsage(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "precious"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"-platforms", "linux/amd46"}, `did you mean "linux/amd64"?`},
		{[]string{"-version", "v1"}, `-version "v1" is not one like 1.2.3`},
		{[]string{"-top", top, "-out", full}, "was not made by release: it stays as it is"},
	} {
		err := run(t.Context(), row.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%v: %v", row.args, err)
		}
	}
	if _, err := os.Stat(filepath.Join(full, "precious")); err != nil {
		t.Error(err)
	}
}

// The files of a whole release: each program is what its name says, and in all its packages.
func TestReleaseFiles(t *testing.T) {
	folder := madeRelease(t)
	sums, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made(t, string(sums)) {
		path := filepath.Join(folder, "bin", p.os+"_"+p.arch, p.program())
		if machine := machineOf(t, p, path); machine != p.arch {
			t.Errorf("%s is for %s", path, machine)
		}
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		for key, want := range map[string]string{"GOOS": p.os, "GOARCH": p.arch, "CGO_ENABLED": "0", "-trimpath": "true"} {
			if settings[key] != want {
				t.Errorf("%s: %s=%s, want %s", p, key, settings[key], want)
			}
		}
		program, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind := "tar.gz"
		if p.os == "windows" {
			kind = "zip"
		}
		file := "s3fault_" + p.os + "_" + p.arch + "." + kind
		if data, _ := unpack(t, filepath.Join(folder, file)); data[p.program()] != string(program) {
			t.Errorf("%s has another program", file)
		}
	}
	if !strings.Contains(string(sums), "  s3fault-"+s3fault.Version+".tgz\n") {
		t.Errorf("no library of version %s:\n%s", s3fault.Version, sums)
	}
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		content, err := os.ReadFile(filepath.Join(folder, name))
		if got := fmt.Sprintf("%x", sha256.Sum256(content)); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
	}
}

// made are the platforms of a release: .ci/run makes one of each system, .ci/long all.
func made(t *testing.T, sums string) (all []platform) {
	t.Helper()
	for _, p := range platforms {
		if strings.Contains(sums, "  s3fault_"+p.os+"_"+p.arch+".") {
			all = append(all, p)
		}
	}
	if !strings.Contains(sums, "  s3fault_"+runtime.GOOS+"_"+runtime.GOARCH+".") {
		t.Fatalf("the release has nothing for this machine:\n%s", sums)
	}
	return all
}

// machineOf reads the head of a program: for which machine it is, as Go names it.
func machineOf(t *testing.T, p platform, path string) string {
	t.Helper()
	var machine any
	var err error
	switch p.os {
	case "linux":
		var f *elf.File
		if f, err = elf.Open(path); err == nil {
			defer f.Close()
			machine = f.Machine
		}
	case "darwin":
		var f *macho.File
		if f, err = macho.Open(path); err == nil {
			defer f.Close()
			machine = f.Cpu
		}
	case "windows":
		var f *pe.File
		if f, err = pe.Open(path); err == nil {
			defer f.Close()
			machine = f.Machine
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	switch machine {
	case elf.EM_X86_64, macho.CpuAmd64, uint16(pe.IMAGE_FILE_MACHINE_AMD64):
		return "amd64"
	case elf.EM_AARCH64, macho.CpuArm64, uint16(pe.IMAGE_FILE_MACHINE_ARM64):
		return "arm64"
	}
	return fmt.Sprint(machine)
}
