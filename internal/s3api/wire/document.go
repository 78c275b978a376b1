package wire

import (
	"encoding/xml"
	"strconv"
	"time"
	"unicode/utf8"
)

// ISOLayout is how S3's XML has times: UTC with milliseconds.
const ISOLayout = "2006-01-02T15:04:05.000Z"

// ISOTime is a time of ISOLayout; S3 keeps the milliseconds of objects at zero.
func ISOTime(t time.Time) string {
	return t.UTC().Truncate(time.Second).Format(ISOLayout)
}

// UserXML is a user as lists show it.
type UserXML struct {
	ID          string
	DisplayName string `xml:",omitempty"`
}

// Document writes the replies that are long, or that need S3's own way of
// escaping. Names of elements are constants and need none.
type Document struct{ b []byte }

const xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// NewDocument begins a document with its root element; size is how many bytes to make
// room for.
func NewDocument(root string, size int) *Document {
	w := &Document{b: make([]byte, 0, size+512)}
	w.b = append(w.b, xml.Header...)
	w.b = append(append(append(append(append(w.b, '<'), root...), ` xmlns="`...), xmlNamespace...), `">`...)
	return w
}

// Open begins an element.
func (w *Document) Open(name string) {
	w.b = append(append(append(w.b, '<'), name...), '>')
}

// Close ends an element.
func (w *Document) Close(name string) {
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

// Text writes an element with character data.
func (w *Document) Text(name, value string) {
	w.Open(name)
	w.b = appendXMLText(w.b, value)
	w.Close(name)
}

// Optional is Text, for an element that is left out when it would be empty.
func (w *Document) Optional(name, value string) {
	if value != "" {
		w.Text(name, value)
	}
}

// Number writes an element with a number.
func (w *Document) Number(name string, n int64) {
	w.Open(name)
	w.b = strconv.AppendInt(w.b, n, 10)
	w.Close(name)
}

// Flag writes an element with true or false.
func (w *Document) Flag(name string, v bool) {
	w.Open(name)
	w.b = strconv.AppendBool(w.b, v)
	w.Close(name)
}

// Time writes a time as ISOTime does.
func (w *Document) Time(name string, t time.Time) {
	w.Open(name)
	w.b = t.UTC().Truncate(time.Second).AppendFormat(w.b, ISOLayout)
	w.Close(name)
}

// ETag writes an ETag, which is hex and needs no escaping, in its quotes.
func (w *Document) ETag(tag string) {
	w.b = append(append(append(w.b, "<ETag>&quot;"...), tag...), "&quot;</ETag>"...)
}

// User writes a user.
func (w *Document) User(name string, u UserXML) {
	w.Open(name)
	w.Text("ID", u.ID)
	w.Optional("DisplayName", u.DisplayName)
	w.Close(name)
}

// Prefixes writes common prefixes, which every list of a bucket may have.
func (w *Document) Prefixes(l Listing, found []string) {
	for _, p := range found {
		w.Open("CommonPrefixes")
		w.Text("Prefix", l.Encode(p))
		w.Close("CommonPrefixes")
	}
}

// End ends the root element; the document is complete.
func (w *Document) End(root string) []byte {
	w.Close(root)
	return w.b
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
