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

// maxReplicationRules is the most rules (S3 API Reference, "ReplicationConfiguration"), and
// maxReplicationID the most bytes of a rule's id ("ReplicationRule").
const (
	maxReplicationRules = 1000
	maxReplicationID    = 255
)

// Flaw is why no bucket can be replicated so; nil: one can. The words of what rules are
// beside each other are [unsure].
func (r *Replication) Flaw() *Flaw {
	if len(r.Rules) == 0 || len(r.Rules) > maxReplicationRules {
		return malformed("a replication has 1 to 1000 rules")
	}
	ids, priorities := map[string]bool{}, map[int]bool{}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if flaw := rule.Flaw(); flaw != nil {
			return flaw
		}
		switch {
		case ids[rule.ID]:
			return &Flaw{Unnamed: true, Words: "Rule Id must be unique"}
		case rule.Filter != nil && priorities[rule.Priority]:
			return &Flaw{Unnamed: true, Words: "Found two rules with the same priority"}
		case (rule.Filter == nil) != (r.Rules[0].Filter == nil):
			return &Flaw{
				Words: "Rules of both versions of the replication configuration schema cannot be in one configuration."}
		}
		ids[rule.ID], priorities[rule.Priority] = true, true
	}
	return nil
}

// Flaw is why no replication can have the rule; nil: one can.
func (r *ReplicationRule) Flaw() *Flaw {
	if flaw := r.Destination.Flaw(); flaw != nil {
		return flaw
	}
	switch {
	case (r.Prefix == nil) == (r.Filter == nil):
		return malformed("a rule has either a prefix, in the schema's first version, or a filter")
	case len(r.ID) > maxReplicationID:
		return malformed("the id of a rule has at most 255 bytes")
	case r.Filter == nil && (r.Priority != 0 || r.DeleteMarkers != ""):
		return malformed("a rule without a filter has no priority, and no word of delete markers")
	case r.Filter != nil && r.DeleteMarkers == "":
		return NoDeleteMarkers()
	case r.Priority < 0:
		return malformed("the priority of a rule is no negative number")
	case r.Filter != nil && len(r.Filter.Tags) > 0 && r.DeleteMarkers == Enabled:
		return &Flaw{Words: "Delete marker replication is not supported if any Tag filter is specified. " +
			"Please refer to S3 Developer Guide for more information."}
	case r.KMSObjects == Enabled && r.Destination.KMSKey == "": // the words [unsure]
		return &Flaw{Words: "EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present"}
	}
	return nil
}

const ofSchema = " must be specified for this version of Cross Region Replication configuration schema. " +
	"Please refer to S3 Developer Guide for more information."

// NoDeleteMarkers and NoPriority are what a rule with a filter must say and does not.
func NoDeleteMarkers() *Flaw { return &Flaw{Words: "DeleteMarkerReplication" + ofSchema} }

// NoPriority is NoDeleteMarkers of the priority.
func NoPriority() *Flaw { return &Flaw{Words: "Priority" + ofSchema} }

// replicaOwner is the only owner of replicas that can be named.
const replicaOwner = "Destination"

// Flaw is why no replicas can go there; nil: they can.
func (d *ReplicationDestination) Flaw() *Flaw {
	switch {
	case d.OwnerBecomes != "" && d.OwnerBecomes != replicaOwner:
		return malformed("the owner of replicas can only be " + replicaOwner)
	case d.OwnerBecomes != "" && d.Account == "": // the words [unsure]
		return &Flaw{Words: "Account must be specified if AccessControlTranslation is specified"}
	case d.Threshold && d.Metrics == "":
		return malformed("there is a threshold for metrics, and no metrics")
	}
	return nil
}
