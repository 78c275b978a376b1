package configuration

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// notificationXML is the document in both its forms: the one before 2014 has one event a
// configuration, and a role for functions.
type notificationXML struct {
	XMLName     xml.Name         `xml:"http://s3.amazonaws.com/doc/2006-03-01/ NotificationConfiguration"`
	Topics      []destinationXML `xml:"TopicConfiguration"`
	Queues      []destinationXML `xml:"QueueConfiguration"`
	Functions   []destinationXML `xml:"CloudFunctionConfiguration"`
	EventBridge *struct{}        `xml:"EventBridgeConfiguration"`
}

type destinationXML struct {
	ID       string `xml:"Id,omitempty"`
	Topic    *string
	Queue    *string
	Function *string  `xml:"CloudFunction"`
	Role     *string  `xml:"InvocationRole"`
	Events   []string `xml:"Event"`
	Filter   *keyFilterXML
}

type keyFilterXML struct {
	Key *struct {
		Rules []keyRuleXML `xml:"FilterRule"`
	} `xml:"S3Key"`
}

type keyRuleXML struct{ Name, Value *string }

// Notification is who is told of what happens in a bucket; an empty document tells nobody
// (S3 API Reference, "PutBucketNotificationConfiguration").
var Notification = Kind[world.Notification]{
	Of:    func(b *world.Bucket) **world.Notification { return &b.Notification },
	Read:  readNotification,
	Write: writeNotification,
}

// service is a kind of destination: as S3 names it, and as its ARN does.
type service struct {
	name, inARN string
	of          func(*destinationXML) *string
}

var (
	topics    = service{"Topic", "sns", func(d *destinationXML) *string { return d.Topic }}
	queues    = service{"Queue", "sqs", func(d *destinationXML) *string { return d.Queue }}
	functions = service{"CloudFunction", "lambda", func(d *destinationXML) *string { return d.Function }}
)

func readNotification(text []byte) (*world.Notification, error) {
	body, err := read[struct {
		Topics      []destinationXML `xml:"TopicConfiguration"`
		Queues      []destinationXML `xml:"QueueConfiguration"`
		Functions   []destinationXML `xml:"CloudFunctionConfiguration"`
		EventBridge *struct{}        `xml:"EventBridgeConfiguration"`
	}]("NotificationConfiguration", text)
	if err != nil {
		return nil, err
	}
	n := &world.Notification{EventBridge: body.EventBridge != nil}
	for _, part := range []struct {
		of  service
		all []destinationXML
	}{{topics, body.Topics}, {queues, body.Queues}, {functions, body.Functions}} {
		for i := range part.all {
			d, err := part.all[i].read(part.of)
			if err != nil {
				return nil, err
			}
			n.Destinations = append(n.Destinations, d)
		}
	}
	if len(n.Destinations) == 0 && !n.EventBridge {
		return nil, nil
	}
	return n, refused(n.Flaw())
}

func (f *keyFilterXML) read(d *world.NotificationDestination) error {
	if f == nil || f.Key == nil {
		return nil
	}
	for _, r := range f.Key.Rules {
		if r.Name == nil || r.Value == nil {
			return s3err.New(s3err.MalformedXML)
		}
		var at **string
		switch strings.ToLower(*r.Name) {
		case "prefix":
			at = &d.Prefix
		case "suffix":
			at = &d.Suffix
		default:
			return s3err.Argument("filter rule name must be either prefix or suffix", "FilterRule.Name", *r.Name)
		}
		name := strings.ToLower(*r.Name)
		if *at != nil { // [unsure]
			return s3err.Argument("Cannot specify more than one "+name+" rule in a filter.", "FilterRule.Name", *r.Name)
		}
		*at = r.Value
	}
	return nil
}

// newID is the id that S3 gives to a configuration without one: a UUID in base64, as
// recordings have it.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never returns an error
	return base64.StdEncoding.EncodeToString([]byte(world.UUID(b)))
}

func writeNotification(n *world.Notification) any {
	var document notificationXML
	if n == nil {
		return document
	}
	if n.EventBridge {
		document.EventBridge = new(struct{})
	}
	for _, d := range n.Destinations {
		x := destinationXML{ID: d.ID, Events: d.Events, Filter: writeFilter(d)}
		switch strings.SplitN(d.ARN, ":", 4)[2] {
		case topics.inARN:
			x.Topic = &d.ARN
			document.Topics = append(document.Topics, x)
		case queues.inARN:
			x.Queue = &d.ARN
			document.Queues = append(document.Queues, x)
		default:
			x.Function = &d.ARN
			document.Functions = append(document.Functions, x)
		}
	}
	return document
}

// writeFilter writes the names of rules as S3 does, however they were given (recorded).
func writeFilter(d world.NotificationDestination) *keyFilterXML {
	var rules []keyRuleXML
	for _, r := range []struct {
		name  string
		value *string
	}{{"Prefix", d.Prefix}, {"Suffix", d.Suffix}} {
		if r.value != nil {
			rules = append(rules, keyRuleXML{&r.name, r.value})
		}
	}
	if rules == nil {
		return nil
	}
	f := new(keyFilterXML)
	f.Key = &struct {
		Rules []keyRuleXML `xml:"FilterRule"`
	}{rules}
	return f
}
