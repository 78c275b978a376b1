package emulator

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/proxy"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// A program without an endpoint of its own asks AWS's host names, and its proxy for the
// way there. As that proxy the server is what it is asked for: it dials nobody, so that no
// byte leaves the machine, and has no way to anything but itself.

// tunnelsKey is where the context of a request has the listener of tunnels.
type tunnelsKey struct{}

// proxying is a request that may take the server for a proxy.
type proxying struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
}

// open is the world that a request names as the user of its proxy, where it takes
// us for one; empty: none. A CONNECT is answered, unless it is refused.
func (p proxying) open() (world string, refused *proxy.Refusal) {
	r, inside := p.r, conn.Of(p.r.Context()).Tunnel()
	switch {
	case inside != nil && r.Method == http.MethodConnect:
		return "", proxy.Nested()
	case inside != nil:
		return inside.World, misdirected(r, inside)
	case r.Method == http.MethodConnect:
		return "", p.connect()
	case r.URL.Host != "": // a target in absolute form
		return p.absolute()
	}
	return "", nil
}

// misdirected refuses a request whose host is not the tunnel's.
func misdirected(r *http.Request, inside *conn.Tunnel) *proxy.Refusal {
	if host := hostName(r.Host); host != inside.Host {
		return proxy.Misdirected(inside.Host, host)
	}
	if r.TLS != nil && r.TLS.ServerName != "" && proxy.Normal(r.TLS.ServerName) != inside.Host {
		return proxy.Misdirected(inside.Host, r.TLS.ServerName)
	}
	return nil
}

// connect opens a tunnel, from the client's connection to the server again.
func (p proxying) connect() *proxy.Refusal {
	target, err := proxy.ReadTarget(p.r.RequestURI)
	var world string
	if err == nil {
		world, err = p.world()
	}
	if refused, ok := errors.AsType[*proxy.Refusal](err); ok {
		return refused
	}
	tunnels, _ := p.r.Context().Value(tunnelsKey{}).(*conn.Tunnels)
	switch {
	case tunnels == nil:
		return proxy.NoTunnels()
	case target.Port == "443" && p.server.config.TLS == nil:
		return proxy.NoTLS(target)
	case p.r.ContentLength != 0:
		return proxy.Body()
	}
	if tunnels.Enter(p.w, &conn.Tunnel{Host: target.Host, World: world}) != nil {
		return proxy.NoTunnels()
	}
	return nil
}

// absolute is for a request that names its whole URL to us, its proxy: the headers that
// are for proxies are not the request's own.
func (p proxying) absolute() (world string, refused *proxy.Refusal) {
	world, err := p.world()
	if host := hostName(p.r.Host); err == nil && !p.own(host) {
		err = proxy.Serve(host)
	}
	p.r.Header.Del("Proxy-Authorization")
	p.r.Header.Del("Proxy-Connection")
	refused, _ = errors.AsType[*proxy.Refusal](err)
	return world, refused
}

// own says whether a host is the server itself, for clients that name it so: an address, a
// name that it has, or one of these behind an account, as S3 Control's clients write it, or
// behind an access point, as S3's do.
func (p proxying) own(host string) bool {
	account, rest, ok := strings.Cut(host, ".")
	_, _, point := awshost.CutPoint(account)
	// One that is no account's number is for S3 Control to refuse.
	if ok && (point || world.IsAccountID(account) || account == p.r.Header.Get("X-Amz-Account-Id")) && p.own(rest) {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || p.server.isNamed(host)
}

// world is the world that a request names as the user of its proxy; empty: none.
// Errors: *proxy.Refusal.
func (p proxying) world() (string, error) {
	name, err := proxy.World(p.r.Header)
	if err != nil || name == "" {
		return "", err
	}
	if _, err := p.server.worlds.find("scenario or world", name); err != nil {
		return "", proxy.NoWorld(err)
	}
	return name, nil
}

// turnAway answers what the proxy refuses, and journals it as a request that reached no
// world.
func (p proxying) turnAway(refused *proxy.Refusal) {
	way := newPassage(p.server, p.w, p.r)
	way.call = &s3api.Call{Frame: way.frame(p.r, nil)}
	text := refused.Text
	if refused.Cure != "" {
		text += "; " + refused.Cure
	}
	body := "s3fault: " + text + "\n"
	way.finish(p.w, p.r, &exchange.Reply{
		Status: refused.Status, Reason: proxy.Phrase(refused), Message: text,
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Connection": {"close"}},
		Length: int64(len(body)), Body: exchange.Text([]byte(body)), Cause: &journal.Cause{Text: strings.TrimSpace(text)},
	})
}
