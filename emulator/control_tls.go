package emulator

import (
	"errors"
	"net/http"
)

var errNoTLS = errors.New("the server speaks no TLS, and has no certificate to trust: serve --tls")

// authority is the certificate that clients are to trust, in PEM.
func (c control) authority(*http.Request) (any, error) {
	pem := c.server.config.CA
	if len(pem) == 0 {
		return nil, errNoTLS
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(pem)
	}), nil
}

// secrecy is how the client of a call reaches the server over TLS; nil: it cannot.
func (c control) secrecy(r *http.Request) *TLS {
	s := c.server
	if s.config.TLS == nil {
		return nil
	}
	return &TLS{Endpoint: "https://" + s.worldsHost(r), CA: s.config.CAFile}
}
