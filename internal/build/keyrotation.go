package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// rotation is how a key's material is renewed.
var rotation = facts.New("rotation",
	facts.Field("days", facts.Number, func(r *world.KeyRotation) *int { return &r.Days }).
		Says("days between rotations by the clock: 90 to 2560", "it is not rotated by the clock"),
	facts.Field("next", facts.Instant, func(r *world.KeyRotation) *time.Time { return &r.Next }).
		Says("when the clock rotates it next", "that many days after the key was made"),
	facts.Field("past", facts.List(facts.Record(pastRotation)),
		func(r *world.KeyRotation) *[]world.Rotation { return &r.Past }).
		Says("the rotations that there were, oldest first"),
)

var pastRotation = facts.New("past rotation",
	facts.Field("at", facts.Instant, func(r *world.Rotation) *time.Time { return &r.At }).
		Says("when it was").Must("a rotation has a time: at"),
	facts.Field("on_demand", facts.Boolean, func(r *world.Rotation) *bool { return &r.OnDemand }).
		Says("whether somebody asked for it", "false"),
)

// checkRotation holds a key's rotation against what KMS takes, and fills in what follows.
func (k *keyIn) checkRotation() error {
	r, at := &k.Rotation, k.node.Get("rotation")
	switch {
	case k.AWSManaged:
		if at != nil {
			return tree.Fail(at, "an AWS managed key is rotated every year")
		}
		*r = world.ManagedKeyRotation(k.Created)
		return nil
	case at == nil:
		return nil
	case !k.Rotates():
		return tree.Fail(at, "only keys for symmetric encryption, of KMS's own material, are rotated")
	case r.Days != 0 && (r.Days < world.LeastRotationDays || r.Days > world.MostRotationDays):
		return tree.Fail(at.Get("days"), "a key is rotated every %d to %d days",
			world.LeastRotationDays, world.MostRotationDays)
	case r.Days == 0 && !r.Next.IsZero():
		return tree.Fail(at.Get("next"), "the clock rotates a key that has days")
	}
	for i := 1; i < len(r.Past); i++ {
		if r.Past[i].At.Before(r.Past[i-1].At) {
			return tree.Fail(at.Get("past").Items[i], "rotations stand in order of time, the oldest first")
		}
	}
	if r.Days != 0 && r.Next.IsZero() {
		r.Next = k.Created.AddDate(0, 0, r.Days)
	}
	return nil
}
