package cause_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/journal"
)

// A cause goes with its refusal, and changes nothing of what the client reads.
func TestCauseGoesWithTheRefusal(t *testing.T) {
	refusal := s3err.New(s3err.NoSuchUpload)
	err := cause.Say(refusal, "no upload %s", "x")
	if c := cause.Of(err); c == nil || c.Text != "no upload x" {
		t.Errorf("the cause is %+v", c)
	}
	if s3err.Of(err) != refusal || !errors.Is(err, refusal) || err.Error() != refusal.Error() {
		t.Errorf("the refusal is %v", err)
	}
	if c := cause.Of(refusal); c != nil {
		t.Errorf("a plain refusal has the cause %+v", c)
	}
	other := refusal.WithMessage("other")
	if kept := cause.Keep(other, err); s3err.Of(kept) != other || cause.Of(kept) != cause.Of(err) {
		t.Errorf("kept: %v, %+v", kept, cause.Of(kept))
	}
	if kept := cause.Keep(other, refusal); kept != error(other) {
		t.Errorf("kept of none: %v", kept)
	}
}

// What a request brings does not fill the journal.
func TestCausesAreBounded(t *testing.T) {
	long := strings.Repeat("ä", 4000)
	c := cause.Of(cause.Explain(s3err.New(s3err.InvalidTag),
		journal.Cause{Text: long, Wanted: long, Seen: long, Element: long}))
	for _, text := range []string{c.Text, c.Wanted, c.Seen, c.Element} {
		if len(text) > 1100 || !utf8.ValidString(text) {
			t.Errorf("%d bytes, valid: %v", len(text), utf8.ValidString(text))
		}
	}
}
