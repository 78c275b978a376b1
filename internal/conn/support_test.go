package conn

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/authority"
)

// patience of a test's server with bodies that do not stall in the test.
const patient = time.Minute

// spoken is how the tests' servers speak TLS, and their clients with them; nil: they speak
// plain HTTP.
var spoken, trusting *tls.Config

// TestMain plays every test over plain HTTP, and then over TLS.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		spoken, trusting = secrets()
		code = m.Run()
	}
	os.Exit(code)
}

// secrets are a server's side of TLS and a client's that trusts it.
func secrets() (server, client *tls.Config) {
	a, err := authority.New()
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.PEM())
	return a.Config(), &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

// serve answers requests with h on a free port until the test ends, or shut is called.
func serve(t *testing.T, patience time.Duration, h http.HandlerFunc) (address string, shut func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := &http.Server{Handler: h, ConnContext: InContext}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(Terms{TLS: spoken, Patience: patience}.Listen(ctx, l)) }()
	t.Cleanup(func() {
		cancel()
		_ = server.Close()
		<-ended
	})
	return l.Addr().String(), cancel
}

// client is one connection, as bytes.
type client struct {
	net.Conn
	*bufio.Reader
	t     *testing.T
	below *gathering // TLS; nil: it is plain
}

func dial(t *testing.T, address string) client {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	if spoken == nil {
		return client{Conn: c, Reader: bufio.NewReader(c), t: t}
	}
	below := &gathering{Conn: c}
	over := tls.Client(below, trusting)
	if err := over.Handshake(); err != nil {
		t.Fatal(err)
	}
	return client{over, bufio.NewReader(over), t, below}
}

// gathering can send the records of TLS in one go, as a plain connection does a text.
type gathering struct {
	net.Conn
	gathers bool
	records []byte
}

func (g *gathering) Write(p []byte) (int, error) {
	if !g.gathers {
		return g.Conn.Write(p)
	}
	g.records = append(g.records, p...)
	return len(p), nil
}

func (g *gathering) send() error {
	_, err := g.Conn.Write(g.records)
	g.gathers, g.records = false, nil
	return err
}

// linger is SetLinger of the connection below TLS.
func (c client) linger(seconds int) {
	c.t.Helper()
	socket := c.Conn
	if c.below != nil {
		socket = c.below.Conn
	}
	if err := socket.(*net.TCPConn).SetLinger(seconds); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) Read(p []byte) (int, error) { return c.Reader.Read(p) }

func (c client) send(text string) {
	c.t.Helper()
	if c.below != nil {
		c.below.gathers = true
	}
	_, err := io.WriteString(c.Conn, text)
	if c.below != nil {
		err = errors.Join(err, c.below.send())
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// line is the next line of an answer, without its end.
func (c client) line() string {
	c.t.Helper()
	line, err := c.ReadString('\n')
	if err != nil {
		c.t.Fatalf("%q, %v", line, err)
	}
	return line[:len(line)-2]
}

// answer reads a whole answer.
func (c client) answer() (*http.Response, string) {
	c.t.Helper()
	r, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return r, string(body)
}
