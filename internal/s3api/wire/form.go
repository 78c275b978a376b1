package wire

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// maxFormFields is how many bytes the fields in front of a form's file may have
// (s3-errors.md 1.4).
const maxFormFields = 20480

// Form is a POST form.
type Form struct {
	Fields sigv4.Form  // in front of the file
	Header http.Header // the same, which stand for the headers of the request
	File   io.Reader
}

// Bytes is how many its fields have, in both forms; 0 of a nil Form.
func (f *Form) Bytes() int {
	if f == nil {
		return 0
	}
	n := 0
	for _, field := range f.Fields {
		n += 2 * (len(field.Name) + len(field.Value))
	}
	return n
}

// With is the form with other values for some of the fields that stand for headers; an empty value leaves the field
// out. A field that is not there is one that a form signed anew would have.
func (f *Form) With(headers map[string]string) *Form {
	if len(headers) == 0 {
		return f
	}
	with := *f
	with.Header, with.Fields = f.Header.Clone(), slices.Clone(f.Fields)
	for name, value := range headers {
		with.replace(name, value)
		if with.Header.Del(name); value != "" {
			with.Header.Set(name, value)
		}
	}
	return &with
}

// replace gives a field another value; an empty one leaves it out.
func (f *Form) replace(name, value string) {
	is := func(field sigv4.Field) bool { return strings.EqualFold(field.Name, name) }
	if value == "" {
		f.Fields = slices.DeleteFunc(f.Fields, is)
	}
	for i := range f.Fields {
		if is(f.Fields[i]) {
			f.Fields[i].Value = value
		}
	}
}

// ReadForm reads the fields of a POST form up to its file.
func ReadForm(contentType string, body io.Reader) (*Form, error) {
	boundary, err := formBoundary(contentType)
	if err != nil {
		return nil, err
	}
	f := &Form{}
	filename, err := f.read(multipart.NewReader(body, boundary))
	if err != nil {
		return nil, err
	}
	switch {
	case f.Key() == "":
		return nil, authentication.MissingField("key")
	case f.File == nil:
		return nil, s3err.Argument("POST requires exactly one file upload per request.", "file", "0")
	}
	f.expand(filename)
	f.Header = f.headers()
	return f, nil
}

// Key is that of the object.
func (f *Form) Key() string {
	key, _ := f.Fields.Get("key")
	return key
}

// formBoundary is what separates the fields.
func formBoundary(contentType string) (string, error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if kind != "multipart/form-data" {
		return "", s3err.New(s3err.PreconditionFailed,
			s3err.E("Condition", "Bucket POST must be of the enclosure-type multipart/form-data"))
	}
	if b := parameters["boundary"]; err == nil && b != "" && len(b) <= 70 {
		return b, nil
	}
	return "", s3err.New(s3err.MalformedPOSTRequest)
}

// read reads fields until the file comes, of which it returns the name.
func (f *Form) read(parts *multipart.Reader) (filename string, err error) {
	room := int64(maxFormFields)
	for {
		part, failed := parts.NextRawPart()
		if failed == io.EOF { // exactly: an end within the form is another error
			return "", nil
		}
		if failed != nil {
			return "", brokenForm(failed)
		}
		name := part.FormName()
		if strings.EqualFold(name, "file") {
			f.File = part
			return part.FileName(), nil
		}
		value, failed := io.ReadAll(io.LimitReader(part, room+1))
		room -= int64(len(value) + len(name))
		switch {
		case room < 0:
			return "", s3err.New(s3err.MaxPostPreDataLengthExceeded,
				s3err.E("MaxPostPreDataLengthBytes", Decimal(maxFormFields)))
		case failed != nil:
			return "", brokenForm(failed)
		case name != "":
			f.Fields = append(f.Fields, sigv4.Field{Name: name, Value: string(value)})
		}
	}
}

// brokenForm is the answer to a form that cannot be read on: of one that stalls, what the
// connection says.
func brokenForm(err error) error {
	if refused, ok := errors.AsType[*s3err.Error](err); ok {
		return refused
	}
	return s3err.New(s3err.MalformedPOSTRequest)
}

// expand puts the file's name in the place of ${filename}. A file without a name
// leaves it as it stands (recorded).
func (f *Form) expand(filename string) {
	if filename == "" {
		return
	}
	for i := range f.Fields {
		f.Fields[i].Value = strings.ReplaceAll(f.Fields[i].Value, "${filename}", filename)
	}
}

// formHeaders are the fields that go by another name than the header that they
// stand for.
var formHeaders = map[string]string{"acl": "x-amz-acl"}

func (f *Form) headers() http.Header {
	h := http.Header{}
	for _, field := range f.Fields {
		name := field.Name
		if other := formHeaders[strings.ToLower(name)]; other != "" {
			name = other
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		h.Add(name, formValue(name, field.Value))
	}
	return h
}

// formValue is a field as the header that it stands for. What S3 keeps as a header, it
// writes in Latin-1, as long as that has the characters (recorded).
func formValue(name, value string) string {
	if !slices.Contains(systemHeaders, name) || !utf8.ValidString(value) {
		return value
	}
	var latin []byte
	for _, r := range value {
		if r > 0xff {
			return value
		}
		latin = append(latin, byte(r))
	}
	return string(latin)
}

// SetTagging puts the tags of a form, which are XML, into the shape of the header. XML
// that is no Tagging has none (recorded).
func (f *Form) SetTagging() error {
	text := f.Header.Get("tagging")
	if text == "" {
		return nil
	}
	tags, err := ParseTagSet([]byte(text))
	if err != nil && !anotherXML(text, "Tagging") {
		return err
	}
	var query []string
	for _, t := range tags {
		query = append(query, url.QueryEscape(*t.Key)+"="+url.QueryEscape(*t.Value))
	}
	f.Header.Set("x-amz-tagging", strings.Join(query, "&"))
	return nil
}

// Metadata is the user metadata among the fields.
func (f *Form) Metadata() map[string]string {
	found := map[string]string{}
	for name, values := range f.Header {
		if short, ok := strings.CutPrefix(name, MetaPrefix); ok {
			found[strings.ToLower(short)] = strings.Join(values, ",")
		}
	}
	return found
}

// Redirection is where the client goes when the object is there: to the address that the
// form names, with what was uploaded. One that is no address is as good as none.
func (f *Form) Redirection(bucket, etag string) (string, bool) {
	to := f.Header.Get("success_action_redirect")
	if to == "" {
		to = f.Header.Get("redirect")
	}
	u, err := url.Parse(to)
	if err != nil || to == "" || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	added := "bucket=" + url.QueryEscape(bucket) + "&key=" + url.QueryEscape(f.Key()) + "&etag=" + url.QueryEscape(etag)
	if u.RawQuery != "" {
		added = u.RawQuery + "&" + added
	}
	u.RawQuery = added
	return u.String(), true
}
