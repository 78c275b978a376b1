package configuration

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

type replicationXML struct {
	XMLName xml.Name             `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ReplicationConfiguration"`
	Role    string               `xml:",omitempty"`
	Rules   []replicationRuleXML `xml:"Rule"`
}

type replicationRuleXML struct {
	ID            string `xml:",omitempty"`
	Priority      *int
	Prefix        *string
	Filter        *replicationFilterXML
	Status        world.Toggle
	Source        *sourceCriteriaXML `xml:"SourceSelectionCriteria"`
	Existing      *toggleXML         `xml:"ExistingObjectReplication"`
	Destination   *replicaXML
	DeleteMarkers *toggleXML `xml:"DeleteMarkerReplication"`
}

type toggleXML struct {
	Status world.Toggle `xml:",omitempty"`
}

type sourceCriteriaXML struct {
	KMS      *toggleXML `xml:"SseKmsEncryptedObjects"`
	Replicas *toggleXML `xml:"ReplicaModifications"`
}

type replicaXML struct {
	Bucket       string
	Account      string `xml:",omitempty"`
	StorageClass string `xml:",omitempty"`
	Translation  *struct {
		Owner string
	} `xml:"AccessControlTranslation"`
	Encryption *struct {
		Key string `xml:"ReplicaKmsKeyID"`
	} `xml:"EncryptionConfiguration"`
	Time *struct {
		Status world.Toggle
		Time   *minutesXML
	} `xml:"ReplicationTime"`
	Metrics *struct {
		Status    world.Toggle
		Threshold *minutesXML `xml:"EventThreshold"`
	}
}

type minutesXML struct{ Minutes int }

// Replication is what of a bucket is copied, and where to (S3 API Reference,
// "PutBucketReplication").
var Replication = Kind[world.Replication]{
	Of:    func(b *world.Bucket) **world.Replication { return &b.Replication },
	Read:  readReplication,
	Write: writeReplication,
	None:  s3err.ReplicationConfigurationNotFoundError,
	// (S3 API Reference, "PutBucketReplication")
	Longest: 2 << 20,
}

// maxReplicationRules is the most rules (S3 API Reference, "ReplicationConfiguration").
const maxReplicationRules = 1000

func readReplication(text []byte) (*world.Replication, error) {
	body, err := read[struct {
		Role  string
		Rules []replicationRuleXML `xml:"Rule"`
	}]("ReplicationConfiguration", text)
	if err != nil {
		return nil, err
	}
	if len(body.Rules) == 0 || len(body.Rules) > maxReplicationRules {
		return nil, s3err.New(s3err.MalformedXML)
	}
	if !isRole(body.Role) {
		return nil, s3err.Argument("Invalid Role specified in replication configuration", "Role", body.Role)
	}
	r := &world.Replication{Role: body.Role}
	for i := range body.Rules {
		rule, err := body.Rules[i].read()
		if err != nil {
			return nil, err
		}
		r.Rules = append(r.Rules, rule)
	}
	return r, apart(r.Rules)
}

// apart refuses rules that are good by themselves, and not beside each other. The words
// are [unsure].
func apart(rules []world.ReplicationRule) error {
	ids, priorities := map[string]bool{}, map[int]bool{}
	for i := range rules {
		r := &rules[i]
		if ids[r.ID] {
			return s3err.New(s3err.InvalidArgument).WithMessage("Rule Id must be unique")
		}
		if r.Filter != nil && priorities[r.Priority] {
			return s3err.New(s3err.InvalidArgument).WithMessage("Found two rules with the same priority")
		}
		if (r.Filter == nil) != (rules[0].Filter == nil) {
			return s3err.New(s3err.InvalidRequest).WithMessage(
				"Rules of both versions of the replication configuration schema cannot be in one configuration.")
		}
		ids[r.ID], priorities[r.Priority] = true, true
	}
	return nil
}

func (x *replicationRuleXML) read() (r world.ReplicationRule, err error) {
	malformed := s3err.New(s3err.MalformedXML)
	if !x.Status.Known() || x.Destination == nil || x.Prefix != nil && x.Filter != nil || len(x.ID) > maxRuleID {
		return r, malformed
	}
	r = world.ReplicationRule{ID: x.ID, Status: x.Status, Prefix: x.Prefix}
	if r.ID == "" {
		r.ID = newID()
	}
	if err := x.version(&r); err != nil {
		return r, err
	}
	if r.Destination, err = x.Destination.read(); err != nil {
		return r, err
	}
	if x.Source != nil {
		if !x.Source.KMS.into(&r.KMSObjects) || !x.Source.Replicas.into(&r.ReplicaModifications) {
			return r, malformed
		}
	}
	if !x.Existing.into(&r.ExistingObjects) {
		return r, malformed
	}
	if r.KMSObjects == world.Enabled && r.Destination.KMSKey == "" { // the words [unsure]
		return r, s3err.New(s3err.InvalidRequest).WithMessage(
			"EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present")
	}
	return r, nil
}

// maxRuleID is the most characters of a rule's id (S3 API Reference, "ReplicationRule").
const maxRuleID = 255

// version reads what only the second version of the schema has, and must have there: it
// is the one with a Filter.
func (x *replicationRuleXML) version(r *world.ReplicationRule) error {
	const ofSchema = " must be specified for this version of Cross Region Replication configuration schema. " +
		"Please refer to S3 Developer Guide for more information."
	switch {
	case x.Filter == nil:
		if x.Prefix == nil {
			return s3err.New(s3err.MalformedXML)
		}
		return nil
	case x.DeleteMarkers == nil:
		return s3err.New(s3err.InvalidRequest).WithMessage("DeleteMarkerReplication" + ofSchema)
	case x.Priority == nil:
		return s3err.New(s3err.InvalidRequest).WithMessage("Priority" + ofSchema)
	case !x.DeleteMarkers.into(&r.DeleteMarkers) || *x.Priority < 0:
		return s3err.New(s3err.MalformedXML)
	}
	r.Priority = *x.Priority
	var err error
	r.Filter, err = x.Filter.read()
	if err == nil && len(r.Filter.Tags) > 0 && r.DeleteMarkers == world.Enabled {
		err = s3err.New(s3err.InvalidRequest).WithMessage(
			"Delete marker replication is not supported if any Tag filter is specified. " +
				"Please refer to S3 Developer Guide for more information.")
	}
	return err
}

// into reads a switch that may be absent; not ok: it is neither on nor off.
func (t *toggleXML) into(at *world.Toggle) bool {
	if t == nil {
		return true
	}
	*at = t.Status
	return t.Status.Known()
}

// isRole says whether a text is the ARN of a role.
func isRole(arn string) bool { return roleForm.MatchString(arn) }

func writeReplication(r *world.Replication) any {
	document := replicationXML{Role: r.Role}
	for i := range r.Rules {
		document.Rules = append(document.Rules, writeReplicationRule(&r.Rules[i]))
	}
	return document
}

func writeReplicationRule(r *world.ReplicationRule) replicationRuleXML {
	x := replicationRuleXML{ID: r.ID, Prefix: r.Prefix, Status: r.Status, Destination: writeReplica(&r.Destination),
		Existing: toggle(r.ExistingObjects)}
	if r.KMSObjects != "" || r.ReplicaModifications != "" {
		x.Source = &sourceCriteriaXML{toggle(r.KMSObjects), toggle(r.ReplicaModifications)}
	}
	if r.Filter != nil {
		x.Filter, x.Priority, x.DeleteMarkers = writeReplicationFilter(r.Filter), &r.Priority, toggle(r.DeleteMarkers)
	}
	return x
}

func toggle(t world.Toggle) *toggleXML {
	if t == "" {
		return nil
	}
	return &toggleXML{t}
}
