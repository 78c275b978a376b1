package s3api

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3err"
)

// Sums that the AWS SDK for JavaScript computes of the younger algorithms: of nothing,
// of "hello" and of a thousand times "a".
func TestChecksumsOfTheSDK(t *testing.T) {
	for name, want := range map[string][3]string{
		"MD5":       {"1B2M2Y8AsgTpgAmY7PhCfg==", "XUFAKrxLKna5cZ2REBfFkg==", "yr5F3MmuW2a6hmAMymuLqA=="},
		"XXHASH64":  {"70bbN1HY6Zk=", "JseCfYifbaM=", "VuQ7cS7aQiM="},
		"XXHASH3":   {"LQaABTjTlMI=", "lVXoVVxi3P0=", "s+evYnFH23w="},
		"XXHASH128": {"maoG0wFHmNhgAcMkRo1Jfw==", "tenBrQcbPn/Hec+qXlI4GA==", "sB2jZe3aopyz569icUfbfA=="},
		"SHA512": {
			"z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
			"m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==",
			"Z7pVNaRuP4bb++2Mu68BJcdu1Un/iwueA+DIjPkPpjT6exK0fXe2lN5Iis6NmmWWfclt9ZlyfTKSqNnUR3Cclw==",
		},
	} {
		for i, text := range []string{"", "hello", strings.Repeat("a", 1000)} {
			if got := summing(name, text); got != want[i] {
				t.Errorf("%s of %d bytes: %s, want %s", name, len(text), got, want[i])
			}
		}
	}
}

// summing is a text's checksum in base64.
func summing(name, text string) string {
	a := checksum.Named(name)
	h := a.Hash()
	h.Write([]byte(text))
	return a.SumOf(h).Value
}

func TestEveryAlgorithmVerifies(t *testing.T) {
	for _, a := range checksum.All {
		good, bad := summing(a.Name, "hello"), summing(a.Name, "other")
		b := newBench(t)
		b.asOf(t, 2026, time.April, 22)
		b.must(t, put("/my-bucket/k", "hello", a.Header(), good))
		b.do(t, put("/my-bucket/k", "hello", a.Header(), bad)).
			refused(t, s3err.BadDigest, "The "+a.Name+" you specified did not match the calculated checksum.")
		for _, value := range []string{"AA==", "no base64", good + "-1"} {
			b.do(t, put("/my-bucket/k", "hello", a.Header(), value)).refused(t, s3err.InvalidRequest,
				"Value for "+a.Header()+" header is invalid.")
		}
		b.do(t, put("/my-bucket?versioning", "<VersioningConfiguration/>", a.Header(), bad)).refused(t, s3err.BadDigest, "")
		b.tells(t, a, "/my-bucket/k", good)
		b.must(t, form("f", "key", "form", a.Header(), good, "file", "hello"))
		b.do(t, form("f", "key", "form", a.Header(), bad, "file", "hello")).refused(t, s3err.BadDigest, "")
		copied := b.must(t, copyTo("/my-bucket/copy", "my-bucket/form"))
		if element(copied.body, a.Element()) != good || element(copied.body, "ChecksumType") != checksum.FullObject {
			t.Errorf("a copy: %s", copied.body)
		}
		b.must(t, put("/my-bucket/plain", "hello"))
		copied = b.must(t, copyTo("/my-bucket/copy", "my-bucket/plain", "x-amz-checksum-algorithm", a.Name))
		if element(copied.body, a.Element()) != good {
			t.Errorf("a copy with another checksum: %s", copied.body)
		}
	}
}

// tells wants the object's checksum in every answer that tells of it.
func (b *bench) tells(t *testing.T, a *checksum.Algorithm, target, sum string) {
	t.Helper()
	for _, method := range []string{"GET", "HEAD"} {
		got := b.must(t, sending{method: method, target: target, headers: []string{"x-amz-checksum-mode", "ENABLED"}})
		if got.header.Get(a.Header()) != sum || got.header.Get("x-amz-checksum-type") != checksum.FullObject {
			t.Errorf("%s %s: %v", method, a.Name, got.header)
		}
	}
	if body := b.must(t, attributes(target+"?attributes", "Checksum")).body; element(body, a.Element()) != sum {
		t.Errorf("attributes: %s", body)
	}
	for _, list := range []string{"/my-bucket", "/my-bucket?list-type=2", "/my-bucket?versions"} {
		if body := b.must(t, get(list)).body; element(body, "ChecksumAlgorithm") != a.Name {
			t.Errorf("%s: %s", list, body)
		}
	}
}

// Before its day a header of a younger algorithm is one that S3 does not know.
func TestYoungerAlgorithmsBeforeTheirDay(t *testing.T) {
	b := newBench(t)
	b.asOf(t, 2026, time.April, 21)
	for _, a := range checksum.All {
		if !a.Younger {
			continue
		}
		stored := b.must(t, put("/my-bucket/k", "hello", a.Header(), "AA=="))
		if stored.header.Get(a.Header()) != "" || stored.header.Get("x-amz-checksum-crc64nvme") == "" {
			t.Errorf("%s: %v", a.Name, stored.header)
		}
		b.do(t, trailing(a, summing(a.Name, "hello"))).refused(t, s3err.InvalidRequest,
			"The value specified in the x-amz-trailer header is not supported")
		b.do(t, copyTo("/my-bucket/copy", "my-bucket/k", "x-amz-checksum-algorithm", a.Name)).refused(t,
			s3err.InvalidRequest, unsupportedBefore)
	}
}

const (
	unsupportedBefore = "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
	unsupported       = "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]"
)

// trailing puts "hello" with its checksum behind it.
func trailing(a *checksum.Algorithm, sum string) sending {
	return put("/my-bucket/k", "5\r\nhello\r\n0\r\n"+a.Header()+":"+sum+"\r\n\r\n",
		"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer", a.Header(),
		"x-amz-decoded-content-length", "5", "x-amz-sdk-checksum-algorithm", a.Name, "Content-Encoding", "aws-chunked")
}

func TestTrailerChecksum(t *testing.T) {
	b := newBench(t)
	b.asOf(t, 2026, time.April, 22)
	for _, a := range checksum.All {
		good := summing(a.Name, "hello")
		if answer := b.must(t, trailing(a, good)); answer.header.Get(a.Header()) != good {
			t.Errorf("%s: %v", a.Name, answer.header)
		}
		b.do(t, trailing(a, summing(a.Name, "other"))).refused(t, s3err.BadDigest,
			"The "+a.Name+" you specified did not match the calculated checksum.")
		b.do(t, trailing(a, "AA==")).refused(t, s3err.InvalidRequest, "Value for "+a.Header()+" trailing header is invalid.")
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "hello" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("%q %v", a.body, a.header)
	}
	both := trailing(checksum.Named("XXHASH3"), summing("XXHASH3", "hello"))
	both.headers = append(both.headers, "x-amz-checksum-md5", summing("MD5", "hello"))
	b.do(t, both).refused(t, s3err.InvalidRequest,
		"Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
}

func TestWhatTheSDKSaysOfTheChecksum(t *testing.T) {
	const (
		none    = "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
		another = "Value for x-amz-sdk-checksum-algorithm header is invalid."
	)
	b := newBench(t)
	b.asOf(t, 2026, time.April, 22)
	sum := summing("CRC32", "hello")
	id := b.begin(t, "/my-bucket/parts")
	for _, send := range []func(headers ...string) sending{
		func(headers ...string) sending { return put("/my-bucket/k", "hello", headers...) },
		func(headers ...string) sending { return part("/my-bucket/parts", id, 1, "hello", headers...) },
	} {
		b.do(t, send("x-amz-sdk-checksum-algorithm", "CRC32")).refused(t, s3err.InvalidRequest, none)
		b.do(t, send("x-amz-sdk-checksum-algorithm", "CRC32", "Content-MD5", summing("MD5", "hello"))).refused(t,
			s3err.InvalidRequest, none)
		b.do(t, send("x-amz-sdk-checksum-algorithm", "SHA1", "x-amz-checksum-crc32", sum)).refused(t, s3err.InvalidRequest,
			another)
		b.do(t, send("x-amz-sdk-checksum-algorithm", "CRC", "x-amz-checksum-crc32", sum)).refused(t, s3err.InvalidRequest,
			another)
		b.must(t, send("x-amz-sdk-checksum-algorithm", "crc32", "x-amz-checksum-crc32", sum))
	}
	mixed := trailing(checksum.Named("CRC64NVME"), summing("CRC64NVME", "hello"))
	for i, h := range mixed.headers {
		if h == "x-amz-sdk-checksum-algorithm" {
			mixed.headers[i+1] = "SHA1"
		}
	}
	b.do(t, mixed).refused(t, s3err.InvalidRequest, another)
	etag := b.must(t, part("/my-bucket/parts", id, 1, "hello")).header.Get("ETag")
	whole := complete("/my-bucket/parts", id, "1 "+etag)
	whole.headers = []string{"x-amz-sdk-checksum-algorithm", "CRC32"}
	b.must(t, whole)
}
