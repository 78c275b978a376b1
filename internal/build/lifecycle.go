package build

import (
	"cmp"
	"errors"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/lifecycle/rules"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// lifecycle is a bucket's lifecycle configuration, in the terms of AWS's API.
var lifecycle = facts.Checked(facts.RecordIf(facts.New("lifecycle",
	facts.Field("rules", facts.Listed(facts.Record(lifecycleRule)),
		func(l *world.Lifecycle) *[]world.LifecycleRule { return &l.Rules }).
		Says("the rules").Must("a lifecycle needs rules"),
	facts.Field("transition_default_minimum_object_size",
		facts.Is[world.MinimumSize](facts.OneOf("value", world.MinimumAll, world.MinimumVaries)),
		func(l *world.Lifecycle) *world.MinimumSize { return &l.MinimumSize }).
		Says("which objects are too small to be transitioned, where a rule names no size",
			"all_storage_classes_128K, and as_of before September 2024 varies_by_storage_class"),
)), func(l *world.Lifecycle, n *tree.Node) error {
	var refused *s3err.Error
	if err := rules.Check(l); errors.As(err, &refused) && refused.Code == s3err.MalformedXML {
		return tree.Fail(n, "S3 would take no such lifecycle for well-formed: see docs/lifecycle.md")
	} else if refused != nil {
		return tree.Fail(n, "S3 refuses the lifecycle: %s", refused.Message)
	}
	return nil
})

var lifecycleRule = facts.New("lifecycle rule",
	facts.Field("id", facts.Text, func(r *world.LifecycleRule) *string { return &r.ID }).
		Says("the rule's ID", "one as S3 makes them"),
	facts.Fact("status", ruleStatus, func(r *world.LifecycleRule, on bool, n *tree.Node) error {
		r.Enabled = on || n == nil
		return nil
	}, func(r *world.LifecycleRule) bool { return r.Enabled }).
		Says("whether it acts: Enabled, Disabled", "Enabled"),
	facts.Field("prefix", facts.Optional, func(r *world.LifecycleRule) **string { return &r.RulePrefix }).
		Says("what keys begin with that it is about, in the form of rules without a filter"),
	facts.Field("filter", facts.Record(lifecycleFilter).Unless(
		func(f world.LifecycleFilter) bool { return f.Predicates() == 0 }),
		func(r *world.LifecycleRule) *world.LifecycleFilter { return &r.Filter }).
		Says("which objects it is about", "all"),
	facts.Field("expiration", facts.RecordIf(lifecycleExpiration),
		func(r *world.LifecycleRule) **world.LifecycleExpiration { return &r.Expiration }).
		Says("when current versions expire"),
	facts.Field("transitions", facts.List(facts.Record(lifecycleTransition)),
		func(r *world.LifecycleRule) *[]world.LifecycleTransition { return &r.Transitions }).
		Says("when current versions are moved to other storage classes"),
	facts.Field("noncurrent_version_expiration", facts.RecordIf(noncurrentExpiration),
		func(r *world.LifecycleRule) **world.NoncurrentExpiration { return &r.NoncurrentExpiration }).
		Says("when noncurrent versions expire"),
	facts.Field("noncurrent_version_transitions", facts.List(facts.Record(noncurrentTransition)),
		func(r *world.LifecycleRule) *[]world.NoncurrentTransition { return &r.NoncurrentTransitions }).
		Says("when noncurrent versions are moved to other storage classes"),
	facts.Field("abort_incomplete_multipart_upload", abortUploads,
		func(r *world.LifecycleRule) **int { return &r.AbortIncompleteUploads }).
		Says("after how many days unfinished uploads are aborted"),
).Rule(func(n *tree.Node) error {
	if both := n.Get("prefix"); both != nil && n.Get("filter") != nil {
		return tree.Fail(both, "a rule has a prefix or a filter, not both")
	}
	return nil
})

// ruleStatus is Enabled where nothing is said.
var ruleStatus = facts.Kind[bool]{
	Form: facts.OneOf("value", "Enabled", "Disabled").Form,
	Read: func(n *tree.Node) (bool, error) {
		text, err := facts.OneOf("value", "Enabled", "Disabled").Read(n)
		return text == "Enabled", err
	},
	Write: func(on bool) *tree.Node {
		if on {
			return tree.NewText("Enabled")
		}
		return tree.NewText("Disabled")
	},
}

var lifecycleFilter = facts.New("filter",
	facts.Field("prefix", facts.Optional, func(f *world.LifecycleFilter) **string { return &f.Prefix }).
		Says("what the keys begin with"),
	facts.Field("tags", facts.Tags, func(f *world.LifecycleFilter) *map[string]string { return &f.Tags }).
		Says("tags that the objects have"),
	facts.Field("object_size_greater_than", orNil(facts.Size),
		func(f *world.LifecycleFilter) **int64 { return &f.Larger }).
		Says("the size that the objects are above, like 128KiB"),
	facts.Field("object_size_less_than", orNil(facts.Size), func(f *world.LifecycleFilter) **int64 { return &f.Smaller }).
		Says("the size that the objects are below"),
)

var lifecycleExpiration = facts.New("expiration",
	facts.Field("days", count, func(e *world.LifecycleExpiration) **int { return &e.Days }).
		Says("days after they were written"),
	facts.Field("date", facts.Instant, func(e *world.LifecycleExpiration) *time.Time { return &e.Date }).
		Says("the day, in UTC"),
	facts.Field("expired_object_delete_marker", facts.Maybe,
		func(e *world.LifecycleExpiration) **bool { return &e.Marker }).
		Says("whether delete markers go that are the only version of their key"),
)

var lifecycleTransition = facts.New("transition",
	facts.Field("days", count, func(t *world.LifecycleTransition) **int { return &t.Days }).
		Says("days after they were written"),
	facts.Field("date", facts.Instant, func(t *world.LifecycleTransition) *time.Time { return &t.Date }).
		Says("the day, in UTC"),
	facts.Field("storage_class", targetClass, func(t *world.LifecycleTransition) *string { return &t.StorageClass }).
		Says("the storage class that they are moved to").Must("a transition needs a storage_class"),
)

var noncurrentExpiration = facts.New("noncurrent expiration",
	facts.Field("noncurrent_days", count, func(e *world.NoncurrentExpiration) **int { return &e.Days }).
		Says("days after they became noncurrent").Must("a noncurrent_version_expiration needs noncurrent_days"),
	facts.Field("newer_noncurrent_versions", count, func(e *world.NoncurrentExpiration) **int { return &e.Newer }).
		Says("how many of the newest noncurrent versions stay", "none"),
)

var noncurrentTransition = facts.New("noncurrent transition",
	facts.Field("noncurrent_days", count, func(t *world.NoncurrentTransition) **int { return &t.Days }).
		Says("days after they became noncurrent").Must("a noncurrent transition needs noncurrent_days"),
	facts.Field("newer_noncurrent_versions", count, func(t *world.NoncurrentTransition) **int { return &t.Newer }).
		Says("how many of the newest noncurrent versions stay where they are", "none"),
	facts.Field("storage_class", targetClass, func(t *world.NoncurrentTransition) *string { return &t.StorageClass }).
		Says("the storage class that they are moved to").Must("a noncurrent transition needs a storage_class"),
)

// abortUploads is a mapping, as AWS has it.
var abortUploads = facts.Record(facts.New("abort",
	facts.Field("days_after_initiation", count, func(days **int) **int { return days }).
		Says("days after they were begun").Must("abort_incomplete_multipart_upload needs days_after_initiation"),
)).Unless(func(days *int) bool { return days == nil })

var targetClass = facts.OneOf("storage class", rules.Classes()...)

// count is a number of which 0 is told from none.
var count = orNil(facts.Number.Written(func(i int) *tree.Node { return tree.NewNumber(strconv.Itoa(i)) }))

// settleLifecycle gives rules their IDs, and the configuration what it is on that day
// where it does not say.
func (b *bucketIn) settleLifecycle() error {
	if b.Lifecycle == nil {
		return nil
	}
	if b.world.Answers.Has(world.SmallObjectsStay) {
		b.Lifecycle.MinimumSize = cmp.Or(b.Lifecycle.MinimumSize, world.MinimumAll)
	}
	for i := range b.Lifecycle.Rules {
		r := &b.Lifecycle.Rules[i]
		r.ID = cmp.Or(r.ID, rules.NewID(b.Name+strconv.Itoa(i)))
	}
	return nil
}
