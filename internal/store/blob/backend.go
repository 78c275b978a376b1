package blob

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"sync/atomic"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/s3fault/s3fault/internal/giveback"
)

// bucket is the name of the one bucket that each backend has.
const bucket = "blobs"

// shards is over how many backends the bytes are spread. A backend takes the MD5
// of a body while it holds its lock, so with a single one every large upload
// would hold up every reader.
const shards = 64

// backends keep runs of bytes, each under a number that is never used again.
type backends struct {
	each   [shards]gofakes3.Backend
	last   atomic.Uint64 // the last number given out
	memory giveback.Account
}

func newBackends() *backends {
	s := &backends{}
	for i := range s.each {
		backend := s3mem.New()
		if err := backend.CreateBucket(bucket); err != nil {
			// It refuses only a bucket that it has already, and it is new.
			panic(err)
		}
		s.each[i] = backend
	}
	return s
}

// number is one that was not given out before.
func (s *backends) number() uint64 { return s.last.Add(1) }

func (s *backends) of(number uint64) (gofakes3.Backend, string) {
	return s.each[number%shards], strconv.FormatUint(number, 36)
}

// put keeps the size bytes of r, which it reads to its end. The backend takes their MD5 in
// any case, so it is asked for it rather than taking it a second time.
func (s *backends) put(number uint64, r io.Reader, size int64) (sum [md5.Size]byte, err error) {
	defer recovered(&err)
	backend, name := s.of(number)
	// The backend writes into the map, so it must not be nil.
	if _, err := backend.PutObject(bucket, name, map[string]string{}, r, size, nil); err != nil {
		return sum, err
	}
	s.memory.Taken(size)
	head, err := backend.HeadObject(bucket, name)
	if err == nil {
		copy(sum[:], head.Hash)
	}
	return sum, err
}

// get reads length bytes from offset off. Errors: ErrNotFound, ErrRange.
func (s *backends) get(number uint64, off, length int64) (r io.Reader, err error) {
	defer recovered(&err)
	if off < 0 || length < 0 || off > MaxSize-length {
		return nil, ErrRange
	}
	var ranged *gofakes3.ObjectRangeRequest
	if length > 0 { // the backend has no empty ranges
		ranged = &gofakes3.ObjectRangeRequest{Start: off, End: off + length - 1}
	}
	backend, name := s.of(number)
	object, err := backend.GetObject(bucket, name, ranged)
	switch {
	case errors.Is(err, gofakes3.ErrInvalidRange):
		return nil, ErrRange
	case err != nil:
		return nil, missing(err)
	case off+length > object.Size: // of which the backend gives what there is
		return nil, ErrRange
	case length == 0:
		return bytes.NewReader(nil), nil
	}
	return direct(object.Contents), nil
}

// delete frees the bytes. Error: ErrNotFound.
func (s *backends) delete(number uint64) (err error) {
	defer recovered(&err)
	backend, name := s.of(number)
	head, err := backend.HeadObject(bucket, name)
	if err != nil {
		return missing(err)
	}
	if _, err := backend.DeleteObject(bucket, name); err != nil {
		return err
	}
	s.memory.Freed(head.Size)
	return nil
}

// direct is the reader over the backend's own memory, which is an io.WriterTo that copies
// nothing. The backend hands it out in a struct whose only field it is, for a Close that
// does nothing; any other reader stays what it is.
func direct(r io.Reader) io.Reader {
	if v := reflect.ValueOf(r); v.Kind() == reflect.Struct && v.NumField() == 1 && v.Field(0).CanInterface() {
		if within, ok := v.Field(0).Interface().(*bytes.Reader); ok {
			return within
		}
	}
	return r
}

// missing turns the backend's word for missing bytes into ours.
func missing(err error) error {
	if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchKey) {
		return ErrNotFound
	}
	return err
}

// recovered makes an error of a panic of the backend: its interface is not
// stable, and one request must not end the server.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("blob: the backend panicked: %v", p)
	}
}
