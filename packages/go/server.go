package s3fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// Server is a running s3fault. It may be used by any number of goroutines at once.
type Server struct {
	// Endpoint is its address, "http://127.0.0.1:PORT". Worlds have their own.
	Endpoint string

	control string // the control plane's address
	process *process
}

// Serve starts a server for this process, on a free loopback port, with more flags of
// `s3fault serve`: "-f", "scenarios.yaml". It ends with Close, or with this process.
func Serve(flags ...string) (*Server, error) {
	p, at, err := launch(flags)
	if err != nil {
		return nil, err
	}
	return &Server{Endpoint: at.Endpoint, control: at.Admin, process: p}, nil
}

// Connect uses a server that runs already, at "http://HOST:PORT", and asks it whether it is
// there. The token of its control plane is S3FAULT_ADMIN_TOKEN's.
func Connect(endpoint string) (*Server, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("s3fault: %q is no address; one is http://127.0.0.1:9403", endpoint)
	}
	base := u.Scheme + "://" + u.Host
	s := &Server{Endpoint: base, control: base + "/_s3fault"}
	return s, s.ask(http.MethodGet, "/health", "", nil)
}

// Close ends a server that Serve started, and waits for it. It does nothing to others.
func (s *Server) Close() error {
	if s.process == nil {
		return nil
	}
	return s.process.stop()
}

// connectedWorldsExpire is after which time worlds go that nobody deleted, on a server that
// does not end with this process.
const connectedWorldsExpire = "1h"

// World makes a world of the scenario, as it was loaded and with access keys of its own,
// until the test ends. It fails the test when it cannot.
func (s *Server) World(t TB, scenario string, opts ...Option) *World {
	t.Helper()
	o := with(opts)
	if o.listen == nil {
		own := s.process != nil
		o.listen = &own
	}
	if o.expires == "" && s.process == nil {
		o.expires = connectedWorldsExpire
	}
	asked := map[string]any{"scenario": scenario, "listen": *o.listen}
	for name, value := range map[string]string{"responses": o.responses, "expires": o.expires} {
		if value != "" {
			asked[name] = value
		}
	}
	if o.patch != "" {
		asked["patch"] = json.RawMessage(o.patch)
	}
	w := &World{t: t, server: s}
	body, err := json.Marshal(asked)
	if err == nil {
		err = s.ask(http.MethodPost, "/worlds", string(body), w)
	}
	if err != nil {
		t.Fatalf("s3fault: %v", err)
		return nil
	}
	t.Cleanup(w.end)
	return w
}

// Refusal is what the control plane says of a call that is wrong.
type Refusal struct {
	Status int    // of HTTP
	Text   string // what is wrong, with the place and the nearest right name
	body   []byte
}

func (r *Refusal) Error() string { return r.Text }

// control plane calls go to no proxy: the server is near.
var client = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask calls the control plane. into is what the answer is read into; nil: it does not matter.
func (s *Server) ask(method, path, body string, into any) error {
	r, err := http.NewRequest(method, s.control+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token := os.Getenv("S3FAULT_ADMIN_TOKEN"); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(r)
	if err != nil {
		return s.gone(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return s.gone(err)
	case resp.StatusCode/100 != 2:
		return refusal(resp.StatusCode, answer)
	case into == nil:
		return nil
	}
	return json.NewDecoder(bytes.NewReader(answer)).Decode(into)
}

// gone is the error of a server that does not answer, with the last that it said.
func (s *Server) gone(err error) error {
	if s.process == nil {
		return err
	}
	select {
	case <-s.process.ended:
		return fmt.Errorf("%w; the server has ended: %s", err, s.process.told.String())
	default:
		return err
	}
}

func refusal(status int, answer []byte) error {
	var said struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(answer, &said); err != nil || said.Error == "" {
		return fmt.Errorf("not s3fault's control plane: %d %.100q", status, answer)
	}
	return &Refusal{Status: status, Text: said.Error, body: answer}
}

// isRefusal says whether an error is a refusal with that status.
func isRefusal(err error, status int) (*Refusal, bool) {
	var r *Refusal
	return r, errors.As(err, &r) && r.Status == status
}
