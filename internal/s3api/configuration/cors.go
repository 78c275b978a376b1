package configuration

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

type corsXML struct {
	XMLName xml.Name      `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CORSConfiguration"`
	Rules   []corsRuleXML `xml:"CORSRule"`
}

type corsRuleXML struct {
	ID             string   `xml:",omitempty"`
	AllowedHeaders []string `xml:"AllowedHeader"`
	AllowedMethods []string `xml:"AllowedMethod"`
	AllowedOrigins []string `xml:"AllowedOrigin"`
	ExposeHeaders  []string `xml:"ExposeHeader"`
	MaxAgeSeconds  *integer
}

// CORS is whom of other origins a bucket lets do what (S3 API Reference, "PutBucketCors").
var CORS = Kind[world.CORS]{
	Of:    func(b *world.Bucket) **world.CORS { return &b.CORS },
	Read:  readCORS,
	Write: writeCORS,
	None:  s3err.NoSuchCORSConfiguration,
	// (s3-errors.md 2.7)
	Digested: LacksMD5,
	Longest:  64 << 10, // (S3 API Reference, "PutBucketCors")
}

func readCORS(text []byte) (*world.CORS, error) {
	body, err := read[struct {
		Rules []corsRuleXML `xml:"CORSRule"`
	}]("CORSConfiguration", text)
	if err != nil {
		return nil, err
	}
	c := &world.CORS{}
	for _, r := range body.Rules {
		c.Rules = append(c.Rules, world.CORSRule{
			ID: r.ID, AllowedOrigins: r.AllowedOrigins, AllowedMethods: r.AllowedMethods,
			AllowedHeaders: r.AllowedHeaders, ExposeHeaders: r.ExposeHeaders, MaxAgeSeconds: (*int)(r.MaxAgeSeconds),
		})
	}
	return c, refused(c.Flaw())
}

func writeCORS(c *world.CORS) any {
	var document corsXML
	for _, r := range c.Rules {
		document.Rules = append(document.Rules, corsRuleXML{
			ID: r.ID, AllowedHeaders: r.AllowedHeaders, AllowedMethods: r.AllowedMethods,
			AllowedOrigins: r.AllowedOrigins, ExposeHeaders: r.ExposeHeaders, MaxAgeSeconds: (*integer)(r.MaxAgeSeconds),
		})
	}
	return document
}

// refused is what S3 says of a flaw; nil: there is none.
func refused(f *world.Flaw) error {
	switch {
	case f == nil:
		return nil
	case f.Malformed:
		return s3err.New(s3err.MalformedXML)
	case f.Unnamed:
		return s3err.New(s3err.InvalidArgument).WithMessage(f.Words)
	case f.Argument != "":
		return s3err.Argument(f.Words, f.Argument, f.Value)
	}
	return s3err.New(s3err.InvalidRequest).WithMessage(f.Words)
}
