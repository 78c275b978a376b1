// Package wholefile writes files that nobody ever reads a half of.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write puts a file at a path, in the place of the one that may be there. Its folder has to be
// there. What is no file, as /dev/null, stays and is written to.
func Write(path string, data []byte, mode fs.FileMode) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, mode)
	}
	return placed(path, data, mode, os.Rename)
}

// Make puts a file at a path where there is none, and returns an error that is fs.ErrExist where
// there is one. On a file system without links of several at the same time the last one wins: read
// what is there then.
func Make(path string, data []byte, mode fs.FileMode) error {
	return placed(path, data, mode, func(temp, path string) error {
		err := os.Link(temp, path)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return os.Rename(temp, path)
		}
		return err
	})
}

// placed writes a file beside the path, and has it put in place.
func placed(path string, data []byte, mode fs.FileMode, place func(temp, path string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".s3fault-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // where it has been moved, it is not there
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return place(f.Name(), path)
}
