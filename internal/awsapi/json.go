package awsapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"time"
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

func (jsonRPC) read(c *Call, in any) *Error { return readJSON(c, in) }

// readJSON reads the body, which may be empty. Fields that the action does not
// know count for nothing.
func readJSON(c *Call, in any) *Error {
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.Body, in); err != nil {
		return Refuse(c.Service.Protocol.words().malformed, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func (jsonRPC) answer(c *Call, out any) *Answer {
	return newAnswer(http.StatusOK, amzJSON, toJSON(out)).withID(c, "x-amzn-RequestId")
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

func (jsonRPC) failure(c *Call, e *Error) *Answer {
	fields := map[string]any{"__type": e.Code, "message": e.Message}
	maps.Copy(fields, e.Fields)
	return newAnswer(e.Status, amzJSON, toJSON(fields)).withID(c, "x-amzn-RequestId")
}

// See KMS API Reference, "Common errors".
var jsonWords = words{
	noToken:      phrase{"MissingAuthenticationTokenException", 400, "Missing Authentication Token"},
	incomplete:   phrase{"IncompleteSignatureException", 400, ""},
	unknownKey:   phrase{"UnrecognizedClientException", 400, "The security token included in the request is invalid."},
	expiredToken: phrase{"ExpiredTokenException", 400, "The security token included in the request is expired"},
	signature:    phrase{"InvalidSignatureException", 400, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	skewed:       phrase{"InvalidSignatureException", 400, ""},
	denied:       phrase{"AccessDeniedException", 400, ""},
	invalid:      "ValidationException",
	malformed:    "SerializationException",
	unknown:      func(*Call) *Error { return Refuse("UnknownOperationException", "") },
}

func (jsonRPC) words() *words { return &jsonWords }

// Epoch is a time as JSON APIs write it: seconds since 1970.
func Epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ISO is a time as XML APIs write it.
func ISO(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
