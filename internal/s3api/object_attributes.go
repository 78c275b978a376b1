package s3api

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// attributesXML is what GetObjectAttributes answers: only what was asked for (S3
// API Reference, "GetObjectAttributes"). Its ETag has no quotes.
type attributesXML struct {
	XMLName      xml.Name          `xml:"http://s3.amazonaws.com/doc/2006-03-01/ GetObjectAttributesResponse"`
	ETag         string            `xml:",omitempty"`
	Checksum     *wire.ChecksumXML `xml:",omitempty"`
	ObjectParts  *partsXML         `xml:",omitempty"`
	StorageClass string            `xml:",omitempty"`
	ObjectSize   *int64            `xml:",omitempty"`
}

// partsXML is the parts that an object came in. The list of them is only there
// where they have checksums.
type partsXML struct {
	*partsPage
	PartsCount int
}

type partsPage struct {
	IsTruncated          bool
	MaxParts             int
	NextPartNumberMarker int
	PartNumberMarker     int
	Parts                []attributedPart `xml:"Part"`
}

type attributedPart struct {
	wire.ChecksumXML
	PartNumber int
	Size       int64
}

const attributesHeader = "x-amz-object-attributes"

// attributesAsked are the attributes that the request names, in any number of
// headers.
func attributesAsked(c *Call) []string {
	sent := strings.Join(c.Request.Header.Values(attributesHeader), ",")
	if sent == "" {
		sent = c.header(attributesHeader)
	}
	var asked []string
	for name := range strings.SplitSeq(sent, ",") {
		if name = strings.TrimSpace(name); name != "" {
			asked = append(asked, name)
		}
	}
	return asked
}

// beginGetObjectAttributes asks for the right to read the object and for the one
// to read attributes; and for the key's use where checksums are wanted, as HeadObject
// does [unsure].
func beginGetObjectAttributes(c *Call) (doing, []*authz.Request, error) {
	asked := attributesAsked(c)
	r, questions := reads(c, slices.Contains(asked, "Checksum") || slices.Contains(asked, "ObjectParts"))
	action := c.versioned("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")
	return attributing{r, asked}, slices.Insert(questions, 1, c.objectQuestion(action, c.objectARN(), r.object)), nil
}

// attributing is one attempt to read the attributes that are asked for.
type attributing struct {
	reading
	asked []string
}

func (r attributing) serve(c *Call) (*Reply, error) {
	o, err := r.opened(c)
	if err != nil {
		return nil, err
	}
	body, err := r.attributes(c, o)
	if err != nil {
		return nil, err
	}
	h := http.Header{"Last-Modified": {wire.HTTPTime(o.Modified)}}
	versionOf(c, h, o)
	return xmlReply(h, body), nil
}

// attributes are those of the object that are asked for.
func (r attributing) attributes(c *Call, o *store.Object) (attributesXML, error) {
	var x attributesXML
	if len(r.asked) == 0 {
		return x, s3err.New(s3err.InvalidRequest).WithMessage(
			"The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	for _, name := range r.asked {
		switch name {
		case "ETag":
			x.ETag = o.ETag
		case "Checksum":
			x.Checksum = attributeChecksum(o.Checksum)
		case "ObjectParts":
			var err error
			if x.ObjectParts, err = attributeParts(o, c.header); err != nil {
				return x, err
			}
		case "StorageClass":
			x.StorageClass = o.StorageClass
		case "ObjectSize":
			x.ObjectSize = &o.Size
		default:
			return x, s3err.Argument("Invalid attribute name specified.", attributesHeader, name)
		}
	}
	return x, nil
}

// attributeChecksum is a checksum among the attributes, where one of parts' checksums
// does not tell how many they were (recorded).
func attributeChecksum(sum store.Checksum) *wire.ChecksumXML {
	if sum.Value == "" {
		return nil
	}
	sum.Value = checksum.WithoutCount(sum.Value)
	x := wire.ChecksumOf(sum, true)
	return &x
}

// attributeParts is a page of the parts of an object; nil: it came in one piece. S3
// lists them where the object's checksum is made of theirs (recorded).
func attributeParts(o *store.Object, of wire.Header) (*partsXML, error) {
	limit, err := wire.Count("x-amz-max-parts", of("x-amz-max-parts"), partsPerPage)
	if err != nil {
		return nil, err
	}
	after, err := wire.Count("x-amz-part-number-marker", of("x-amz-part-number-marker"), 0)
	if err != nil || len(o.Parts) == 0 {
		return nil, err
	}
	parts := &partsXML{PartsCount: len(o.Parts)}
	if o.Checksum.Type != checksum.Composite {
		return parts, nil
	}
	page := &partsPage{MaxParts: min(limit, partsPerPage), PartNumberMarker: after}
	for i, p := range o.Parts {
		switch number := i + 1; {
		case number <= after:
		case len(page.Parts) == page.MaxParts:
			page.IsTruncated = page.MaxParts > 0
		default:
			page.Parts = append(page.Parts, attributedPart{wire.ChecksumOf(p.Checksum, false), number, p.Size})
			page.NextPartNumberMarker = number
		}
	}
	parts.partsPage = page
	return parts, nil
}
