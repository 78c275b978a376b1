package world

import (
	"slices"
	"strings"
)

// Notification is who is told of what happens in a bucket (S3 API Reference,
// "NotificationConfiguration").
type Notification struct {
	Destinations []NotificationDestination
	EventBridge  bool // all events go to Amazon EventBridge
}

// NotificationDestination is one that is told of events: the topic, queue or function of
// its ARN.
type NotificationDestination struct {
	ID, ARN        string
	Events         []string // "s3:ObjectCreated:*"
	Prefix, Suffix *string  // of the keys; nil: no such rule
}

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

// maxDestinations is the most configurations of a bucket (AWS General Reference, "Amazon
// Simple Storage Service endpoints and quotas", "Event notifications"); maxKeyFilter the
// most bytes of a filter's value (S3 API Reference, "FilterRule").
const (
	maxDestinations = 100
	maxKeyFilter    = 1024
)

// Flaw is why no bucket can have the notifications; nil: one can.
func (n *Notification) Flaw() *Flaw {
	all := n.Destinations
	if len(all) > maxDestinations { // the words [unsure]
		return &Flaw{Unnamed: true,
			Words: "Your configuration exceeds the maximum number of allowed notification configurations."}
	}
	told := make([][]string, len(all)) // each event once: of a long list most are the same
	for i := range all {
		if flaw := all[i].Flaw(); flaw != nil {
			return flaw
		}
		told[i] = slices.Compact(slices.Sorted(slices.Values(all[i].Events)))
		for k := range i {
			if flaw := beside(&all[k], &all[i], shareEvent(told[k], told[i])); flaw != nil {
				return flaw
			}
		}
	}
	return nil
}

// Flaw is why nobody can be told so, whoever else is; nil: one can.
func (d *NotificationDestination) Flaw() *Flaw {
	if len(d.Events) == 0 {
		return malformed("a destination is told of at least one event")
	}
	for _, filter := range []*string{d.Prefix, d.Suffix} {
		if filter != nil && len(*filter) > maxKeyFilter { // [unsure]
			return &Flaw{Words: "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
				Argument: "FilterRule.Value", Value: *filter}
		}
	}
	for _, e := range d.Events {
		if !slices.Contains(events, e) {
			return &Flaw{Words: "The event is not supported for notifications", Argument: "Event", Value: e}
		}
	}
	return nil
}

// beside refuses two of the same id, and two that would both be told of an event. Which of
// the two sentences S3 says where keys decide is [unsure].
func beside(a, b *NotificationDestination, share bool) *Flaw {
	if a.ID == b.ID { // the words [unsure]
		return &Flaw{Unnamed: true, Words: "Same ID used for multiple configurations. IDs must be unique"}
	}
	if !share || !overlap(a.Prefix, b.Prefix, strings.HasPrefix) || !overlap(a.Suffix, b.Suffix, strings.HasSuffix) {
		return nil
	}
	if a.filtered() && b.filtered() {
		return &Flaw{Unnamed: true, Words: "Configuration is ambiguously defined. " +
			"Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type."}
	}
	return &Flaw{Unnamed: true,
		Words: "Configurations overlap. Configurations on the same bucket cannot share a common event type."}
}

func (d *NotificationDestination) filtered() bool { return d.Prefix != nil || d.Suffix != nil }

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
