package awsapi

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"net/http"
	"net/url"
	"reflect"

	"github.com/s3fault/s3fault/internal/exchange"
)

// query is the AWS Query protocol, of IAM and STS: a form in, XML out.
type query struct{}

func (query) speaks(s *Service, r *http.Request, path string) bool {
	return isRoot(path) && (r.Method == http.MethodPost || r.Method == http.MethodGet && r.URL.Query().Has("Action"))
}

func (query) unsigned(s *Service, r *http.Request) bool {
	if r.Method == http.MethodGet {
		return r.URL.Query().Get("Version") == s.Version
	}
	return isForm(r) && peekForm(r).Get("Version") == s.Version
}

func (query) name(c *Call) string {
	c.form = c.Request.URL.Query()
	if c.Request.Method == http.MethodPost {
		// What cannot be read is not there: the service then misses it.
		c.form, _ = url.ParseQuery(string(c.Body))
	}
	return c.form.Get("Action")
}

func (query) read(c *Call, in any) error { return readParameters(c, in, ".member") }

func (query) given(c *Call) map[string]any { return givenParameters(c, ".member") }

func readParameters(c *Call, in any, member string) error {
	if err := newParameters(c.form, member).fill("", reflect.ValueOf(in).Elem()); err != nil {
		return Refuse(c.Service.Protocol.words().malformed, "Value (%s) for parameter %s is invalid.", err.value, err.name)
	}
	return nil
}

const textXML = "text/xml"

// answer wraps the result, if there is one, and the request id.
func (query) answer(c *Call, out any) *exchange.Reply {
	var b bytes.Buffer
	b.WriteString("<" + c.Name + `Response xmlns="` + c.Service.Namespace + `">`)
	if _, none := out.(*Nothing); !none {
		b.Write(element(c.Name+"Result", out))
	}
	b.WriteString("<ResponseMetadata><RequestId>" + c.RequestID + "</RequestId></ResponseMetadata></" + c.Name + "Response>")
	return newReply(c, http.StatusOK, textXML, amznID, b.Bytes())
}

// element is a wire struct under a name.
func element(name string, v any) []byte {
	var b bytes.Buffer
	// The answers are structs of our own, of texts, numbers and lists; what does
	// not fit them does not compile.
	if err := xml.NewEncoder(&b).EncodeElement(v, xml.StartElement{Name: xml.Name{Local: name}}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (query) failure(c *Call, e *Error) *exchange.Reply {
	type inner struct{ Type, Code, Message string }
	body := element("ErrorResponse", struct {
		Namespace string `xml:"xmlns,attr"`
		Error     inner
		RequestId string
	}{c.Service.Namespace, inner{culprit(e.Status), e.Code, e.Message}, c.RequestID})
	return newReply(c, e.Status, textXML, amznID, body)
}

// culprit says whose fault it is.
func culprit(status int) string {
	if status >= 500 {
		return "Receiver"
	}
	return "Sender"
}

// See IAM API Reference, "Common errors".
var queryWords = words{
	tired:        queryTired,
	noToken:      phrase{"MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
	incomplete:   phrase{"IncompleteSignature", 400, ""},
	unknownKey:   phrase{"InvalidClientTokenId", 403, "The security token included in the request is invalid."},
	expiredToken: phrase{"ExpiredToken", 403, "The security token included in the request is expired"},
	signature:    phrase{"SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	skewed:       phrase{"SignatureDoesNotMatch", 403, ""},
	denied:       phrase{"AccessDenied", 403, ""},
	invalid:      "ValidationError",
	malformed:    "MalformedInput",
	unknown: func(c *Call) error {
		if c.Name == "" {
			return Refuse("MissingAction", "Missing Action")
		}
		return notInVersion(c, c.Service.Version)
	},
	version: func(c *Call) error {
		if v := c.form.Get("Version"); v != c.Service.Version {
			return notInVersion(c, cmp.Or(v, "NO_VERSION_SPECIFIED"))
		}
		return nil
	},
}

// notInVersion refuses an operation that there is not in a version of the API.
func notInVersion(c *Call, version string) *Error {
	return Refuse("InvalidAction", "Could not find operation %s for version %s", c.Name, version)
}

func (query) words() *words { return &queryWords }

// List is a list in the XML of a query API: its elements are all called member.
type List[T any] []T

// MarshalXML writes the list, an empty one too.
func (l List[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return marshalList(e, start, "member", l)
}

func marshalList[T any](e *xml.Encoder, start xml.StartElement, name string, list []T) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for i := range list {
		if err := e.EncodeElement(&list[i], xml.StartElement{Name: xml.Name{Local: name}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}
