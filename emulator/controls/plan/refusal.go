package plan

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// Failure is an error as a client reads it.
type Failure struct {
	Code, Message string
}

// ReadFailure reads an error by the rules of the service's protocol (smithy.io, "AWS
// protocols", section "Error serialization" of each), and nothing else: what a
// protocol does not have is an error.
func ReadFailure(s *awsapi.Service, r *Reply) (*Failure, error) {
	switch s.Protocol {
	case awsapi.Query:
		return queryFailure(s, r)
	case awsapi.EC2Query:
		return ec2Failure(r)
	case awsapi.JSON:
		return jsonFailure(r)
	case awsapi.RESTJSON:
		return restJSONFailure(r)
	}
	return controlFailure(r)
}

func queryFailure(s *awsapi.Service, r *Reply) (*Failure, error) {
	var body struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Error   struct {
			Type string
			Failure
		}
		RequestId string
	}
	switch err := readXML(r, "text/xml", &body); {
	case err != nil:
		return nil, err
	case body.XMLName.Space != s.Namespace || body.Error.Type != "Sender" || body.RequestId != r.Header.Get("x-amzn-RequestId"):
		return nil, fmt.Errorf("namespace %q, type %q, request id %q in %s", body.XMLName.Space, body.Error.Type, body.RequestId, r.Body)
	}
	return &body.Error.Failure, nil
}

func ec2Failure(r *Reply) (*Failure, error) {
	var body struct {
		XMLName   xml.Name  `xml:"Response"`
		Errors    []Failure `xml:"Errors>Error"`
		RequestID string
	}
	switch err := readXML(r, "text/xml", &body); {
	case err != nil:
		return nil, err
	case len(body.Errors) != 1 || body.RequestID == "":
		return nil, fmt.Errorf("%d errors, request id %q in %s", len(body.Errors), body.RequestID, r.Body)
	}
	return &body.Errors[0], nil
}

func controlFailure(r *Reply) (*Failure, error) {
	var body struct {
		XMLName           xml.Name `xml:"ErrorResponse"`
		Error             Failure
		RequestId, HostId string
	}
	switch err := readXML(r, "application/xml", &body); {
	case err != nil:
		return nil, err
	case body.RequestId != r.Header.Get("x-amz-request-id") || body.HostId != r.Header.Get("x-amz-id-2") || body.HostId == "":
		return nil, fmt.Errorf("request id %q, host id %q in %s", body.RequestId, body.HostId, r.Body)
	}
	return &body.Error, nil
}

func readXML(r *Reply, kind string, into any) error {
	if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
		return fmt.Errorf("the content type is %q", got)
	}
	if err := xml.Unmarshal([]byte(r.Body), into); err != nil {
		return fmt.Errorf("%w in %q", err, r.Body)
	}
	return nil
}

// wordless are the codes that may come without a message.
var wordless = map[string]bool{"SerializationException": true, "UnknownOperationException": true}

func jsonFailure(r *Reply) (*Failure, error) {
	var body struct {
		Type    string  `json:"__type"`
		Message *string `json:"message"`
	}
	if err := readJSON(r, "application/x-amz-json-1.1", &body); err != nil {
		return nil, err
	}
	_, code, qualified := strings.Cut(body.Type, "#")
	if !qualified {
		code = body.Type
	}
	switch {
	case code == "" || body.Message == nil && !wordless[code]:
		return nil, fmt.Errorf("no __type or no message in %s", r.Body)
	case body.Message == nil:
		return &Failure{code, ""}, nil
	case *body.Message == "":
		return nil, fmt.Errorf("a message without words in %s", r.Body)
	}
	return &Failure{code, *body.Message}, nil
}

func restJSONFailure(r *Reply) (*Failure, error) {
	var body struct {
		Message *string `json:"message"`
	}
	if err := readJSON(r, "application/json", &body); err != nil {
		return nil, err
	}
	code := r.Header.Get("x-amzn-ErrorType")
	if code == "" || body.Message == nil {
		return nil, fmt.Errorf("x-amzn-ErrorType is %q, the body %s", code, r.Body)
	}
	return &Failure{code, *body.Message}, nil
}

func readJSON(r *Reply, kind string, into any) error {
	if got := r.Header.Get("Content-Type"); got != kind {
		return fmt.Errorf("the content type is %q", got)
	}
	if r.Header.Get("x-amzn-RequestId") == "" {
		return fmt.Errorf("no x-amzn-RequestId with %s", r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		return fmt.Errorf("%w in %q", err, r.Body)
	}
	return nil
}
