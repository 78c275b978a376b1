package configuration

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// events are those that S3 tells of (S3 User Guide, "Supported event types for SQS, SNS,
// and Lambda"). A * stands for all events of its beginning.
var events = []string{
	"s3:TestEvent", "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy",
	"s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete",
	"s3:ObjectRemoved:DeleteMarkerCreated", "s3:ObjectRestore:*", "s3:ObjectRestore:Post",
	"s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete", "s3:ReducedRedundancyLostObject",
	"s3:Replication:*", "s3:Replication:OperationFailedReplication",
	"s3:Replication:OperationMissedThreshold", "s3:Replication:OperationReplicatedAfterThreshold",
	"s3:Replication:OperationNotTracked", "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete",
	"s3:LifecycleExpiration:DeleteMarkerCreated", "s3:LifecycleTransition", "s3:IntelligentTiering",
	"s3:ObjectAcl:Put", "s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
}

// together refuses configurations that are good by themselves, and not beside each other.
func together(all []world.NotificationDestination) error {
	if len(all) > maxDestinations { // the words [unsure]
		return s3err.New(s3err.InvalidArgument).WithMessage(
			"Your configuration exceeds the maximum number of allowed notification configurations.")
	}
	for i := range all {
		for k := range i {
			if err := beside(&all[k], &all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// beside refuses two of the same id, and two that would both be told of an event. Which of
// the two sentences S3 says where keys decide is [unsure].
func beside(a, b *world.NotificationDestination) error {
	if a.ID == b.ID { // the words [unsure]
		return s3err.New(s3err.InvalidArgument).WithMessage(
			"Same ID used for multiple configurations. IDs must be unique")
	}
	if !shareEvent(a.Events, b.Events) || !overlap(a.Prefix, b.Prefix, strings.HasPrefix) ||
		!overlap(a.Suffix, b.Suffix, strings.HasSuffix) {
		return nil
	}
	if filtered(a) && filtered(b) {
		return s3err.New(s3err.InvalidArgument).WithMessage("Configuration is ambiguously defined. " +
			"Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.")
	}
	return s3err.New(s3err.InvalidArgument).WithMessage(
		"Configurations overlap. Configurations on the same bucket cannot share a common event type.")
}

func filtered(d *world.NotificationDestination) bool { return d.Prefix != nil || d.Suffix != nil }

func shareEvent(a, b []string) bool {
	for _, one := range a {
		for _, other := range b {
			if one == other || covers(one, other) || covers(other, one) {
				return true
			}
		}
	}
	return false
}

func covers(event, other string) bool {
	family, every := strings.CutSuffix(event, "*")
	return every && strings.HasPrefix(other, family)
}

// overlap says that a key can have both ends; nil is any.
func overlap(a, b *string, has func(text, end string) bool) bool {
	return a == nil || b == nil || has(*a, *b) || has(*b, *a)
}
