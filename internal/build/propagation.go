package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// propagation is how long changes take that are made through AWS's APIs.
var propagation = facts.Record(facts.New("propagation",
	facts.Field("principals", delay, func(p *world.Propagation) *time.Duration { return &p.Principals }),
	facts.Field("access_keys", delay, func(p *world.Propagation) *time.Duration { return &p.AccessKeys }),
	facts.Field("iam_policies", delay, func(p *world.Propagation) *time.Duration { return &p.IAMPolicies }),
	facts.Field("bucket_policies", delay, func(p *world.Propagation) *time.Duration { return &p.BucketPolicies }),
	facts.Field("kms", delay, func(p *world.Propagation) *time.Duration { return &p.KMSKeys }),
	facts.Field("reads", reads, func(p *world.Propagation) *world.Reads { return &p.Reads }),
)).Unless(func(p world.Propagation) bool { return p == world.Propagation{} })

var reads = facts.Is[world.Reads](facts.OneOf("value", world.ReadsFresh, world.ReadsStale))

// longestDelay bounds what a world has to remember of its changes.
const longestDelay = time.Hour

var delay = facts.Checked(facts.Duration, func(d time.Duration, n *tree.Node) error {
	if d < 0 || d > longestDelay {
		return tree.Fail(n, "a change propagates in 0s to %s, not in %s", longestDelay, d)
	}
	return nil
})
