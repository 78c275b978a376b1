package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// propagation is how long changes take that are made through AWS's APIs.
var propagation = facts.Record(facts.New("propagation",
	facts.Field("principals", delay, func(p *world.Propagation) *time.Duration { return &p.Principals }).
		Says("until users and roles are there, or gone", "0s"),
	facts.Field("access_keys", delay, func(p *world.Propagation) *time.Duration { return &p.AccessKeys }).
		Says("until keys are there, and active", "0s"),
	facts.Field("iam_policies", delay, func(p *world.Propagation) *time.Duration { return &p.IAMPolicies }).
		Says("until policies of users, groups and roles hold", "0s"),
	facts.Field("bucket_policies", delay, func(p *world.Propagation) *time.Duration { return &p.BucketPolicies }).
		Says("until bucket policies hold", "0s"),
	facts.Field("kms", delay, func(p *world.Propagation) *time.Duration { return &p.KMSKeys }).
		Says("until keys, their policies, grants and aliases hold", "0s"),
	facts.Field("reads", reads, func(p *world.Propagation) *world.Reads { return &p.Reads }).
		Says("what calls that only read show meanwhile", "fresh"),
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
