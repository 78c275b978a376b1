package s3err

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"testing"
)

// The With methods leave the error that they are called on as it was, so that a
// shared one can be a starting point for several replies.
func TestWithCopies(t *testing.T) {
	base := New(NoSuchKey, E("Key", "a")).WithHeader("x-amz-bucket-region", "eu-west-1")
	before := *base
	before.Header = base.Header.Clone()
	for name, change := range map[string]func() *Error{
		"message": func() *Error { return base.WithMessage("other") },
		"status":  func() *Error { return base.WithStatus(503) },
		"extras":  func() *Error { return base.With(E("VersionId", "1")) },
		"header":  func() *Error { return base.WithHeader("Allow", "DELETE") },
	} {
		changed := change()
		if !reflect.DeepEqual(*base, before) {
			t.Errorf("%s changed the original: %+v", name, *base)
		}
		if reflect.DeepEqual(*changed, before) {
			t.Errorf("%s changed nothing", name)
		}
	}
}

func TestWithKeepsWhatWasThere(t *testing.T) {
	e := New(NoSuchVersion, E("Key", "a")).With(E("VersionId", "1")).With().
		WithHeader("Allow", "DELETE").WithHeader("x-amz-delete-marker", "true").WithMessage("")
	want := &Error{
		Code: NoSuchVersion, Status: 404, Message: "",
		Extras: []Extra{{"Key", "a"}, {"VersionId", "1"}},
		Header: http.Header{"Allow": {"DELETE"}, "X-Amz-Delete-Marker": {"true"}},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got %+v, want %+v", e, want)
	}
}

// Two extensions of one error must not share the room behind its elements.
func TestExtensionsDoNotShareRoom(t *testing.T) {
	base := New(NoSuchKey, E("Key", "a")).With(E("B", "b"), E("C", "c"))
	one, two := base.With(E("D", "one")), base.With(E("D", "two"))
	if one.Extras[3].Value != "one" || two.Extras[3].Value != "two" {
		t.Errorf("got %v and %v", one.Extras, two.Extras)
	}
}

func TestErrorText(t *testing.T) {
	if got := New(NoSuchBucket).Error(); got != "NoSuchBucket: The specified bucket does not exist" {
		t.Errorf("got %q", got)
	}
	if got := New(InvalidArgument).WithMessage("").Error(); got != "InvalidArgument" {
		t.Errorf("got %q", got)
	}
}

func TestOf(t *testing.T) {
	refused := New(NoSuchKey)
	for _, row := range []struct{ err, want error }{
		{refused, refused},
		{fmt.Errorf("read: %w", refused), refused},
	} {
		if got := Of(row.err); got != row.want {
			t.Errorf("Of(%v) is %v", row.err, got)
		}
	}
	if got := Of(errors.New("disk full")); got == nil || got.Code != InternalError {
		t.Errorf("another error is told as %v", got)
	}
	if got := Of(nil); got != nil {
		t.Errorf("nil is told as %v", got)
	}
}
