// Package proxy reads what a client asks a proxy for, and says what s3fault refuses as
// one: all but AWS's own host names of services that it has. It dials nothing.
package proxy

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/nearest"
)

// Target is what a client wants to be connected to.
type Target struct {
	// Host is in lower case, without a dot at its end, Port "443" or "80".
	Host, Port string
	awshost.Name
}

// Refusal is an error for what the proxy does not do.
type Refusal struct {
	Status int
	// Phrase is a few words: many clients show the reason phrase of a proxy's answer, and
	// nothing else of it.
	Phrase string
	// Text is one line, Cure another, on what to do.
	Text, Cure string
}

// longest bounds what is told again of a client's text inside another one, in bytes.
const longest = 200

// Phrase is that of a refusal as a status line can have it.
func Phrase(r *Refusal) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, bounded(r.Phrase))
}

func (r *Refusal) Error() string { return r.Text }

// mostHost is how long a host name may be (RFC 1035, 2.3.4).
const mostHost = 253

// shown is how much of a target is told again.
const shown = 80

// ReadTarget reads what stands behind CONNECT. Errors: *Refusal.
func ReadTarget(text string) (Target, error) {
	host, port, err := net.SplitHostPort(text)
	switch {
	case err != nil || host == "" || port == "" || strings.ContainsAny(text, "@/?# "):
		return Target{}, malformed("CONNECT takes HOST:PORT, not " + short(text))
	case len(host) > mostHost:
		return Target{}, malformed(fmt.Sprintf("a host name has %d characters at the most, not %d", mostHost, len(host)))
	}
	t := Target{Host: Normal(host), Port: port}
	if t.Name, err = serve(t.Host); err != nil {
		return Target{}, err
	}
	if port != "443" && port != "80" {
		return Target{}, &Refusal{
			Status: http.StatusForbidden, Phrase: "s3fault has AWS at the ports 443 and 80 alone",
			Text: fmt.Sprintf("s3fault is AWS at the ports 443 and 80 alone, not at port %s of %s", short(port), t.Host),
		}
	}
	return t, nil
}

func malformed(text string) *Refusal {
	return &Refusal{Status: http.StatusBadRequest, Phrase: "s3fault cannot read what to connect to", Text: text}
}

// Normal is a host name in lower case, without a dot at its end.
func Normal(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// Serve refuses an AWS host name that s3fault has no service for. Errors: *Refusal.
func Serve(host string) error {
	_, err := serve(host)
	return err
}

func serve(host string) (awshost.Name, error) {
	if n, ok := awshost.Read(host); ok {
		return n, nil
	}
	r := &Refusal{Status: http.StatusForbidden, Phrase: "s3fault is a proxy for AWS alone and has no " + short(host)}
	front, domain, ok := awshost.Cut(host)
	if !ok {
		r.Text = "s3fault is a proxy for AWS's own host names alone, and " + short(host) + " is none of them"
		r.Cure = "NO_PROXY names the hosts that a program reaches by itself"
		if near := nearHost(host); near != "" {
			r.Cure = "is it " + near + " that is meant? Else " + r.Cure
		}
		return awshost.Name{}, r
	}
	r.Text = "s3fault has no service at " + short(host) + "; it has " + strings.Join(awshost.Services(), ", ")
	if near := likeService(front, domain); near != "" {
		r.Cure = "is it " + near + " that is meant?"
	}
	return awshost.Name{}, r
}

// likeService is a name whose service we have, and that differs from the other in what
// stands for that alone; empty: there is none.
func likeService(front, domain string) string {
	labels := strings.Split(front, ".")
	for i, label := range labels {
		near := nearest.Name(label, awshost.Services())
		if near == "" {
			continue
		}
		labels[i] = near
		if name := strings.Join(labels, ".") + "." + domain; label != near && served(name) {
			return name
		}
		labels[i] = label
	}
	return ""
}

// nearHost is a name of AWS's that one with another ending is near to; empty: there is none.
func nearHost(host string) string {
	for _, d := range awshost.Domains {
		dots := strings.Count(d, ".") + 1
		labels := strings.Split(host, ".")
		if len(labels) <= dots {
			continue
		}
		front, end := strings.Join(labels[:len(labels)-dots], "."), strings.Join(labels[len(labels)-dots:], ".")
		if name := front + "." + d; nearest.Name(end, []string{d}) != "" && served(name) {
			return name
		}
	}
	return ""
}

func served(host string) bool {
	_, ok := awshost.Read(host)
	return ok
}

// World is the world that a request names as the user of its proxy ("http://NAME@HOST:PORT");
// empty: it names none. Errors: *Refusal.
func World(h http.Header) (string, error) {
	text := h.Get("Proxy-Authorization")
	if text == "" {
		return "", nil
	}
	scheme, code, _ := strings.Cut(text, " ")
	pair, err := base64.StdEncoding.DecodeString(strings.TrimSpace(code))
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return "", &Refusal{
			Status: http.StatusBadRequest, Phrase: "s3fault cannot read Proxy-Authorization",
			Text: "the user of s3fault as a proxy is the name of a world, as Proxy-Authorization: Basic has it",
			Cure: "http://NAME@HOST:PORT, or http://HOST:PORT for the world that the access key is of",
		}
	}
	name, _, _ := strings.Cut(string(pair), ":")
	return name, nil
}

// NoTLS refuses a tunnel for TLS at a server that speaks none.
func NoTLS(t Target) *Refusal {
	return &Refusal{
		Status: http.StatusNotImplemented, Phrase: "s3fault speaks no TLS: start it with serve --tls",
		Text: "s3fault is " + t.Host + ":443 for those alone who speak TLS with it, and this server does not",
		Cure: "start it with s3fault serve --tls",
	}
}

// NoWorld refuses the name of a world that there is not; err says so.
func NoWorld(err error) *Refusal {
	text := bounded(err.Error())
	return &Refusal{
		Status: http.StatusForbidden, Phrase: "s3fault: " + text,
		Text: "the user of s3fault as a proxy is the name of a world: " + text,
	}
}

// bounded is a text, cut if it is long.
func bounded(text string) string {
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "..."
}

// Misdirected refuses a request for one host in a tunnel to another.
func Misdirected(to, host string) *Refusal {
	return &Refusal{
		Status: http.StatusMisdirectedRequest,
		Phrase: "s3fault: the tunnel is to another host",
		Text:   "a request for " + short(host) + " came through a tunnel to " + to,
		Cure:   "a client connects to the host that it asks, which is the host that it names in TLS (SNI) and in Host",
	}
}

// NoTunnels refuses every CONNECT where the server has no connections of its own to give.
func NoTunnels() *Refusal {
	return &Refusal{
		Status: http.StatusNotImplemented, Phrase: "s3fault is no proxy at this address",
		Text: "s3fault is no proxy at this address",
	}
}

// Body refuses a CONNECT with a body, which would be the first bytes of the tunnel to some.
func Body() *Refusal { return malformed("CONNECT has no body") }

// Nested refuses a tunnel inside a tunnel.
func Nested() *Refusal {
	return &Refusal{
		Status: http.StatusForbidden, Phrase: "s3fault: no tunnel goes through a tunnel",
		Text: "CONNECT came through a tunnel, and AWS is no proxy",
	}
}

// short is a client's text, quoted, and cut if it is long.
func short(text string) string {
	if len(text) > shown {
		return fmt.Sprintf("%+q...", text[:shown])
	}
	if plain(text) {
		return text
	}
	return fmt.Sprintf("%+q", text)
}

// plain says whether a text can stand in one without quotes.
func plain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' })
}
