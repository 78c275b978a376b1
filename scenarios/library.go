package scenarios

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/s3fault/s3fault"
)

// The library is two files, here and in any folder.
const (
	libraryName = "scenarios.yaml"
	lessonsName = "lessons.yaml" // holds the lessons of a libraryName beside it
)

// Library is the built-in library of scenarios.
func Library() (*File, error) {
	return read(source{"built-in " + libraryName, s3fault.Library}, source{"built-in " + lessonsName, s3fault.Lessons})
}

// Load reads the scenario file at path. One that is called scenarios.yaml may have
// its lessons in a lessons.yaml beside it. Its errors are those of os.ReadFile, and
// *Error for what is wrong in a file.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if filepath.Base(path) != libraryName {
		return read(source{path, data})
	}
	beside := filepath.Join(filepath.Dir(path), lessonsName)
	lessons, err := os.ReadFile(beside)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return read(source{path, data})
	case err != nil:
		return nil, err
	}
	return read(source{path, data}, source{beside, lessons})
}
