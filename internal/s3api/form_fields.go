package s3api

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// maxFormFields is how many bytes the fields in front of a form's file may have
// (s3-errors.md 1.4).
const maxFormFields = 20480

// postForm is a POST form: the fields in front of its file, and the file.
type postForm struct {
	fields sigv4.Form
	file   io.Reader
	policy *sigv4.PostPolicy // nil: anonymous
	// refused says why the policy does not allow the form.
	refused error
}

// ReadForm reads the fields of a POST form up to its file. They then stand for
// the headers of the request.
func (c *Call) ReadForm() (sigv4.Form, error) {
	boundary, err := formBoundary(c.Request.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	f := &postForm{}
	parts := multipart.NewReader(c.Request.Body, boundary)
	filename, err := f.read(parts)
	if err != nil {
		return nil, err
	}
	key, ok := f.fields.Get("key")
	switch {
	case !ok || key == "":
		return nil, missingField("key")
	case f.file == nil:
		return nil, s3err.Argument("POST requires exactly one file upload per request.", "file", "0")
	}
	f.expand(filename)
	c.form, c.Key = f, ""
	c.Key, _ = f.fields.Get("key")
	c.fields = f.headers()
	if len(c.Key) > wire.MaxKey {
		return nil, wire.KeyTooLong(c.Key)
	}
	return f.fields, c.formTagging()
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

func missingField(name string) *s3err.Error {
	return s3err.Argument("Bucket POST must contain a field named '"+name+"'.  If it is specified, please check the order of the fields.", name, "")
}

// read reads fields until the file comes, of which it returns the name.
func (f *postForm) read(parts *multipart.Reader) (filename string, err error) {
	room := int64(maxFormFields)
	for {
		part, failed := parts.NextRawPart()
		if failed == io.EOF { // exactly: an end within the form is another error
			return "", nil
		}
		if failed != nil {
			return "", s3err.New(s3err.MalformedPOSTRequest)
		}
		name := part.FormName()
		if strings.EqualFold(name, "file") {
			f.file = part
			return part.FileName(), nil
		}
		value, failed := io.ReadAll(io.LimitReader(part, room+1))
		room -= int64(len(value) + len(name))
		switch {
		case room < 0:
			return "", s3err.New(s3err.MaxPostPreDataLengthExceeded, s3err.E("MaxPostPreDataLengthBytes", wire.Decimal(maxFormFields)))
		case failed != nil:
			return "", s3err.New(s3err.MalformedPOSTRequest)
		case name != "":
			f.fields = append(f.fields, sigv4.Field{Name: name, Value: string(value)})
		}
	}
}

// expand puts the file's name in the place of ${filename}. A file without a name
// leaves it as it stands (recorded).
func (f *postForm) expand(filename string) {
	if filename == "" {
		return
	}
	for i := range f.fields {
		f.fields[i].Value = strings.ReplaceAll(f.fields[i].Value, "${filename}", filename)
	}
}

// formHeaders are the fields that go by another name than the header that they
// stand for.
var formHeaders = map[string]string{"acl": "x-amz-acl"}

func (f *postForm) headers() http.Header {
	h := http.Header{}
	for _, field := range f.fields {
		name := field.Name
		if other := formHeaders[strings.ToLower(name)]; other != "" {
			name = other
		}
		h.Add(textproto.CanonicalMIMEHeaderKey(name), field.Value)
	}
	return h
}
