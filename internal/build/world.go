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
		func(w *making) string { r, _ := w.Answers.Settings(); return string(r) }),
	facts.Fact("as_of", facts.Date, (*making).setAsOf,
		func(w *making) time.Time { _, day := w.Answers.Settings(); return day }).After("responses"),
	facts.Field("region", region, func(w *making) *string { return &w.Region }),
	facts.Inside("network", network,
		func(w *making, n *tree.Node) *networkIn { return &networkIn{w, n} }).After("vpc_endpoints"),
	routeTables.After("region", "accounts"),
	Endpoints.After("route_tables", "clock"),
	facts.Inside("clock", clock, clockOf),
	Accounts.After("clock"),
	Organization.After("accounts"),
	Callers.After("accounts"),
	Buckets.After("accounts", "new_buckets", "kms_keys"),
	trails.After("buckets"),
	Keys.After("accounts", "region"),
	facts.Inside("new_buckets", newBuckets,
		func(w *making, _ *tree.Node) *world.BucketDefaults { return &w.NewBuckets }).After("as_of"),
	faults.After("callers"),
	facts.Field("seed", facts.Number, func(w *making) *int { return &w.faults.Seed }),
	facts.Field("limits", fault.LimitsFacts, func(w *making) *fault.Limits { return &w.faults.Limits }),
	facts.Field("propagation", propagation, func(w *making) *world.Propagation { return &w.Propagation }),
	facts.Field("sigv2", sigV2, func(w *making) *world.SigV2 { return &w.SigV2 }),
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
