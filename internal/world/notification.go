package world

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
