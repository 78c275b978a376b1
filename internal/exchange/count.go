package exchange

import "io"

// counted is the body of a request, which counts what is read of it.
type counted struct {
	io.ReadCloser // nil: it is not counted
	n             int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n += int64(n)
	return n, err
}

// CountBody counts what is read of the request's body from now on, for its record. The
// frame must stay where it is.
func (f *Frame) CountBody() {
	if f.Request.Body != nil {
		f.body.ReadCloser = f.Request.Body
		f.Request.Body = &f.body
	}
}

// uncount lets go of the body: what is read after the request is settled is for the
// connection's sake alone.
func (f *Frame) uncount() {
	if f.body.ReadCloser != nil {
		f.Request.Body, f.body.ReadCloser = f.body.ReadCloser, nil
	}
}
