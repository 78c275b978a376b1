package configuration

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

var roleForm = pattern.New(`^arn:aws:iam::[0-9]{12}:role/\S+$`)

type replicationFilterXML struct {
	Prefix *string
	Tag    *wire.TagXML
	And    *struct {
		Prefix *string
		Tags   []wire.TagXML `xml:"Tag"`
	}
}

// read refuses a filter that says more than one thing without And.
func (x *replicationFilterXML) read() (*world.ReplicationFilter, error) {
	malformed := s3err.New(s3err.MalformedXML)
	f := &world.ReplicationFilter{Prefix: x.Prefix}
	var tags []wire.TagXML
	switch {
	case x.And != nil:
		if x.Prefix != nil || x.Tag != nil {
			return f, malformed
		}
		f.Prefix, tags = x.And.Prefix, x.And.Tags
	case x.Tag != nil:
		if x.Prefix != nil {
			return f, malformed
		}
		tags = []wire.TagXML{*x.Tag}
	}
	if wire.Half(tags) {
		return f, malformed
	}
	for _, t := range tags {
		if f.Tags == nil {
			f.Tags = map[string]string{}
		}
		key := *t.Key
		if _, twice := f.Tags[key]; twice {
			return f, s3err.New(s3err.InvalidTag).WithMessage("Duplicate Tag Keys are not allowed.") // [unsure]
		}
		f.Tags[key] = *t.Value
	}
	return f, nil
}

func writeReplicationFilter(f *world.ReplicationFilter) *replicationFilterXML {
	var tags []wire.TagXML
	for _, key := range slices.Sorted(maps.Keys(f.Tags)) {
		value := f.Tags[key]
		tags = append(tags, wire.TagXML{Key: &key, Value: &value})
	}
	switch {
	case len(tags) == 1 && f.Prefix == nil:
		return &replicationFilterXML{Tag: &tags[0]}
	case len(tags) > 0:
		x := new(replicationFilterXML)
		x.And = &struct {
			Prefix *string
			Tags   []wire.TagXML `xml:"Tag"`
		}{f.Prefix, tags}
		return x
	}
	return &replicationFilterXML{Prefix: f.Prefix}
}

// read reads where replicas go. Times are of 15 minutes and no other (S3 API Reference,
// "ReplicationTimeValue"; what S3 says of others is [unsure]).
func (x *replicaXML) read() (d world.ReplicationDestination, err error) {
	name, isBucket := strings.CutPrefix(x.Bucket, world.BucketARN)
	if !isBucket || !wire.MayBeBucket(name) { // the words [unsure]
		return d, s3err.Argument("Invalid bucket ARN.", "Bucket", x.Bucket)
	}
	d = world.ReplicationDestination{Bucket: name, Account: x.Account, StorageClass: x.StorageClass}
	malformed := s3err.New(s3err.MalformedXML)
	if d.StorageClass != "" && !slices.Contains(replicaClasses, d.StorageClass) {
		return d, malformed
	}
	if x.Translation != nil {
		if d.OwnerBecomes = x.Translation.Owner; d.OwnerBecomes == "" {
			return d, malformed
		}
	}
	if x.Encryption != nil {
		d.KMSKey = x.Encryption.Key
	}
	if x.Time != nil {
		d.TimeControl = x.Time.Status
		if !d.TimeControl.Known() || !x.Time.Time.quarter() {
			return d, malformed
		}
	}
	if x.Metrics != nil {
		d.Metrics, d.Threshold = x.Metrics.Status, x.Metrics.Threshold != nil
		if !d.Metrics.Known() || d.Threshold && !x.Metrics.Threshold.quarter() {
			return d, malformed
		}
	}
	return d, refused(d.Flaw())
}

// replicaClasses are the storage classes of replicas.
var replicaClasses = []string{"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
	"GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"}

// replicationMinutes is the only time that there is.
const replicationMinutes = 15

func (m *minutesXML) quarter() bool { return m != nil && m.Minutes == replicationMinutes }

func writeReplica(d *world.ReplicationDestination) *replicaXML {
	x := &replicaXML{Bucket: world.BucketARN + d.Bucket, Account: d.Account, StorageClass: d.StorageClass}
	quarter := &minutesXML{replicationMinutes}
	if d.OwnerBecomes != "" {
		x.Translation = &struct{ Owner string }{d.OwnerBecomes}
	}
	if d.KMSKey != "" {
		x.Encryption = &struct {
			Key string `xml:"ReplicaKmsKeyID"`
		}{d.KMSKey}
	}
	if d.TimeControl != "" {
		x.Time = &struct {
			Status world.Toggle
			Time   *minutesXML
		}{d.TimeControl, quarter}
	}
	if d.Metrics != "" {
		x.Metrics = &struct {
			Status    world.Toggle
			Threshold *minutesXML `xml:"EventThreshold"`
		}{Status: d.Metrics}
	}
	if d.Threshold && x.Metrics != nil {
		x.Metrics.Threshold = quarter
	}
	return x
}
