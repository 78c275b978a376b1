package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What a signature consists of is there once, whatever the second one says.
func TestFieldsThatAreThereTwice(t *testing.T) {
	fields := append(slices.Clone(queryFieldsV4), queryFieldsV2...)
	for _, c := range signedCases(t) {
		t.Run(c.name, func(t *testing.T) {
			line, rest, _ := strings.Cut(string(c.wire), "\r\n")
			for _, name := range fields {
				i := strings.Index(line, name+"=")
				if i < 0 {
					continue
				}
				value, _, _ := strings.Cut(line[i+len(name)+1:], "&")
				value, _, _ = strings.Cut(value, " ")
				for _, second := range []string{value, "", "0"} {
					for _, at := range []string{strings.Replace(line, "?", "?"+name+"="+second+"&", 1), strings.Replace(line,
						" HTTP/", "&"+name+"="+second+" HTTP/", 1)} {
						if _, ok := accepted([]byte(at+"\r\n"+rest), c.now); ok {
							t.Errorf("accepted: %s", at)
						}
					}
				}
			}
			for header := range strings.Lines(rest) {
				name, value, _ := strings.Cut(strings.TrimSpace(header), ": ")
				switch http.CanonicalHeaderKey(name) {
				case "Authorization", "X-Amz-Date", "Date", contentSHA256Header, "X-Amz-Security-Token",
					decodedContentLengthHeader:
				default:
					continue
				}
				for _, second := range []string{value, "", "0"} {
					if _, ok := accepted([]byte(line+"\r\n"+name+": "+second+"\r\n"+rest), c.now); ok {
						t.Errorf("accepted: a second %s: %s", name, second)
					}
				}
			}
		})
	}
}

// A form too has each field of its signature once.
func TestFormFieldsThatAreThereTwice(t *testing.T) {
	v4 := Form{{"x-amz-signature", "s"}, {"X-Amz-Algorithm", AlgorithmV4}, {"X-Amz-Credential", exampleKey +
		"/20130524/us-east-1/s3/aws4_request"},
		{"X-Amz-Date", "20130524T000000Z"}, {"policy", "e30="}, {"x-amz-security-token", "t"}}
	v2 := Form{{"Signature", "s"}, {"AWSAccessKeyId", exampleKey}, {"policy", "e30="}, {"x-amz-security-token", "t"}}
	for _, f := range []Form{v4, v2} {
		if _, e := ParseForm(f); e != nil {
			t.Fatal(e)
		}
		for _, field := range f {
			again := append(slices.Clone(f), Field{strings.ToUpper(field.Name), "another"})
			_, err := ParseForm(again)
			if e := refusal(t, err); e.Reason != FieldRepeated || !strings.EqualFold(e.Argument, field.Name) {
				t.Errorf("%s twice: %v", field.Name, e)
			}
		}
	}
}
