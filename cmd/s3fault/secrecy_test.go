package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/scenarios"
)

// Who names no endpoint reaches a server with TLS over TLS, and one without as it is.
func TestPreferTLS(t *testing.T) {
	file, err := scenarios.Parse("s.yaml", []byte("version: 1\nscenarios: {one: {title: One}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []emulator.Config{{File: file}, {File: file, TLS: a.Config(), CA: a.PEM()}} {
		srv, err := emulator.New(c)
		if err != nil {
			t.Fatal(err)
		}
		base, stop, err := srv.Loopback(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s, err := dial(base)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.preferTLS(t.Context()); err != nil {
			t.Error(err)
		}
		if c.TLS != nil {
			base = overTLS(base)
		}
		if s.base != base || s.admin != base+emulator.ControlPrefix {
			t.Errorf("it is reached at %s and %s, not %s", s.base, s.admin, base)
		}
		if err := s.preferTLS(t.Context()); err != nil {
			t.Errorf("there: %v", err)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// Elsewhere the server's certificate is proved to the authority that is named.
func TestWhomCommandsTrust(t *testing.T) {
	there := &url.URL{Scheme: "https", Host: "s3fault.example:9403"}
	a, err := authority.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", "")
	t.Setenv(caVariable, a.CertificateFile())
	if c, err := secrecyWith(there); err != nil || c.InsecureSkipVerify || c.RootCAs == nil {
		t.Errorf("it is %+v, %v", c, err)
	}
	for _, here := range []string{"https://localhost:1", "https://127.0.0.1", "https://[::1]:1", "https://plain.scenario.localhost"} {
		u, err := url.Parse(here)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := secrecyWith(u); err != nil || !c.InsecureSkipVerify {
			t.Errorf("%s: %+v, %v", here, c, err)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, told := range map[string]string{"/no/such": "S3FAULT_CA: open /no/such", empty: "has no certificate in PEM"} {
		t.Setenv(caVariable, path)
		if _, err := secrecyWith(there); err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("%s: %v", path, err)
		}
		if c, err := secrecyWith(&url.URL{Scheme: "http", Host: there.Host}); c != nil || err != nil {
			t.Errorf("over plain HTTP: %v, %v", c, err)
		}
	}
}
