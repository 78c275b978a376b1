package world

// Logging is where the server access logs of a bucket go (S3 API Reference,
// "LoggingEnabled").
type Logging struct {
	Bucket, Prefix string
	Grants         []LogGrant // to the log files; nil: none
	Keys           LogKeys
}

// LogKeys is the form of the keys of log files; empty: the simple one, that was not asked
// for.
type LogKeys string

// The forms of the keys of log files (S3 API Reference, "TargetObjectKeyFormat"): simple
// ones, and those parted by the time of the event or of the delivery.
const (
	LogKeysSimple     LogKeys = "SimplePrefix"
	LogKeysByEvent    LogKeys = "EventTime"
	LogKeysByDelivery LogKeys = "DeliveryTime"
)

// LogGrant is a permission for one who is named by a canonical user id, by the URI of a
// group, or by an e-mail address (S3 API Reference, "TargetGrant").
type LogGrant struct{ ID, Group, Email, Permission string }

// maxLogGrants is the most grants of log files [unsure]: as many as an ACL has.
const maxLogGrants = 100

// Flaw is why no bucket can be logged so; nil: one can.
func (l *Logging) Flaw() *Flaw {
	if len(l.Grants) > maxLogGrants {
		return malformed("a bucket's logs have at most 100 grants")
	}
	return nil
}
