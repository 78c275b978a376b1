package build

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var replication = facts.Checked(facts.RecordIf(facts.New("replication",
	facts.Field("role", facts.Matching(roleForm, "the ARN of a role"),
		func(r *world.Replication) *string { return &r.Role }).
		Says("the ARN of the role that S3 replicates as").Must("a replication needs a role"),
	facts.Field("rules", facts.Listed(facts.Record(replicationRule)),
		func(r *world.Replication) *[]world.ReplicationRule { return &r.Rules }).
		Says("what is replicated where").Must("a replication needs rules"),
)), func(r *world.Replication, n *tree.Node) error { return flawed(r.Flaw(), n) })

var roleForm = pattern.New(`^arn:aws:iam::[0-9]{12}:role/\S+$`)

var toggle = facts.Is[world.Toggle](facts.OneOf("value", string(world.Enabled), string(world.Disabled)))

var replicationRule = facts.New("replication rule",
	facts.Field("id", facts.Text, func(r *world.ReplicationRule) *string { return &r.ID }).
		Says("the rule's id").Must("a rule needs an id"),
	facts.Field("status", toggle, func(r *world.ReplicationRule) *world.Toggle { return &r.Status }).
		Says("whether the rule is in force").Must("a rule needs a status"),
	facts.Field("priority", facts.Number, func(r *world.ReplicationRule) *int { return &r.Priority }).
		Says("which of several rules wins: the one with the greatest", "0"),
	facts.Field("prefix", facts.Optional, func(r *world.ReplicationRule) **string { return &r.Prefix }).
		Says("what keys begin with, of a rule of the schema's first version, without a filter"),
	facts.Field("filter", facts.RecordIf(facts.New("replication filter",
		facts.Field("prefix", facts.Optional, func(f *world.ReplicationFilter) **string { return &f.Prefix }).
			Says("what keys begin with"),
		facts.Field("tags", facts.Tags, func(f *world.ReplicationFilter) *map[string]string { return &f.Tags }).
			Says("the tags that an object has"),
	)), func(r *world.ReplicationRule) **world.ReplicationFilter { return &r.Filter }).
		Says("which objects: {} for all"),
	facts.Field("destination", facts.Record(replica),
		func(r *world.ReplicationRule) *world.ReplicationDestination { return &r.Destination }).
		Says("where the replicas go").Must("a rule needs a destination"),
	facts.Field("delete_markers", toggle, func(r *world.ReplicationRule) *world.Toggle { return &r.DeleteMarkers }).
		Says("whether delete markers are replicated"),
	facts.Field("existing_objects", toggle, func(r *world.ReplicationRule) *world.Toggle { return &r.ExistingObjects }).
		Says("whether objects from before the rule are"),
	facts.Field("kms_objects", toggle, func(r *world.ReplicationRule) *world.Toggle { return &r.KMSObjects }).
		Says("whether objects with SSE-KMS are"),
	facts.Field("replica_modifications", toggle,
		func(r *world.ReplicationRule) *world.Toggle { return &r.ReplicaModifications }).
		Says("whether changes of replicas are"),
)

var replica = facts.New("replica",
	facts.Field("bucket", facts.Text, func(d *world.ReplicationDestination) *string { return &d.Bucket }).
		Says("the bucket's name").Must("a destination needs a bucket"),
	facts.Field("account", facts.Text, func(d *world.ReplicationDestination) *string { return &d.Account }).
		Says("the account that the bucket belongs to", "not said"),
	facts.Field("storage_class", storageClass,
		func(d *world.ReplicationDestination) *string { return &d.StorageClass }).
		Says("the storage class of the replicas", "that of the source"),
	facts.Field("owner", facts.OneOf("value", "Destination"),
		func(d *world.ReplicationDestination) *string { return &d.OwnerBecomes }).
		Says("Destination: the replicas are the other account's"),
	facts.Field("kms_key", facts.Text, func(d *world.ReplicationDestination) *string { return &d.KMSKey }).
		Says("the KMS key of replicas of objects with SSE-KMS"),
	facts.Field("time_control", toggle, func(d *world.ReplicationDestination) *world.Toggle { return &d.TimeControl }).
		Says("whether replicas are there after 15 minutes"),
	facts.Field("metrics", toggle, func(d *world.ReplicationDestination) *world.Toggle { return &d.Metrics }).
		Says("whether there are metrics"),
	facts.Field("threshold", facts.Boolean, func(d *world.ReplicationDestination) *bool { return &d.Threshold }).
		Says("whether the metrics have a threshold, of 15 minutes", "false"),
).Then(func(d *world.ReplicationDestination, n *tree.Node) error {
	if !isBucketName(d.Bucket) {
		return tree.Fail(n, "%q is no name of a bucket", d.Bucket)
	}
	return nil
})
