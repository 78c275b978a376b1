package s3api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3err"
)

func post(target, body string, headers ...string) sending {
	return sending{method: "POST", target: target, body: body, headers: headers}
}

func (b *bench) begin(t testing.TB, target string, headers ...string) string {
	t.Helper()
	id := element(b.must(t, post(target+"?uploads", "", headers...)).body, "UploadId")
	if id == "" {
		t.Fatal("no upload id")
	}
	return id
}

func part(target, id string, number int, body string, headers ...string) sending {
	return put(fmt.Sprintf("%s?partNumber=%d&uploadId=%s", target, number, id), body, headers...)
}

// complete lists parts as "number etag", each with further elements.
func complete(target, id string, parts ...string) sending {
	var b strings.Builder
	b.WriteString(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	for _, p := range parts {
		number, rest, _ := strings.Cut(p, " ")
		etag, more, _ := strings.Cut(rest, " ")
		fmt.Fprintf(&b, "<Part><PartNumber>%s</PartNumber><ETag>%s</ETag>%s</Part>", number, etag, more)
	}
	b.WriteString("</CompleteMultipartUpload>")
	return post(target+"?uploadId="+id, b.String())
}

func TestMultipartUpload(t *testing.T) {
	b := newBench(t)
	id := b.begin(t, "/my-bucket/k", "Content-Type", "text/plain", "x-amz-meta-a", "1")
	large := strings.Repeat("a", 5<<20)
	e1 := b.must(t, part("/my-bucket/k", id, 2, large)).header.Get("ETag")
	e2 := b.must(t, part("/my-bucket/k", id, 7, "tail")).header.Get("ETag")
	b.must(t, part("/my-bucket/k", id, 9, "not listed"))
	done := complete("/my-bucket/k", id, "2 "+e1, "7 "+e2)
	a := b.must(t, done)
	etag := element(a.body, "ETag")
	if !strings.HasSuffix(etag, `-2"`) || element(a.body, "ChecksumType") != "FULL_OBJECT" || element(a.body,
		"Location") != "http://s3.localhost/my-bucket/k" {
		t.Errorf("result: %s", a.body)
	}
	if again := b.must(t, done); element(again.body, "ETag") != etag {
		t.Errorf("a repeated completion: %s", again.body)
	}
	got := b.must(t, get("/my-bucket/k", "x-amz-checksum-mode", "ENABLED"))
	if got.body != large+"tail" || got.header.Get("ETag") != etag || got.header.Get("Content-Type") != "text/plain" ||
		got.meta("a") != "1" {
		t.Errorf("%d bytes, %v", len(got.body), got.header)
	}
	if sum := got.header.Get("x-amz-checksum-crc64nvme"); sum == "" || sum != element(a.body, "ChecksumCRC64NVME") {
		t.Errorf("checksum: %q", sum)
	}
	whole := b.must(t, put("/my-bucket/whole", large+"tail"))
	if whole.header.Get("x-amz-checksum-crc64nvme") != got.header.Get("x-amz-checksum-crc64nvme") {
		t.Error("the joined checksum is not that of the bytes")
	}
	got = b.must(t, get("/my-bucket/k?partNumber=2", "x-amz-checksum-mode", "ENABLED"))
	if got.status != http.StatusPartialContent || got.body != "tail" || got.header.Get("x-amz-mp-parts-count") != "2" ||
		got.header.Get("x-amz-checksum-crc64nvme") != "" {
		t.Errorf("part 2: %d %q %v", got.status, got.body, got.header)
	}
	a = b.must(t, copyTo("/my-bucket/copy", "my-bucket/k"))
	if element(a.body, "ETag") != whole.header.Get("ETag") {
		t.Errorf("the copy of an object in parts is one in one piece: %s", a.body)
	}
	if n := b.blobs.Len(); n != 3 {
		t.Errorf("%d blobs, want two parts and one object", n)
	}
}

func TestCompositeChecksums(t *testing.T) {
	b := newBench(t)
	id := b.begin(t, "/my-bucket/k", "x-amz-checksum-algorithm", "CRC32C")
	b.do(t, part("/my-bucket/k", id, 1, "test content 123")).
		refused(t, s3err.InvalidRequest,
			"Checksum Type mismatch occurred, expected checksum Type: crc32c, actual checksum Type: null")
	a := b.must(t, part("/my-bucket/k", id, 1, "test content 123", "x-amz-checksum-crc32c", "fwuu0Q=="))
	if a.header.Get("x-amz-checksum-crc32c") != "fwuu0Q==" {
		t.Fatalf("%v", a.header)
	}
	etag := a.header.Get("ETag")
	b.do(t, part("/my-bucket/k", id, 1, "x", "x-amz-checksum-crc32", "jNxJBg==")).
		refused(t, s3err.InvalidRequest,
			"Checksum Type mismatch occurred, expected checksum Type: crc32c, actual checksum Type: crc32")
	b.do(t, complete("/my-bucket/k", id, "1 "+etag)).
		refused(t, s3err.InvalidRequest,
			"The upload was created using a crc32c checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.")
	b.do(t, complete("/my-bucket/k", id, "1 "+etag+" <ChecksumSHA256>x</ChecksumSHA256>")).
		refused(t, s3err.BadDigest, "The sha256 you specified for part 1 did not match what we received.")
	b.do(t, complete("/my-bucket/k", id, "1 "+etag+" <ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>")).
		refused(t, s3err.InvalidPart, "", s3err.E("PartNumber", "1"), s3err.E("ETag", etag[1:33]), s3err.E("UploadId", id))
	good := complete("/my-bucket/k", id, "1 "+etag+" <ChecksumCRC32C>fwuu0Q==</ChecksumCRC32C>")
	full := good
	full.headers = []string{"x-amz-checksum-type", "FULL_OBJECT"}
	b.do(t, full).refused(t, s3err.InvalidRequest,
		"The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.")
	a = b.must(t, good)
	if element(a.body, "ChecksumCRC32C") != "sZB91Q==-1" || element(a.body, "ChecksumType") != checksum.Composite ||
		element(a.body, "ETag") != `"b972025bc34adf8d76d6d51e93c035cc-1"` {
		t.Errorf("result: %s", a.body)
	}
	a = b.must(t, get("/my-bucket/k?partNumber=1", "x-amz-checksum-mode", "ENABLED"))
	if a.header.Get("x-amz-checksum-crc32c") != "fwuu0Q==" || a.header.Get("x-amz-checksum-type") != checksum.Composite {
		t.Errorf("part: %v", a.header)
	}
}

func TestUploadsThatAreNotBegun(t *testing.T) {
	rows := []struct {
		headers []string
		message string
	}{
		{[]string{"x-amz-checksum-algorithm", "MD5"},
			"Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"},
		{[]string{"x-amz-checksum-type", "COMPOSITE"},
			"The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."},
		{[]string{"x-amz-checksum-algorithm", "SHA1", "x-amz-checksum-type", "FULL_OBJECT"},
			"The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm."},
		{[]string{"x-amz-checksum-algorithm", "CRC64NVME", "x-amz-checksum-type", "COMPOSITE"},
			"The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm."},
	}
	b := newBench(t)
	for _, row := range rows {
		b.do(t, post("/my-bucket/k?uploads", "", row.headers...)).refused(t, s3err.InvalidRequest, row.message)
	}
	b.do(t, sending{method: "POST", target: "/my-bucket/k?uploads", anonymous: true}).
		refused(t, s3err.AccessDenied, "Anonymous users cannot initiate multipart uploads.  Please authenticate.")
}

func TestCompleteRefusals(t *testing.T) {
	b := newBench(t)
	id := b.begin(t, "/my-bucket/k")
	e1 := b.must(t, part("/my-bucket/k", id, 1, "data")).header.Get("ETag")
	e2 := b.must(t, part("/my-bucket/k", id, 2, "test data..", "x-amz-checksum-crc32", "cZWHwQ==")).header.Get("ETag")
	b.do(t, complete("/my-bucket/k", id, "2 "+e2, "1 "+e1)).refused(t, s3err.InvalidPartOrder, "", s3err.E("UploadId",
		id))
	b.do(t, complete("/my-bucket/k", id, "1 "+e1, "2 "+e2)).refused(t, s3err.EntityTooSmall, "",
		s3err.E("ProposedSize", "4"), s3err.E("MinSizeAllowed", "5242880"), s3err.E("PartNumber", "1"), s3err.E("ETag",
			e1[1:33]))
	b.do(t, complete("/my-bucket/k", id, "3 "+e1)).refused(t, s3err.InvalidPart, "", s3err.E("PartNumber", "3"))
	b.do(t, complete("/my-bucket/k", id, "1 "+e2)).refused(t, s3err.InvalidPart, "", s3err.E("PartNumber", "1"))
	b.do(t, complete("/my-bucket/k", id, "1 "+e1+" <ChecksumCRC32>AAAAAA==</ChecksumCRC32>")).refused(t,
		s3err.InvalidPart, "")
	b.do(t, complete("/my-bucket/k", id)).refused(t, s3err.InvalidRequest, "You must specify at least one part")
	b.do(t, post("/my-bucket/k?uploadId="+id, "")).refused(t, s3err.InvalidRequest, "You must specify at least one part")
	b.do(t, complete("/my-bucket/k", id, "0 "+e1)).refused(t, s3err.MalformedXML, "")
	b.do(t, post("/my-bucket/k?uploadId="+id, "<CompleteMultipartUpload><Part>")).refused(t, s3err.MalformedXML, "")
	b.do(t, complete("/my-bucket/other", id, "1 "+e1)).refused(t, s3err.NoSuchUpload, "", s3err.E("UploadId", id))
	size := complete("/my-bucket/k", id, "1 "+e1)
	size.headers = []string{"x-amz-mp-object-size", "5"}
	b.do(t, size).refused(t, s3err.InvalidRequest,
		"The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4")
	none := complete("/my-bucket/k", id, "1 "+e1)
	none.headers = []string{"x-amz-checksum-type", "FULL_OBJECT"}
	b.do(t, none).refused(t, s3err.InvalidRequest,
		"The upload was created using the null checksum mode. The complete request must use the same checksum mode.")
	b.do(t, put("/my-bucket/k?partNumber=-1&uploadId="+id, "x")).refused(t, s3err.InvalidArgument,
		"Part number must be an integer between 1 and 10000, inclusive", s3err.E("ArgumentValue", "-1"))
	b.do(t, part("/my-bucket/k", "fakeid", 1, "x")).refused(t, s3err.NoSuchUpload, "", s3err.E("UploadId", "fakeid"))
	if a := b.must(t, sending{method: "DELETE", target: "/my-bucket/k?uploadId=" +
		id}); a.status != http.StatusNoContent {
		t.Errorf("abort: %d", a.status)
	}
	b.do(t, sending{method: "DELETE", target: "/my-bucket/k?uploadId=" + id}).refused(t, s3err.NoSuchUpload, "")
	if n := b.blobs.Len(); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}

func TestCompleteUnderConditions(t *testing.T) {
	b := newBench(t)
	before := b.must(t, put("/my-bucket/k", "before")).header.Get("ETag")
	b.now = b.now.Add(time.Minute)
	id := b.begin(t, "/my-bucket/k")
	etag := b.must(t, part("/my-bucket/k", id, 1, "data")).header.Get("ETag")
	with := func(header, value string) sending {
		q := complete("/my-bucket/k", id, "1 "+etag)
		q.headers = []string{header, value}
		return q
	}
	b.do(t, with("If-None-Match", "*")).refused(t, s3err.PreconditionFailed, "", s3err.E("Condition", "If-None-Match"))
	b.do(t, with("If-Match", `"a"`)).refused(t, s3err.PreconditionFailed, "", s3err.E("Condition", "If-Match"))
	b.now = b.now.Add(time.Minute)
	b.must(t, put("/my-bucket/k", "before"))
	b.do(t, with("If-Match", before)).refused(t, s3err.ConditionalRequestConflict, "", s3err.E("Condition", "If-Match"),
		s3err.E("Key", "k"))
	if a := b.must(t, get("/my-bucket/k")); a.body != "before" {
		t.Errorf("now %q", a.body)
	}
	b.must(t, complete("/my-bucket/k", id, "1 "+etag))
}

// What was written while an upload went on is told by the order of writing: the clock may
// have gone back.
func TestConflictsInTheOrderOfWriting(t *testing.T) {
	b := newBench(t)
	matching := func(key, id, part, match string) sending {
		q := complete(key, id, "1 "+part)
		q.headers = []string{"If-Match", match}
		return q
	}
	before := b.must(t, put("/my-bucket/k", "before")).header.Get("ETag")
	b.now = b.now.Add(-time.Hour)
	id := b.begin(t, "/my-bucket/k")
	etag := b.must(t, part("/my-bucket/k", id, 1, "data")).header.Get("ETag")
	b.must(t, matching("/my-bucket/k", id, etag, before))

	id = b.begin(t, "/my-bucket/l")
	etag = b.must(t, part("/my-bucket/l", id, 1, "data")).header.Get("ETag")
	b.now = b.now.Add(-time.Hour)
	after := b.must(t, put("/my-bucket/l", "after")).header.Get("ETag")
	b.do(t, matching("/my-bucket/l", id, etag, after)).refused(t, s3err.ConditionalRequestConflict, "",
		s3err.E("Condition", "If-Match"), s3err.E("Key", "l"))
}

func TestUploadPartCopy(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/from", "0123456789"))
	id := b.begin(t, "/my-bucket/k", "x-amz-checksum-algorithm", "CRC32C", "x-amz-checksum-type", "FULL_OBJECT")
	target := "/my-bucket/k?partNumber=1&uploadId=" + id
	a := b.must(t, copyTo(target, "my-bucket/from", "x-amz-copy-source-range", "bytes=0-8"))
	etag := element(a.body, "ETag")
	if etag != `"22975d8a5ed1b91445f6c55ac121505b"` || element(a.body, "ChecksumCRC32C") == "" {
		t.Errorf("result: %s", a.body)
	}
	b.do(t, copyTo(target, "my-bucket/none")).refused(t, s3err.NoSuchKey, "", s3err.E("Key", "none"))
	b.do(t, copyTo(target, "my-bucket/from", "x-amz-copy-source-if-match", "no")).refused(t, s3err.PreconditionFailed, "")
	b.must(t, sending{method: "DELETE", target: "/my-bucket/from"})
	b.must(t, complete("/my-bucket/k", id, "1 "+etag))
	if a := b.must(t, get("/my-bucket/k")); a.body != "012345678" {
		t.Errorf("got %q", a.body)
	}
	if n := b.blobs.Len(); n != 1 {
		t.Errorf("%d blobs", n)
	}
}

func TestListParts(t *testing.T) {
	b := newBench(t)
	id := b.begin(t, "/my-bucket/k", "x-amz-checksum-algorithm", "SHA1")
	for n := 1; n <= 3; n++ {
		b.must(t, part("/my-bucket/k", id, n, "data", "x-amz-checksum-sha1", summing("SHA1", "data")))
	}
	a := b.must(t, get("/my-bucket/k?uploadId="+id+"&max-parts=2"))
	if strings.Count(a.body, "<Part>") != 2 || element(a.body, "IsTruncated") != "true" || element(a.body,
		"NextPartNumberMarker") != "2" ||
		element(a.body, "ChecksumSHA1") == "" || element(a.body, "ChecksumType") != checksum.Composite || element(a.body,
		"MaxParts") != "2" {
		t.Errorf("first page: %s", a.body)
	}
	a = b.must(t, get("/my-bucket/k?uploadId="+id+"&max-parts=2&part-number-marker=2"))
	if strings.Count(a.body, "<Part>") != 1 || element(a.body, "IsTruncated") != "false" || element(a.body,
		"PartNumber") != "3" {
		t.Errorf("second page: %s", a.body)
	}
	a = b.must(t, get("/my-bucket/k?uploadId="+id+"&max-parts=&part-number-marker="))
	if strings.Count(a.body, "<Part>") != 3 {
		t.Errorf("empty parameters: %s", a.body)
	}
	b.do(t, get("/my-bucket/k?uploadId="+id+"&max-parts=x")).refused(t, s3err.InvalidArgument, "", s3err.E("ArgumentName",
		"max-parts"))
}

func FuzzCompleteMultipartUpload(f *testing.F) {
	f.Add(
		"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;8d777f385d3dfec8815d20f7496026dc&quot;</ETag></Part></CompleteMultipartUpload>")
	f.Add("<CompleteMultipartUpload><Part><PartNumber>99999999999</PartNumber></Part></CompleteMultipartUpload>")
	f.Fuzz(func(t *testing.T, body string) {
		b := newBench(t)
		id := b.begin(t, "/my-bucket/k")
		b.must(t, part("/my-bucket/k", id, 1, "data"))
		a := b.do(t, post("/my-bucket/k?uploadId="+id, body))
		got := b.do(t, get("/my-bucket/k"))
		if (a.err == nil) != (got.err == nil) || got.err == nil && got.body != "data" {
			t.Errorf("%q: %v, and then %v %q", body, a.err, got.err, got.body)
		}
	})
}
