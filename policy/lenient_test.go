package policy

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// allowing is a bucket policy of one Allow, made of an identity policy's elements and a Principal.
func allowing(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",` + elements + `}]}`
}

const complete = `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`

// Every document is read. A miss is that of the only Allow; where it is empty, the Allow matches.
var readLeniently = []struct {
	name, doc          string
	kind               Kind
	element, wantedHas string
}{
	{name: "complete", doc: allowing(complete), kind: Bucket},
	{name: "leading white space", doc: "\n " + allowing(complete), kind: Bucket},
	{name: "one statement, no list", doc: `{"Statement":{"Effect":"Allow","Principal":"*",` + complete + `}}`, kind: Bucket},
	{name: "the last of two members counts", doc: allowing(`"Action":"s3:PutObject",` + complete), kind: Bucket},
	{name: "the last of two members counts, also when it fits less", doc: allowing(complete + `,"Action":"s3:PutObject"`), kind: Bucket, element: "Action", wantedHas: "s3:PutObject"},
	{name: "the last of two Statements counts", doc: `{"Statement":[],"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "unknown elements", doc: `{"Comment":1,"Statement":{"Effect":"Allow","Note":{"a":[1]},"Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "an unknown element of any depth", doc: `{"X":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "an unknown version", doc: `{"Version":"2031-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "a version that is a number", doc: `{"Version":2012,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "an Id that is a number", doc: `{"Id":7,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "a Sid that is a number", doc: `{"Statement":{"Sid":7,"Effect":"Allow","Action":"*","Resource":"*"}}`, kind: Identity},
	{name: "two Sids alike", doc: `{"Statement":[{"Sid":"a","Effect":"Deny","Action":"sqs:*","Resource":"*"},{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}]}`, kind: Identity},
	{name: "an action without a service", doc: allowing(`"Action":["GetObject","*"],"Resource":"*"`), kind: Bucket},
	{name: "a resource that is no ARN", doc: allowing(`"Action":"*","Resource":["b","*"]`), kind: Bucket},
	{name: "a type of principal that does not exist", doc: `{"Statement":{"Effect":"Allow","Principal":{"Robot":"x","AWS":"*"},` + complete + `}}`, kind: Bucket},
	{name: "a number where its operator compares text", doc: allowing(complete + `,"Condition":{"StringEquals":{"aws:x":7}}`), kind: Bucket},
	{name: "an empty Condition", doc: allowing(complete + `,"Condition":{}`), kind: Bucket},
	{name: "identity policies need no Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Identity},
	{name: "session policies need no Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Session},
	{name: "boundaries need no Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Boundary},
	{name: "SCPs need no Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: SCP},
	{name: "trust policies need no Resource", doc: `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`, kind: Trust},

	{name: "bucket policies need a Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Bucket, element: "Principal", wantedHas: "Missing required field Principal"},
	{name: "endpoint policies need a Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Endpoint, element: "Principal"},
	{name: "RCPs need a Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: RCP, element: "Principal"},
	{name: "key policies need a Principal", doc: `{"Statement":{"Effect":"Allow",` + complete + `}}`, kind: Key, element: "Principal"},
	{name: "no Action", doc: allowing(`"Resource":"*"`), kind: Bucket, element: "Action", wantedHas: "Missing required field Action"},
	{name: "no Resource", doc: allowing(`"Action":"*"`), kind: Bucket, element: "Resource", wantedHas: "Missing required field Resource"},
	{name: "no Resource in an identity policy", doc: `{"Statement":{"Effect":"Allow","Action":"*"}}`, kind: Identity, element: "Resource"},
	{name: "Action and NotAction", doc: allowing(`"NotAction":"sqs:*",` + complete), kind: Bucket, element: "Action", wantedHas: "both Action and NotAction"},
	{name: "Resource and NotResource", doc: allowing(`"NotResource":"x",` + complete), kind: Bucket, element: "Resource"},
	{name: "Principal and NotPrincipal", doc: allowing(`"NotPrincipal":{"AWS":"444455556666"},` + complete), kind: Bucket, element: "Principal"},
	{name: "an Action of the wrong type", doc: allowing(`"Action":{"a":"*"},"Resource":"*"`), kind: Bucket, element: "Action", wantedHas: "not an object"},
	{name: "an Action of the wrong type in part", doc: allowing(`"Action":["*",null],"Resource":"*"`), kind: Bucket, element: "Action"},
	{name: "a NotAction of the wrong type gives nothing", doc: allowing(`"NotAction":7,"Resource":"*"`), kind: Bucket, element: "NotAction"},
	{name: "a NotResource of the wrong type gives nothing", doc: allowing(`"Action":"*","NotResource":[[]]`), kind: Bucket, element: "NotResource"},
	{name: "a Principal of the wrong type", doc: `{"Statement":{"Effect":"Allow","Principal":["*"],` + complete + `}}`, kind: Bucket, element: "Principal"},
	{name: "an account that is a number", doc: `{"Statement":{"Effect":"Allow","Principal":{"AWS":111122223333},` + complete + `}}`, kind: Bucket, element: "Principal.AWS"},
	{name: "a NotPrincipal of the wrong type gives nothing", doc: `{"Statement":{"Effect":"Allow","NotPrincipal":7,` + complete + `}}`, kind: Bucket, element: "NotPrincipal"},
	{name: "a Condition of the wrong type", doc: allowing(complete + `,"Condition":"x"`), kind: Bucket, element: "Condition"},
	{name: "an operator's block of the wrong type", doc: allowing(complete + `,"Condition":{"StringNotEquals":7}`), kind: Bucket, element: "Condition.StringNotEquals"},
	{name: "a condition value of the wrong type", doc: allowing(complete + `,"Condition":{"StringNotEquals":{"aws:x":["a",{}]}}`), kind: Bucket, element: "Condition.StringNotEquals.aws:x"},
	{name: "a value that is no number equals nothing", doc: allowing(complete + `,"Condition":{"NumericEquals":{"aws:n":"ten"}}`), kind: Bucket, element: "Condition.NumericEquals.aws:n", wantedHas: "ten"},
	{name: "and differs from everything", doc: allowing(complete + `,"Condition":{"NumericNotEquals":{"aws:n":"ten"}}`), kind: Bucket},
	{name: "a value that is no date", doc: allowing(complete + `,"Condition":{"DateLessThan":{"aws:d":"soon"}}`), kind: Bucket, element: "Condition.DateLessThan.aws:d"},
	{name: "a value that is no address", doc: allowing(complete + `,"Condition":{"IpAddress":{"aws:ip":"10.0.0.0/33"}}`), kind: Bucket, element: "Condition.IpAddress.aws:ip"},
}

func lenientRequest() *Request {
	c := NewContext()
	c.Set("aws:x", "7")
	c.Set("aws:n", "10")
	c.Set("aws:d", "2026-01-01")
	c.Set("aws:ip", "10.0.0.1")
	return &Request{Principal: alice, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Context: c}
}

func TestParseLenient(t *testing.T) {
	for _, row := range readLeniently {
		t.Run(row.name, func(t *testing.T) {
			p, err := ParseLenient([]byte(row.doc), row.kind)
			if err != nil {
				t.Fatal(err)
			}
			matched := p.Match(lenientRequest()).Allow >= 0
			misses := p.Misses(lenientRequest(), Allow)
			switch {
			case row.element == "" && (!matched || len(misses) > 0):
				t.Errorf("matched %v, misses %+v", matched, misses)
			case row.element != "" && (matched || len(misses) != 1 || misses[0].Element != row.element || !strings.Contains(misses[0].Wanted, row.wantedHas)):
				t.Errorf("matched %v, misses %+v", matched, misses)
			}
		})
	}
}

// A statement that can match nobody makes nothing public.
func TestWhatMatchesNothingIsNotPublic(t *testing.T) {
	for doc, want := range map[string]bool{
		allowing(complete):                                  true,
		allowing(`"Resource":"*"`):                          false,
		allowing(`"Action":"*"`):                            false,
		`{"Statement":{"Effect":"Allow",` + complete + `}}`: false,
	} {
		p, err := ParseLenient([]byte(doc), Bucket)
		if err != nil || p.IsPublic() != want {
			t.Errorf("%s: public %v, %v", doc, p.IsPublic(), err)
		}
	}
}

// Whatever the document says, these have no statement that matches.
func TestNothingIsRead(t *testing.T) {
	for _, doc := range []string{
		`{}`, `[]`, `null`, `7`, `"x"`, `{"Statement":null}`, `{"Statement":"x"}`, `{"statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		`{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`,
		`{"Statement":{"Effect":["Allow"],"Action":"*","Resource":"*"}}`,
		`{"Statement":{"Action":"*","Resource":"*"}}`,
		`{"Statement":[null,7,"Allow",[{"Effect":"Allow","Action":"*","Resource":"*"}]]}`,
	} {
		p, err := ParseLenient([]byte(doc), Identity)
		if err != nil {
			t.Errorf("%s: %v", doc, err)
			continue
		}
		if m := p.Match(lenientRequest()); m.Allow >= 0 || m.Deny >= 0 {
			t.Errorf("%s: %+v", doc, m)
		}
	}
}

// Statements are numbered as in the document, whatever stands between them.
func TestStatementsKeepTheirPlace(t *testing.T) {
	doc := []byte(`{"Statement":[7,{"Action":"*"},{"Sid":"third","Effect":"Allow","Action":"*","Resource":"*"}]}`)
	p, err := ParseLenient(doc, Identity)
	if err != nil {
		t.Fatal(err)
	}
	if m := p.Match(lenientRequest()); m.Allow != 2 || p.Sid(2) != "third" || p.Len() != 3 {
		t.Errorf("%+v of %d", m, p.Len())
	}
	if got := p.Misses(lenientRequest(), Deny); len(got) != 2 || got[0].Element != "Statement" || got[1].Element != "Effect" {
		t.Errorf("misses %+v", got)
	}
	problems := Check([]byte(`{"Statement":[7,{"Effect":"Allow","Action":"s3","Resource":"*"}]}`), Rules{Kind: Identity})
	if len(problems) != 2 || problems[0].Path != "Statement[0]" || problems[1].Path != "Statement[1].Action" {
		t.Errorf("problems %v", problems)
	}
}

func TestParseLenientRefuses(t *testing.T) {
	for doc, want := range map[string]string{
		``:                  msgFirstByte,
		`{"Statement":[}`:   msgInvalidJSON,
		`{} {}`:             msgInvalidJSON,
		"{\"Id\":\"\xff\"}": msgInvalidJSON,
		withCondition(`{"IpAdress":{"aws:SourceIp":"10.0.0.1"}}`):                                      "Invalid Condition type : IpAdress",
		withCondition(`{"NullIfExists":{"aws:x":"true"}}`):                                             "Invalid Condition type : NullIfExists",
		`{"Statement":{"Condition":{"ForAnyValue:Null":{"aws:x":"true"}}}}`:                            "Invalid Condition type : ForAnyValue:Null",
		`{"Statement":[{"Effect":"Allow","Action":7},{"Condition":{"StringEqual":{"aws:x":"true"}}}]}`: "Invalid Condition type : StringEqual",
	} {
		p, err := ParseLenient([]byte(doc), Identity)
		var e *Error
		if !errors.As(err, &e) || p != nil || e.Message != want {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

// FuzzParseLenient holds for any document: what is JSON and names no unknown operator is read; what Parse takes is
// read alike, but for statements that lack an element; and nothing is more permissive for being read leniently.
func FuzzParseLenient(f *testing.F) {
	for _, row := range readLeniently {
		f.Add([]byte(row.doc), "s3:GetObject", "7")
	}
	for _, row := range malformed {
		f.Add([]byte(row.doc), "s3:GetObject", "7")
	}
	f.Fuzz(func(t *testing.T, doc []byte, action, value string) {
		strict, strictErr := Parse(doc)
		c := NewContext()
		c.Set("aws:x", value)
		for _, kind := range []Kind{Identity, Bucket, Trust} {
			p, err := ParseLenient(doc, kind)
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || e.severity != unreadable || strictErr == nil {
					t.Errorf("kind %d: refused for %v, Parse says %v", kind, err, strictErr)
				}
				continue
			}
			if !json.Valid(doc) {
				t.Errorf("kind %d: read although it is no JSON", kind)
			}
			for _, who := range []*Principal{alice, ci, nobody} {
				r := &Request{Principal: who, Action: action, Resource: "arn:aws:s3:::b/k", Context: c}
				checkMatch(t, p, r)
				if strictErr == nil && p.Match(r).Allow >= 0 && strict.Match(r).Allow < 0 {
					t.Errorf("kind %d: only the lenient reading allows", kind)
				}
			}
		}
		if strictErr == nil && !slices.Equal(strict.defectPaths(), mustLenient(t, doc).defectPaths()) {
			t.Error("the two readings find different faults")
		}
	})
}

func (p *Policy) defectPaths() []string {
	paths := make([]string, len(p.defects))
	for i, d := range p.defects {
		paths[i] = d.Path
	}
	return paths
}

func mustLenient(t *testing.T, doc []byte) *Policy {
	p, err := ParseLenient(doc, Identity)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
