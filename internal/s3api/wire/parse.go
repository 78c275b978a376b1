package wire

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
)

// ParseXML reads one XML document: well-formed, UTF-8, without a document type
// (which S3 has no use for, and entities are how small bodies become large), and
// with nothing behind its end. The namespace may be left out, as clients do.
func ParseXML(r io.Reader, root string, into any) error {
	return parse(&plainTokens{d: xml.NewDecoder(r)}, root, into)
}

func parse(tokens xml.TokenReader, root string, into any) error {
	malformed := s3err.New(s3err.MalformedXML)
	d := xml.NewTokenDecoder(tokens)
	start, err := firstElement(d)
	if err != nil || start.Name.Local != root || d.DecodeElement(into, &start) != nil {
		return malformed
	}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || !isMargin(t) {
			return malformed
		}
	}
}

// anotherXML says that a text is XML with another root element.
func anotherXML(text, root string) bool {
	start, err := firstElement(xml.NewTokenDecoder(&plainTokens{d: xml.NewDecoder(strings.NewReader(text))}))
	var any struct{}
	return err == nil && start.Name.Local != root && ParseXML(strings.NewReader(text), start.Name.Local, &any) == nil
}

func firstElement(d *xml.Decoder) (xml.StartElement, error) {
	for {
		t, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := t.(xml.StartElement); ok {
			return start.Copy(), nil
		}
		if !isMargin(t) {
			return xml.StartElement{}, errNotPlain
		}
	}
}

// isMargin says whether a token may stand outside the root element.
func isMargin(t xml.Token) bool {
	switch t := t.(type) {
	case xml.CharData:
		return strings.TrimSpace(string(t)) == ""
	case xml.Comment, xml.ProcInst:
		return true
	}
	return false
}

var errNotPlain = errors.New("s3api: not plain XML")

// maxDepth is how deep elements of a body may be nested; S3's own never are.
const maxDepth = 32

// plainTokens passes tokens on, and refuses document types and bottomless
// nesting wherever they stand.
type plainTokens struct {
	d     *xml.Decoder
	depth int
}

// Token is the next token of the document.
func (p *plainTokens) Token() (xml.Token, error) {
	t, err := p.d.Token()
	switch t.(type) {
	case xml.Directive:
		return nil, errNotPlain
	case xml.StartElement:
		if p.depth++; p.depth > maxDepth {
			return nil, errNotPlain
		}
	case xml.EndElement:
		p.depth--
	}
	return t, err
}
