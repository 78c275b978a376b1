package s3api

import (
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/lifecycle"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// restoreBody is the most bytes of a request to restore.
const restoreBody = 64 << 10

// restoring is one attempt to restore an object.
type restoring struct{ found }

func beginRestoreObject(c *Call) (doing, []*authz.Request, error) {
	f, questions := c.asks("s3:RestoreObject", "s3:RestoreObject")
	return restoring{f}, questions, nil
}

func (r restoring) serve(c *Call) (*Reply, error) {
	o, err := r.existing(c)
	if err != nil {
		return nil, err
	}
	text, err := c.wholeBody(restoreBody)
	if err != nil {
		return nil, err
	}
	asked, err := wire.ParseRestore(text)
	if err != nil {
		return nil, err
	}
	if asked.Absent != "" {
		return nil, lacking(c, asked.Absent, " of RestoreObject; S3 would have done it", s3err.New(s3err.NotImplemented))
	}
	copied, status, err := restored(o, asked, c.Now)
	if err != nil {
		return nil, err
	}
	changed := *o
	changed.Restore = copied
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	return done(status), nil
}

// tiers are how long a restore takes at most, by the class that it is from (lifecycle.md
// 3.5).
var tiers = map[string]map[string]time.Duration{
	"GLACIER":      {"Expedited": 5 * time.Minute, "Standard": 5 * time.Hour, "Bulk": 12 * time.Hour},
	"DEEP_ARCHIVE": {"Standard": 12 * time.Hour, "Bulk": 48 * time.Hour},
}

// restored is the copy that a request brings about, and the status of its answer.
func restored(o *store.Object, asked *wire.Restore, now time.Time) (*store.Restoration, int, error) {
	if err := restorable(o, asked); err != nil {
		return nil, 0, err
	}
	lasts := tiers[o.StorageClass]
	copied := &store.Restoration{Tier: asked.Tier, Ready: now.Add(lasts[asked.Tier])}
	switch before := o.Restore; {
	case before.There(now):
		copied.Tier, copied.Ready, copied.Until = before.Tier, before.Ready, lifecycle.After(now, asked.Days)
		return copied, http.StatusOK, endsInTime(copied, asked)
	case before.Underway(now) && lasts[asked.Tier] >= lasts[before.Tier]:
		return nil, 0, s3err.New(s3err.RestoreAlreadyInProgress)
	case before.Underway(now): // made faster; it stays as long as it was to
		copied.Until = before.Until
		if before.Ready.Before(copied.Ready) {
			copied.Ready = before.Ready
		}
	default:
		copied.Until = lifecycle.After(copied.Ready, asked.Days)
	}
	if err := endsInTime(copied, asked); err != nil {
		return nil, 0, err
	}
	return copied, http.StatusAccepted, nil
}

// endsInTime refuses days that lead to where no date can be written.
func endsInTime(copied *store.Restoration, asked *wire.Restore) error {
	if copied.Until.Year() <= 9999 {
		return nil
	}
	return s3err.Argument("Days leads beyond the year 9999", "Days", wire.Decimal(int64(asked.Days))) // [unsure] of the words
}

// restorable refuses what is in no archive, and a tier that its archive does not have
// (lifecycle.md 3.3 to 3.5).
func restorable(o *store.Object, asked *wire.Restore) error {
	switch {
	case o.StorageClass == "INTELLIGENT_TIERING" && asked.Days > 0:
		return s3err.New(s3err.InvalidArgument).WithMessage("INTELLIGENT_TIERING objects are not subject to restore " +
			"expiry. Do not specify Days when restoring this object")
	case !o.Archived():
		return s3err.New(s3err.InvalidObjectState, s3err.E("StorageClass", o.StorageClass)).WithMessage(
			"Restore is not allowed for the object's current storage class")
	case asked.Days == 0:
		return s3err.New(s3err.MalformedXML)
	case tiers[o.StorageClass][asked.Tier] == 0:
		return s3err.Argument("Retrieval option is not supported by this storage class", "Tier", asked.Tier)
	}
	return nil
}

// tellRestore tells of the copy of an archived object.
func tellRestore(c *Call, h http.Header, o *store.Object) {
	switch r := o.Restore; {
	case r == nil || !o.Archived():
	case r.Underway(c.Now):
		h.Set("x-amz-restore", `ongoing-request="true"`)
	case r.There(c.Now):
		h.Set("x-amz-restore", `ongoing-request="false", expiry-date="`+wire.HTTPTime(r.Until)+`"`)
	}
}
