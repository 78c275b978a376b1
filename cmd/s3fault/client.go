package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

const defaultEndpoint = "http://127.0.0.1:9403"

// server is a running s3fault, as the commands that ask one see it.
type server struct {
	base  string // http://HOST:PORT
	admin string // where its control plane is: http://HOST:PORT/_s3fault
	token string // that the control plane asks for; may be empty
	world string // from /~NAME in the endpoint; may be empty
	given bool   // somebody has said which endpoint it is
}

func endpointFlag(cmd *cobra.Command) *string {
	return cmd.PersistentFlags().String("endpoint", "", "address of the running server "+
		"(default: S3FAULT_ENDPOINT, else AWS_ENDPOINT_URL, else "+defaultEndpoint+")")
}

// dial reads an endpoint as S3FAULT_ENDPOINT has it, with or without /~NAME. Where the
// control plane has an address of its own, S3FAULT_ADMIN says it; an endpoint that is given
// outright is asked itself.
func dial(endpoint string) (*server, error) {
	admin := ""
	if endpoint == "" {
		endpoint = cmp.Or(os.Getenv("S3FAULT_ENDPOINT"), os.Getenv("AWS_ENDPOINT_URL"))
		admin = os.Getenv("S3FAULT_ADMIN")
	}
	base, path, err := address(cmp.Or(endpoint, defaultEndpoint))
	if err != nil {
		return nil, fmt.Errorf("endpoint %w", err)
	}
	s := &server{base: base, admin: base + emulator.ControlPrefix, token: os.Getenv(adminTokenVariable)}
	s.given = endpoint != ""
	if name, ok := strings.CutPrefix(path, "~"); ok {
		s.world, _, _ = strings.Cut(name, "/")
	}
	if admin == "" {
		return s, nil
	}
	if base, _, err = address(admin); err != nil {
		return nil, fmt.Errorf("S3FAULT_ADMIN %w", err)
	}
	s.admin = base + emulator.ControlPrefix
	return s, nil
}

// address takes a URL apart: "http://HOST:PORT", and its path without the slashes around.
func address(text string) (base, path string, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", "", fmt.Errorf("%q is not an address like %s", text, defaultEndpoint)
	}
	return u.Scheme + "://" + u.Host, strings.Trim(u.Path, "/"), nil
}

// controlTimeout bounds one call to the control plane, which answers from memory.
const controlTimeout = 10 * time.Second

// get reads one answer of the control plane.
func (s *server) get(ctx context.Context, path string, into any) error {
	return s.call(ctx, http.MethodGet, path, nil, into)
}

// call makes a call of the control plane with a body of JSON, which may be nil, and reads
// the answer.
func (s *server) call(ctx context.Context, method, path string, body []byte, into any) error {
	answer, err := s.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s does not answer as s3fault does: %w", s.admin, err)
	}
	return nil
}

// send makes the call, and returns what came.
func (s *server) send(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.admin+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	secrecy, err := secrecyWith(req.URL)
	if err != nil {
		return nil, err
	}
	resp, err := asker(secrecy).Do(req)
	if err != nil {
		return nil, s.silent(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusNotFound:
		return nil, &notThere{refusal(resp.Status, answer)}
	case resp.StatusCode/100 != 2:
		return nil, refusal(resp.Status, answer)
	}
	return answer, nil
}

// asker asks the very address that it is given, whatever proxy the environment has and
// wherever that one sends it.
func asker(secrecy *tls.Config) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableKeepAlives: true, TLSClientConfig: secrecy},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// silent is why nobody answers as s3fault does.
func (s *server) silent(err error) error {
	err = fmt.Errorf("no s3fault answers at %s: %w", strings.TrimSuffix(s.admin, emulator.ControlPrefix), err)
	if _, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		err = fmt.Errorf("%w; if it is one, name its ca.pem in %s", err, caVariable)
	} else if errors.Is(err, http.ErrSchemeMismatch) {
		err = fmt.Errorf("%w; it speaks no TLS: come over http://, or serve --tls", err)
	}
	return err
}

// notThere is a refusal for a name that the server does not know.
type notThere struct{ error }

// gone says whether what was asked for is not there, or not any more.
func gone(err error) bool {
	_, is := errors.AsType[*notThere](err)
	return is
}

func refusal(status string, body []byte) error {
	var answer struct {
		Error string
		*journal.Unmet
	}
	switch err := json.Unmarshal(body, &answer); {
	case err == nil && answer.Unmet != nil:
		return answer.Unmet
	case err == nil && answer.Error != "":
		return errors.New(answer.Error)
	}
	return fmt.Errorf("the server answers %s", status)
}

// worldName is the world that was asked for: by flag, by the endpoint's /~NAME, else
// the one at the server's bare address.
func (s *server) worldName(ctx context.Context, flag string) (string, error) {
	if name := cmp.Or(flag, s.world); name != "" {
		return name, nil
	}
	var health emulator.Health
	if err := s.get(ctx, "/health", &health); err != nil {
		return "", err
	}
	return health.Default, nil
}
