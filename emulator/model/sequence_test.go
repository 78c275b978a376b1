package model

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

const worldYAML = `
version: 1
scenarios:
  model:
    title: A bucket
    fix: [1]
    accounts: {123456789012: {}}
    callers: {owner: {root: true}}
    buckets: {bucket: {}}
`

// start is when all worlds begin, by a real clock that stands.
var start = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)

// run is one sequence: a world of its own and the model beside it.
type run struct {
	t      *testing.T
	server *emulator.Server
	world  string
	keys   sigv4.Credentials
	draw   *rand.Rand
	model  *bucket
	done   []string // what was done, for the failure
}

func serve(t *testing.T) *emulator.Server {
	t.Helper()
	file, err := scenarios.Parse("model.yaml", []byte(worldYAML))
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: file, Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// begin makes the world of a sequence.
func begin(t *testing.T, s *emulator.Server, seed uint64) *run {
	t.Helper()
	w, err := s.CreateWorld(emulator.NewWorld{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Describe(w.Name(), "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	return &run{
		t: t, server: s, world: w.Name(), keys: d.Credentials()["owner"], draw: rand.New(rand.NewPCG(seed, 13)),
		model: &bucket{now: start, keys: map[string][]*version{}},
	}
}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// code is that of an error.
func (a answer) code() string {
	var e struct{ Code string }
	if xml.Unmarshal([]byte(a.body), &e) != nil {
		return ""
	}
	return e.Code
}

// send signs and sends a request about a key, or about the bucket where it is empty.
func (r *run) send(method, key, query, body string, headers ...string) answer {
	target := "http://localhost/~" + r.world + "/bucket"
	if key != "" {
		target += "/" + key
	}
	if query != "" {
		target += "?" + query
	}
	q := httptest.NewRequestWithContext(r.t.Context(), method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			q.Header.Set(headers[i], headers[i+1])
		}
	}
	sigv4.Sign(q, r.keys, sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.HashPayload([]byte(body)), start)
	w := httptest.NewRecorder()
	r.server.ServeHTTP(w, q)
	a := answer{w.Code, http.Header{}, w.Body.String()}
	for name, values := range w.Header() { // S3 has some names in lower case
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	r.done = append(r.done, fmt.Sprintf("%s %s?%s %v: %d %s %s", method, key, query, headers, a.status, a.code(),
		a.header.Get(versionID)))
	return a
}

// want compares what the server said of a step with what the model says.
func (r *run) want(what string, got, want any) {
	r.t.Helper()
	if got != want {
		r.fail("%s is %v, want %v", what, got, want)
	}
}

func (r *run) fail(format string, a ...any) {
	r.t.Helper()
	r.t.Fatalf("%s\nafter\n%s", fmt.Sprintf(format, a...), strings.Join(r.done, "\n"))
}

func etagOf(body string) string {
	sum := md5.Sum([]byte(body))
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// step does one thing.
func (r *run) step() {
	steps := []struct {
		weight int
		do     func()
	}{
		{8, r.put}, {5, r.delete}, {4, r.deleteVersion}, {6, r.get}, {3, r.copy}, {3, r.setVersioning}, {3, r.setRules},
		{1, r.dropRules}, {3, r.upload}, {4, r.finish}, {6, r.wait}, {3, r.restore},
	}
	total := 0
	for _, s := range steps {
		total += s.weight
	}
	at := r.draw.IntN(total)
	for _, s := range steps {
		if at -= s.weight; at < 0 {
			s.do()
			return
		}
	}
}

const (
	sequences = 20_000 // in .ci/long
	quick     = 150    // for every commit
	length    = 30     // steps of one
)

// TestSequences: the server and the model agree, step by step, on random sequences of
// operations, each from its seed.
func TestSequences(t *testing.T) {
	const workers = 4
	n := rounds.Of(quick, sequences)
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			for seed := worker; seed < n; seed += workers {
				play(t, s, uint64(seed))
			}
		})
	}
}

// FuzzSequence plays the sequence of a seed.
func FuzzSequence(f *testing.F) {
	f.Add(uint64(0))
	f.Add(uint64(9712)) // two transitions are overdue at one midnight
	f.Fuzz(func(t *testing.T, seed uint64) { play(t, serve(t), seed) })
}

func play(t *testing.T, s *emulator.Server, seed uint64) {
	t.Helper()
	r := begin(t, s, seed)
	r.done = []string{fmt.Sprintf("seed %d", seed)}
	for range length {
		r.step()
		r.compare()
	}
	if err := s.DeleteWorld(r.world); err != nil {
		t.Fatal(err)
	}
}
