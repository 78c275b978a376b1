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
		var e *Error
		if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("error %q", err)
		}
	})
}
