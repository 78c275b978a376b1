package configuration

import (
	"encoding/xml"
	"slices"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// logGranteeXML is a grantee, of whom the type tells the form. It stands in the namespace of
// XML Schema. S3 reads the name of an account and does not keep it [unsure].
type logGranteeXML struct {
	Type        string `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	ID          string
	DisplayName string
	URI         string
	Email       string `xml:"EmailAddress"`
}

// byEmail is the type of a grantee who is named by an e-mail address.
const byEmail = "AmazonCustomerByEmail"

// MarshalXML writes it as S3 does.
func (g logGranteeXML) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	start.Attr = []xml.Attr{
		{Name: xml.Name{Local: "xmlns:xsi"}, Value: wire.XSINamespace},
		{Name: xml.Name{Local: "xsi:type"}, Value: g.Type},
	}
	return e.EncodeElement(struct {
		ID           string `xml:",omitempty"`
		URI          string `xml:",omitempty"`
		EmailAddress string `xml:",omitempty"`
	}{g.ID, g.URI, g.Email}, start)
}

// logPermissions are those that a grant may give: the reference has three, and S3 takes
// those of an ACL too (recorded, of READ_ACP).
var logPermissions = []string{"FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"}

func (x *logGrantXML) read() (g world.LogGrant, err error) {
	if !slices.Contains(logPermissions, x.Permission) {
		return g, s3err.New(s3err.MalformedXML)
	}
	g.Permission = x.Permission
	switch who := x.Grantee; {
	case who.Type == wire.CanonicalUser && who.ID != "":
		g.ID = who.ID
	case who.Type == wire.Group && who.URI != "":
		g.Group = who.URI
	case who.Type == byEmail && who.Email != "":
		g.Email = who.Email
	default:
		return g, s3err.New(s3err.MalformedXML)
	}
	return g, nil
}

func writeLogGrant(g world.LogGrant) logGrantXML {
	who := logGranteeXML{Type: wire.CanonicalUser, ID: g.ID, URI: g.Group, Email: g.Email}
	x := logGrantXML{Grantee: who, Permission: g.Permission}
	switch {
	case g.Group != "":
		x.Grantee.Type = wire.Group
	case g.Email != "":
		x.Grantee.Type = byEmail
	}
	return x
}
