package emulatortest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/shell"
)

// TLS has the server speak TLS too, with a certificate for 127.0.0.1, localhost, everything
// below localhost and AWS's own names: Endpoint is then an https address, at which plain
// HTTP is spoken as well, Client and sdkv2's clients trust the certificate, and so do the
// programs that Env is for.
func TLS() Option { return func(o *options) { o.tls = true } }

// Client is a client that trusts the server's certificate, for requests that something else
// signs. Its connections end with the test.
func (s *Server) Client() *http.Client {
	s.t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	if len(s.CA) > 0 {
		transport.TLSClientConfig = &tls.Config{RootCAs: s.Roots()}
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Roots is CA as clients in Go want it; nil: the server speaks no TLS.
func (s *Server) Roots() *x509.CertPool {
	if len(s.CA) == 0 {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CA)
	return roots
}

// kept are the files of CA, for as long as the test runs.
func (s *Server) kept() shell.Trusted {
	files, err := shell.Keep(s.t.TempDir(), s.CA)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return files
}

// speakTLS gives a server an authority of its own.
func speakTLS(c *emulator.Config) error {
	a, err := authority.New(c.Domains...)
	if err != nil {
		return err
	}
	c.TLS, c.CA = a.Config(), a.PEM()
	return nil
}

// scheme is that of the server's address.
func (s setup) scheme(base string) string {
	if !s.tls {
		return base
	}
	return strings.Replace(base, "http://", "https://", 1)
}
