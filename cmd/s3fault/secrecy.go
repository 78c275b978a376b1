package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
)

// caVariable names the certificate of the authority that the server's is signed by.
const caVariable = "S3FAULT_CA"

// secrecyWith is how commands speak TLS with a server there. On this machine they take it
// for what it says that it is, as they do over plain HTTP; elsewhere it has to prove it,
// to the system's authorities or to the one that the environment names.
func secrecyWith(server *url.URL) (*tls.Config, error) {
	switch {
	case server.Scheme != "https":
		return nil, nil
	case isHere(server.Hostname()):
		return &tls.Config{InsecureSkipVerify: true}, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	for _, variable := range []string{caVariable, "AWS_CA_BUNDLE"} {
		path := os.Getenv(variable)
		if path == "" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", variable, err)
		}
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s: %s has no certificate in PEM", variable, path)
		}
	}
	return &tls.Config{RootCAs: roots}, nil
}

// isHere says whether a host is this machine, whoever it asks.
func isHere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// preferTLS reaches the server over TLS from now on, if it speaks that.
func (s *server) preferTLS(ctx context.Context) error {
	var health emulator.Health
	if err := s.get(ctx, "/health", &health); err != nil {
		return err
	}
	if health.TLS != nil {
		s.base, s.admin = overTLS(s.base), overTLS(s.admin)
	}
	return nil
}

// trusted is what has programs trust the certificates of a world's endpoint; none where
// the server has no authority of its own to trust.
func (s *server) trusted(ctx context.Context, endpoint string) ([]shell.Setting, error) {
	if !strings.HasPrefix(endpoint, "https://") {
		return nil, nil
	}
	certificate, err := s.send(ctx, http.MethodGet, "/ca.pem", nil)
	if gone(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("there is no place for the server's certificate: %w", err)
	}
	files, err := shell.Keep(filepath.Join(cache, "s3fault", "tls"), certificate)
	return shell.Trust(files), err
}

// overTLS is an address of a server, reached over TLS.
func overTLS(address string) string {
	if rest, ok := strings.CutPrefix(address, "http://"); ok {
		return "https://" + rest
	}
	return address
}
