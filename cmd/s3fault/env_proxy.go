package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/emulator"
)

// way is how programs reach a world through the server, their proxy.
type way struct {
	proxy  string // its URL
	secure string // the server's, over TLS
}

var errNoTLS = errors.New("env --proxy needs a server that speaks TLS, as AWS does: start it with s3fault serve --tls")

// way asks the server for what --proxy needs; without the flag there is none.
func (f envFlags) way(ctx context.Context, s *server, sc *emulator.Scenario) (w way, err error) {
	if !f.proxy {
		return w, nil
	}
	var health emulator.Health
	if err := s.get(ctx, "/health", &health); err != nil {
		return w, err
	}
	if health.TLS == nil {
		return w, errNoTLS
	}
	w.secure = health.TLS.Endpoint
	w.proxy, err = proxyOf(sc, health.Default)
	return w, err
}

// proxyOf is the URL of the proxy behind which a world is: at a port of its own, or at the
// server's address, as whose user it is named unless it is the one of the bare address.
// There are programs that name no user without a password to their proxy.
func proxyOf(sc *emulator.Scenario, bare string) (string, error) {
	u, err := url.Parse(sc.Endpoint)
	if err != nil {
		return "", err
	}
	proxy := url.URL{Scheme: "http", Host: u.Host}
	if name, ok := strings.CutPrefix(strings.Trim(u.Path, "/"), "~"); ok && name != bare {
		proxy.User = url.UserPassword(name, "x")
	}
	return proxy.String(), nil
}
