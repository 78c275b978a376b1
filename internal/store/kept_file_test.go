package store

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"

	"github.com/s3fault/s3fault/internal/data"
)

// socket takes what is written to it from a file, as a connection does by sendfile.
type socket struct {
	bytes.Buffer
	fromFile int64
}

func (s *socket) ReadFrom(r io.Reader) (int64, error) {
	l, ok := r.(*io.LimitedReader)
	if !ok {
		return s.Buffer.ReadFrom(r)
	}
	_, ok = l.R.(*os.File)
	n, err := s.Buffer.ReadFrom(r)
	if ok {
		s.fromFile += n
	}
	return n, err
}

// A body that is in a file goes from there to the connection, all of it or a range.
func TestFilesAreSent(t *testing.T) {
	w, body := openKept(t, t.TempDir(), data.Options{NoSync: true}), bytes.Repeat([]byte("0123456789"), data.SmallBody)
	if err := w.put("large", body); err != nil {
		t.Fatal(err)
	}
	x := w.live.Now().Index
	o, err := x.Latest(context.Background(), "b", "large")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]int64{{0, o.Size}, {100_001, 200_003}} {
		r, err := x.Open(context.Background(), o, at[0], at[1])
		if err != nil {
			t.Fatal(err)
		}
		var to socket
		if _, err := io.Copy(&to, r); err != nil {
			t.Fatal(err)
		}
		if to.fromFile != at[1] || !bytes.Equal(to.Bytes(), body[at[0]:at[0]+at[1]]) {
			t.Errorf("%d bytes from %d: %d came, %d of them from a file", at[1], at[0], to.Len(), to.fromFile)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.folder.Close(); err != nil {
		t.Fatal(err)
	}
}
