package conn

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
)

// wrapped is a Conn and the client's end of it.
func wrapped(t *testing.T) (*Conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = Terms{Patience: patient}.Listen(t.Context(), l)
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close(); l.Close() })
	return server.(*Conn), client
}

const own = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"

func TestWhatNetHTTPAnswersByItself(t *testing.T) {
	for _, row := range []struct{ name, written, want string }{
		{"its own", own, "<Code>BadRequest</Code>"},
		{"its own, too large", strings.Replace(own, "400 Bad", "431 Bad", 1), "<Code>RequestHeaderSectionTooLarge</Code>"},
		{"a reply of ours", "HTTP/1.1 200 OK\r\nServer: AmazonS3\r\n\r\n", "HTTP/1.1 200 OK\r\nServer: AmazonS3\r\n\r\n"},
		{"a body that looks like it", "x" + own, "x" + own},
		{"a body of lines", "\r\n" + own, "\r\n" + own},
		{"a beginning", "HTTP/1.1 400", "HTTP/1.1 400"},
		{"nothing", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, client := wrapped(t)
			if n, err := c.Write([]byte(row.written)); n != len(row.written) || err != nil {
				t.Fatalf("wrote %d, %v", n, err)
			}
			if err := c.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(client)
			if err != nil || !strings.Contains(string(got), row.want) {
				t.Errorf("the client reads %q, %v; want %q", got, err, row.want)
			}
		})
	}
}

func TestReadFromSendsWhatItReads(t *testing.T) {
	c, client := wrapped(t)
	n, err := c.ReadFrom(strings.NewReader(own))
	if err != nil || n != int64(len(own)) {
		t.Fatalf("%d, %v", n, err)
	}
	c.Close()
	if got, err := io.ReadAll(client); string(got) != own || err != nil {
		t.Errorf("the client reads %q, %v", got, err)
	}
}

func TestNoListenerOfOurs(t *testing.T) {
	if c := Of(context.Background()); c != nil {
		t.Errorf("the connection is %v", c)
	}
}
