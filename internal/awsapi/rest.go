package awsapi

import (
	"cmp"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/exchange"
)

// restJSON is a REST API with JSON bodies, as IAM Access Analyzer's.
type restJSON struct{}

func (restJSON) speaks(s *Service, r *http.Request, path string) bool {
	return slices.ContainsFunc(s.Paths, func(front string) bool {
		rest, ok := strings.CutPrefix(path, front)
		return ok && (rest == "" || rest[0] == '/')
	})
}

// An unsigned request for a path is S3's: nothing tells it apart.
func (restJSON) unsigned(*Service, *http.Request) bool { return false }

// byPath is the action with the call's method and path; its own words where there is
// none.
func byPath(c *Call) string {
	for _, a := range c.Service.Actions {
		if _, ok := a.labels(c.Path); ok && a.Method == c.Request.Method {
			return a.Name
		}
	}
	return c.Request.Method + " " + c.Path
}

// labels are the parameters that an escaped path has, if it is the action's. None of
// them is empty. One with a plus in its braces, at the end, is all that is left.
func (a *Action) labels(path string) (url.Values, bool) {
	wanted, got := strings.Split(a.Path, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if strings.HasSuffix(a.Path, "+}") {
		got = strings.SplitN(strings.TrimSuffix(path, "/"), "/", len(wanted))
	}
	if len(wanted) != len(got) {
		return nil, false
	}
	found := url.Values{}
	for i, segment := range wanted {
		name, labelled := strings.CutPrefix(segment, "{")
		value, err := url.PathUnescape(got[i])
		switch {
		case !labelled && segment == got[i]:
		case labelled && value != "" && err == nil:
			found.Set(strings.TrimRight(name, "+}"), value)
		default:
			return nil, false
		}
	}
	return found, true
}

func (restJSON) name(c *Call) string { return byPath(c) }

// read takes a body's parameters; those of a GET are in its path and its query.
func (restJSON) read(c *Call, in any) error {
	if c.Request.Method != http.MethodGet {
		return readJSON(c, in)
	}
	return readURL(c, in)
}

func (restJSON) given(c *Call) map[string]any {
	if c.Request.Method != http.MethodGet {
		return givenJSON(c.Body)
	}
	return givenParameters(c, "")
}

// readURL takes the parameters in the path and, of a call without a body, those in the
// query. Of a list there, each element is one.
func readURL(c *Call, in any) error {
	c.form, _ = c.Action.labels(c.Path)
	if m := c.Request.Method; m == http.MethodGet || m == http.MethodDelete {
		for name, values := range c.Request.URL.Query() {
			if c.form.Has(name) {
				continue
			}
			c.form[name] = values
			for i, v := range values {
				c.form.Set(name+"."+strconv.Itoa(i+1), v)
			}
		}
	}
	return readParameters(c, in, "")
}

func (restJSON) answer(c *Call, out any) *exchange.Reply {
	return newReply(c, http.StatusOK, "application/json", amznID, toJSON(out))
}

func (restJSON) failure(c *Call, e *Error) *exchange.Reply {
	fields := map[string]any{"message": e.Message}
	maps.Copy(fields, e.Fields)
	a := newReply(c, e.Status, "application/json", amznID, toJSON(fields))
	a.Header.Set("x-amzn-ErrorType", e.Code)
	return a
}

var restJSONWords = words{
	tired:        restJSONTired,
	noToken:      phrase{"MissingAuthenticationTokenException", 403, "Missing Authentication Token"},
	incomplete:   phrase{"IncompleteSignatureException", 403, ""},
	unknownKey:   phrase{"UnrecognizedClientException", 403, "The security token included in the request is invalid."},
	expiredToken: phrase{"ExpiredTokenException", 403, "The security token included in the request is expired"},
	signature:    phrase{"InvalidSignatureException", 403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	skewed:       phrase{"InvalidSignatureException", 403, ""},
	denied:       phrase{"AccessDeniedException", 403, ""},
	invalid:      "ValidationException",
	malformed:    "SerializationException",
	unknown: func(*Call) error {
		return RefuseWith(http.StatusNotFound, "UnknownOperationException", "")
	},
}

func (restJSON) words() *words { return &restJSONWords }

// restXML is a REST API with XML bodies, as S3 Control's, which is signed for S3.
type restXML struct{}

// controlPath is where S3 Control is, whatever the host.
const controlPath = "/v20180820/"

func (restXML) speaks(_ *Service, r *http.Request, path string) bool {
	return strings.HasPrefix(path, controlPath) && r.Header.Get("x-amz-account-id") != ""
}

func (restXML) unsigned(*Service, *http.Request) bool { return true }

func (restXML) name(c *Call) string { return byPath(c) }

func (restXML) read(c *Call, in any) error {
	if len(c.Body) == 0 {
		return readURL(c, in)
	}
	if err := xml.Unmarshal(c.Body, in); err != nil {
		return Refuse("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	return readURL(c, in)
}

// given is nothing: S3 Control looks at its parameters itself.
func (restXML) given(*Call) map[string]any { return nil }

func (restXML) answer(c *Call, out any) *exchange.Reply {
	status := cmp.Or(c.Action.status, http.StatusOK)
	if _, none := out.(*Nothing); none {
		return c.ofS3(status, nil)
	}
	body, err := xml.Marshal(out)
	if err != nil {
		panic(err) // as in element
	}
	return c.ofS3(status, append([]byte(xml.Header), body...))
}

// ofS3 is a reply with the ids that S3's have.
func (c *Call) ofS3(status int, body []byte) *exchange.Reply {
	a := newReply(c, status, "application/xml", "x-amz-request-id", body)
	a.Header.Set("x-amz-id-2", c.HostID)
	return a
}

func (restXML) failure(c *Call, e *Error) *exchange.Reply {
	type inner struct {
		Code, Message string
		Fields        xmlFields
	}
	body := element("ErrorResponse", struct {
		Error             inner
		RequestId, HostId string
	}{inner{e.Code, e.Message, e.Fields}, c.RequestID, c.HostID})
	return c.ofS3(e.Status, append([]byte(xml.Header), body...))
}

// xmlFields are what an error has besides its message, an element each.
type xmlFields map[string]any

// MarshalXML writes the elements, in order of name.
func (f xmlFields) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if err := e.EncodeElement(f[name], xml.StartElement{Name: xml.Name{Local: name}}); err != nil {
			return err
		}
	}
	return nil
}

// S3 Control speaks as S3 does.
var restXMLWords = words{
	tired:        restXMLTired,
	noToken:      phrase{"AccessDenied", 403, "Access Denied"},
	incomplete:   phrase{"AuthorizationHeaderMalformed", 400, ""},
	unknownKey:   phrase{"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."},
	expiredToken: phrase{"ExpiredToken", 400, "The provided token has expired."},
	signature:    phrase{"SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
	skewed:       phrase{"RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."},
	denied:       phrase{"AccessDenied", 403, ""},
	invalid:      "InvalidRequest",
	malformed:    "MalformedXML",
	missing: func(parameter string) error {
		return Refuse("InvalidRequest", "Missing required parameter: %s", parameter)
	},
	unknown: func(*Call) error {
		return RefuseWith(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
	},
}

func (restXML) words() *words { return &restXMLWords }
