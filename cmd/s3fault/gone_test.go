package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
)

// A world that has expired is told from a server that fails, and a schema that is left alone
// from one that is written.
func TestWhatIsNotThere(t *testing.T) {
	if err := error(&notThere{refusal("404 Not Found", nil)}); !gone(err) || gone(refusal("500", nil)) {
		t.Errorf("gone: %v", gone(err))
	}
	path := filepath.Join(t.TempDir(), schemaName)
	for _, want := range []bool{true, false} {
		if _, written, err := writeSchema(path, false); written != want || err != nil {
			t.Errorf("written: %v, %v", written, err)
		}
	}
	if got := fileOption("my file.yaml"); got != " -f 'my file.yaml'" {
		t.Error(got)
	}
}

// What answers with the address of another is not followed there: an address of this machine
// stays one, and the token is for the server that was named.
func TestNoRedirectIsFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("it is asked for %s", r.URL)
		_, _ = io.WriteString(w, "{}")
	}))
	defer elsewhere.Close()
	sends := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer sends.Close()
	s, err := dial(sends.URL)
	if err != nil {
		t.Fatal(err)
	}
	var health emulator.Health
	if err := s.get(t.Context(), "/health", &health); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("the server: %v", err)
	}
	if _, err := asked(t.Context(), emulator.Door{CredentialsURI: sends.URL}); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("the door: %v", err)
	}
}
