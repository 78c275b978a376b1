package s3api

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

type sampleXML struct {
	Key string `xml:"Key"`
}

func TestParseXML(t *testing.T) {
	for _, good := range []string{
		`<Sample><Key>k</Key></Sample>`,
		`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Sample xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Key>k</Key></Sample>` + "\n",
		`<!-- c --><Sample><Key>k</Key><!-- c --></Sample><!-- c -->`,
		`<Sample><Key>&#107;</Key></Sample>`,
	} {
		var s sampleXML
		if err := parseXML(strings.NewReader(good), "Sample", &s); err != nil || s.Key != "k" {
			t.Errorf("%s: %v, %+v", good, err, s)
		}
	}
	for name, bad := range map[string]string{
		"empty":            ``,
		"no XML":           `{}`,
		"another root":     `<Other/>`,
		"unfinished":       `<Sample><Key>k</Key>`,
		"something behind": `<Sample/>x`,
		"a second root":    `<Sample/><Sample/>`,
		"document type":    `<!DOCTYPE Sample [<!ENTITY a "b">]><Sample><Key>&a;</Key></Sample>`,
		"inner directive":  `<Sample><!ENTITY a "b"></Sample>`,
		"unknown entity":   `<Sample><Key>&a;</Key></Sample>`,
		"another charset":  `<?xml version="1.0" encoding="ISO-8859-1"?><Sample/>`,
		"bottomless":       `<Sample>` + strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40) + `</Sample>`,
	} {
		if err := parseXML(strings.NewReader(bad), "Sample", &sampleXML{}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestXMLText(t *testing.T) {
	for in, want := range map[string]string{
		`a<b>&"'c`: `a&lt;b&gt;&amp;&quot;'c`,
		"a\r\n\tb": "a&#13;\n\tb",
		"a\x01b":   "a&#x1;b",
		"ü\xff":    "ü\uFFFD",
	} {
		if got := string(appendXMLText(nil, in)); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// Whatever XML can carry comes back as it was.
func FuzzXMLText(f *testing.F) {
	f.Add("a<b>&\"\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		doc := appendXMLText([]byte("<Sample><Key>"), s)
		doc = append(doc, "</Key></Sample>"...)
		var got sampleXML
		if carried := utf8.ValidString(s) && !strings.ContainsFunc(s, notCarried); carried {
			if err := xml.Unmarshal(doc, &got); err != nil || got.Key != s {
				t.Fatalf("%q came back as %q, %v", s, got.Key, err)
			}
		}
	})
}

func notCarried(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

func FuzzParseXML(f *testing.F) {
	f.Add(`<Delete><Object><Key>k</Key></Object></Delete>`)
	f.Add(`<AccessControlPolicy><AccessControlList><Grant/></AccessControlList></AccessControlPolicy>`)
	f.Add(`<CreateBucketConfiguration><LocationConstraint>x</LocationConstraint></CreateBucketConfiguration>`)
	f.Fuzz(func(t *testing.T, doc string) {
		for root, into := range map[string]any{
			"Delete": &deleteXML{}, "AccessControlPolicy": &aclXML{}, "CreateBucketConfiguration": &createXML{},
			"OwnershipControls": &ownershipXML{}, "ServerSideEncryptionConfiguration": &encryptionXML{},
		} {
			if parseXML(strings.NewReader(doc), root, into) == nil && !strings.Contains(doc, root) {
				t.Fatalf("%q was read as %s", doc, root)
			}
		}
	})
}
