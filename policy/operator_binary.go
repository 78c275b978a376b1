package policy

import (
	"encoding/base64"
	"slices"
)

// binaryTest compares base64 text, which is how a request's binary value is represented. Listed values that are
// not base64 compare true with nothing.
type binaryTest []string

func compileBinary(values []string, _ bool) test {
	t := make(binaryTest, 0, len(values))
	for _, v := range values {
		if isBase64(v) {
			t = append(t, v)
		}
	}
	return t
}

func (t binaryTest) holds(value string, _ *Context) bool { return slices.Contains(t, value) }

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}
