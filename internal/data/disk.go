package data

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// disk is what a folder does to files beside the engine's.
type disk interface {
	// create writes a file that is not there yet, and returns its size. With sync it survives
	// a power cut from then on. After an error there is none.
	create(path string, write func(io.Writer) (int64, error), sync bool) (int64, error)
	remove(path string) error
	rename(from, to string) error
	syncFolder(path string) error
}

type realDisk struct{}

func (d realDisk) create(path string, write func(io.Writer) (int64, error), sync bool) (int64, error) {
	if err := d.makeFolder(filepath.Dir(path), sync); err != nil {
		return 0, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	size, err := write(file)
	if err == nil && sync {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil && sync {
		err = d.syncFolder(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(path)
		return 0, err
	}
	return size, nil
}

func (d realDisk) makeFolder(path string, sync bool) error {
	switch err := os.Mkdir(path, 0o700); {
	case errors.Is(err, os.ErrExist):
		return nil
	case err != nil || !sync:
		return err
	}
	return d.syncFolder(filepath.Dir(path))
}

func (realDisk) remove(path string) error     { return os.Remove(path) }
func (realDisk) rename(from, to string) error { return os.Rename(from, to) }

// syncFolder makes the names in a folder survive. Windows has no such thing, and needs none.
func (realDisk) syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	if err = folder.Sync(); err != nil && !syncsFolders {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
