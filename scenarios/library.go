package scenarios

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/tree"
)

// The library is two files, here and in any folder.
const (
	libraryName = "scenarios.yaml"
	lessonsName = "lessons.yaml" // holds the lessons of a libraryName beside it
)

// Library is the built-in library of scenarios.
func Library() (*File, error) {
	root, err := tree.ParseYAML("built-in "+libraryName, s3fault.Library)
	if err != nil {
		return nil, err
	}
	lessons, err := tree.ParseYAML("built-in "+lessonsName, s3fault.Lessons)
	if err != nil {
		return nil, err
	}
	return read(root, lessons)
}

// Load reads the scenario file at path. One that is called scenarios.yaml may have
// its lessons in a lessons.yaml beside it. Its errors are those of os.ReadFile, and
// *Error for what is wrong in a file.
func Load(path string) (*File, error) {
	root, err := loadYAML(path)
	if err != nil {
		return nil, public(err)
	}
	if filepath.Base(path) != libraryName {
		return read(root, nil)
	}
	lessons, err := loadYAML(filepath.Join(filepath.Dir(path), lessonsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, public(err)
	}
	return read(root, lessons)
}

func loadYAML(path string) (*tree.Node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return tree.ParseYAML(path, data)
}
