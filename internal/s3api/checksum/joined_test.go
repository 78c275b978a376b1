package checksum

import (
	"bytes"
	"testing"
)

// The sum of a whole is that of its halves, joined.
func FuzzJoinCRC(f *testing.F) {
	f.Add([]byte("hello"), []byte(" world"))
	f.Add([]byte{}, []byte{0})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, a := range All {
			if a.field == nil {
				continue
			}
			one, two, all := a.Hash(), a.Hash(), a.Hash()
			one.Write(first)
			two.Write(second)
			all.Write(first)
			all.Write(second)
			if got := a.field.join(one.Sum(nil), two.Sum(nil), int64(len(second))); !bytes.Equal(got, all.Sum(nil)) {
				t.Errorf("%s: %x, want %x", a.Name, got, all.Sum(nil))
			}
		}
	})
}
