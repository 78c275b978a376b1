package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// twins is a world of two buckets, of which every patch and the fix change both alike.
const twins = `
version: 1
scenarios:
  twins:
    title: Two buckets are alike
    accounts: {123456789012: {users: {ann: {}}}}
    callers: {app: {user: ann}}
    buckets: {left: {tags: {n: "0"}}, right: {tags: {n: "0"}}}
    fix_patch: {buckets: {left: {tags: {n: fixed}}, right: {tags: {n: fixed}}}}
`

// Resets, fixes and patches that race, good ones and bad ones, each change a world whole or
// not at all, whoever looks, and none of them fails because of another.
func TestChangesRace(t *testing.T) {
	f, err := scenarios.Parse("twins.yaml", []byte(twins))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: f})
	if err != nil {
		t.Fatal(err)
	}
	create(t, s, NewWorld{Name: "one"})
	send := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "http://localhost/_s3fault/worlds/one"+path, strings.NewReader(body)))
		return w
	}
	const n = 50
	var changes sync.WaitGroup
	for i := range 4 {
		changes.Go(func() {
			for j := range n {
				patch := fmt.Sprintf(`{"buckets":{"left":{"tags":{"n":"%d-%d"}},"right":{"tags":{"n":"%d-%d"}}}}`, i, j, i, j)
				want(t, send("PATCH", "", patch), http.StatusOK, "{}")
				bad := `{"buckets":{"left":{"tags":{"n":"bad"}},"right":{"owner":"210987654321"}}}`
				want(t, send("PATCH", "", bad), http.StatusBadRequest, "unknown account")
			}
		})
	}
	for _, call := range []string{"/reset", "/fix"} {
		changes.Go(func() {
			for range n {
				want(t, send("POST", call, ""), http.StatusOK, "{}")
			}
		})
	}
	done, seen := make(chan struct{}), map[string]bool{}
	go func() { changes.Wait(); close(done) }()
	for looking := true; looking; {
		select {
		case <-done:
			looking = false
		default:
		}
		var facts struct {
			Buckets map[string]struct{ Tags map[string]string }
		}
		if err := json.Unmarshal(send("GET", "", "").Body.Bytes(), &facts); err != nil {
			t.Fatal(err)
		}
		left, right := facts.Buckets["left"].Tags["n"], facts.Buckets["right"].Tags["n"]
		if left != right || left == "" || left == "bad" {
			t.Fatalf("a change can be seen by halves: %q and %q", left, right)
		}
		seen[left] = true
	}
	if len(seen) < 2 {
		t.Errorf("nobody saw a change: %v", seen)
	}
}
