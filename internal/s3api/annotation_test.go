package s3api

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	annotationAt = "/my-bucket/k?annotation&annotationName="
	keyUpdate    = `<ObjectEncryption><SSE-KMS><KMSKeyArn>` + ownKey + `</KMSKeyArn><BucketKeyEnabled>true</BucketKeyEnabled>` +
		`</SSE-KMS></ObjectEncryption>`
)

func init() {
	maps.Copy(goldens, map[string]golden{
		"PutObjectAnnotation": {before: []sending{hello}, sending: put(annotationAt+"note", "text"),
			body: `<PutObjectAnnotationResult` + ns + `><AnnotationName>note</AnnotationName><Key>k</Key></PutObjectAnnotationResult>`},
		"GetObjectAnnotation": {before: []sending{hello, put(annotationAt+"note", "text")},
			sending: sending{method: "GET", target: annotationAt + "note"}, body: "text"},
		"DeleteObjectAnnotation": {before: []sending{hello}, sending: sending{method: "DELETE", target: annotationAt + "note"}, status: 204},
		"ListObjectAnnotations": {before: []sending{hello, put(annotationAt+"note", "text"), put(annotationAt+"other", "x")},
			sending: sending{method: "GET", target: "/my-bucket/k?annotation&annotation-prefix=n&max-annotation-results=1"},
			body: `<ListObjectAnnotationsResult` + ns + `><Bucket>my-bucket</Bucket><Key>k</Key><AnnotationPrefix>n</AnnotationPrefix>` +
				`<MaxAnnotationResults>1</MaxAnnotationResults><AnnotationCount>1</AnnotationCount><Annotations><AnnotationEntry>` +
				`<AnnotationName>note</AnnotationName><LastModified>{time}</LastModified><Size>4</Size><ChecksumAlgorithm>CRC64NVME` +
				`</ChecksumAlgorithm><ETag>&quot;1cb251ec0d568de6a929b520c4aed8d1&quot;</ETag></AnnotationEntry></Annotations></ListObjectAnnotationsResult>`},
		"UpdateObjectEncryption": {before: []sending{hello}, sending: put("/my-bucket/k?encryption", keyUpdate)},
	})
}

// newAnnotated is a bench with the answers of a day on which S3 has annotations.
func newAnnotated(t testing.TB) *bench {
	t.Helper()
	b := newBench(t)
	b.asOf(t, 2026, time.November, 1)
	return b
}

// What is refused of an annotation, and what is kept of it.
func TestAnnotations(t *testing.T) {
	b := newAnnotated(t)
	etag := b.must(t, hello).header.Get("ETag")
	b.do(t, put(annotationAt+strings.Repeat("n", 513), "x")).refused(t, s3err.AnnotationNameTooLong, "")
	for _, name := range []string{"", "AWS-note", "s3note", "%FF"} {
		b.do(t, put(annotationAt+name, "x")).refused(t, s3err.InvalidAnnotationName, "")
	}
	b.do(t, put(annotationAt+"n", "\xff")).refused(t, s3err.UnsupportedMediaType, "")
	b.do(t, put(annotationAt+"n", "")).refused(t, s3err.MissingRequestBodyError, "")
	for _, size := range []int{1<<20 + 1, 9 << 20} {
		b.do(t, put(annotationAt+"n", strings.Repeat("x", size))).refused(t, s3err.EntityTooLarge, "",
			s3err.E("ProposedSize", fmt.Sprint(size)), s3err.E("MaxSizeAllowed", "1048576"))
	}
	b.do(t, put(annotationAt+"n", "x", "x-amz-object-if-match", `"0"`)).refused(t, s3err.PreconditionFailed, "")
	b.must(t, put(annotationAt+"n", "x", "x-amz-object-if-match", etag))
	b.do(t, sending{method: "GET", target: annotationAt + "none"}).refused(t, s3err.NoSuchAnnotation, "")
	b.do(t, put("/my-bucket/none?annotation&annotationName=n", "x")).refused(t, s3err.NoSuchKey, "")

	copied := func(target string, headers ...string) answered {
		b.must(t, sending{method: "PUT", target: target, headers: append([]string{"x-amz-copy-source", "/my-bucket/k"}, headers...)})
		return b.do(t, sending{method: "GET", target: target + "?annotation&annotationName=n"})
	}
	if a := copied("/my-bucket/with"); a.body != "x" {
		t.Errorf("a copy has the annotation %q, %v", a.body, a.err)
	}
	copied("/my-bucket/without", "x-amz-object-annotation-directive", "EXCLUDE").refused(t, s3err.NoSuchAnnotation, "")

	for i := 1; i < 1000; i++ {
		b.must(t, put(annotationAt+fmt.Sprint("n", i), "x"))
	}
	b.do(t, put(annotationAt+"more", "x")).refused(t, s3err.AnnotationLimitExceeded, "")
	b.must(t, put(annotationAt+"n", "y"))
	page := b.must(t, sending{method: "GET", target: "/my-bucket/k?annotation&max-annotation-results=2"}).body
	next := b.must(t, sending{method: "GET", target: "/my-bucket/k?annotation&max-annotation-results=1&continuation-token=" + element(page, "NextContinuationToken")}).body
	if got := element(next, "AnnotationName"); got != "n10" {
		t.Errorf("the page after n, n1 begins with %s", got)
	}
	for range 2 {
		b.must(t, sending{method: "DELETE", target: annotationAt + "n"})
	}
	b.do(t, sending{method: "GET", target: annotationAt + "n"}).refused(t, s3err.NoSuchAnnotation, "")

	b.asOf(t, 2026, time.June, 15)
	b.do(t, sending{method: "GET", target: annotationAt + "n1"}).refused(t, s3err.NotImplemented, "")
}

// A locked object keeps its annotations, unless somebody may bypass the lock.
func TestAnnotationsUnderALock(t *testing.T) {
	b := newAnnotated(t)
	for _, q := range []sending{versioning("Enabled"), lockBucket, helloSummed, put(annotationAt+"n", "x")} {
		b.must(t, q)
	}
	gone := sending{method: "DELETE", target: annotationAt + "n"}
	refused, _ := b.asked(t, gone)
	refused.refused(t, s3err.AccessDenied, protected)
	gone.headers = []string{lockBypass, "true"}
	if a, _ := b.asked(t, gone); a.err != nil {
		t.Errorf("with the bypass: %v", a.err)
	}
}

// What of an object can be encrypted with another key, in S3's words.
func TestUpdateObjectEncryption(t *testing.T) {
	with := func(old, replaced string) string { return strings.Replace(keyUpdate, old, replaced, 1) }
	for _, row := range []struct {
		name, body string
		code       s3err.Code
		message    string
	}{
		{"SSE-C", `<ObjectEncryption><SSE-C/></ObjectEncryption>`, s3err.InvalidRequest, notToKind},
		{"nothing", `<ObjectEncryption/>`, s3err.InvalidRequest, noKind},
		{"no key", `<ObjectEncryption><SSE-KMS/></ObjectEncryption>`, s3err.InvalidRequest, noKeyARN},
		{"a key's id", with(ownKey, "1234abcd-12ab-34cd-56ef-1234567890ab"), s3err.InvalidRequest, badKeyARN},
		{"a flag that is none", with("true", "yes"), s3err.InvalidRequest, badBucketKey},
		{"no such key", with("ab</KMS", "ac</KMS"), s3err.KMSNotFoundException, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newAnnotated(t)
			b.must(t, hello)
			b.do(t, put("/my-bucket/k?encryption", row.body)).refused(t, row.code, row.message)
		})
	}
	b := newAnnotated(t)
	before := b.must(t, hello)
	b.must(t, put("/my-bucket/k?encryption", keyUpdate))
	got := b.must(t, sending{method: "HEAD", target: "/my-bucket/k"})
	if got.header.Get("ETag") != before.header.Get("ETag") || got.header.Get("x-amz-server-side-encryption-aws-kms-key-id") != ownKey {
		t.Errorf("encrypted anew it is told as %v", got.header)
	}
	_, decisions := b.asked(t, put("/my-bucket/k?encryption", keyUpdate))
	var asked []string
	for _, d := range decisions {
		asked = append(asked, d.Action)
	}
	if got, want := strings.Join(asked, " "), "s3:UpdateObjectEncryption s3:PutObject kms:Decrypt kms:ReEncryptFrom "+
		"kms:GenerateDataKey kms:Encrypt kms:ReEncryptTo"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}

	b = newAnnotated(t)
	for _, q := range []sending{versioning("Enabled"), lockBucket, helloSummed} {
		b.must(t, q)
	}
	b.do(t, put("/my-bucket/k?encryption", keyUpdate)).refused(t, s3err.AccessDenied, lockedKey)
	b.edit(t, func(of *world.Bucket) { of.Owner = "444455556666" })
	b.do(t, put("/my-bucket/k?encryption", keyUpdate)).refused(t, s3err.AccessDenied, foreignKey)
}

// A document that S3 takes puts the object under the key that it names.
func FuzzUpdateObjectEncryption(f *testing.F) {
	for _, seed := range []string{keyUpdate, `<ObjectEncryption><SSE-S3/></ObjectEncryption>`, `<ObjectEncryption/>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		b := newAnnotated(t)
		b.must(t, hello)
		if a := b.do(t, put("/my-bucket/k?encryption", body)); a.err != nil {
			return
		}
		head := b.must(t, sending{method: "HEAD", target: "/my-bucket/k"})
		if got := head.header.Get("x-amz-server-side-encryption-aws-kms-key-id"); got != ownKey {
			t.Errorf("%q leaves the object under %q", body, got)
		}
	})
}

// What is kept as an annotation comes back as it was sent.
func FuzzAnnotation(f *testing.F) {
	f.Add("note", "text")
	f.Add("s3", "\xff")
	f.Fuzz(func(t *testing.T, name, text string) {
		b := newAnnotated(t)
		b.must(t, hello)
		at := annotationAt + url.QueryEscape(name)
		if a := b.do(t, put(at, text)); a.err != nil {
			return
		}
		if got := b.must(t, get(at)).body; got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
		b.must(t, get("/my-bucket/k?annotation"))
	})
}
