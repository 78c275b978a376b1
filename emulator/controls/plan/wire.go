package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/sigv4"
)

// Message is a request before it is signed, so that a test can spoil it.
type Message struct {
	Method, Path string // the path is escaped, with its query
	Header       http.Header
	Body         string
	// Scope is the service that it is signed for.
	Scope string
}

// NewMessage is a call of the action on the wire, written by the protocol's own rules
// (smithy.io, "AWS protocols") and not by an SDK, which would refuse to send most of
// what the tests need.
func NewMessage(s *awsapi.Service, a *awsapi.Action, p Parameters) (*Message, error) {
	m := &Message{Method: http.MethodPost, Path: "/", Header: http.Header{}, Scope: s.Name}
	if s.Prefix != "" {
		m.Scope = s.Prefix
	}
	switch s.Protocol {
	case awsapi.JSON:
		m.Header.Set("Content-Type", "application/x-amz-json-1.1")
		m.Header.Set("X-Amz-Target", s.Target+a.Name)
		m.Body = toJSON(p)
	case awsapi.RESTJSON:
		if m.Method, m.Path = a.Method, a.Path; m.Method == http.MethodGet {
			m.Path = addressed(a.Path, p)
			break
		}
		m.Header.Set("Content-Type", "application/json")
		m.Body = toJSON(p)
	case awsapi.RESTXML:
		m.restXML(a, p)
	default:
		f := &form{values: url.Values{"Action": {a.Name}, "Version": {s.Version}}, member: ".member"}
		if s.Protocol == awsapi.EC2Query {
			f.member = ""
		}
		if err := f.structure("", map[string]any(p), a.Input()); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		m.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		m.Body = f.values.Encode()
	}
	return m, nil
}

// addressed puts parameters into the places of a path that have their names, and the
// others into its query.
func addressed(path string, p Parameters) string {
	query := url.Values{}
	for name, value := range p {
		filled := strings.Replace(path, "{"+name+"}", url.PathEscape(fmt.Sprint(value)), 1)
		if filled == path {
			query.Set(name, fmt.Sprint(value))
		}
		path = filled
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was read from JSON
	}
	if string(text) == "null" {
		return "{}"
	}
	return string(text)
}

func toXML(v any) string {
	in, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprint(v)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(in)) {
		b.WriteString("<" + name + ">" + inXML(name, in[name]) + "</" + name + ">")
	}
	return b.String()
}

// inXML is a value in an element of that name: of a list, an element each, whose names
// are without the s.
func inXML(name string, value any) string {
	list, ok := value.([]any)
	if !ok {
		return toXML(value)
	}
	var b strings.Builder
	for _, v := range list {
		b.WriteString(toXML(map[string]any{strings.TrimSuffix(name, "s"): v}))
	}
	return b.String()
}

// form is a body of a query API. The names on the wire are those of the action's own
// struct, which wiretest and the SDKs hold against AWS's.
type form struct {
	values url.Values
	member string
}

// Wire is the name that a parameter has in requests.
func Wire(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("aws"), ",")
	return cmp.Or(name, f.Name)
}

func (f *form) structure(prefix string, in map[string]any, t reflect.Type) error {
	for name, value := range in {
		field, ok := t.FieldByName(name)
		if !ok {
			return fmt.Errorf("%s has no parameter %s", t, name)
		}
		if err := f.value(prefix+Wire(field), value, field.Type); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) value(name string, value any, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := value.(type) {
	case map[string]any:
		return f.structure(name+".", v, t)
	case []any:
		for i, element := range v {
			if err := f.value(name+f.member+"."+strconv.Itoa(i+1), element, t.Elem()); err != nil {
				return err
			}
		}
	default:
		f.values.Set(name, fmt.Sprint(v))
	}
	return nil
}

// Request is the message, addressed and not yet signed.
func (m *Message) Request(endpoint string) (*http.Request, error) {
	r, err := http.NewRequest(m.Method, endpoint+m.Path, strings.NewReader(m.Body))
	if err != nil {
		return nil, err
	}
	r.Header = m.Header.Clone()
	return r, nil
}

// Signed is the message with a signature of a time.
func (m *Message) Signed(endpoint, region string, c sigv4.Credentials, now time.Time) (*http.Request, error) {
	r, err := m.Request(endpoint)
	if err == nil {
		sigv4.Sign(r, c, sigv4.Scope{Region: region, Service: m.Scope}, sigv4.HashPayload([]byte(m.Body)), now)
	}
	return r, err
}

// Reply is what came back, read whole.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends a request.
func Do(r *http.Request) (*Reply, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return &Reply{resp.StatusCode, resp.Header, string(body)}, err
}
