package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// wheel packs the Python package with the program for a platform, which pip puts beside
// python itself (packaging.python.org, "Binary distribution format").
func (r *release) wheel(p platform) (string, error) {
	folder := filepath.Join(r.top, "packages", "python")
	project, err := readProject(folder)
	if err != nil {
		return "", err
	}
	version := strings.Replace(r.version, "-rc.", "rc", 1)
	files, err := pythonFiles(folder, version)
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(r.binary(p))
	if err != nil {
		return "", err
	}
	licence, err := os.ReadFile(filepath.Join(r.top, "LICENSE"))
	if err != nil {
		return "", err
	}
	info := "s3fault-" + version + ".dist-info/"
	files = append(files,
		content{name: "s3fault-" + version + ".data/scripts/" + p.program(), data: program, program: true},
		content{name: info + "METADATA", data: project.metadata(version)},
		content{name: info + "WHEEL", data: wheelTags(p)},
		content{name: info + "entry_points.txt", data: []byte(project.entryPoints)},
		content{name: info + "LICENSE", data: licence},
	)
	files = append(files, content{name: info + "RECORD", data: record(files, info+"RECORD")})
	file := "s3fault-" + version + "-py3-none-" + strings.Join(p.wheel, ".") + ".whl"
	return file, r.write(file, files, zipped)
}

var pythonVersion = regexp.MustCompile(`(?m)^__version__ = ".*"$`)

// pythonFiles are the modules of the package, which then say the version of the release.
func pythonFiles(folder, version string) ([]content, error) {
	var files []content
	for _, pattern := range []string{"*.py", "py.typed"} {
		found, err := filepath.Glob(filepath.Join(folder, "s3fault", pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			name := "s3fault/" + filepath.Base(path)
			if name == "s3fault/__init__.py" {
				if !pythonVersion.Match(data) {
					return nil, fmt.Errorf("%s: there is no __version__ to put the release's in the place of", path)
				}
				data = pythonVersion.ReplaceAll(data, []byte(`__version__ = "`+version+`"`))
			}
			files = append(files, content{name: name, data: data})
		}
	}
	if len(files) < 2 {
		return nil, fmt.Errorf("%s has no package s3fault", folder)
	}
	return files, nil
}

// wheelTags is the file WHEEL: on which Pythons and systems the wheel can be installed.
func wheelTags(p platform) []byte {
	var b bytes.Buffer
	b.WriteString("Wheel-Version: 1.0\nGenerator: s3fault-release\nRoot-Is-Purelib: false\n")
	for _, tag := range p.wheel {
		fmt.Fprintf(&b, "Tag: py3-none-%s\n", tag)
	}
	return b.Bytes()
}

// record is the file RECORD: the digest and the size of each file but itself.
func record(files []content, self string) []byte {
	var b bytes.Buffer
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		fmt.Fprintf(&b, "%s,sha256=%s,%d\n", f.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.data))
	}
	fmt.Fprintf(&b, "%s,,\n", self)
	return b.Bytes()
}

// project is what a wheel has of pyproject.toml, and the README.
type project struct {
	description, requires, license string
	keywords, classifiers          []string
	entryPoints                    string // as entry_points.txt has them
	readme                         []byte
}

// readProject reads pyproject.toml. Its strings and lists are written as JSON has them, but
// for a comma at the end of a list; what is written otherwise is an error.
func readProject(folder string) (*project, error) {
	file := filepath.Join(folder, "pyproject.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &project{}
	for key, into := range map[string]any{
		"description": &p.description, "requires-python": &p.requires, "license": &p.license,
		"keywords": &p.keywords, "classifiers": &p.classifiers,
	} {
		value := regexp.MustCompile(`(?ms)^` + key + ` = (?:\{text = )?(".*?"|\[.*?\])\}?$`).FindSubmatch(text)
		if value == nil {
			return nil, fmt.Errorf("%s: no %s", file, key)
		}
		if err := json.Unmarshal(lastComma.ReplaceAll(value[1], []byte("]")), into); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, key, err)
		}
	}
	for _, section := range entrySection.FindAllSubmatch(text, -1) {
		p.entryPoints += "[" + string(section[1]) + "]\n" + strings.ReplaceAll(string(section[2]), `"`, "")
	}
	if p.entryPoints == "" {
		return nil, fmt.Errorf("%s: no project.entry-points", file)
	}
	p.readme, err = os.ReadFile(filepath.Join(folder, "README.md"))
	return p, err
}

var (
	lastComma    = regexp.MustCompile(`,\s*\]$`)
	entrySection = regexp.MustCompile(`(?m)^\[project\.entry-points\.([a-z0-9]+)\]\n((?:\S+ = ".*"\n)+)`)
)

// metadata is the file METADATA ("Core metadata specifications").
func (p *project) metadata(version string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Metadata-Version: 2.1\nName: s3fault\nVersion: %s\nSummary: %s\nLicense: %s\nKeywords: %s\n",
		version, p.description, p.license, strings.Join(p.keywords, ","))
	for _, c := range p.classifiers {
		fmt.Fprintf(&b, "Classifier: %s\n", c)
	}
	fmt.Fprintf(&b, "Requires-Python: %s\nDescription-Content-Type: text/markdown\nLicense-File: LICENSE\n\n%s", p.requires, p.readme)
	return b.Bytes()
}
