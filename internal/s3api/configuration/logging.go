package configuration

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

type loggingXML struct {
	XMLName xml.Name           `xml:"http://s3.amazonaws.com/doc/2006-03-01/ BucketLoggingStatus"`
	Enabled *loggingEnabledXML `xml:"LoggingEnabled"`
}

type loggingEnabledXML struct {
	TargetBucket *string
	TargetPrefix *string
	Grants       *logGrantsXML `xml:"TargetGrants"`
	Format       *logFormatXML `xml:"TargetObjectKeyFormat"`
}

type logGrantsXML struct {
	Grants []logGrantXML `xml:"Grant"`
}

type logGrantXML struct {
	Grantee    logGranteeXML
	Permission string
}

type logFormatXML struct {
	Simple      *struct{}       `xml:"SimplePrefix"`
	Partitioned *partitionedXML `xml:"PartitionedPrefix"`
}

type partitionedXML struct {
	Source world.LogKeys `xml:"PartitionDateSource"`
}

// Logging is where a bucket's server access logs go; an empty document ends it (S3 API
// Reference, "PutBucketLogging").
var Logging = Kind[world.Logging]{
	Of:    func(b *world.Bucket) **world.Logging { return &b.Logging },
	Read:  readLogging,
	Write: writeLogging,
	// The SDKs' model has it so; S3's words for logging [unsure].
	Digested: LacksDigest,
}

func readLogging(text []byte) (*world.Logging, error) {
	body, err := read[struct {
		Enabled *loggingEnabledXML `xml:"LoggingEnabled"`
	}]("BucketLoggingStatus", text)
	if err != nil || body.Enabled == nil {
		return nil, err
	}
	x, malformed := body.Enabled, s3err.New(s3err.MalformedXML)
	if x.TargetBucket == nil || x.TargetPrefix == nil {
		return nil, malformed
	}
	l := &world.Logging{Bucket: *x.TargetBucket, Prefix: *x.TargetPrefix}
	if x.Grants != nil {
		for _, g := range x.Grants.Grants {
			grant, err := g.read()
			if err != nil {
				return nil, err
			}
			l.Grants = append(l.Grants, grant)
		}
	}
	var known bool
	if l.Keys, known = x.Format.read(); !known {
		return nil, malformed
	}
	return l, refused(l.Flaw())
}

func (f *logFormatXML) read() (_ world.LogKeys, known bool) {
	switch {
	case f == nil:
		return "", true
	case f.Simple != nil && f.Partitioned == nil:
		return world.LogKeysSimple, true
	case f.Simple == nil && f.Partitioned != nil:
		source := f.Partitioned.Source
		if source == "" {
			source = world.LogKeysByDelivery // [unsure]
		}
		return source, source == world.LogKeysByEvent || source == world.LogKeysByDelivery
	}
	return "", false
}

func writeLogging(l *world.Logging) any {
	var document loggingXML
	if l == nil {
		return document
	}
	x := &loggingEnabledXML{TargetBucket: &l.Bucket, TargetPrefix: &l.Prefix}
	document.Enabled = x
	if len(l.Grants) > 0 {
		x.Grants = new(logGrantsXML)
	}
	for _, g := range l.Grants {
		x.Grants.Grants = append(x.Grants.Grants, writeLogGrant(g))
	}
	switch l.Keys {
	case "":
	case world.LogKeysSimple:
		x.Format = &logFormatXML{Simple: new(struct{})}
	default:
		x.Format = &logFormatXML{Partitioned: &partitionedXML{l.Keys}}
	}
	return document
}
