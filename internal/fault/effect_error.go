package fault

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/tree"
)

const errorName = "error"

// failing is an error in place of the answer.
type failing struct {
	Code        string // empty: the body tells none
	Status      int    // 0: that of the code
	Message     *string
	RetryAfter  string // the header Retry-After: seconds, or a date; empty: the answer has none
	XRetryAfter int    // the header x-amz-retry-after, in milliseconds; 0: the answer has none
	Body        body
}

// body is what an error is told in.
type body string

const (
	bodyXML  body = "xml"  // the form of the service that is asked; also the empty body
	bodyNone body = "none" // the status line alone
	bodyHTML body = "html" // what a proxy or a load balancer says, which knows no codes
)

func (*failing) Name() string { return errorName }

func (e *failing) Act(*Strike) error { return e.told() }

// Read fails the reading behind so many bytes.
func (e *failing) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, at(s.after(), e.told), nil)
}

// told is the error as it leaves.
func (e *failing) told() error {
	if e.Body == bodyHTML {
		return page(e.Status, e.header())
	}
	return &Refusal{Code: e.Code, Status: e.Status, Message: e.Message, Header: e.header(), Bare: e.Body == bodyNone}
}

func (e *failing) header() http.Header {
	h := http.Header{}
	if e.RetryAfter != "" {
		h.Set("Retry-After", e.RetryAfter)
	}
	if e.XRetryAfter != 0 {
		h.Set("X-Amz-Retry-After", strconv.Itoa(e.XRetryAfter))
	}
	return h
}

// page is what nginx and its like say of a status.
func page(status int, h http.Header) *Answer {
	title := strconv.Itoa(status) + " " + cmp.Or(http.StatusText(status), "Error")
	text := fmt.Sprintf("<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n"+
		"</body>\r\n</html>\r\n", title, title)
	h.Set("Content-Type", "text/html")
	return &Answer{
		Status: status, Header: h, Length: int64(len(text)), Body: io.NopCloser(strings.NewReader(text)),
		Message: title,
	}
}

// errors is the kind of an error.
var errors = facts.RecordIf(failingFacts)

var failingFacts = facts.New("error effect",
	facts.Field("code", facts.Text, func(e *failing) *string { return &e.Code }).
		Says("the error's code, like SlowDown"),
	facts.Field("status", statuses, func(e *failing) *int { return &e.Status }).
		Says("the HTTP status", "that of the code"),
	facts.Field("message", facts.Optional, func(e *failing) **string { return &e.Message }).
		Says("the message", "that of the code"),
	facts.Field("retry_after", facts.Text, func(e *failing) *string { return &e.RetryAfter }).
		Says("the Retry-After header"),
	facts.Field("x_amz_retry_after", natural, func(e *failing) *int { return &e.XRetryAfter }).
		Says("the X-Amz-Retry-After header, in milliseconds"),
	facts.Field("body", facts.Is[body](facts.OneOf("body", bodyXML, bodyNone, bodyHTML)),
		func(e *failing) *body { return &e.Body }).
		Says("what the answer's body is", "xml"),
).Rule(tellsSomething)

// tellsSomething says of an error that there is enough to tell of it.
func tellsSomething(n *tree.Node) error {
	code, status, in := given(n, "code"), given(n, "status"), given(n, "body")
	switch {
	case in != nil && in.Text == string(bodyHTML):
		if status == nil {
			return tree.Fail(n, "an error in html needs a status: a proxy knows no codes")
		}
	case code == nil && status != nil && in != nil && in.Text == string(bodyNone):
	case code == nil || code.Text == "":
		return tree.Fail(n, "an error needs a code")
	}
	return nil
}

// statuses is the kind of the status of an error.
var statuses = facts.Checked(facts.Number, func(status int, n *tree.Node) error {
	if status < 300 || status > 599 {
		return tree.Fail(n, "the status of an error is from 300 to 599, not %d", status)
	}
	return nil
})

// Check wants a code that the service tells, or else all that there is to know of it.
func (e *failing) Check(o Operation, in *Catalogue, n *tree.Node) error {
	if e.Code == "" || e.Status != 0 && e.Message != nil {
		return nil
	}
	codes := in.codes(o.Service)
	if slices.Contains(codes, e.Code) {
		return nil
	}
	unknown := tree.Unknown(n.Find("code"), "code", e.Code, codes)
	unknown.Message += " of " + cmp.Or(o.Service, "S3") + ": another one needs a status and a message"
	return unknown
}

// codes are the errors that a service tells.
func (in *Catalogue) codes(service string) (names []string) {
	if service == "" {
		for _, c := range s3err.Codes() {
			names = append(names, c.String())
		}
	}
	for _, t := range in.Errors[service] {
		names = append(names, t.Code)
	}
	return names
}
