package policy

import (
	"errors"
	"fmt"
	"testing"
)

// What may be nil is returned as an error: a nil *Error in one would refuse everything.
func TestNoRefusalIsNil(t *testing.T) {
	good := []byte(statementWith("", ""))
	validate := func() error { return parse(t, string(good)).Validate(bucketRules) }
	load := func() error { _, err := Load(good, bucketRules); return err }
	for name, door := range map[string]func() error{"Validate": validate, "Load": load} {
		if err := door(); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func TestProblemOf(t *testing.T) {
	refused := &Error{Path: "Version", Code: codeMalformed, Message: msgVersion}
	for _, row := range []struct {
		err  error
		want Error
	}{
		{nil, Error{}},
		{refused, *refused},
		{fmt.Errorf("the policy of b: %w", refused), *refused},
		{errors.New("no room"), Error{Message: "no room"}},
	} {
		if got := ProblemOf(row.err); got != row.want {
			t.Errorf("%v: %+v", row.err, got)
		}
	}
}

// What is no JSON is told from what is no policy.
func TestUnreadable(t *testing.T) {
	for text, want := range map[string]bool{"{": true, "no": true, `{"Version":"2012-10-17"}`: false, `{"Statement":[]}`: false} {
		_, err := Parse([]byte(text))
		var e *Error
		if errors.As(err, &e) && e.Unreadable() != want {
			t.Errorf("%s: unreadable is %v (%v), want %v", text, e.Unreadable(), err, want)
		}
		if want && e == nil {
			t.Errorf("%s is read", text)
		}
	}
}
