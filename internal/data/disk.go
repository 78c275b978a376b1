package data

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Disk is what a folder does to files beside the engine's, and learns of that one.
type Disk interface {
	// Create writes a file that is not there yet, and returns its size. With sync it survives
	// a power cut from then on. After an error there is none.
	Create(path string, write func(io.Writer) (int64, error), sync bool) (int64, error)
	Remove(path string) error
	Rename(from, to string) error
	SyncFolder(path string) error
	// Committed says that a transaction is in the engine's file.
	Committed(index string)
}

// RealDisk is the machine's.
func RealDisk() Disk { return realDisk{} }

type realDisk struct{}

func (d realDisk) Create(path string, write func(io.Writer) (int64, error), sync bool) (int64, error) {
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
		err = d.SyncFolder(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(path)
		return 0, err
	}
	return size, nil
}

func (d realDisk) makeFolder(path string, sync bool) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, os.ErrNotExist) {
		if err = d.makeFolder(filepath.Dir(path), sync); err == nil {
			err = os.Mkdir(path, 0o700)
		}
	}
	switch {
	case errors.Is(err, os.ErrExist):
		return nil
	case err != nil || !sync:
		return err
	}
	return d.SyncFolder(filepath.Dir(path))
}

func (realDisk) Remove(path string) error     { return os.Remove(path) }
func (realDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) Committed(string) {}

// SyncFolder makes the names in a folder survive. Windows has no such thing, and needs none.
func (realDisk) SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	if err = folder.Sync(); err != nil && !syncsFolders {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
