package checksum

import (
	"bytes"
	"testing"

	"github.com/s3fault/s3fault/internal/store"
)

// Sums of "test data.." and of the two kinds of objects in parts, recorded from
// S3.
func TestRecordedChecksums(t *testing.T) {
	want := map[string]string{
		"CRC32": "cZWHwQ==", "CRC64NVME": "qUVrWYOrIAM=", "SHA256": "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=",
	}
	for name, value := range want {
		a := Named(name)
		h := a.Hash()
		h.Write([]byte("test data.."))
		if got := a.SumOf(h).Value; got != value {
			t.Errorf("%s: %s, want %s", name, got, value)
		}
	}
}

func TestRecordedPartChecksums(t *testing.T) {
	a := Named("CRC32")
	var parts []store.Part
	for _, size := range []int{5242881, 5242881, 10} {
		h := a.Hash()
		h.Write(bytes.Repeat([]byte("a"), size))
		parts = append(parts, store.Part{Size: int64(size), Checksum: a.SumOf(h)})
	}
	if got := Joined(a, Composite, parts); got.Value != "5FRUiw==-3" || got.Type != Composite {
		t.Errorf("composite: %v", got)
	}
	if got := Joined(a, FullObject, parts); got.Value != "qSEQSA==" || got.Type != FullObject {
		t.Errorf("full object: %v", got)
	}
	if got := Joined(Named("SHA1"), FullObject, parts); got.Value != "" {
		t.Errorf("SHA1 has no sum of a whole: %v", got)
	}
}
