package build

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var notification = facts.Checked(facts.RecordIf(facts.New("notification",
	facts.Field("destinations", facts.List(facts.Record(destination)),
		func(n *world.Notification) *[]world.NotificationDestination { return &n.Destinations }).
		Says("the topics, queues and functions that are told"),
	facts.Field("event_bridge", facts.Boolean, func(n *world.Notification) *bool { return &n.EventBridge }).
		Says("whether Amazon EventBridge is told of all events", "false"),
)), func(n *world.Notification, at *tree.Node) error { return flawed(n.Flaw(), at) })

var destination = facts.New("destination",
	facts.Field("id", facts.Text, func(d *world.NotificationDestination) *string { return &d.ID }).
		Says("the id of the configuration").Must("a destination needs an id"),
	facts.Field("arn", facts.Matching(destinationForm, "the ARN of an SNS topic, an SQS queue or a Lambda function"),
		func(d *world.NotificationDestination) *string { return &d.ARN }).
		Says("the ARN of the SNS topic, SQS queue or Lambda function").Must("a destination needs an arn"),
	facts.Field("events", facts.Texts, func(d *world.NotificationDestination) *[]string { return &d.Events }).
		Says("the events that it is told of").Must("a destination needs events"),
	facts.Field("prefix", facts.Optional, func(d *world.NotificationDestination) **string { return &d.Prefix }).
		Says("what the keys begin with", "any key"),
	facts.Field("suffix", facts.Optional, func(d *world.NotificationDestination) **string { return &d.Suffix }).
		Says("what the keys end with", "any key"),
)

var destinationForm = pattern.New(`^arn:[^:]+:(sns|sqs|lambda):[^:]+:[^:]+:.+$`)
