package s3api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
)

const (
	testRequestID = "2YY666KAG818P6K6"
	testHostID    = "aG9zdA=="
)

var testDate = time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC)

// failed sends the error through a real server.
func failed(t *testing.T, method string, e *s3err.Error) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &Call{Frame: exchange.Frame{Request: r, RequestID: testRequestID, HostID: testHostID}}
		c.Fail(e).Write(w, r, testDate)
	}))
	defer server.Close()
	request, err := http.NewRequest(method, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestFail(t *testing.T) {
	e := s3err.New(s3err.PermanentRedirect, s3err.E("Endpoint", "b.s3.amazonaws.com")).WithHeader("x-amz-bucket-region",
		"us-east-1")
	response, body := failed(t, http.MethodGet, e)
	if response.StatusCode != 301 || body != string(e.XML(testRequestID, testHostID)) {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	for key, want := range map[string]string{
		"x-amz-request-id": testRequestID, "x-amz-id-2": testHostID, "Content-Type": "application/xml",
		"Server": "AmazonS3", "x-amz-bucket-region": "us-east-1", "Location": "",
	} {
		if got := response.Header.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if len(response.TransferEncoding) != 1 || response.TransferEncoding[0] != "chunked" || response.ContentLength != -1 {
		t.Errorf("transfer encoding %q, length %d; S3 sends chunked", response.TransferEncoding, response.ContentLength)
	}
	if response.Header.Get("Date") == "" || response.Close {
		t.Errorf("date %q, close %v", response.Header.Get("Date"), response.Close)
	}
}

func TestFailHead(t *testing.T) {
	response, body := failed(t, http.MethodHead, s3err.New(s3err.NoSuchKey))
	if response.StatusCode != 404 || body != "" || response.Header.Get("Content-Type") != "application/xml" ||
		response.Header.Get("x-amz-request-id") != testRequestID {
		t.Errorf("got %d %q %v", response.StatusCode, body, response.Header)
	}
}

func TestFailNotModified(t *testing.T) {
	response, body := failed(t, http.MethodGet, s3err.New(s3err.NotModified).WithHeader("ETag", `"x"`))
	if response.StatusCode != 304 || body != "" || response.Header.Get("Content-Type") != "" ||
		response.Header.Get("ETag") != `"x"` {
		t.Errorf("got %d %q %v", response.StatusCode, body, response.Header)
	}
}

func TestFailKeepsTheWorldsDate(t *testing.T) {
	response, _ := failed(t, http.MethodGet, s3err.New(s3err.AccessDenied))
	if got := response.Header.Get("Date"); got != "Mon, 02 Jan 2006 15:04:05 GMT" {
		t.Errorf("got %q", got)
	}
}

// S3 closes the connection after 400s of authentication, after 503s, after
// RequestTimeout and after TemporaryRedirect (s3-errors.md 0, 4 and R2).
func TestFailCloses(t *testing.T) {
	for _, code := range []s3err.Code{s3err.ExpiredToken, s3err.AuthorizationHeaderMalformed,
		s3err.XAmzContentSHA256Mismatch, s3err.SlowDown, s3err.ServiceUnavailable, s3err.RequestTimeout,
		s3err.TemporaryRedirect} {
		if response, _ := failed(t, http.MethodGet, s3err.New(code)); !response.Close {
			t.Errorf("%s keeps the connection", code)
		}
	}
	for _, code := range []s3err.Code{s3err.AccessDenied, s3err.NoSuchKey, s3err.InternalError, s3err.PermanentRedirect} {
		if response, _ := failed(t, http.MethodGet, s3err.New(code)); response.Close {
			t.Errorf("%s closes the connection", code)
		}
	}
}

func TestFailStatusThatCannotBeSent(t *testing.T) {
	for _, status := range []int{-1, 0, 100, 1000} {
		if response, _ := failed(t, http.MethodGet,
			s3err.New(s3err.SlowDown).WithStatus(status)); response.StatusCode != 503 {
			t.Errorf("status %d became %d", status, response.StatusCode)
		}
	}
	if response, _ := failed(t, http.MethodGet, s3err.New(s3err.SlowDown).WithStatus(429)); response.StatusCode != 429 {
		t.Errorf("429 became %d", response.StatusCode)
	}
	if response, body := failed(t, http.MethodGet,
		s3err.New(s3err.SlowDown).WithStatus(204)); response.StatusCode != 204 || body != "" {
		t.Errorf("204 became %d %q", response.StatusCode, body)
	}
}
