package wire

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/sheet"
)

// ISOLayout is how S3's XML has times: UTC with milliseconds.
const ISOLayout = "2006-01-02T15:04:05.000Z"

// ISOTime is a time of ISOLayout; S3 keeps the milliseconds of objects at zero.
func ISOTime(t time.Time) string { return string(appendTime(nil, t)) }

func appendTime(b []byte, t time.Time) []byte {
	b = t.UTC().AppendFormat(b, time.RFC3339) // which has no fraction, and is quick
	return append(b[:len(b)-len("Z")], ".000Z"...)
}

// UserXML is a user as lists show it.
type UserXML struct {
	ID          string
	DisplayName string `xml:",omitempty"`
}

// Document writes the replies that are long, or that need S3's own way of
// escaping. Names of elements are constants and need none.
type Document struct {
	sheet *sheet.Sheet
	b     []byte // the sheet's Text, until the end
	text  *sheet.Escapes

	midnight int64  // before the time that was written last, in Unix seconds
	stamp    []byte // that time; nil: there was none
}

const xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// inLists is how S3 writes character data of lists. Characters that XML 1.0 cannot
// carry are written as references, at which a parser stops: that is why S3 has
// encoding-type (S3 API Reference, "ListObjectsV2"). What is not UTF-8 becomes
// U+FFFD.
var inLists = sheet.Escape(references(map[byte]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\r': "&#13;",
}), false)

// references has a reference for each control character that as has not.
func references(as map[byte]string) map[byte]string {
	for c := range byte(' ') {
		if _, named := as[c]; !named && c != '\t' && c != '\n' {
			as[c] = fmt.Sprintf("&#x%x;", c)
		}
	}
	return as
}

// asMarshalled is how encoding/xml writes character data, but for the quotes (xmlReply).
var asMarshalled = sheet.Escape(map[byte]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&#39;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;",
}, true)

// NewDocument begins a document with its root element; size is how many bytes to make
// room for.
func NewDocument(root string, size int) *Document {
	w := &Document{sheet: sheet.New(size + 512), text: inLists}
	w.b = append(w.sheet.Text, xml.Header...)
	w.b = append(append(append(append(append(w.b, '<'), root...), ` xmlns="`...), xmlNamespace...), `">`...)
	return w
}

// NewMarshalled is NewDocument for what is escaped as documents are that encoding/xml writes.
func NewMarshalled(root string, size int) *Document {
	w := NewDocument(root, size)
	w.text = asMarshalled
	return w
}

// Open begins an element.
func (w *Document) Open(name string) { w.b = appendOpen(w.b, name) }

func appendOpen(b []byte, name string) []byte {
	return append(append(append(b, '<'), name...), '>')
}

// Close ends an element.
func (w *Document) Close(name string) { w.b = appendClose(w.b, name) }

func appendClose(b []byte, name string) []byte {
	return append(append(append(b, "</"...), name...), '>')
}

// Text writes an element with character data.
func (w *Document) Text(name, value string) {
	w.b = appendClose(w.text.Append(appendOpen(w.b, name), value), name)
}

// Optional is Text, for an element that is left out when it would be empty.
func (w *Document) Optional(name, value string) {
	if value != "" {
		w.Text(name, value)
	}
}

// Number writes an element with a number.
func (w *Document) Number(name string, n int64) {
	w.b = appendClose(strconv.AppendInt(appendOpen(w.b, name), n, 10), name)
}

// Flag writes an element with true or false.
func (w *Document) Flag(name string, v bool) {
	w.b = appendClose(strconv.AppendBool(appendOpen(w.b, name), v), name)
}

// Time writes a time as ISOTime does.
func (w *Document) Time(name string, t time.Time) {
	w.b = appendClose(append(appendOpen(w.b, name), w.time(t)...), name)
}

// time is a time as ISOTime has it. What is in a list was often written on one day, whose date
// stands already.
func (w *Document) time(t time.Time) []byte {
	const day = 24 * 60 * 60
	second := t.Unix()
	into := (second%day + day) % day
	if w.stamp == nil || w.midnight != second-into {
		w.midnight, w.stamp = second-into, appendTime(w.stamp[:0], t)
	}
	clock := w.stamp[len(w.stamp)-len("15:04:05.000Z"):]
	putTwo(clock, into/3600)
	putTwo(clock[len("15:"):], into/60%60)
	putTwo(clock[len("15:04:"):], into%60)
	return w.stamp
}

// putTwo writes a number of two digits.
func putTwo(b []byte, n int64) { b[0], b[1] = byte('0'+n/10), byte('0'+n%10) }

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

// End ends the root element: the document is complete, and a body.
func (w *Document) End(root string) *sheet.Body {
	w.Close(root)
	w.sheet.Text = w.b
	return w.sheet.Body()
}
