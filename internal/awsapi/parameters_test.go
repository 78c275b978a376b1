package awsapi

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
)

// everything has a parameter of each kind that there is.
type everything struct {
	Name   string `aws:",required"`
	Flag   *bool
	Count  *int32
	Filter []filter `aws:"Filter"`
	Names  []string
	Inner  *filter
	paging
}

type paging struct{ MaxItems *int32 }

type filter struct {
	Key    string `aws:",required"`
	Values []string
}

func service(p Protocol) *Service {
	return &Service{Name: "test", Version: "2010-05-08", Target: "Test.", Namespace: "https://example.com/", Protocol: p,
		Actions: []*Action{
			NewAction("Everything", func(*Call, *everything) ([]*authz.Request, error) { return nil, nil }, func(*Call,
				*everything) (*Nothing, error) {
				return &Nothing{}, nil
			}),
		}}
}

func readBody(t *testing.T, p Protocol, body string) *Call {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(targetHeader, "Test.Everything")
	s := service(p)
	s.Version = "" // what a body without a version is for, read as it would be for EC2
	return Read(s, exchange.Frame{Request: r}, "/")
}

func TestParametersAreRead(t *testing.T) {
	c := readBody(t, Query,
		"Action=Everything&Name=a+b&Flag=true&Count=2&MaxItems=3&Names.member.1=x&Names.member.2=y&Names.member.4=z&Filter.member.1.Key=k&Filter.member.1.Values.member.1=v&Inner.Key=i")
	if c.malformed != nil {
		t.Fatal(c.malformed)
	}
	got := c.in.(*everything)
	if got.Name != "a b" || !*got.Flag || *got.Count != 2 || *got.MaxItems != 3 || !reflect.DeepEqual(got.Names,
		[]string{"x", "y"}) ||
		got.Inner.Key != "i" || !reflect.DeepEqual(got.Filter, []filter{{"k", []string{"v"}}}) {
		t.Errorf("read %+v", got)
	}
	flat := readBody(t, EC2Query,
		"Action=Everything&Name=a&Names.1=x&Filter.1.Key=k&Filter.1.Values.1=v").in.(*everything)
	if !reflect.DeepEqual(flat.Names, []string{"x"}) || !reflect.DeepEqual(flat.Filter, []filter{{"k", []string{"v"}}}) {
		t.Errorf("read %+v", flat)
	}
}

func TestParametersAreRefused(t *testing.T) {
	for body, want := range map[string]string{
		"Action=Everything": "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
		"Action=Everything&Name=a&Filter.member.1.Values.member.1=v": "1 validation error detected: Value null at 'filter.1.member.Key' failed to satisfy constraint: Member must not be null",
		"Action=Everything&Name=a&Count=many":                        "Value (many) for parameter Count is invalid.",
		"Action=Everything&Name=a&Count=99999999999":                 "Value (99999999999) for parameter Count is invalid.",
	} {
		c := readBody(t, Query, body)
		if e, refused := errors.AsType[*Error](c.malformed); !refused || e.Message != want {
			t.Errorf("%s: %v, want %s", body, c.malformed, want)
		}
	}
}

// FuzzParameters holds for any form: it is read or refused, nothing panics, and what
// is read is no more than what was sent.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		"", "Action=Everything", "Action=Everything&Name=a&Names.member.1=x&Filter.member.1.Key=k",
		"Names.1=x&Filter.1.Values.1=v&Name=a",
		"Action=Everything&Inner.=&.Inner=&Names.member.=&Names.member.0=&Names.member.1.1.1=", "%zz=%",
		"Flag=maybe&Count=-1&MaxItems=1e9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, _ := url.ParseQuery(body)
		for member, p := range map[string]Protocol{".member": Query, "": EC2Query} {
			in := new(everything)
			if err := newParameters(form, member).fill("", reflect.ValueOf(in).Elem()); err != nil &&
				form.Get(err.name) != err.value {
				t.Errorf("%q is refused of %q", err, body)
			}
			if len(in.Names) > len(form) || len(in.Filter) > len(form) {
				t.Errorf("%d names, %d filters of %q", len(in.Names), len(in.Filter), body)
			}
			refusedInWords(t, readBody(t, p, "Action=Everything&"+body))
		}
	})
}

// FuzzJSON is the same for JSON.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"Name":"a"}`, `{"name":1}`, `{"Names":["x",null],"Filter":[{"Key":"k"}]}`,
		"[]", "null", `{"Name":"\ud800"}`, "{", strings.Repeat("[", 20000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		refusedInWords(t, readBody(t, JSON, body))
	})
}

// refusedInWords holds that a call can be served, or that its refusal is one that can
// be written.
func refusedInWords(t *testing.T, c *Call) {
	t.Helper()
	e, refused := errors.AsType[*Error](c.malformed)
	switch {
	case !refused && c.malformed != nil:
		t.Errorf("%q is no refusal: %v", c.Body, c.malformed)
	case !refused && c.in.(*everything).Name == "":
		t.Errorf("%q is taken without its name", c.Body)
	case !refused:
		c.parameters()
	case e.Code == "" || e.Status != http.StatusBadRequest || c.Fail(e).Length == 0:
		t.Errorf("%q is refused with %+v", c.Body, e)
	}
}
