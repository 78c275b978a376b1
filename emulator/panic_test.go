package emulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// exploding is a request's body that panics as a handler with a bug would.
type exploding struct{}

func (exploding) Read([]byte) (int, error) { panic("a bug") }
func (exploding) Close() error             { return nil }

const signedForIAM = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/iam/aws4_request, " +
	"SignedHeaders=host, Signature=0"

// A panic on the way of a request is answered, and its entry says where it was; the
// server lives on.
func TestPanicIsAnsweredAndJournalled(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: file, Scenario: "plain"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, target, header, value, code, operation string }{
		{"S3", "/~plain/my-bucket", "Content-Type", "multipart/form-data; boundary=x", "InternalError", "PostObject"},
		{"a control API", "/~plain/", "Authorization", signedForIAM, "InternalError", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+row.target, exploding{})
			r.ContentLength = 10
			r.Header.Set(row.header, row.value)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			body, _ := io.ReadAll(w.Result().Body)
			if w.Code != http.StatusInternalServerError || !strings.Contains(string(body), "<Code>"+row.code+"</Code>") {
				t.Fatalf("got %d %s", w.Code, body)
			}
			all := s.Requests("plain")
			e := all[len(all)-1]
			if e.Status != 500 || e.Code != row.code || e.Operation != row.operation || !strings.Contains(e.Panic, "a bug\n") || !strings.Contains(e.Panic, "panic_test.go") {
				t.Errorf("the entry says %+v", e)
			}
		})
	}
}
