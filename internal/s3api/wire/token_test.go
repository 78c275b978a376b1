package wire

import (
	"testing"
)

func FuzzContinuationToken(f *testing.F) {
	f.Add("my-bucket", "k", "bm8gdG9rZW4=")
	f.Fuzz(func(t *testing.T, list, name, token string) {
		if got, ok := OpenToken(list, SealToken(list, name)); name != "" && (!ok || got != name) {
			t.Fatalf("%q came back as %q, %v", name, got, ok)
		}
		if got, ok := OpenToken(list, token); ok && SealToken(list, got) != token {
			t.Fatalf("%q was taken for a token", token)
		}
	})
}
