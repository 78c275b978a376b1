package store

import (
	"errors"
	"fmt"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/store/blob"
)

// Errors of the store. They say what was found; what S3 calls it is s3api's.
var (
	// ErrMoved says that what a request was decided on is no longer so: decide
	// again on Live.Now. Staged bytes stay good.
	ErrMoved          = errors.New("store: what the request was decided on has changed")
	ErrBucketNotEmpty = errors.New("store: the bucket is not empty")
	ErrNoSuchBucket   = errors.New("store: no such bucket")
	ErrServed         = errors.New("store: a world that is served changes through Live.Commit")
	ErrRange          = errors.New("store: range outside the object")

	// An Expect whose conditions do not hold.
	ErrNoSuchKey   = errors.New("store: If-Match: no such key")
	ErrETagDiffers = errors.New("store: If-Match: the ETag is another")
	ErrKeyExists   = errors.New("store: If-None-Match: the key exists")

	// Multipart uploads.
	ErrNoSuchUpload      = errors.New("store: no such upload")
	ErrInvalidPartNumber = errors.New("store: part numbers are 1 to 10000")
	ErrInvalidPart       = errors.New("store: no such part, or its ETag or checksum is another")
	ErrInvalidPartOrder  = errors.New("store: the parts are not in ascending order")
	ErrEntityTooSmall    = errors.New("store: a part before the last is too small")

	// Bodies that Index.Write does not take.
	ErrTooLarge = blob.ErrTooLarge // more than 5 GiB
	ErrTooLong  = blob.ErrTooLong  // more bytes than were declared
	// ErrUnwritten says that the disk does not take it.
	ErrUnwritten = data.ErrUnwritten
)

// PartError says which part of a list for CompleteMultipartUpload is wrong.
// errors.Is tells Reason: ErrInvalidPart, ErrInvalidPartOrder, ErrEntityTooSmall.
type PartError struct {
	Reason error
	Number int
	ETag   string // as the list gave it, without quotes
	Size   int64  // bytes, with ErrEntityTooSmall
}

func (e *PartError) Error() string { return fmt.Sprintf("%v (part %d)", e.Reason, e.Number) }

// Unwrap gives the Reason to errors.Is.
func (e *PartError) Unwrap() error { return e.Reason }
