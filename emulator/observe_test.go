package emulator_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// observed serves a world whose reads stall for ever at a stage of their path, and tells of
// each request that is over.
func observed(t *testing.T, scenario string) (base string, told chan emulator.Entry, end func() error) {
	t.Helper()
	file, err := scenarios.Parse("observed.yaml", []byte("version: 1\nscenarios:\n  observed:\n"+scenario))
	if err != nil {
		t.Fatal(err)
	}
	told = make(chan emulator.Entry, 10)
	s, err := emulator.New(emulator.Config{File: file, Observe: func(e emulator.Entry) { told <- e }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	return "http://" + l.Addr().String(), told, func() error {
		cancel()
		return <-ended
	}
}

const publicRead = `    title: Everybody reads
    fix: []
    accounts: {123456789012: {}}
    callers: {admin: {root: true}}
    buckets:
      my-bucket:
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {file.txt: {body: "hello\n"}}
`

// A request is told of when it is over, with its bytes and its duration.
func TestObserveTellsTheEnd(t *testing.T) {
	base, told, end := observed(t, publicRead)
	answer, err := http.Get(base + "/my-bucket/file.txt")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if e := <-told; e.Status != 200 || !e.Answered || e.BytesOut != 6 || e.Duration <= 0 {
		t.Errorf("%+v", e)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// A request that runs as the server ends is told of before Serve returns: what ends by
// itself, and what is broken off.
func TestObserveTellsTheRunning(t *testing.T) {
	for _, stage := range []string{"arrival", "response_body"} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			base, told, end := observed(t, publicRead+
				"    faults: [{match: {operation: GetObject}, stage: "+stage+", effect: {stall: forever}}]\n")
			reached := make(chan error, 1)
			go func() {
				answer, err := http.Get(base + "/my-bucket/file.txt")
				if err == nil { // it waits for the rest of the answer
					_, err = io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
				}
				reached <- err
			}()
			inFlight(t, base)
			if err := end(); err != nil {
				t.Error(err)
			}
			select {
			case e := <-told:
				if !e.Answered || e.Duration <= 0 || e.Fault == nil {
					t.Errorf("%+v", e)
				}
			default:
				t.Error("it is not told of")
			}
			<-reached
		})
	}
}

// inFlight waits until a request is on its way.
func inFlight(t *testing.T, base string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		answer, err := http.Get(base + "/_s3fault/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\ns3fault_requests_in_flight 1\n") {
			return
		}
	}
	t.Fatal("no request arrives")
}
