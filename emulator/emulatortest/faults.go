package emulatortest

import (
	"errors"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/why"
)

// AddFault gives the world one more fault rule, in the form of the scenario file, and
// returns its name:
//
//	srv.AddFault(`{match: {operation: PutObject}, when: {first: 3}, effect: {error: {code: SlowDown}}}`)
//
// A rule with a mistake fails the test. So does one with must_fire: true that has not struck
// when the test ends.
func (s *Server) AddFault(rule string) (name string) {
	s.t.Helper()
	name, err := s.server.AddFault(s.World, []byte(rule))
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return name
}

// Faults is the world's fault rules, and how often each has struck.
func (s *Server) Faults() []emulator.Fault {
	s.t.Helper()
	all, err := s.server.Faults(s.World)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return all
}

// wantStrikes fails the test for every rule that must fire and never struck.
func (s *Server) wantStrikes() {
	names, err := s.server.NeverStruck(s.World)
	if err != nil {
		s.t.Errorf("emulatortest: %v", err)
	}
	for _, name := range names {
		s.t.Errorf("emulatortest: the fault rule %s has never struck (must_fire)", name)
	}
}

// WantDenied fails the test unless err is a refusal whose cause is the layer: "kms",
// "bucket-policy". An error that does not tell its request's id is taken for that of the
// newest request that was denied. Why the request was answered as it was is printed.
func (s *Server) WantDenied(err error, layer authz.Layer) {
	s.t.Helper()
	if err == nil {
		s.t.Errorf("emulatortest: no error, want a denial by %s", layer)
		return
	}
	e := s.entryOf(err)
	if e == nil {
		s.t.Errorf("emulatortest: no request of this world was denied, want a denial by %s: %v", layer, err)
		return
	}
	if d := e.Denied(); d == nil || d.Cause != layer {
		s.t.Errorf("emulatortest: not a denial by %s: %v\n%s", layer, err, s.explained(e))
	}
}

// entryOf is what the journal has of the request that an error is about; nil: nothing.
func (s *Server) entryOf(err error) *emulator.Entry {
	id := ""
	var told interface{ ServiceRequestID() string } // as the AWS SDK's errors
	if errors.As(err, &told) {
		id = told.ServiceRequestID()
	}
	all := s.Requests()
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.RequestID == id || id == "" && e.Denied() != nil {
			return e
		}
	}
	return nil
}

// explained is what `s3fault why` says of a request.
func (s *Server) explained(e *emulator.Entry) string {
	c := &why.Case{Request: e, Scenario: s.scenario, Passed: why.PassedSince(e, s.Requests())}
	if a, err := s.server.Advice(e.RequestID); err == nil {
		c.Advice = &why.Advice{Advice: *a}
	}
	var text strings.Builder
	_ = c.Write(&text, why.Style{}) // a Builder takes all
	return text.String()
}
