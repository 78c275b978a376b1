package s3api

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
)

// xmlWriter writes the replies that are long, or that need S3's own way of
// escaping. Names of elements are constants and need none.
type xmlWriter struct{ b []byte }

const xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// newXML begins a document with its root element; size is how many bytes to make
// room for.
func newXML(root string, size int) *xmlWriter {
	w := &xmlWriter{b: make([]byte, 0, size+512)}
	w.b = append(w.b, xml.Header...)
	w.b = append(append(append(append(append(w.b, '<'), root...), ` xmlns="`...), xmlNamespace...), `">`...)
	return w
}

func (w *xmlWriter) open(name string) {
	w.b = append(append(append(w.b, '<'), name...), '>')
}

func (w *xmlWriter) close(name string) {
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

// text writes an element with character data.
func (w *xmlWriter) text(name, value string) {
	w.open(name)
	w.b = appendXMLText(w.b, value)
	w.close(name)
}

// optional is text, for an element that is left out when it would be empty.
func (w *xmlWriter) optional(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *xmlWriter) number(name string, n int64) {
	w.open(name)
	w.b = strconv.AppendInt(w.b, n, 10)
	w.close(name)
}

func (w *xmlWriter) flag(name string, v bool) {
	w.open(name)
	w.b = strconv.AppendBool(w.b, v)
	w.close(name)
}

// time writes a time as isoTime does.
func (w *xmlWriter) time(name string, t time.Time) {
	w.open(name)
	w.b = t.UTC().Truncate(time.Second).AppendFormat(w.b, isoLayout)
	w.close(name)
}

// etag writes an ETag, which is hex and needs no escaping, in its quotes.
func (w *xmlWriter) etag(tag string) {
	w.b = append(append(append(w.b, "<ETag>&quot;"...), tag...), "&quot;</ETag>"...)
}

const isoLayout = "2006-01-02T15:04:05.000Z"

func (w *xmlWriter) user(name string, u userXML) {
	w.open(name)
	w.text("ID", u.ID)
	w.optional("DisplayName", u.DisplayName)
	w.close(name)
}

// reply ends the root element and makes a reply of the document.
func (w *xmlWriter) reply(root string) *Reply {
	w.close(root)
	return textReply(nil, contentXML, w.b)
}

// appendXMLText writes character data as S3 does. Characters that XML 1.0 cannot
// carry are written as references, at which a parser stops: that is why S3 has
// encoding-type (S3 API Reference, "ListObjectsV2"). What is not UTF-8 becomes
// U+FFFD.
func appendXMLText(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size
			continue
		}
		i++
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '"':
			b = append(b, "&quot;"...)
		case c == '\r':
			b = append(b, "&#13;"...)
		case c < ' ' && c != '\t' && c != '\n':
			b = append(strconv.AppendUint(append(b, "&#x"...), uint64(c), 16), ';')
		default:
			b = append(b, c)
		}
	}
	return b
}

// parseXML reads one XML document: well-formed, UTF-8, without a document type
// (which S3 has no use for, and entities are how small bodies become large), and
// with nothing behind its end. The namespace may be left out, as clients do.
func parseXML(r io.Reader, root string, into any) error {
	malformed := s3err.New(s3err.MalformedXML)
	d := xml.NewTokenDecoder(&plainTokens{d: xml.NewDecoder(r)})
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
