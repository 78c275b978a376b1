package s3api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

func attributes(target, asked string, headers ...string) sending {
	return get(target, append([]string{attributesHeader, asked}, headers...)...)
}

func TestAttributesOfAVersion(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	one := version(b.must(t, put("/my-bucket/k", "hello", "x-amz-storage-class", "STANDARD_IA")))
	b.must(t, put("/my-bucket/k", ""))
	a := b.must(t, attributes("/my-bucket/k?attributes&versionId="+one, "StorageClass, ObjectSize"))
	if element(a.body, "StorageClass") != "STANDARD_IA" || element(a.body, "ObjectSize") != "5" ||
		strings.Contains(a.body, "ETag") {
		t.Error(a.body)
	}
	if version(a) != one || a.header.Get("Last-Modified") == "" {
		t.Errorf("%v", a.header)
	}
	two := attributes("/my-bucket/k?attributes", "ObjectSize", attributesHeader, "ETag")
	if a := b.must(t, two); element(a.body, "ObjectSize") != "0" || element(a.body,
		"ETag") != "d41d8cd98f00b204e9800998ecf8427e" {
		t.Errorf("of two headers: %s", a.body)
	}
	b.must(t, remove("/my-bucket/k"))
	b.do(t, attributes("/my-bucket/k?attributes", "ETag")).refused(t, s3err.NoSuchKey, "")
}

func TestAttributesRefused(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	for name, row := range map[string]struct {
		q       sending
		code    s3err.Code
		message string
	}{
		"none": {get("/my-bucket/k?attributes"), s3err.InvalidRequest,
			"The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty"},
		"empty": {attributes("/my-bucket/k?attributes", " ,"), s3err.InvalidRequest, ""},
		"unknown": {attributes("/my-bucket/k?attributes", "ETag,etag"), s3err.InvalidArgument,
			"Invalid attribute name specified."},
		"max-parts": {attributes("/my-bucket/k?attributes", "ObjectParts", "x-amz-max-parts", "many"),
			s3err.InvalidArgument, ""},
		"marker": {attributes("/my-bucket/k?attributes", "ObjectParts", "x-amz-part-number-marker", "-1"),
			s3err.InvalidArgument, ""},
		"no object": {attributes("/my-bucket/none?attributes", "ETag"), s3err.NoSuchKey, ""},
		"no version": {attributes("/my-bucket/k?attributes&versionId="+store.NewVersionID(), "ETag"), s3err.NoSuchVersion,
			""},
		"SSE headers": {attributes("/my-bucket/k?attributes", "ETag", wire.SSEHeader, "AES256"), s3err.InvalidArgument, ""},
	} {
		t.Run(name, func(t *testing.T) { b.do(t, row.q).refused(t, row.code, row.message) })
	}
}

// The parts of an upload are told page by page where it has a checksum of its own,
// and counted otherwise.
func TestAttributesOfParts(t *testing.T) {
	b := newBench(t)
	part := strings.Repeat("x", store.MinPartSize)
	for algorithm, listed := range map[string]bool{"SHA256": true, "": false} {
		begin := sending{method: "POST", target: "/my-bucket/k?uploads"}
		var claim []string
		if algorithm != "" {
			begin.headers = []string{"x-amz-checksum-algorithm", algorithm}
			claim = []string{"x-amz-checksum-sha256", summing(algorithm, part)}
		}
		upload := element(b.must(t, begin).body, "UploadId")
		list := "<CompleteMultipartUpload>"
		for n := 1; n <= 3; n++ {
			a := b.must(t, put(fmt.Sprintf("/my-bucket/k?partNumber=%d&uploadId=%s", n, upload), part, claim...))
			list += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag>", n, a.header.Get("ETag"))
			if sum := a.header.Get("x-amz-checksum-sha256"); sum != "" {
				list += "<ChecksumSHA256>" + sum + "</ChecksumSHA256>"
			}
			list += "</Part>"
		}
		b.must(t, post("/my-bucket/k?uploadId="+upload, list+"</CompleteMultipartUpload>"))
		a := b.must(t, attributes("/my-bucket/k?attributes", "ObjectParts", "x-amz-max-parts", "1",
			"x-amz-part-number-marker", "1")).body
		if element(a, "PartsCount") != "3" || strings.Contains(a, "<Part>") != listed {
			t.Errorf("%q: %s", algorithm, a)
		}
		if !listed {
			continue
		}
		if element(a, "PartNumber") != "2" || element(a, "NextPartNumberMarker") != "2" || element(a,
			"IsTruncated") != "true" || element(a, "ChecksumSHA256") == "" {
			t.Errorf("the second of three: %s", a)
		}
		if a := b.must(t, attributes("/my-bucket/k?attributes", "ObjectParts", "x-amz-part-number-marker",
			"2")).body; element(a, "IsTruncated") != "false" || strings.Count(a, "<Part>") != 1 {
			t.Errorf("the last: %s", a)
		}
	}
}
