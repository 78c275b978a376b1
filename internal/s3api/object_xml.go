package s3api

import (
	"encoding/xml"
	"time"

	"github.com/s3fault/s3fault/internal/store"
)

// The bodies of the replies about objects and uploads (S3 API Reference). Element
// order is S3's.

// checksumXML is the checksums of an element: one of them at most in an answer, and
// whatever a request has. Any element that has no field of its own is read as one.
type checksumXML struct {
	Sums         []sumXML `xml:",any"`
	ChecksumType string   `xml:",omitempty"`
}

type sumXML struct {
	XMLName xml.Name // ChecksumCRC32
	Value   string   `xml:",chardata"`
}

// MarshalXML leaves the namespace to the root element, which encoding/xml would take
// back for an XMLName without one.
func (s sumXML) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(s.Value, xml.StartElement{Name: s.XMLName})
}

// of is what the element says of the algorithm's sum; empty: nothing.
func (x *checksumXML) of(a *algorithm) string {
	for _, s := range x.Sums {
		if s.XMLName.Local == a.element() {
			return s.Value
		}
	}
	return ""
}

// checksumOf writes a checksum, with its type where the element has one.
func checksumOf(sum store.Checksum, typed bool) checksumXML {
	var x checksumXML
	a := algorithmNamed(sum.Algorithm)
	if a == nil || sum.Value == "" {
		return x
	}
	x.Sums = []sumXML{{xml.Name{Local: a.element()}, sum.Value}}
	if typed {
		x.ChecksumType = sum.Type
	}
	return x
}

type copyObjectResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyObjectResult"`
	LastModified string
	ETag         string
	checksumXML
}

type copyPartResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyPartResult"`
	LastModified string
	ETag         string
	checksumXML
}

type initiateResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

type completeResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      string
	ETag     string
	checksumXML
}

type listPartsResult struct {
	XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
	Bucket               string
	Key                  string
	UploadID             string `xml:"UploadId"`
	Initiator            userXML
	Owner                userXML
	StorageClass         string
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	ChecksumAlgorithm    string       `xml:",omitempty"`
	ChecksumType         string       `xml:",omitempty"`
	Parts                []listedPart `xml:"Part"`
}

type listedPart struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	checksumXML
}

type deleteResult struct {
	XMLName xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedObject `xml:"Deleted"`
	Errors  []deleteError   `xml:"Error"`
}

type deletedObject struct {
	Key                   string
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deleteError struct {
	Key       string
	VersionID string `xml:"VersionId,omitempty"`
	Code      string
	Message   string
}

// postResponse is what PostObject answers with success_action_status 201. It has
// no namespace.
type postResponse struct {
	XMLName  xml.Name `xml:"PostResponse"`
	Location string
	Bucket   string
	Key      string
	ETag     string
}

// isoTime is a time as S3's XML has it: UTC with milliseconds, which S3 keeps at
// zero for objects.
func isoTime(t time.Time) string {
	return t.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05.000Z")
}
