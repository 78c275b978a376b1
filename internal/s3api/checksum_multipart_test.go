package s3api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// summedParts is an upload whose two parts are sent with their checksums, and the list
// that completes it.
type summedParts struct{ id, list string }

func (b *bench) summedParts(t *testing.T, a *checksum.Algorithm, headers ...string) summedParts {
	t.Helper()
	u := summedParts{id: b.begin(t, "/my-bucket/parts", append(headers, "x-amz-checksum-algorithm", a.Name)...)}
	for n, text := range []string{strings.Repeat("a", store.MinPartSize), "tail"} {
		answer := b.must(t, part("/my-bucket/parts", u.id, n+1, text, a.Header(), summing(a.Name, text)))
		sum := answer.header.Get(a.Header())
		if sum != summing(a.Name, text) {
			t.Errorf("part %d: %v", n+1, answer.header)
		}
		u.list += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><%s>%s</%[3]s></Part>", n+1,
			answer.header.Get("ETag"), a.Element(), sum)
	}
	return u
}

func (u summedParts) complete(headers ...string) sending {
	return post("/my-bucket/parts?uploadId="+u.id, "<CompleteMultipartUpload>"+u.list+"</CompleteMultipartUpload>",
		headers...)
}

// Each algorithm of composite checksums, from the beginning of an upload to what is
// told of its object.
func TestEveryAlgorithmInParts(t *testing.T) {
	b := newBench(t)
	b.asOf(t, 2026, time.April, 22)
	for _, a := range checksum.All {
		if !a.Composite {
			continue
		}
		u := b.summedParts(t, a)
		if body := b.must(t, get("/my-bucket?uploads")).body; element(body, "ChecksumAlgorithm") != a.Name || element(body,
			"ChecksumType") != checksum.Composite {
			t.Errorf("uploads: %s", body)
		}
		if body := b.must(t, get("/my-bucket/parts?uploadId="+u.id)).body; strings.Count(body, "<"+a.Element()+">") != 2 ||
			element(body, "ChecksumAlgorithm") != a.Name {
			t.Errorf("parts: %s", body)
		}
		bad := u
		bad.list = strings.Replace(bad.list, a.Element()+">"+summing(a.Name, "tail"), a.Element()+">"+summing(a.Name,
			"else"), 1)
		b.do(t, bad.complete()).refused(t, s3err.InvalidPart, "")
		b.do(t, u.complete(a.Header(), summing(a.Name, "else"))).refused(t, s3err.BadDigest,
			"The "+a.Lower()+" you specified did not match the calculated checksum.")
		done := b.must(t, u.complete())
		sum := element(done.body, a.Element())
		if !strings.HasSuffix(sum, "-2") || element(done.body, "ChecksumType") != checksum.Composite {
			t.Errorf("completed: %s", done.body)
		}
		head := b.must(t, sending{method: "HEAD", target: "/my-bucket/parts", headers: []string{"x-amz-checksum-mode",
			"ENABLED"}})
		if head.header.Get(a.Header()) != sum {
			t.Errorf("%v", head.header)
		}
		told := b.must(t, attributes("/my-bucket/parts?attributes", "Checksum,ObjectParts")).body
		if element(told, a.Element()) != strings.TrimSuffix(sum, "-2") || strings.Count(told, "<"+a.Element()+">") != 3 {
			t.Errorf("attributes: %s", told)
		}
	}
}

// A part that is copied has its upload's checksum.
func TestCopiedPartOfEveryAlgorithm(t *testing.T) {
	b := newBench(t)
	b.asOf(t, 2026, time.April, 22)
	b.must(t, put("/my-bucket/from", "hello"))
	for _, a := range checksum.All {
		id := b.begin(t, "/my-bucket/parts", "x-amz-checksum-algorithm", a.Name)
		answer := b.must(t, copyTo("/my-bucket/parts?partNumber=1&uploadId="+id, "my-bucket/from"))
		if element(answer.body, a.Element()) != summing(a.Name, "hello") {
			t.Errorf("%s: %s", a.Name, answer.body)
		}
	}
}

func TestTypesOfYoungerAlgorithms(t *testing.T) {
	b := newBench(t)
	b.do(t, post("/my-bucket/k?uploads", "", "x-amz-checksum-algorithm", "XXHASH3")).refused(t, s3err.InvalidRequest,
		unsupportedBefore)
	b.asOf(t, 2026, time.April, 22)
	b.do(t, post("/my-bucket/k?uploads", "", "x-amz-checksum-algorithm", "XXHASH")).refused(t, s3err.InvalidRequest,
		unsupported)
	for _, a := range checksum.All {
		if !a.Younger {
			continue
		}
		b.do(t, post("/my-bucket/k?uploads", "", "x-amz-checksum-algorithm", a.Name, "x-amz-checksum-type",
			checksum.FullObject)).
			refused(t, s3err.InvalidRequest,
				"The FULL_OBJECT checksum type cannot be used with the "+a.Lower()+" checksum algorithm.")
		begun := b.must(t, post("/my-bucket/k?uploads", "", "x-amz-checksum-algorithm", a.Name))
		if begun.header.Get("x-amz-checksum-algorithm") != a.Name ||
			begun.header.Get("x-amz-checksum-type") != checksum.Composite {
			t.Errorf("%v", begun.header)
		}
	}
	id := b.begin(t, "/my-bucket/k", "x-amz-checksum-algorithm", "SHA1")
	b.do(t, part("/my-bucket/k", id, 1, "x", "x-amz-checksum-xxhash3", summing("XXHASH3", "x"))).
		refused(t, s3err.InvalidRequest,
			"Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: xxhash3")
	id = b.begin(t, "/my-bucket/k")
	b.do(t, part("/my-bucket/k", id, 1, "x", "x-amz-checksum-xxhash3", summing("XXHASH3", "x"))).
		refused(t, s3err.InvalidRequest,
			"Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type: xxhash3")
	b.must(t, part("/my-bucket/k", id, 1, "x", "x-amz-checksum-sha1", summing("SHA1", "x")))
}

// The checksum of CompleteMultipartUpload is the object's, not the document's.
func TestChecksumOfTheWhole(t *testing.T) {
	a := checksum.Named("CRC32C")
	whole := summing(a.Name, strings.Repeat("a", store.MinPartSize)+"tail")
	const wrong = "The crc32c you specified did not match the calculated checksum."
	b := newBench(t)
	u := b.summedParts(t, a, "x-amz-checksum-type", checksum.FullObject)
	b.do(t, u.complete(a.Header(), whole)).refused(t, s3err.BadDigest, wrong)
	b.do(t, u.complete(a.Header(), summing(a.Name, "x"), "x-amz-checksum-type", checksum.FullObject)).refused(t,
		s3err.BadDigest, wrong)
	b.do(t, u.complete("x-amz-checksum-sha1", summing("SHA1", "x"), "x-amz-checksum-type",
		checksum.FullObject)).refused(t, s3err.BadDigest, wrong)
	b.do(t, u.complete(a.Header(), whole+"-2", "x-amz-checksum-type", checksum.FullObject)).refused(t,
		s3err.InvalidRequest, "Value for x-amz-checksum-crc32c header is invalid.")
	done := b.must(t, u.complete(a.Header(), whole, "x-amz-checksum-type", checksum.FullObject))
	if element(done.body, "ChecksumCRC32C") != whole {
		t.Errorf("%s", done.body)
	}
	if told := b.must(t, attributes("/my-bucket/parts?attributes", "Checksum,ObjectParts")).body; strings.Contains(told,
		"<Part>") || element(told, "PartsCount") != "2" {
		t.Errorf("attributes: %s", told)
	}
	id := b.begin(t, "/my-bucket/plain")
	etag := b.must(t, part("/my-bucket/plain", id, 1, "hello")).header.Get("ETag")
	ignored := complete("/my-bucket/plain", id, "1 "+etag)
	ignored.headers = []string{a.Header(), whole}
	b.must(t, ignored)
}

// An upload under a KMS key that named no checksum gives an object without one.
func TestNoChecksumUnderAKey(t *testing.T) {
	b := newBench(t)
	id := b.begin(t, "/kms-bucket/k")
	etag := b.must(t, part("/kms-bucket/k", id, 1, "hello")).header.Get("ETag")
	done := b.must(t, complete("/kms-bucket/k", id, "1 "+etag))
	got := b.must(t, get("/kms-bucket/k", "x-amz-checksum-mode", "ENABLED"))
	if strings.Contains(done.body, "Checksum") || got.header.Get("x-amz-checksum-crc64nvme") != "" ||
		got.header.Get("x-amz-checksum-type") != "" {
		t.Errorf("%s %v", done.body, got.header)
	}
}
