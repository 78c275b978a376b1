package world

// Replication is what of a bucket is copied, and where to (S3 API Reference,
// "ReplicationConfiguration").
type Replication struct {
	Role  string // ARN
	Rules []ReplicationRule
}

// ReplicationRule is a rule of a replication. A Toggle is empty where the rule does not say.
type ReplicationRule struct {
	ID     string
	Status Toggle
	// Prefix is that of a rule in the first version of the schema, which has no Filter and
	// no Priority; nil in the second.
	Prefix      *string
	Filter      *ReplicationFilter
	Priority    int
	Destination ReplicationDestination

	DeleteMarkers, ExistingObjects, KMSObjects, ReplicaModifications Toggle
}

// ReplicationFilter is which objects a rule is for; the zero one: all.
type ReplicationFilter struct {
	Prefix *string
	Tags   map[string]string
}

// ReplicationDestination is where the replicas of a rule go.
type ReplicationDestination struct {
	Bucket       string // its name
	Account      string // empty: not said
	StorageClass string // empty: that of the source
	OwnerBecomes string // "Destination": the replicas are the other account's
	KMSKey       string // ARN, of replicas of objects with SSE-KMS
	// TimeControl and Metrics are of 15 minutes, if Metrics has a threshold at all.
	TimeControl, Metrics Toggle
	Threshold            bool
}

// Toggle is Enabled or Disabled.
type Toggle string

// What a Toggle can be.
const (
	Enabled  Toggle = "Enabled"
	Disabled Toggle = "Disabled"
)

// Known says that it is on or off.
func (t Toggle) Known() bool { return t == Enabled || t == Disabled }
