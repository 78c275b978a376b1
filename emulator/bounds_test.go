package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// What clients send does not fill the memory of what was warned of, nor the log.
func TestMissesAreBounded(t *testing.T) {
	var told []string
	m := misses{tell: func(_, warning string) { told = append(told, warning) }}
	for i := range 1000 {
		m.warn(fmt.Sprintf("a version that is not known: [%x]", i))
	}
	if len(told) != 1 {
		t.Errorf("one cause is told %d times", len(told))
	}
	for i := range 1000 {
		m.warn(strings.Repeat("x", i+1))
	}
	if len(told) != mostMisses || len(m.told) != mostMisses || len(told[mostMisses-1]) > longestMiss {
		t.Errorf("%d are told, %d remembered", len(told), len(m.told))
	}
}

// unread is a body that nobody is to read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, io.ErrUnexpectedEOF
}

// A world is found by the body of a request to STS alone; others wait for their stage.
func TestBodiesAreNotReadForTheirWorld(t *testing.T) {
	s, _ := serveOn(t, Config{}, "")
	for _, url := range []string{"http://localhost/my-bucket", "http://s3.amazonaws.com/", "http://iam.amazonaws.com/"} {
		r := httptest.NewRequest("POST", url, unread{t})
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w, err := s.worldAt("", hostName(r.Host), r.URL.Path, r); err != nil || w.Name() != "plain" {
			t.Errorf("%s: %v, %v", url, w, err)
		}
	}
}

// A server that is closed opens no port for who still asks where the metadata is.
func TestNoPortAfterClose(t *testing.T) {
	f, err := scenarios.Parse("instances.yaml", []byte(`version: 1
defaults:
  accounts: {123456789012: {roles: {web: {}}}}
  callers: {app: {role: web, from: instance}}
scenarios: {plain: {title: Plain}, other: {title: Other}}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: f})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Describe("other", "http://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, err = s.Describe("other", "http://127.0.0.1:1")
	if _, ok := errors.AsType[*NotFound](err); !ok {
		t.Errorf("after Close: %v", err)
	}
	s.Close() // ends
}
