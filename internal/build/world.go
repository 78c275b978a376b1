package build

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// World is the facts of a world: what GET /worlds/{id} shows and PATCH changes.
var World = facts.New("world",
	facts.Fact("responses", Responses, (*making).setResponses,
		func(w *making) string { r, _ := w.Answers.Settings(); return string(r) }).
		Says("how S3 answers: aws as today, article as in June 2023", "as the file says, or aws"),
	facts.Fact("as_of", facts.Date, (*making).setAsOf,
		func(w *making) time.Time { _, day := w.Answers.Settings(); return day }).
		Says("the day whose S3 it is", "as the file says, or today").After("responses"),
	facts.Field("region", region, func(w *making) *string { return &w.Region }).
		Says("the region of the world", "us-east-1"),
	facts.Inside("network", network,
		func(w *making, n *tree.Node) *networkIn { return &networkIn{w, n} }).
		Says("where requests seem to come from").After("vpc_endpoints"),
	vpcs.After("region", "accounts"),
	subnets.After("vpcs"),
	routeTables.After("region", "accounts", "subnets"),
	Endpoints.After("route_tables", "clock"),
	facts.Inside("clock", clock, clockOf).
		Says("the world's time", "the real time"),
	Accounts.After("clock"),
	Organization.After("accounts"),
	Callers.After("accounts"),
	Buckets.After("accounts", "new_buckets", "kms_keys").Then((*making).checkTargets),
	trails.After("buckets"),
	AccessPoints.After("buckets", "clock"),
	Keys.After("accounts", "region"),
	facts.Inside("new_buckets", newBuckets,
		func(w *making, _ *tree.Node) *world.BucketDefaults { return &w.NewBuckets }).
		Says("what buckets have that say nothing themselves", "as S3 has it on that day").After("as_of"),
	faults.After("callers"),
	facts.Field("seed", facts.Number, func(w *making) *int { return &w.faults.Seed }).
		Says("what chances of fault rules are drawn from", "0"),
	facts.Field("limits", fault.LimitsFacts, func(w *making) *fault.Limits { return &w.faults.Limits }).
		Says("how many requests are taken before S3 says SlowDown", "any number"),
	facts.Field("propagation", propagation, func(w *making) *world.Propagation { return &w.Propagation }).
		Says("how long changes by AWS's APIs take to hold", "at once"),
	facts.Field("metadata", metadata, func(w *making) *world.Metadata { return &w.Metadata }).
		Says("how the instance metadata service is set up", "IMDSv1 and IMDSv2 are answered"),
	facts.Field("sigv2", sigV2, func(w *making) *world.SigV2 { return &w.SigV2 }).
		Says("where Signature Version 2 is taken", "legacy-regions"),
)

var sigV2 = facts.Is[world.SigV2](facts.OneOf("value", world.SigV2LegacyRegions, world.SigV2Accept, world.SigV2Refuse))

// Responses are the two ways in which AWS answers.
var Responses = facts.OneOf("value", "article", "aws")

func (w *making) setResponses(responses string, _ *tree.Node) error {
	w.responses = cmp.Or(responses, w.responses)
	return nil
}

// setAsOf settles how AWS answers: as the options have it, the tree, or else the file.
func (w *making) setAsOf(day time.Time, _ *tree.Node) error {
	for _, day = range []time.Time{w.options.AsOf, day, w.asOf} {
		if !day.IsZero() {
			break
		}
	}
	responses := cmp.Or(w.options.Responses, w.responses, "aws")
	w.Answers = world.NewAnswers(world.Responses(responses), day, w.options.now())
	w.NewBuckets = world.NewBucketsOf(w.Answers)
	return nil
}

// region is the name of a region.
var region = facts.Checked(facts.Text, func(name string, n *tree.Node) error {
	if name != "" && !world.IsRegion(name) {
		return tree.Fail(n, "%q is no region's name", name)
	}
	return nil
})
