package wire

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/store"
)

// ChecksumXML is the checksums of an element: one of them at most in an answer, and
// whatever a request has. Any element that has no field of its own is read as one.
type ChecksumXML struct {
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

// Of is what the element says of the algorithm's sum; empty: nothing.
func (x *ChecksumXML) Of(a *checksum.Algorithm) string {
	for _, s := range x.Sums {
		if s.XMLName.Local == a.Element() {
			return s.Value
		}
	}
	return ""
}

// ChecksumOf writes a checksum, with its type where the element has one.
func ChecksumOf(sum store.Checksum, typed bool) ChecksumXML {
	var x ChecksumXML
	a := checksum.Named(sum.Algorithm)
	if a == nil || sum.Value == "" {
		return x
	}
	x.Sums = []sumXML{{xml.Name{Local: a.Element()}, sum.Value}}
	if typed {
		x.ChecksumType = sum.Type
	}
	return x
}

// appendSum appends the element of a checksum, whose value no character of is escaped.
func appendSum(b []byte, sum store.Checksum) []byte {
	a := checksum.Named(sum.Algorithm)
	if a == nil || sum.Value == "" {
		return b
	}
	return appendClose(append(appendOpen(b, a.Element()), sum.Value...), a.Element())
}

// The bodies of the replies about objects and uploads (S3 API Reference). Element
// order is S3's.

// CopyObjectResult is what CopyObject answers.
type CopyObjectResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyObjectResult"`
	LastModified string
	ETag         string
	ChecksumXML
}

// CopyPartResult is what UploadPartCopy answers.
type CopyPartResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyPartResult"`
	LastModified string
	ETag         string
	ChecksumXML
}

// InitiateResult is what CreateMultipartUpload answers.
type InitiateResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

// CompletionRoot is the root element of what CompleteMultipartUpload is sent.
const CompletionRoot = "CompleteMultipartUpload"

// CompleteResult is what CompleteMultipartUpload answers.
type CompleteResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      string
	ETag     string
	ChecksumXML
}

// PostResponse is what PostObject answers with success_action_status 201. It has
// no namespace.
type PostResponse struct {
	XMLName  xml.Name `xml:"PostResponse"`
	Location string
	Bucket   string
	Key      string
	ETag     string
}
