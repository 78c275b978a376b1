package fault

import (
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// wired says that the request came through a listener of ours. Where it did not, an effect
// that needs the connection is refused by its name. Error: a *Refusal.
func (s *Strike) wired() error {
	if conn.Of(s.Context()) != nil {
		return nil
	}
	text := "s3fault: the effect " + s.Effect.Name() + " of the fault rule " + s.Rule.Name +
		" needs the connection, which only Serve and Listen have, and not the handler alone"
	s.visit.warnings = append(s.visit.warnings, text)
	return &Refusal{Code: "NotImplemented", Status: http.StatusNotImplemented, Message: &text}
}

// Warnings are what is to be known of strikes that could not be.
func (v *Visit) Warnings() []string {
	if v == nil {
		return nil
	}
	return v.warnings
}

// breaking is an effect that ends the connection instead of an answer, or within a body.
type breaking struct {
	name string
	do   func(*conn.Conn) error
}

func (b *breaking) Name() string { return b.name }

// Act ends it once the request is journalled.
func (b *breaking) Act(s *Strike) error {
	if err := s.wired(); err != nil {
		return err
	}
	return &HangUp{Act: func(r *http.Request) { _ = b.do(conn.Of(r.Context())) }}
}

// Read ends it within the body of a request.
func (b *breaking) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, b.after(s, s.after()), nil)
}

func (b *breaking) Write(s *Strike, a *Answer) { b.within(s, a, s.after()) }

// after ends it behind so many bytes of a body.
func (b *breaking) after(s *Strike, bytes int64) flow {
	return at(bytes, func() error { return b.Act(s) })
}

// within ends it behind so many bytes of an answer's body, unless there is no connection:
// then the answer says so from the beginning.
func (b *breaking) within(s *Strike, a *Answer, bytes int64) {
	if err := s.wired(); err != nil {
		_ = s.Tell(err)
		return
	}
	s.outgoing(a, b.after(s, bytes), nil)
}

// only is the kind of an effect of which there is nothing to be said but that it is: true.
func only[E Effect](e E) facts.Kind[E] {
	read := func(n *tree.Node) (E, error) {
		if n.Kind != tree.Bool || n.Text != "true" {
			return e, tree.Wanted(n, "true")
		}
		return e, nil
	}
	write := func(E) *tree.Node { return tree.NewBool(true) }
	return facts.Kind[E]{Form: facts.Simple(facts.Schema{"const": true}, read), Read: read, Write: write}
}
