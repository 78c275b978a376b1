package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
)

// restore is the temporary copy of an archived object.
type restore struct {
	tier         string
	ready, until facts.Moment
}

var restored = facts.RecordIf(facts.New("restore",
	facts.Field("until", facts.When, func(r *restore) *facts.Moment { return &r.until }).
		Says("when the copy is gone again: a date, or a time from loading like 48h").Must("a restore has until"),
	facts.Field("ready", facts.When, func(r *restore) *facts.Moment { return &r.ready }).
		Says("when the copy is there: until then the restore is under way", "at loading"),
	facts.Field("tier", facts.OneOf("tier", "Standard", "Bulk", "Expedited"), func(r *restore) *string { return &r.tier }).
		Says("by which it was asked for", "Standard"),
))

// restoration is that of an object of the file that is written at the time now.
func (o *objectIn) restoration(now time.Time) (*store.Restoration, error) {
	r := o.restore
	if r == nil {
		return nil, nil
	}
	if !o.object.Archived() {
		return nil, tree.Fail(o.node.Find("restore"), "a restore needs the storage_class GLACIER or DEEP_ARCHIVE")
	}
	made := &store.Restoration{Tier: r.tier, Ready: r.ready.From(now).UTC(), Until: r.until.From(now).UTC()}
	if made.Tier == "" {
		made.Tier = "Standard"
	}
	if made.Until.Before(made.Ready) {
		return nil, tree.Fail(o.node.Find("restore"), "the copy would be gone before it is there")
	}
	return made, nil
}

// restoreOf is a restoration as it is written.
func restoreOf(r *store.Restoration) *restore {
	if r == nil {
		return nil
	}
	return &restore{r.Tier, facts.Moment{At: r.Ready}, facts.Moment{At: r.Until}}
}
