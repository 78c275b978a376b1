package s3api

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// formBody writes fields, name by name and value by value, and the file "file"
// where it is named.
func formBody(filename string, fields ...string) (contentType, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == "file" && filename != "" {
			part, _ := w.CreateFormFile("file", filename)
			_, _ = part.Write([]byte(fields[i+1]))
			continue
		}
		_ = w.WriteField(fields[i], fields[i+1])
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func form(filename string, fields ...string) sending {
	contentType, body := formBody(filename, fields...)
	return sending{method: "POST", target: "/my-bucket", body: body, headers: []string{"Content-Type", contentType},
		anonymous: true}
}

func TestPostObject(t *testing.T) {
	b := newBench(t)
	a := b.must(t, form("report.txt", "key", "up/${filename}", "Content-Type", "text/plain", "x-amz-meta-a",
		"=?UTF-8?B?YWJj?=",
		"tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>", "success_action_status",
		"201", "file", "hello", "key", "late"))
	if a.status != http.StatusCreated || element(a.body, "Key") != "up/report.txt" || element(a.body,
		"ETag") != helloMD5 ||
		element(a.body, "Location") != "http://s3.localhost/my-bucket/up/report.txt" {
		t.Errorf("%d %s", a.status, a.body)
	}
	got := b.must(t, get("/my-bucket/up/report.txt"))
	if got.body != "hello" || got.header.Get("Content-Type") != "text/plain" ||
		got.header.Get("x-amz-tagging-count") != "1" {
		t.Errorf("%q %v", got.body, got.header)
	}
	if v := got.meta("a"); v != "=?UTF-8?B?YWJj?=" {
		t.Errorf("a form's metadata is not decoded: %v", v)
	}
	if a := b.must(t, form("", "key", "as-${filename}", "file", "x")); a.status != http.StatusNoContent {
		t.Errorf("status %d", a.status)
	}
	b.must(t, get("/my-bucket/as-$%7Bfilename%7D"))
	a = b.must(t, form("f", "key", "r", "success_action_redirect", "http://example.com/done?x=1", "file", "hello"))
	if to := a.header.Get("Location"); a.status != http.StatusSeeOther ||
		to != "http://example.com/done?x=1&bucket=my-bucket&key=r&etag=%225d41402abc4b2a76b9719d911017c592%22" {
		t.Errorf("%d %s", a.status, to)
	}
	if a := b.must(t, form("f", "key", "r", "redirect", "nonsense", "success_action_status", "200", "file",
		"x")); a.status != http.StatusOK {
		t.Errorf("status %d", a.status)
	}
}

func TestFormRefusals(t *testing.T) {
	kind, good := formBody("f", "key", "k", "file", "hello")
	_, noKey := formBody("f", "x", "y", "file", "hello")
	_, late := formBody("f", "file", "hello", "key", "k")
	_, noFile := formBody("", "key", "k")
	_, long := formBody("f", "key", "k", "x", strings.Repeat("x", 20480), "file", "hello")
	rows := []struct {
		name, kind, body string
		code             s3err.Code
		key, value       string
	}{
		{"urlencoded", "application/x-www-form-urlencoded", good, s3err.PreconditionFailed, "Condition",
			"Bucket POST must be of the enclosure-type multipart/form-data"},
		{"no type", "", good, s3err.PreconditionFailed, "Condition",
			"Bucket POST must be of the enclosure-type multipart/form-data"},
		{"no boundary", "multipart/form-data", good, s3err.MalformedPOSTRequest, "", ""},
		{"no multipart", kind, "hello", s3err.MalformedPOSTRequest, "", ""},
		{"no key", "", noKey, s3err.InvalidArgument, "ArgumentName", "key"},
		{"late key", "", late, s3err.InvalidArgument, "ArgumentName", "key"},
		{"no file", "", noFile, s3err.InvalidArgument, "ArgumentName", "file"},
		{"long fields", "", long, s3err.MaxPostPreDataLengthExceeded, "MaxPostPreDataLengthBytes", "20480"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "http://s3.localhost/my-bucket", strings.NewReader(row.body))
			if row.kind == "" && row.name != "no type" {
				first, _, _ := strings.Cut(row.body, "\r\n")
				row.kind = "multipart/form-data; boundary=" + first[2:]
			}
			r.Header.Set("Content-Type", row.kind)
			c, refused := Route(exchange.Frame{Request: r}, Address{Path: "/my-bucket"})
			if refused != nil {
				t.Fatal(refused)
			}
			refused = readForm(c)
			a := refusal(refused)
			a.refused(t, row.code, "")
			if row.key != "" && extraOf(a.err, row.key) != row.value {
				t.Errorf("%v", a.err.Extras)
			}
		})
	}
}

func TestTruncatedForm(t *testing.T) {
	b := newBench(t)
	q := form("f", "key", "k", "file", "hello")
	q.body = q.body[:len(q.body)-20]
	a := b.do(t, q)
	if a.err == nil {
		t.Fatal("a form that ends early was taken")
	}
	b.do(t, get("/my-bucket/k")).refused(t, s3err.NoSuchKey, "")
}

func FuzzReadForm(f *testing.F) {
	_, body := formBody("f", "key", "k", "acl", "private", "file", "hello")
	boundary, _, _ := strings.Cut(body, "\r\n")
	f.Add(boundary[2:], body)
	f.Add("x", "--x\r\n\r\n\r\n--x--")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		r := httptest.NewRequest("POST", "http://s3.localhost/my-bucket", strings.NewReader(body))
		r.Header.Set("Content-Type", `multipart/form-data; boundary="`+boundary+`"`)
		c, refused := Route(exchange.Frame{Request: r}, Address{Path: "/my-bucket"})
		if refused != nil {
			t.Fatal(refused)
		}
		if refused := readForm(c); refused == nil && (c.Key == "" || len(c.form.Fields) == 0 || len(c.Key) > wire.MaxKey) {
			t.Errorf("taken without a key: %v", c.form.Fields)
		}
	})
}
