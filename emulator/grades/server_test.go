package grades

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// server is a real one, with the library.
type server struct {
	base     string
	library  *scenarios.File
	observed *atomic.Int64 // requests that the server tells of
}

func start(t testing.TB) *server {
	t.Helper()
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	observed := &atomic.Int64{}
	s, err := emulator.New(emulator.Config{File: file, Observe: func(emulator.Entry) { observed.Add(1) }})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return &server{base, file, observed}
}

func (s *server) scenario(t testing.TB, name string) *scenarios.Scenario {
	t.Helper()
	sc, err := s.library.Scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// ask makes a call of the control plane and reads its answer; into nil: it is not looked at.
func (s *server) ask(t testing.TB, method, path, body string, into any) {
	t.Helper()
	answer, err := s.asked(method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}

// asked is ask, with an error for every answer that is none of success.
func (s *server) asked(method, path, body string) ([]byte, error) {
	r, err := http.NewRequest(method, s.base+emulator.ControlPrefix+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s %s", method, path, resp.Status, answer)
	}
	return answer, err
}

// world is a private copy of a scenario's, to be changed at will.
func (s *server) world(t testing.TB, scenario string) string {
	t.Helper()
	var made struct{ ID string }
	s.ask(t, http.MethodPost, "/worlds", `{"scenario": "`+scenario+`"}`, &made)
	return made.ID
}

func (s *server) grade(t testing.TB, world string) *journal.Grade {
	t.Helper()
	g := &journal.Grade{}
	s.ask(t, http.MethodGet, "/worlds/"+world+"/grade", "", g)
	return g
}

// brief is a grade for the message of a failing test.
func brief(g *journal.Grade) string {
	short := *g
	short.Smallest.Patch = nil
	text, err := json.MarshalIndent(short, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text[:min(len(text), 3000)])
}
