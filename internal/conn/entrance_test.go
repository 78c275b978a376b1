package conn

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// door serves on Terms, and keeps what it warns of.
func door(t *testing.T, config *tls.Config) (address string, warnings chan string, server *http.Server) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	warnings = make(chan string, 10)
	server = &http.Server{ConnContext: InContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if state := Of(r.Context()).TLS(); state != nil {
			fmt.Fprint(w, tls.VersionName(state.Version), " ", state.NegotiatedProtocol, " ", state.ServerName)
		} else {
			fmt.Fprint(w, "plain")
		}
	})}
	served := make(chan error, 1)
	d := Terms{TLS: config, Warn: func(w string) { warnings <- w }}
	go func() { served <- server.Serve(d.Listen(context.Background(), l)) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return l.Addr().String(), warnings, server
}

const ask = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

// One port speaks both, however the first bytes of a client come.
func TestBothOnOnePort(t *testing.T) {
	serving, trusting := secrets()
	address, _, _ := door(t, serving)
	for _, row := range []struct {
		name string
		tls  *tls.Config // the client's; nil: plain
		want string
	}{
		{"plain", nil, "plain"},
		{"1.3", trusting, "TLS 1.3  localhost"},
		{"1.2", &tls.Config{RootCAs: trusting.RootCAs, ServerName: "b.localhost", MaxVersion: tls.VersionTLS12}, "TLS 1.2  b.localhost"},
		{"an address", &tls.Config{RootCAs: trusting.RootCAs, ServerName: "127.0.0.1"}, "TLS 1.3  "},
		{"who would rather HTTP/2", &tls.Config{RootCAs: trusting.RootCAs, ServerName: "localhost", NextProtos: []string{"h2", "http/1.1"}}, "TLS 1.3 http/1.1 localhost"},
		{"AWS's name", &tls.Config{RootCAs: trusting.RootCAs, ServerName: "my.bucket.s3.eu-west-1.amazonaws.com"}, "TLS 1.3  my.bucket.s3.eu-west-1.amazonaws.com"},
	} {
		for _, slow := range []bool{false, true} {
			t.Run(row.name, func(t *testing.T) {
				c, err := net.Dial("tcp", address)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if slow {
					c = dribble{c}
				}
				if row.tls != nil {
					c = tls.Client(c, row.tls)
				}
				if _, err := io.WriteString(c, ask); err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(c)
				if _, body, _ := strings.Cut(string(got), "\r\n\r\n"); body != row.want || err != nil {
					t.Errorf("the answer is %q, %v; want %q", got, err, row.want)
				}
			})
		}
	}
}

// dribble sends a byte at a time.
type dribble struct{ net.Conn }

func (d dribble) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := d.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// Who does not come to understand the server is told of, in words that help.
func TestWhoDoesNotUnderstand(t *testing.T) {
	serving, trusting := secrets()
	for _, row := range []struct {
		name           string
		server, client *tls.Config
		told           string // of the warning
	}{
		{"TLS without TLS", nil, trusting, "plain HTTP alone: come over http://, or serve --tls"},
		{"a stranger", serving, &tls.Config{ServerName: "localhost"}, "the client does not trust the server's authority"},
		{"TLS 1.1", serving, &tls.Config{RootCAs: trusting.RootCAs, ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
			"tls: client offered only unsupported versions"},
		{"another's name", serving, &tls.Config{RootCAs: trusting.RootCAs, ServerName: "example.com"}, "remote error: tls: bad certificate"},
	} {
		t.Run(row.name, func(t *testing.T) {
			address, warnings, _ := door(t, row.server)
			c, err := tls.Dial("tcp", address, row.client)
			if err == nil {
				c.Close()
				t.Fatal("they understand each other")
			}
			if got := <-warnings; !strings.Contains(got, row.told) {
				t.Errorf("the warning is %q, want %q", got, row.told)
			}
		})
	}
}

// A client that says nothing more in the middle of it is not waited for when the server
// closes, and one that goes away is nothing to tell of.
func TestHalfAHandshake(t *testing.T) {
	serving, _ := secrets()
	address, warnings, server := door(t, serving)
	for _, sent := range []string{"", "\x16", "\x16\x03\x01\x00\x05"} {
		for _, leaves := range []bool{false, true} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, sent); err != nil {
				t.Fatal(err)
			}
			if leaves {
				c.Close()
			}
		}
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	select {
	case w := <-warnings:
		t.Errorf("it warns of %q", w)
	default:
	}
}
