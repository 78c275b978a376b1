package emulator

import (
	"io"
	"net/http"
)

// emptyBody is a body of no bytes for which the client waits for "100 Continue". It is told
// so as the body is read, which net/http does not do: botocore reads the next answer on the
// connection wrongly without it.
type emptyBody struct {
	w    http.ResponseWriter
	told bool
}

// expectEmpty makes the body of such a request one; nil: it is another request.
func expectEmpty(w http.ResponseWriter, r *http.Request) *emptyBody {
	if r.ContentLength != 0 || r.Header.Get("Expect") == "" {
		return nil
	}
	b := &emptyBody{w: w}
	r.Body = b
	return b
}

// Read tells the client to go on, and that was all.
func (b *emptyBody) Read([]byte) (int, error) {
	b.goOn()
	return 0, io.EOF
}

// Close has nothing to let go of.
func (*emptyBody) Close() error { return nil }

// goOn tells the client, unless it has been told.
func (b *emptyBody) goOn() {
	if b != nil && !b.told {
		b.told = true
		b.w.WriteHeader(http.StatusContinue)
	}
}
