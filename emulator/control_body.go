package emulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// maxBody is the most bytes of a call's body: of a scenario file.
const maxBody = 8 << 20

// bodyName stands where a file's name stands in the errors of a call's body.
const bodyName = build.BodyName

// errStalled is the error for a body that stops coming before its end.
var errStalled = errors.New("the request's body stalled: it did not come to its end")

func readBody(r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if conn.Of(r.Context()).Stalled() {
		err = errStalled
	}
	return text, err
}

// bodyTree is the JSON of a call's body; an empty mapping where there is no body.
func bodyTree(r *http.Request) (*tree.Node, error) {
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return tree.NewMapping(), nil
	}
	return tree.ParseJSON(bodyName, text)
}

// decode reads a call's body strictly into a T. Errors: *tree.Error, with the place and
// the nearest name.
func decode[T any](r *http.Request, form *facts.Struct[*T]) (*T, error) {
	n, err := bodyTree(r)
	if err != nil {
		return nil, err
	}
	if err := facts.NewWhole(form.Shape).Check(n, form.Shape); err != nil {
		return nil, err
	}
	t := new(T)
	return t, form.Read(t, n)
}
