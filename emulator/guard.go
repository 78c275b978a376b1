package emulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// The control plane is a server on a developer's machine, which every page that a
// browser has open can send requests to (authorization.md, "The server itself"). What it
// asks of a request is what no foreign page can make a browser send.

// guarded lets only those calls through that may be made.
func (c control) guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, vet := range []func(control, *http.Request) error{
			control.vetHost, control.vetOrigin, control.vetToken, control.vetContent,
		} {
			if err := vet(c, r); err != nil {
				refuse(w, r, err)
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// forbidden is an error for a call that a web page might have made, unknown to who looks
// at it.
type forbidden struct{ why string }

func (e *forbidden) Error() string { return e.why }

// vetHost refuses the names of others, by which a page whose name was bound to our
// address after it was loaded gives itself away.
func (c control) vetHost(r *http.Request) error {
	host := strings.Trim(hostName(r.Host), "[]")
	if c.server.isNamed(host) || isLoopback(host) || host == reachedAt(r) {
		return nil
	}
	return &forbidden{"the control plane answers to localhost, to the address that it listens on and to the names given " +
		"with --domain, not to the Host \"" + r.Host + "\""}
}

// isNamed says whether a host name is one of the server's, or of one of its domains.
func (s *Server) isNamed(host string) bool {
	return host != "" && host == hostName(s.config.Host) || slices.ContainsFunc(s.config.Domains, func(d string) bool {
		d = strings.ToLower(d)
		return host == d || strings.HasSuffix(host, "."+d)
	})
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// reachedAt is the IP address that the client connected to; empty: it is not known.
func reachedAt(r *http.Request) string {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return ""
	}
	return local.AddrPort().Addr().Unmap().String()
}

// vetOrigin refuses pages from elsewhere, other ports of this machine included.
func (c control) vetOrigin(r *http.Request) error {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" {
		return &forbidden{"the control plane takes no requests from pages of other sites (Sec-Fetch-Site: cross-site)"}
	}
	for _, origin := range r.Header["Origin"] {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return &forbidden{"the control plane takes no requests from pages of other origins (Origin: " + origin + ")"}
		}
	}
	return nil
}

// noToken is an error for a call without the token that it needs.
type noToken struct{}

func (*noToken) Error() string {
	return "the control plane asks for its token: \"Authorization: Bearer TOKEN\", or S3FAULT_ADMIN_TOKEN for s3fault's commands"
}

// vetToken takes as long for a token that is nearly right as for any other.
func (c control) vetToken(r *http.Request) error {
	if c.server.config.AdminToken == "" {
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given, wanted := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(c.server.config.AdminToken))
	if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(given[:], wanted[:]) == 1 {
		return nil
	}
	return &noToken{}
}

// notJSON is an error for a body that a browser sends without asking us first.
type notJSON struct{ contentType string }

func (e *notJSON) Error() string {
	return "a request from a web page needs Content-Type: application/json, not \"" + e.contentType + "\""
}

// vetContent asks browsers for a Content-Type that they send to others only after a
// preflight. Node's fetch has Sec-Fetch-Mode, and no Content-Type where there is no body.
func (c control) vetContent(r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	has := func(name string) bool { return r.Header.Get(name) != "" }
	page := has("Origin") || has("Sec-Fetch-Site")
	fetched := has("Sec-Fetch-Mode") || has("Sec-Fetch-Dest") || has("Sec-Fetch-User")
	if !page && !(fetched && r.ContentLength != 0) {
		return nil
	}
	contentType := r.Header.Get("Content-Type")
	if kind, _, _ := strings.Cut(contentType, ";"); strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return nil
	}
	return &notJSON{contentType}
}

// worldsHost is the host and port at which the client of a call reaches the worlds.
func (s *Server) worldsHost(r *http.Request) string {
	at := s.address.Load()
	if !s.config.SeparateControl || at == nil {
		return r.Host
	}
	tcp, ok := (*at).(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return (*at).String()
	}
	u := url.URL{Host: r.Host}
	_, port, _ := net.SplitHostPort(tcp.String())
	return net.JoinHostPort(u.Hostname(), port)
}
