package conn

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// half writes half an answer and then does something to its connection.
func half(size int, do func(*Conn) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100000000")
		_, _ = io.WriteString(w, strings.Repeat("x", size))
		_ = http.NewResponseController(w).Flush()
		_ = do(Of(r.Context()))
	}
}

// What was written before the end reaches the client, however large it is, and however
// much the client has sent that nobody reads.
func TestEnds(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(*Conn) error
		want error
	}{
		{"reset", (*Conn).Reset, syscall.ECONNRESET},
		{"end", (*Conn).End, io.ErrUnexpectedEOF},
	} {
		for _, size := range []int{0, 1, 1 << 20} {
			for name, request := range map[string]string{
				"get": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
				"put": "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("y", 300000),
			} {
				t.Run(row.name+" "+name, func(t *testing.T) {
					address, _ := serve(t, patient, half(size, row.do))
					c := dial(t, address)
					c.send(request)
					r, err := http.ReadResponse(c.Reader, nil)
					if err != nil {
						t.Fatal(err)
					}
					got, err := io.ReadAll(r.Body)
					if len(got) != size || !errors.Is(err, row.want) {
						t.Errorf("the client reads %d bytes and %v, want %d and %v", len(got), err, size, row.want)
					}
				})
			}
		}
	}
}
