package awsapi

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
)

// jsonRPC is AWS's JSON 1.1 protocol: the action is in a header, in and out are
// JSON.
type jsonRPC struct{}

const (
	targetHeader = "X-Amz-Target"
	amzJSON      = "application/x-amz-json-1.1"
)

func (jsonRPC) speaks(s *Service, r *http.Request, path string) bool {
	return isRoot(path) && r.Method == http.MethodPost
}

func (jsonRPC) unsigned(s *Service, r *http.Request) bool {
	_, ok := s.targeted(r)
	return ok
}

// targeted is the action in X-Amz-Target. The service before it may have a package
// in front, as CloudTrail's model has and the Go SDK leaves out.
func (s *Service) targeted(r *http.Request) (action string, ok bool) {
	target := r.Header.Get(targetHeader)
	dot := strings.LastIndexByte(target, '.') + 1
	service, action := target[:dot], target[dot:]
	return action, service != "" && (service == s.Target || strings.HasSuffix(s.Target, "."+service))
}

func (jsonRPC) name(c *Call) string {
	if action, ok := c.Service.targeted(c.Request); ok {
		return action
	}
	return c.Request.Header.Get(targetHeader)
}

func (jsonRPC) read(c *Call, in any) error { return readJSON(c, in) }

// readJSON reads the body, which may be empty. Fields that the action does not
// know count for nothing.
func readJSON(c *Call, in any) error {
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil
	}
	err := json.Unmarshal(c.Body, in)
	if err == nil {
		return nil
	}
	said, why := misread(c.Body, err)
	refusal := Refuse(c.Service.Protocol.words().malformed, "%s", said)
	if why == "" {
		return refusal
	}
	return cause.Say(refusal, "%s", why)
}

// misread is what AWS's JSON APIs say of a body that cannot be read, and why that is, where they say nothing: of
// what is no JSON, or no base64 [unsure], there is the code alone.
func misread(body []byte, err error) (said, why string) {
	if other, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return mismatched(body, other), ""
	}
	if _, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return "", "a blob in the body is no base64"
	}
	return "", "the body is no JSON: " + err.Error()
}

// mismatched is what they say of a value of another type than its member's (recorded: aws-cdk#27087, aws-sdk-js#44,
// amplify-js#13265; of lists, blobs and booleans [unsure]).
func mismatched(body []byte, other *json.UnmarshalTypeError) string {
	value, _, _ := strings.Cut(other.Value, " ") // "number 1.5"
	token := tokens[value]
	if value == "bool" && bytes.HasSuffix(body[:min(max(int(other.Offset), 0), len(body))], []byte("true")) {
		token = "TRUE_VALUE"
	}
	switch into := converted(other.Type); {
	case into == "" && other.Type.Kind() == reflect.Slice:
		return "Expected list or null"
	case into == "":
		return "Expected null"
	case startsOf[value] != "":
		return startsOf[value]
	default:
		return token + " can not be converted to " + into
	}
}

// What values are called, by Go's words for them.
var (
	tokens   = map[string]string{"string": "STRING_VALUE", "number": "NUMBER_VALUE", "bool": "FALSE_VALUE"}
	startsOf = map[string]string{
		"object": "Start of structure or map found where not expected.",
		"array":  "Start of list found where not expected.",
	}
)

// converted is what a scalar type is called; empty: it is none.
func converted(t reflect.Type) string {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return "a Blob"
	}
	return conversions[t.Kind()]
}

// conversions are the scalar types as those messages call them.
var conversions = map[reflect.Kind]string{
	reflect.String: "a String", reflect.Bool: "a Boolean", reflect.Float64: "a Double",
	reflect.Int: "an Integer", reflect.Int32: "an Integer", reflect.Int64: "a Long",
}

func (jsonRPC) given(c *Call) map[string]any { return givenJSON(c.Body) }

func (jsonRPC) answer(c *Call, out any) *exchange.Reply {
	return newReply(c, http.StatusOK, amzJSON, amznID, toJSON(out))
}

// toJSON is a wire struct as JSON, with the characters of policies as they are.
func toJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// As in element: what does not fit does not compile.
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func (jsonRPC) failure(c *Call, e *Error) *exchange.Reply {
	fields := map[string]any{"__type": e.Code}
	if e.Message != "" {
		fields[cmp.Or(c.Service.MessageName, "message")] = e.Message
	}
	maps.Copy(fields, e.Fields)
	return newReply(c, e.Status, amzJSON, amznID, toJSON(fields))
}

// See KMS API Reference, "Common errors".
var jsonWords = words{
	tired:        jsonTired,
	noToken:      phrase{"MissingAuthenticationTokenException", 400, "Missing Authentication Token"},
	incomplete:   phrase{"IncompleteSignatureException", 400, ""},
	unknownKey:   phrase{"UnrecognizedClientException", 400, "The security token included in the request is invalid."},
	expiredToken: phrase{"ExpiredTokenException", 400, "The security token included in the request is expired"},
	signature:    phrase{"InvalidSignatureException", 400, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	skewed:       phrase{"InvalidSignatureException", 400, ""},
	denied:       phrase{"AccessDeniedException", 400, ""},
	invalid:      "ValidationException",
	malformed:    "SerializationException",
	unknown:      func(*Call) error { return Refuse("UnknownOperationException", "") },
}

func (jsonRPC) words() *words { return &jsonWords }

// Epoch is a time as JSON APIs write it: seconds since 1970.
func Epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ISO is a time as XML APIs write it.
func ISO(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
