package data

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// Sum is what a body is, as it was read.
type Sum struct {
	Size int64
	MD5  [md5.Size]byte
}

// Check reads the index, page by page, and all bodies, and tells report what of them is
// damaged, in words. It returns the bodies that are not.
func (f *Folder) Check(report func(string)) map[blob.ID]Sum {
	index := filepath.Join(f.dir, indexName)
	bodies := map[blob.ID]Sum{}
	for _, damage := range f.Damages() {
		report(damage)
	}
	err := f.Each(bodyShelf, func(k, value []byte, damaged error) error {
		if damaged != nil {
			report(fmt.Sprintf("%s: the body %d: %v", index, idOf(k), damaged))
			return nil
		}
		bodies[idOf(k)] = Sum{int64(len(value)), md5.Sum(value)}
		return nil
	})
	err = errors.Join(err, f.Each(fileShelf, func(k, value []byte, damaged error) error {
		sum, err := f.checkFile(idOf(k), value)
		if damaged != nil {
			err = f.survey.bad[idOf(k)]
		}
		if err != nil {
			report(err.Error())
			return nil
		}
		bodies[idOf(k)] = sum
		return nil
	}))
	if err != nil {
		report(fmt.Sprintf("%s: %v", index, err))
	}
	return bodies
}

// checkFile reads the file of a body, and holds it against what the index says of it.
func (f *Folder) checkFile(id blob.ID, said []byte) (sum Sum, err error) {
	path := f.file(id)
	if len(said) != 8+md5.Size {
		return sum, fmt.Errorf("%s: the index does not say what it is", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	digest := md5.New()
	sum.Size, err = io.Copy(digest, file)
	digest.Sum(sum.MD5[:0])
	size := int64(binary.BigEndian.Uint64(said))
	switch err = errors.Join(err, file.Close()); {
	case err != nil:
	case sum.Size != size:
		err = fmt.Errorf("%s has %d bytes and should have %d", path, sum.Size, size)
	case sum.MD5 != [md5.Size]byte(said[8:]):
		err = fmt.Errorf("%s has other bytes than were written: their MD5 is another", path)
	}
	return sum, err
}

// Erase takes away all that a folder has, whatever state it is in. Errors: *LockedError; it is
// no folder of ours.
func Erase(dir string) error {
	f, err := Open(dir, Options{Reading: true})
	if _, damaged := errors.AsType[*DamagedError](err); err != nil && !damaged {
		return err
	}
	if f != nil {
		err = f.Close()
	} else {
		err = nil
	}
	for _, name := range []string{indexName, freshName, bodiesName, holderName} {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, name)))
	}
	return err
}
