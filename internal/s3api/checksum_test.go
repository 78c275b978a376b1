package s3api

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// Sums of "test data.." and of the two kinds of objects in parts, recorded from
// S3.
func TestRecordedChecksums(t *testing.T) {
	want := map[string]string{
		"CRC32": "cZWHwQ==", "CRC64NVME": "qUVrWYOrIAM=", "SHA256": "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=",
	}
	for name, value := range want {
		a := algorithmNamed(name)
		h := a.hash()
		h.Write([]byte("test data.."))
		if got := a.sumOf(h).Value; got != value {
			t.Errorf("%s: %s, want %s", name, got, value)
		}
	}
}

func TestRecordedPartChecksums(t *testing.T) {
	a := algorithmNamed("CRC32")
	var parts []store.Part
	for _, size := range []int{5242881, 5242881, 10} {
		h := a.hash()
		h.Write(bytes.Repeat([]byte("a"), size))
		parts = append(parts, store.Part{Size: int64(size), Checksum: a.sumOf(h)})
	}
	if got := joined(a, composite, parts); got.Value != "5FRUiw==-3" || got.Type != composite {
		t.Errorf("composite: %v", got)
	}
	if got := joined(a, fullObject, parts); got.Value != "qSEQSA==" || got.Type != fullObject {
		t.Errorf("full object: %v", got)
	}
	if got := joined(algorithmNamed("SHA1"), fullObject, parts); got.Value != "" {
		t.Errorf("SHA1 has no sum of a whole: %v", got)
	}
}

// The sum of a whole is that of its halves, joined.
func FuzzJoinCRC(f *testing.F) {
	f.Add([]byte("hello"), []byte(" world"))
	f.Add([]byte{}, []byte{0})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, a := range algorithms {
			if a.field == nil {
				continue
			}
			one, two, all := a.hash(), a.hash(), a.hash()
			one.Write(first)
			two.Write(second)
			all.Write(first)
			all.Write(second)
			if got := a.field.join(one.Sum(nil), two.Sum(nil), int64(len(second))); !bytes.Equal(got, all.Sum(nil)) {
				t.Errorf("%s: %x, want %x", a.name, got, all.Sum(nil))
			}
		}
	})
}

func TestEveryAlgorithmVerifies(t *testing.T) {
	for _, a := range algorithms {
		h := a.hash()
		h.Write([]byte("hello"))
		good := a.sumOf(h).Value
		sum := h.Sum(nil)
		sum[0] ^= 1
		b := newBench(t)
		b.must(t, put("/my-bucket/k", "hello", a.header(), good))
		b.do(t, put("/my-bucket/k", "hello", a.header(), base64.StdEncoding.EncodeToString(sum))).
			refused(t, s3err.BadDigest, "The "+a.name+" you specified did not match the calculated checksum.")
		got := b.must(t, get("/my-bucket/k", "x-amz-checksum-mode", "ENABLED"))
		if got.header.Get(a.header()) != good {
			t.Errorf("%s: %v", a.name, got.header)
		}
	}
}

func TestTrailerChecksum(t *testing.T) {
	b := newBench(t)
	framed := func(sum string) sending {
		return put("/my-bucket/k", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:"+sum+"\r\n\r\n",
			"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer", "x-amz-checksum-crc32",
			"x-amz-decoded-content-length", "5", "x-amz-sdk-checksum-algorithm", "CRC32", "Content-Encoding", "aws-chunked")
	}
	a := b.must(t, framed("NhCmhg=="))
	if a.header.Get("x-amz-checksum-crc32") != "NhCmhg==" {
		t.Errorf("%v", a.header)
	}
	b.do(t, framed("AAAAAA==")).refused(t, s3err.BadDigest, "The CRC32 you specified did not match the calculated checksum.")
	b.do(t, framed("AA==")).refused(t, s3err.InvalidRequest, "Value for x-amz-checksum-crc32 trailing header is invalid.")
	if a := b.must(t, get("/my-bucket/k")); a.body != "hello" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("%q %v", a.body, a.header)
	}
}
