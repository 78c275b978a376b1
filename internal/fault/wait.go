package fault

import (
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Wait lets real time pass. Error: a *HangUp, as soon as the client is gone or the server
// shuts down.
func (s *Strike) Wait(d time.Duration) error {
	if conn.Wait(s.Context(), d) != nil {
		return &HangUp{}
	}
	return nil
}

// silence is Wait, or for ever: that is no answer, and journalled before it begins.
func (s *Strike) silence(d time.Duration) error {
	if d != conn.Forever {
		return s.Wait(d)
	}
	return &HangUp{Act: func(r *http.Request) { _ = conn.Wait(r.Context(), conn.Forever) }}
}

// orWord is the kind of a wait, and of a word for one without end: conn.Forever.
func orWord(word string) facts.Kind[time.Duration] {
	read := func(n *tree.Node) (time.Duration, error) {
		if n.Scalar() && n.Text == word {
			return conn.Forever, nil
		}
		d, err := waits.Read(n)
		if err != nil {
			err = tree.Fail(n, "a duration from 0s to 24h or %s is wanted here, not %q", word, n.Text)
		}
		return d, err
	}
	write := func(d time.Duration) *tree.Node {
		if d == conn.Forever {
			return tree.NewText(word)
		}
		return waits.Write(d)
	}
	schema := facts.Schema{"anyOf": []facts.Schema{{"enum": []string{word}}, {"type": []string{"string", "number"}}}}
	return facts.Kind[time.Duration]{Form: facts.Simple(schema, read), Read: read, Write: write}
}
