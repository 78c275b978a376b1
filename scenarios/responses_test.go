package scenarios

import (
	"slices"
	"testing"
)

func TestResponsesPrecedence(t *testing.T) {
	f := parse(t, "version: 1\nresponses: article\nscenarios: {a: {title: A}, b: {title: B, responses: aws}}\n")
	for _, row := range []struct{ name, want string }{
		{"a", "article"}, {"b", "aws"},
	} {
		if got := scenario(t, f, row.name).Responses(); got != row.want {
			t.Errorf("%s: %s", row.name, got)
		}
	}
	plain := parse(t, "version: 1\nscenarios: {a: {title: A}}\n")
	if got := scenario(t, plain, "a").Responses(); got != "aws" {
		t.Errorf("a file that says nothing: %s", got)
	}
}

// TestPlayedIn: a scenario about something younger than the article holds in its own
// responses alone.
func TestPlayedIn(t *testing.T) {
	f := parse(t, "version: 1\nresponses: article\nas_of: 2023-06-01\nscenarios: "+
		"{a: {title: A}, b: {title: B, responses: aws}, c: {title: C, responses: aws, as_of: 2026-03-12}, d: {title: D, as_of: 2023-01-01}}\n")
	for name, want := range map[string][]string{
		"a": {"article", "aws"}, "b": {"article", "aws"}, "c": {"aws"}, "d": {"article"},
	} {
		if got := scenario(t, f, name).PlayedIn(); !slices.Equal(got, want) {
			t.Errorf("%s is played in %q, wanted %q", name, got, want)
		}
	}
}
