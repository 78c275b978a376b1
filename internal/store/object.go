package store

import (
	"crypto/rand"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// NullVersion is the version id of every object of a bucket without versioning
// (S3 User Guide, "How S3 Versioning works").
const NullVersion = "null"

// Object is one version of one key: an immutable record, told from every other
// by its Revision. A change of its tags, ACL or retention makes a new record with
// the same Chunks: copy it, change the copy and make it a Replace.
type Object struct {
	// Revision is given by the store: each record that is written has a greater one.
	Revision uint64
	// Written is the Revision that its bytes were written with: the order of writing, which
	// no clock can change.
	Written uint64
	Facts
	Version string // "null" where the bucket has no versioning
	Marker  bool   // a delete marker
	// Unversioned says that the bucket had never had versions when it was written.
	Unversioned bool
	Size        int64  // bytes
	ETag        string // without quotes
	Modified    time.Time
	Restore     *Restoration // of what is in an archive; nil: none was asked for
	// Parts are those of a multipart upload, for ?partNumber; their bytes are in
	// the object's Chunks alone.
	Parts  []Part
	Chunks []Chunk

	born *branch // under which it was written
}

func (o *Object) record() record { return record{o.born, o.Chunks} }

// Range is the chunks of length bytes from offset off, for a copy of a part of
// an object. Error: ErrRange.
func (o *Object) Range(off, length int64) ([]Chunk, error) {
	if off < 0 || length < 0 || off > o.Size || length > o.Size-off {
		return nil, ErrRange
	}
	return cut(o.Chunks, off, length), nil
}

// Encryption is what an object was written with; changing the bucket's
// encryption changes no object.
type Encryption struct {
	Algorithm string // AES256, aws:kms, aws:kms:dsse
	KeyARN    string
	Context   map[string]string // the encryption context that the caller gave
	BucketKey bool
	// CustomerKeyMD5 tells the key of an object with SSE-C, in base64; empty: none.
	CustomerKeyMD5 string
}

// Retention is an Object Lock retention; a zero one is none.
type Retention struct {
	Mode string // GOVERNANCE, COMPLIANCE
	// Until is the date that was set; zero: none, which only an event hold makes up for.
	Until time.Time
	// EventHold is the one that is on; zero: none.
	EventHold world.EventHold
	// HoldReleased says that an event hold was taken off.
	HoldReleased bool
}

// DefaultRetention is what a version gets that is written at the time now, and sets none.
func DefaultRetention(l *world.ObjectLock, now time.Time) Retention {
	if l == nil || l.Mode == "" {
		return Retention{}
	}
	return Retention{Mode: l.Mode, Until: l.Until(now), EventHold: l.EventHold}
}

// Ends is the retain-until date as S3 tells it at the time now: while an event hold is
// on it moves with the clock, and is never before the date that was set.
func (r Retention) Ends(now time.Time) time.Time {
	if moving := r.EventHold.After(now); r.EventHold.On() && moving.After(r.Until) {
		return moving
	}
	return r.Until
}

// Active says whether the retention is in force at the time now.
func (r Retention) Active(now time.Time) bool { return r.Mode != "" && now.Before(r.Ends(now)) }

// Lock is what the retention holds at the time now against whoever would delete the
// version, or end it sooner; nil: it is not in force.
func (r Retention) Lock(now time.Time) *authz.Lock {
	if !r.Active(now) {
		return nil
	}
	return &authz.Lock{
		Mode: r.Mode, Until: r.Ends(now).UTC().Format(time.RFC3339), EventHold: r.EventHold.On(),
	}
}

// Lock is what Object Lock holds at the time now against the deletion of the version: its
// retention, and its legal hold; nil: nothing.
func (o *Object) Lock(now time.Time) *authz.Lock {
	l := o.Retention.Lock(now)
	if l == nil && o.LegalHold {
		l = &authz.Lock{}
	}
	if l != nil {
		l.LegalHold = o.LegalHold
	}
	return l
}

// Checksum is an object's or part's additional checksum.
type Checksum struct {
	Algorithm string // CRC32, SHA256, XXHASH3, ...; empty: none
	Value     string // base64, with -N for a composite one
	Type      string // FULL_OBJECT or COMPOSITE
}

// Part is one part of a multipart upload or of the object that it became.
type Part struct {
	Number   int
	Size     int64
	ETag     string // hex MD5
	Modified time.Time
	Checksum Checksum
	Chunks   []Chunk // of a part of an upload; nil in an object

	born *branch // under which it was written
}

func (p *Part) record() record { return record{p.born, p.Chunks} }

// versionIDLength is the length of the version ids that NewVersionID makes, as
// S3's are.
const versionIDLength = 32

// NewVersion is the id of a version that is written to the bucket.
func NewVersion(b *world.Bucket) string {
	if b.Versioning == world.VersioningEnabled {
		return NewVersionID()
	}
	return NullVersion
}

// NewVersionID makes the id of a version, which cannot be guessed.
func NewVersionID() string {
	var id [versionIDLength / 4 * 3]byte
	// It never returns an error; without randomness the program ends.
	_, _ = rand.Read(id[:])
	return inOrder.EncodeToString(id[:])
}

// IsVersionID says whether a version could have the id.
func IsVersionID(s string) bool {
	if len(s) != versionIDLength {
		return false
	}
	_, err := inOrder.DecodeString(s)
	return err == nil
}
