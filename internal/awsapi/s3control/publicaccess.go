package s3control

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// checkAccount asks for the call's permission on the account that the request
// names. Nothing lets an account into another's settings: there is no policy on
// them.
func checkAccount[In any](c *awsapi.Call, _ *In) ([]*authz.Request, error) {
	if !world.IsAccountID(c.Account) {
		return nil, awsapi.Refuse("InvalidRequest", "Invalid account id")
	}
	return c.AskOf(c.Account, "*", signatureKeys(c)...)
}

// checkChange also says whether the organization sets the account's configuration, which
// then cannot be changed.
func checkChange[In any](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	questions, err := checkAccount(c, in)
	for _, q := range questions {
		q.Managed = c.State().OrganizationBlock(c.Account) != nil
	}
	return questions, err
}

// signatureKeys are S3's condition keys about how a request is signed.
func signatureKeys(c *awsapi.Call) []awsapi.Key {
	keys := []awsapi.Key{{Name: "s3:ResourceAccount", Values: []string{c.Account}}}
	if c.Presented == nil {
		return keys
	}
	return append(keys,
		awsapi.Key{Name: "s3:authType", Values: []string{"REST-HEADER"}},
		awsapi.Key{Name: "s3:signatureversion", Values: []string{c.Presented.Algorithm}},
		awsapi.Key{Name: "s3:x-amz-content-sha256", Values: c.Request.Header.Values("x-amz-content-sha256")})
}

// configuration is an account's Block Public Access as the call writes it.
type configuration struct {
	PublicAccessBlockConfiguration *world.PublicAccessBlock `aws:",required"`
}

// putInput is the same, read strictly.
type putInput struct {
	PublicAccessBlockConfiguration *world.PublicAccessBlock `aws:",required"`
	empty                          bool                     // it has no setting at all
}

const root = "PublicAccessBlockConfiguration"

// UnmarshalXML reads the configuration, which is the whole body. What it leaves out
// is off; a setting that S3 does not have is refused, as a bucket's is: left out by
// a mistype, it would leave the account open.
func (in *putInput) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var body struct {
		world.PublicAccessBlock
		Other []struct{ XMLName xml.Name } `xml:",any"`
		Text  []byte                       `xml:",innerxml"`
	}
	if err := d.DecodeElement(&body, &start); err != nil {
		return err
	}
	if start.Name.Local != root || len(body.Other) > 0 {
		return errors.New("s3control: it is no " + root)
	}
	in.PublicAccessBlockConfiguration = &body.PublicAccessBlock
	in.empty = !bytes.Contains(body.Text, []byte("</"))
	return nil
}

// MarshalXML writes the configuration as the whole body.
func (out configuration) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(out.PublicAccessBlockConfiguration, xml.StartElement{Name: xml.Name{Space: namespace, Local: root}})
}

// getPublicAccessBlock tells what is in force: the organization's, where that sets it.
func getPublicAccessBlock(c *awsapi.Call, _ *awsapi.Nothing) (*configuration, error) {
	block := c.State().AccountBlock(c.Account)
	if block == nil {
		err := awsapi.RefuseWith(http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
		err.Fields = map[string]any{"AccountId": c.Account}
		return nil, err
	}
	return &configuration{block}, nil
}

func putPublicAccessBlock(c *awsapi.Call, in *putInput) (*awsapi.Nothing, error) {
	if in.empty { // recorded
		return nil, awsapi.Refuse("InvalidRequest", "Must specify at least one configuration.")
	}
	return set(c, in.PublicAccessBlockConfiguration)
}

func deletePublicAccessBlock(c *awsapi.Call, _ *awsapi.Nothing) (*awsapi.Nothing, error) {
	return set(c, nil)
}

// set gives the account another configuration; nil: none.
func set(c *awsapi.Call, block *world.PublicAccessBlock) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.Account)
		a.PublicAccessBlock = block
		next, err := s.WithAccount(&a)
		if err != nil {
			return nil, awsapi.RefuseWith(http.StatusInternalServerError, "InternalError", "%v", err)
		}
		return next, nil
	})
	return &awsapi.Nothing{}, err
}
