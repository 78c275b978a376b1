package scenarios

import (
	"errors"
	"strings"
	"testing"
)

// Parse takes a file or refuses it with an *Error on one line; it never panics.
func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add(worldFile(f, "full"))
	f.Add(worldFile(f, "layers"))
	f.Add(told)
	f.Add("version: 1\ndefaults: &d {region: x}\nscenarios: {a: *d}\n")
	f.Add("a: &a [*a]\n")
	f.Add("version: 1\nscenarios: {a: {title: !!binary aGk=}}\n")
	f.Add(strings.NewReplacer("my-user", "my-uesr", "key: ", "kye: ", "true", "yes").Replace(worldFile(f, "layers")))
	f.Add("version: 1\nscenarios:\n  a:\n  title: A\n  b:\n    buckets:\n    c: {}\n\td: 1\n")
	f.Add("- &x {*x : 1}\n---\n...")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") {
			t.Skip("it might name a file of this machine as a policy")
		}
		file, err := Parse("world.yaml", []byte(text))
		if err == nil {
			if len(file.Names()) == 0 {
				t.Error("a file without scenarios was taken")
			}
			return
		}
		checkPlaces(t, err)
	})
}

// checkPlaces wants each error of a file to be an *Error on one line, with a place.
func checkPlaces(t *testing.T, err error) {
	t.Helper()
	all := []error{err}
	if several, ok := errors.AsType[Errors](err); ok {
		all = several
	}
	for _, one := range all {
		e, ok := one.(*Error)
		if !ok || e.Line < 1 || e.Column < 1 || e.File == "" || strings.ContainsAny(e.Error(), "\r\n") {
			t.Errorf("error %q", one)
		}
	}
}
