package awsapi

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
)

// ec2Query is EC2's own form of the Query protocol: flat lists, no result element,
// errors in another envelope.
type ec2Query struct{ query }

func (ec2Query) read(c *Call, in any) error { return readParameters(c, in, "") }

func (ec2Query) given(c *Call) map[string]any { return givenParameters(c, "") }

func (ec2Query) answer(c *Call, out any) *exchange.Reply {
	fields := element("X", out)
	fields = bytes.TrimSuffix(bytes.TrimPrefix(fields, []byte("<X>")), []byte("</X>"))
	var b bytes.Buffer
	b.WriteString(xml.Header + "<" + c.Name + `Response xmlns="` + c.Service.Namespace + `"><requestId>` + c.RequestID + "</requestId>")
	b.Write(fields)
	b.WriteString("</" + c.Name + "Response>")
	return newReply(c, http.StatusOK, textXML+";charset=UTF-8", amznID, b.Bytes())
}

func (ec2Query) failure(c *Call, e *Error) *exchange.Reply {
	type inner struct{ Code, Message string }
	type errors struct{ Error inner }
	body := element("Response", struct {
		Errors    errors
		RequestID string
	}{errors{inner{e.Code, e.Message}}, c.RequestID})
	return newReply(c, e.Status, textXML+";charset=UTF-8", amznID, append([]byte(xml.Header), body...))
}

// See Amazon EC2 API Reference, "Error codes for the Amazon EC2 API".
var ec2Words = words{
	tired:        ec2Tired,
	noToken:      phrase{"MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
	incomplete:   phrase{"IncompleteSignature", 400, ""},
	unknownKey:   phrase{"AuthFailure", 401, "AWS was not able to validate the provided access credentials"},
	expiredToken: phrase{"RequestExpired", 400, "Request has expired."},
	signature:    phrase{"AuthFailure", 401, "AWS was not able to validate the provided access credentials"},
	skewed:       phrase{"RequestExpired", 400, "Request has expired."},
	denied:       phrase{"UnauthorizedOperation", 403, "You are not authorized to perform this operation."},
	invalid:      "InvalidParameterValue",
	malformed:    "InvalidParameterValue",
	missing: func(parameter string) error {
		return Refuse("MissingParameter", "The request must contain the parameter %s", parameter)
	},
	unknown: func(c *Call) error {
		if c.Name == "" {
			return Refuse("MissingAction", "The request is missing an action or a required parameter.")
		}
		return Refuse("InvalidAction", "The action %s is not valid for this web service.", c.Name)
	},
	version: ec2Version,
}

// firstEC2 is the first version of EC2's API. Clients ask for any since then.
const firstEC2 = "2006-06-26"

// ec2Version refuses a version that EC2's API never had: one that is no day, or of a day before the
// first or after the last. What EC2 says, and of a request without a version, is [unsure].
func ec2Version(c *Call) error {
	v := c.form.Get("Version")
	_, err := time.Parse(time.DateOnly, v)
	if v == "" || err == nil && v >= firstEC2 && v <= c.Service.Version {
		return nil
	}
	return Refuse("NoSuchVersion", "The requested version (%s) of service AmazonEC2 does not exist", v)
}

func (ec2Query) words() *words { return &ec2Words }

// Items is a list in EC2's XML: its elements are all called item.
type Items[T any] []T

// MarshalXML writes the list, an empty one too.
func (l Items[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return marshalList(e, start, "item", l)
}
