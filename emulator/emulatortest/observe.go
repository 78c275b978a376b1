package emulatortest

import (
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

// Requests is what happened in the world, newest last, as far as every filter means it:
//
//	srv.Requests(journal.Filter{Operation: []string{"PutObject"}, Status: 503})
//
// A filter with a mistake fails the test.
func (s *Server) Requests(filters ...journal.Filter) []emulator.Entry {
	s.t.Helper()
	all, err := s.server.Search(s.World, filters...)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return all
}

// Contents is what is in the buckets now.
func (s *Server) Contents() *emulator.Contents {
	s.t.Helper()
	all, err := emulator.ContentsOf(s.server, s.World)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return all
}

// Verify fails the test unless the world's requests are as expected:
//
//	srv.Verify(journal.Expectation{Filter: journal.Filter{Operation: []string{"PutObject"}}, Times: journal.Exactly(3)})
//
// What came instead is printed, and why the newest request that failed did.
func (s *Server) Verify(expectations ...journal.Expectation) {
	s.t.Helper()
	err := s.server.Verify(s.World, expectations...)
	if err == nil {
		return
	}
	text := ""
	if e := s.failed(); e != nil {
		text = "\n" + s.explained(e)
	}
	s.t.Errorf("emulatortest: %v%s", err, text)
}

// failed is the newest request that was not answered with success; nil: all were.
func (s *Server) failed() *emulator.Entry {
	all := s.Requests()
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.Status == 0 || e.Status >= 400 {
			return e
		}
	}
	return nil
}

// SetClock changes the world's clock in one step; clients do not notice, unless the step
// says so (emulator.ClockStep). It may take until the next second begins. What no clock can
// make of the step fails the test.
func (s *Server) SetClock(step emulator.ClockStep) emulator.Clock {
	s.t.Helper()
	clock, err := s.server.SetClock(s.World, step)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return clock
}

// Advance lets so much of the world's time go by: presigned URLs, sessions, locks and
// windows of fault rules age, and no test waits for it.
func (s *Server) Advance(by time.Duration) emulator.Clock {
	s.t.Helper()
	return s.SetClock(emulator.ClockStep{Advance: &by})
}
