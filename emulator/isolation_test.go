package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// shared is a server of the library that many tests share, and where it is.
func shared(t *testing.T) (*emulator.Server, string) {
	t.Helper()
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: file})
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
	return s, base
}

// Tests side by side in one process, each with a world, faults and a clock of its own: none
// sees another, whether it comes by key, by name or by a port of its own.
func TestParallelWorlds(t *testing.T) {
	s, base := shared(t)
	var tests sync.WaitGroup
	for i := range 200 { // all at once, where t.Parallel lets as many run as there are processors
		tests.Go(func() {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				a := inhabit(t, s, base, i)
				a.writes(t)
				a.isStruck(t)
				a.isAhead(t)
				a.isAlone(t)
			})
		})
	}
	tests.Wait()
	for _, w := range s.Worlds(base) {
		if w.ID != w.Scenario || w.Requests != 0 {
			t.Errorf("left, or asked: %+v", w)
		}
	}
}

// inhabitant is one test of many, in a world of its own.
type inhabitant struct {
	server   *emulator.Server
	world    string
	endpoint string
	app      sigv4.Credentials
	number   int
	asked    int
}

func inhabit(t *testing.T, s *emulator.Server, base string, i int) *inhabitant {
	t.Helper()
	w, err := s.CreateWorld(emulator.NewWorld{Scenario: "plain", Name: fmt.Sprintf("t-%d", i), Listen: i%3 == 0})
	if err != nil {
		t.Fatal(err)
	}
	sc, err := s.Describe(w.Name(), base)
	if err != nil {
		t.Fatal(err)
	}
	c := sc.Callers["app"]
	a := &inhabitant{
		server: s, world: w.Name(), endpoint: sc.Endpoint, number: i,
		app: sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey},
	}
	if i%3 == 1 { // the key alone leads to it
		a.endpoint = base
	}
	t.Cleanup(func() {
		if err := s.DeleteWorld(w.Name()); err != nil {
			t.Error(err)
		}
	})
	return a
}

// send signs with the real time, as an honest client does.
func (a *inhabitant) send(t *testing.T, method, key, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, a.endpoint+"/my-bucket"+key, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sigv4.Sign(r, a.app, sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.HashPayload([]byte(body)), time.Now())
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.asked++
	return resp.StatusCode, string(text)
}

// writes the same keys as all others, and finds its own.
func (a *inhabitant) writes(t *testing.T) {
	mine := fmt.Sprint("of ", a.number)
	if status, text := a.send(t, "PUT", "/mine", mine); status != 200 {
		t.Errorf("PUT: %d %s", status, text)
	}
	if status, text := a.send(t, "GET", "/mine", ""); status != 200 || text != mine {
		t.Errorf("GET: %d %q, want %q", status, text, mine)
	}
	if status, text := a.send(t, "GET", "?list-type=2", ""); status != 200 || strings.Count(text, "<Key>") != 2 {
		t.Errorf("the list is %d %s", status, text)
	}
}

// isStruck by its own rule, as often as that says.
func (a *inhabitant) isStruck(t *testing.T) {
	first := a.number % 4
	rule := fmt.Sprintf(`[{name: own, match: {operation: PutObject}, when: {first: %d}, effect: {error: {code: SlowDown}}}]`,
		first)
	if first == 0 {
		rule = `[]`
	}
	if err := a.server.SetFaults(a.world, []byte(rule)); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		want := 200
		if i < first {
			want = 503
		}
		if status, text := a.send(t, "PUT", "/struck", "x"); status != want {
			t.Errorf("put %d of a world that strikes the first %d: %d %s", i, first, status, text)
		}
	}
}

// isAhead by its own clock, which it turns twice, and an honest client's requests pass.
func (a *inhabitant) isAhead(t *testing.T) {
	hours := time.Duration(a.number) * time.Hour
	for _, by := range []time.Duration{hours, time.Hour} {
		if _, err := a.server.Advance(a.world, by); err != nil {
			t.Fatal(err)
		}
		if status, text := a.send(t, "GET", "/mine", ""); status != 200 {
			t.Errorf("after %s more: %d %s", by, status, text)
		}
	}
	if c, err := a.server.Clock(a.world); err != nil || c.Offset.Round(time.Minute) != hours+time.Hour {
		t.Errorf("its clock is %+v, %v; want it %s ahead", c, err, hours+time.Hour)
	}
}

// isAlone in its journal, and after a reset as it was loaded.
func (a *inhabitant) isAlone(t *testing.T) {
	all := a.server.Requests(a.world)
	if len(all) != a.asked {
		t.Errorf("its journal has %d requests of %d", len(all), a.asked)
	}
	for _, e := range all {
		if e.World != a.world || e.Caller != "app" {
			t.Errorf("its journal has %+v", e)
		}
	}
	if err := a.server.Reset(a.world); err != nil {
		t.Fatal(err)
	}
	if status, text := a.send(t, "GET", "/mine", ""); status != 404 {
		t.Errorf("after a reset: %d %s", status, text)
	}
}

// Processes side by side, each of which makes a world over the control plane, sets faults
// in it and asks it with boto3: none sees another.
func TestParallelProcesses(t *testing.T) {
	programs.Need(t, "python3")
	_, base := shared(t)
	var wg sync.WaitGroup
	said := make([]string, 50)
	for i := range said {
		wg.Go(func() {
			cmd := programs.Command(t.Context(), "python3", "testdata/worlds.py", base, fmt.Sprint(i))
			cmd.Env = append(os.Environ(), "PYTHONPATH=../packages/python", "PYTHONDONTWRITEBYTECODE=1")
			out, err := cmd.CombinedOutput()
			if said[i] = string(out); err != nil {
				said[i] += err.Error()
			}
		})
	}
	wg.Wait()
	for i, text := range said {
		if want := fmt.Sprintf("%d: alone\n", i); text != want {
			t.Errorf("process %d says %s", i, text)
		}
	}
	resp, err := http.Get(base + "/_s3fault/worlds")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var list struct{ Worlds []emulator.WorldSummary }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	for _, w := range list.Worlds {
		if w.ID != w.Scenario || w.Requests != 0 {
			t.Errorf("left, or asked: %+v", w)
		}
	}
}
