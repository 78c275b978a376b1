package wire

import (
	"testing"
)

func FuzzEncryptionContext(f *testing.F) {
	f.Add("eyJhIjoiYiJ9")
	f.Add("bnVsbA==")
	f.Fuzz(func(t *testing.T, value string) {
		context, err := EncryptionContext(value)
		if (value == "") != (context == nil && err == nil) {
			t.Errorf("%q: %v %v", value, context, err)
		}
	})
}
