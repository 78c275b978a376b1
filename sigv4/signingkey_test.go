package sigv4

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// What is signed on the stack is signed as crypto/hmac does, whatever its length.
func TestSignIsHMAC(t *testing.T) {
	key := deriveKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1", "s3")
	for _, n := range []int{0, 1, 150, 447, 448, 449, 5000} {
		text := bytes.Repeat([]byte{byte(n)}, n)
		h := hmac.New(sha256.New, key)
		h.Write(text)
		if got := sign(key, text); string(got[:]) != hex.EncodeToString(h.Sum(nil)) {
			t.Errorf("%d bytes: %s", n, got)
		}
	}
	if n := testing.AllocsPerRun(10, func() { sign(key, key) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
