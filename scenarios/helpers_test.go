package scenarios

import (
	"os"
	"testing"
)

func parse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func library(t *testing.T) *File {
	t.Helper()
	f, err := Load("../scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Names()) == 0 {
		t.Fatal("the library has no scenarios")
	}
	return f
}

func scenario(t *testing.T, f *File, name string) *Scenario {
	t.Helper()
	s, err := f.Scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// worldFile is a file that has much of what a world can hold.
func worldFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../internal/build/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
