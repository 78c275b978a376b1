package browsers

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// sign signs a request without a body.
func sign(t *testing.T, srv *emulatortest.Server, r *http.Request, caller string) {
	t.Helper()
	signBody(t, srv, r, caller, "", time.Now())
}

func signBody(t *testing.T, srv *emulatortest.Server, r *http.Request, caller, body string, now time.Time) {
	t.Helper()
	scope := sigv4.Scope{Region: srv.Region, Service: "s3"}
	sigv4.Sign(r, srv.Credentials(caller), scope, sigv4.HashPayload([]byte(body)), now)
}

// eventsOf are CloudTrail's records of that name, the oldest first.
func eventsOf(t *testing.T, srv *emulatortest.Server, name string) []map[string]any {
	t.Helper()
	_, text, _ := ask(t, http.MethodGet, srv.Endpoint+emulator.ControlPrefix+"/worlds/"+srv.World+"/cloudtrail", "")
	var all struct{ Records []map[string]any }
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var found []map[string]any
	for _, r := range all.Records {
		if r["eventName"] == name {
			found = append(found, r)
		}
	}
	return found
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
