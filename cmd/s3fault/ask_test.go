package main

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/sigv4"
)

// transport goes straight to the server.
var transport = &http.Transport{Proxy: nil}

// ask sends a request of a scenario's caller to the server of ready.json, and
// says to the commands that follow which server that is:
// `ask SCENARIO app GET /my-bucket/file.txt 403`.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: ask scenario caller method path status")
	}
	scenario, caller, method, path := args[0], args[1], args[2], args[3]
	status, err := strconv.Atoi(args[4])
	ts.Check(err)
	base := served(ts, "ready.json")
	var described emulator.Scenario
	r, err := http.NewRequest("GET", base+emulator.ControlPrefix+"/scenarios/"+scenario, nil)
	ts.Check(err)
	ts.Check(json.Unmarshal([]byte(reply(ts, r, http.StatusOK)), &described))
	c, ok := described.Callers[caller]
	if !ok {
		ts.Fatalf("there is no caller %s", caller)
	}
	endpoint := base + "/~" + scenario
	ts.Setenv("AWS_ENDPOINT_URL", endpoint)
	r, err = http.NewRequest(method, endpoint+path, nil)
	ts.Check(err)
	who := sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	sigv4.Sign(r, who, sigv4.Scope{Region: described.Region, Service: "s3"}, sigv4.HashPayload(nil), time.Now())
	reply(ts, r, status)
}

// endpoint says to the commands that follow at which address the server of a ready
// file is.
func endpoint(ts *testscript.TestScript, neg bool, args []string) {
	over := len(args) == 2 && args[0] == "https"
	if neg || len(args) != 1 && !over {
		ts.Fatalf("usage: endpoint [https] file")
	}
	base := served(ts, args[len(args)-1])
	if over {
		base = overTLS(base)
	}
	ts.Setenv("S3FAULT_ENDPOINT", base)
}

// served is the address in a file that `serve --ready-file` has written.
func served(ts *testscript.TestScript, file string) string {
	var ready struct{ Endpoint string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &ready))
	return ready.Endpoint
}

func reply(ts *testscript.TestScript, r *http.Request, status int) string {
	resp, err := transport.RoundTrip(r)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode != status {
		ts.Fatalf("%s %s: %d, want %d: %s", r.Method, r.URL, resp.StatusCode, status, body)
	}
	return string(body)
}

// curl is how `s3fault why` prints the change to make.
var curl = regexp.MustCompile(`(?m)^ *curl -X PATCH (\S+) -d '(.*)'$`)

// follow makes the change that a file with the output of `s3fault why` proposes.
func follow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: follow file")
	}
	command := curl.FindStringSubmatch(ts.ReadFile(args[0]))
	if command == nil {
		ts.Fatalf("%s proposes no change", args[0])
	}
	patch := strings.ReplaceAll(command[2], `'\''`, `'`)
	r, err := http.NewRequest("PATCH", command[1], strings.NewReader(patch))
	ts.Check(err)
	reply(ts, r, http.StatusOK)
}
