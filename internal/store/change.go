package store

import (
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/world"
)

// Change is one step of a world as a value. A world that is served takes it through
// Live.Commit alone. What it names is the store's from then on.
type Change interface {
	commit(l *Live, seen *Moment) error
}

// Contents is a change of what is in the buckets, or of which there are. Beside a
// world that is served it can change one that is not (Index.Apply), and be a part
// of a World. All of them are ErrMoved where their bucket is gone.
type Contents interface {
	Change
	apply(to shelves) error
}

// shelves are buckets that can be changed.
type shelves interface {
	// bucket is the one of that name, to be written to; nil: there is none.
	bucket(name string) *Bucket
	create(name string)
	drop(name string, contents bool) error
}

// Put makes Object the newest version of its key, in the place of the version with
// the same id if there is one; without an id it is the null version. Expect is
// about the latest record of the key. Errors: those of Expect; ErrMoved too when
// the object's bytes are gone. After an error Object can be given again.
type Put struct {
	Bucket string
	Object *Object
	Expect Expect
}

// Replace puts a record with other facts in the place of the one that was Seen,
// without making it newer. Error: ErrMoved when that is no longer there.
type Replace struct {
	Bucket string
	Seen   *Object
	Object *Object
}

// Remove takes one version of a key away for good, if it is there; an empty version
// is the null version. Expect is about that version. (What DeleteObject does to a
// bucket with versioning is a Put of a delete marker.) Errors: those of Expect.
type Remove struct {
	Bucket, Key, Version string
	Expect               Expect
}

// BeginUpload begins a multipart upload, which gets an ID unless it has one.
type BeginUpload struct {
	Bucket string
	Upload *Upload
}

// PutPart adds a part to an upload, in the place of one with its number. Errors:
// ErrInvalidPartNumber; ErrNoSuchUpload; ErrMoved when the part's bytes are gone.
type PutPart struct {
	Bucket, Key, UploadID string
	Part                  *Part
}

// CompleteUpload makes an assembled upload an object, as Put does, and ends the
// upload; parts that were not listed are freed. Errors: ErrNoSuchUpload; ErrMoved
// when parts came since it was assembled, and as for Put; those of Expect.
type CompleteUpload struct {
	Bucket   string
	Assembly *Assembly
	Expect   Expect
}

// AbortUpload ends an upload and frees its parts. Error: ErrNoSuchUpload.
type AbortUpload struct {
	Bucket, Key, UploadID string
}

// CreateBucket adds an empty bucket, unless there is one of that name.
type CreateBucket struct{ Bucket string }

// DropBucket takes a bucket away, with its unfinished uploads. Errors:
// ErrNoSuchBucket; ErrBucketNotEmpty unless Contents go with it.
type DropBucket struct {
	Bucket   string
	Contents bool
}

// World gives the world other facts, with what goes with them in one step. Errors:
// ErrMoved when the Moment that was seen is no longer the newest, those of the
// Contents; nothing has then changed.
type World struct {
	State *world.State // nil: the same
	Uses  *world.Uses  // nil: the same
	// Faults is the rules by which requests are struck from then on; nil: the same.
	Faults *fault.Plan
	// Contents are done in this order, after a CreateBucket in the bucket that it made.
	Contents []Contents
}

// Anew puts another world, which nobody is served yet, in the place of this one,
// whatever that has become. The bytes of the one before are freed once the last
// reader is done, and writes that were meant for it get ErrMoved.
type Anew struct {
	Moment *Moment
	last   bool // nothing of the world is kept afterwards
}

// Discard frees the bytes that were staged for a change which is not made after
// all. After the change it does nothing.
func (w World) Discard() {
	for _, c := range w.Contents {
		switch c := c.(type) {
		case Put:
			settle(c.Object.Chunks)
		case PutPart:
			settle(c.Part.Chunks)
		}
	}
}
