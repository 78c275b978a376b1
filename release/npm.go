package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unreleased is the version that the packages in the repository have. A release puts its own
// in its place, also where one package asks for another.
const unreleased = "0.0.0"

// npmProgram packs the npm package that carries the program for a platform. Node.js
// packages of that kind are optional dependencies of the library: npm installs the one that
// fits, by its "os" and "cpu".
func (r *release) npmProgram(p platform) (string, error) {
	manifest, err := r.manifest(filepath.Join("npm", p.npm))
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(r.binary(p))
	if err != nil {
		return "", err
	}
	return r.npmPack("s3fault-"+p.npm, []content{
		{name: "package.json", data: manifest},
		{name: "bin/" + p.program(), data: program, program: true},
	})
}

// npmLibrary packs the library: what the "files" of its package.json say.
func (r *release) npmLibrary() (string, error) {
	manifest, err := r.manifest("")
	if err != nil {
		return "", err
	}
	var has struct{ Files []string }
	if err := json.Unmarshal(manifest, &has); err != nil {
		return "", err
	}
	files := []content{{name: "package.json", data: manifest}}
	folder := os.DirFS(r.jsFolder())
	for _, pattern := range append(has.Files, "README.md") {
		found, err := fs.Glob(folder, pattern)
		if err != nil {
			return "", err
		}
		for _, name := range found {
			below, err := readAll(folder, name)
			if err != nil {
				return "", err
			}
			files = append(files, below...)
		}
	}
	return r.npmPack("s3fault", files)
}

func (r *release) jsFolder() string { return filepath.Join(r.top, "packages", "js") }

// manifest is the package.json of a package, with the version of the release.
func (r *release) manifest(folder string) ([]byte, error) {
	file := filepath.Join(r.jsFolder(), folder, "package.json")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	data = bytes.ReplaceAll(data, []byte(`"`+unreleased+`"`), []byte(`"`+r.version+`"`))
	var has struct{ Version string }
	if err := json.Unmarshal(data, &has); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if has.Version != r.version {
		return nil, fmt.Errorf("%s: its version is %q, where a release puts its own in the place of %q", file, has.Version, unreleased)
	}
	return data, nil
}

// npmPack writes a package as `npm pack` names it and lays it out, with the licence.
func (r *release) npmPack(name string, files []content) (string, error) {
	licence, err := os.ReadFile(filepath.Join(r.top, "LICENSE"))
	if err != nil {
		return "", err
	}
	files = append(files, content{name: "LICENSE", data: licence})
	for i := range files {
		files[i].name = path.Join("package", files[i].name)
	}
	file := name + "-" + r.version + ".tgz"
	return file, r.write(file, files, tarred)
}

// readAll reads a file, or all files below a folder. Those of a folder bin are programs.
func readAll(folder fs.FS, name string) (files []content, err error) {
	err = fs.WalkDir(folder, name, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(folder, name)
		files = append(files, content{name: name, data: data, program: strings.HasPrefix(name, "bin/")})
		return err
	})
	return files, err
}
