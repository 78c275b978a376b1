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
	// It is demanded (aws-sdk-go#612, in 2016 with LacksMD5); today's words [unsure].
	Digested: LacksDigest,
	// (S3 API Reference, "PutBucketReplication")
	Longest: 2 << 20,
}

func readReplication(text []byte) (*world.Replication, error) {
	body, err := read[struct {
		Role  string
		Rules []replicationRuleXML `xml:"Rule"`
	}]("ReplicationConfiguration", text)
	if err != nil {
		return nil, err
	}
	if len(body.Rules) == 0 {
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
	return r, refused(r.Flaw())
}

func (x *replicationRuleXML) read() (r world.ReplicationRule, err error) {
	malformed := s3err.New(s3err.MalformedXML)
	if !x.Status.Known() || x.Destination == nil {
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
	return r, refused(r.Flaw())
}

// version reads what only the second version of the schema has, and must have there: it
// is the one with a Filter.
func (x *replicationRuleXML) version(r *world.ReplicationRule) error {
	switch {
	case x.Filter == nil:
		return nil
	case x.DeleteMarkers == nil:
		return refused(world.NoDeleteMarkers())
	case x.Priority == nil:
		return refused(world.NoPriority())
	case !x.DeleteMarkers.into(&r.DeleteMarkers):
		return s3err.New(s3err.MalformedXML)
	}
	r.Priority = *x.Priority
	var err error
	r.Filter, err = x.Filter.read()
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
