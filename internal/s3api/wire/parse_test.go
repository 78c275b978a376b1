package wire

import (
	"strings"
	"testing"
)

type sampleXML struct {
	Key string `xml:"Key"`
}

func TestParseXML(t *testing.T) {
	for _, good := range []string{
		`<Sample><Key>k</Key></Sample>`,
		`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
			`<Sample xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Key>k</Key></Sample>` + "\n",
		`<!-- c --><Sample><Key>k</Key><!-- c --></Sample><!-- c -->`,
		`<Sample><Key>&#107;</Key></Sample>`,
	} {
		var s sampleXML
		if err := ParseXML(strings.NewReader(good), "Sample", &s); err != nil || s.Key != "k" {
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
		if err := ParseXML(strings.NewReader(bad), "Sample", &sampleXML{}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
