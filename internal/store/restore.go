package store

import (
	"slices"
	"time"
)

// Restoration is the temporary copy of an object that is in an archive (S3 API Reference,
// "RestoreObject"). It is never changed.
type Restoration struct {
	Tier  string    // by which it was asked for: Standard, Bulk, Expedited
	Ready time.Time // when it is there
	Until time.Time // when it is gone again
}

// Underway says that the copy is not there yet at the time now.
func (r *Restoration) Underway(now time.Time) bool { return r != nil && now.Before(r.Ready) }

// There says that the copy is there at the time now.
func (r *Restoration) There(now time.Time) bool {
	return r != nil && !now.Before(r.Ready) && now.Before(r.Until)
}

// archives are the storage classes of which nothing is read but copies.
var archives = []string{"GLACIER", "DEEP_ARCHIVE"}

// Archived says that the object's bytes are in an archive.
func (o *Object) Archived() bool { return slices.Contains(archives, o.StorageClass) }

// Readable says that the object's bytes, or a copy of them, can be read at the time now.
func (o *Object) Readable(now time.Time) bool { return !o.Archived() || o.Restore.There(now) }
