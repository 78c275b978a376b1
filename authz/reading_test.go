package authz

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Every policy of a layer that had something to say is read, with all that matches of
// it; those of a layer that had nothing to say are not.
func TestReadings(t *testing.T) {
	all := func(r *Request) {
		r.SCPs = []Level{level("root", allowEverything), level("account", allowEverything, denyEverything)}
		r.Boundaries, r.Session = list("boundary", allowNothing), limited(allowNothing, allowEverything)
		r.Identity = append(list("a", allowEverything), list("b", allowNothing, denyEverything, allowEverything)...)
	}
	for _, c := range []struct {
		name   string
		change func(*Request)
		want   []string
	}{
		{"a user", all, []string{
			"scp root root-policy [0]", "scp account account-policy [0 1]",
			"identity  a [0]", "identity  b [1 2]", "permissions-boundary  boundary []", "session  session [1]",
		}},
		{"the root user", func(r *Request) { all(r); r.Principal = root() }, []string{"scp root root-policy [0]", "scp account account-policy [0 1]", "identity  a [0]", "identity  b [1 2]"}},
	} {
		r := changed(allowedRequest, c.change)()
		d := Evaluate(r)
		var got []string
		for _, x := range Readings(r, &d) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %v", x.Layer, x.Level, x.Policy.Name, x.Matched)))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}
