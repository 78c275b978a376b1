package wire

import (
	"crypto/md5"
	"encoding/base64"
	"strings"
	"testing"
)

func FuzzCustomerKey(f *testing.F) {
	key := []byte(strings.Repeat("a", 32))
	sum := md5.Sum(key)
	f.Add(base64.StdEncoding.EncodeToString(key), base64.StdEncoding.EncodeToString(sum[:]))
	f.Add("", "")
	f.Fuzz(func(t *testing.T, key, sum string) {
		got, err := digestOfKey(key, sum)
		if (err == nil) != (got != "" && got == sum) {
			t.Errorf("%q %q: %q %v", key, sum, got, err)
		}
	})
}
