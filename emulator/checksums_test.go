package emulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// checksumsWorld is S3 since it has the younger algorithms.
func checksumsWorld(t *testing.T) *versionsWorld {
	t.Helper()
	srv := emulatortest.Start(t, "versions", emulatortest.YAML(strings.Replace(versionsYAML, "READER", "["+readAll+"]", 1)),
		emulatortest.AsOf(time.Date(2026, time.April, 22, 0, 0, 0, 0, time.UTC)))
	return &versionsWorld{T: t, srv: srv, owner: sdkv2.S3(t, srv, "owner", onceSummed),
		reader: sdkv2.S3(t, srv, "reader", onceSummed)}
}

// The SDK sends the younger checksums, or computes one, and finds them again.
func TestYoungerChecksumsOfTheSDK(t *testing.T) {
	w := checksumsWorld(t)
	for _, c := range []struct {
		set  func(*s3.PutObjectInput, string)
		got  func(*s3.HeadObjectOutput) *string
		good string
		bad  string
	}{
		{func(in *s3.PutObjectInput, v string) { in.ChecksumMD5 = &v }, func(o *s3.HeadObjectOutput) *string { return o.ChecksumMD5 }, "XUFAKrxLKna5cZ2REBfFkg==", "1B2M2Y8AsgTpgAmY7PhCfg=="},
		{func(in *s3.PutObjectInput, v string) { in.ChecksumXXHASH64 = &v }, func(o *s3.HeadObjectOutput) *string { return o.ChecksumXXHASH64 }, "JseCfYifbaM=", "70bbN1HY6Zk="},
		{func(in *s3.PutObjectInput, v string) { in.ChecksumXXHASH3 = &v }, func(o *s3.HeadObjectOutput) *string { return o.ChecksumXXHASH3 }, "lVXoVVxi3P0=", "LQaABTjTlMI="},
		{func(in *s3.PutObjectInput, v string) { in.ChecksumXXHASH128 = &v }, func(o *s3.HeadObjectOutput) *string { return o.ChecksumXXHASH128 }, "tenBrQcbPn/Hec+qXlI4GA==", "maoG0wFHmNhgAcMkRo1Jfw=="},
	} {
		w.put("k", "hello", func(in *s3.PutObjectInput) { c.set(in, c.good) })
		if sum := aws.ToString(c.got(w.head("k"))); sum != c.good {
			t.Errorf("%q, want %q", sum, c.good)
		}
		in := &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("hello")}
		c.set(in, c.bad)
		_, err := w.owner.PutObject(w.Context(), in)
		w.want(c.bad, err, "BadDigest", "")
	}
	w.put("k", "hello", func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmSha512 })
	if sum := aws.ToString(w.head("k").ChecksumSHA512); len(sum) != 88 {
		t.Errorf("SHA512: %q", sum)
	}
	if text, err := w.get(w.reader, "k", ""); err != nil || text != "hello" {
		t.Errorf("%q, %v", text, err)
	}
}

// head asks for an object's checksum.
func (w *versionsWorld) head(key string) *s3.HeadObjectOutput {
	w.Helper()
	out, err := w.reader.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key), ChecksumMode: types.ChecksumModeEnabled})
	w.must(err)
	return out
}

// An upload in parts with a younger algorithm is composite, by way of the SDK.
func TestYoungerChecksumInParts(t *testing.T) {
	w := checksumsWorld(t)
	bucket, key := aws.String("my-bucket"), aws.String("k")
	begun, err := w.owner.CreateMultipartUpload(w.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmXxhash3})
	w.must(err)
	if begun.ChecksumAlgorithm != types.ChecksumAlgorithmXxhash3 || begun.ChecksumType != types.ChecksumTypeComposite {
		t.Errorf("%v %v", begun.ChecksumAlgorithm, begun.ChecksumType)
	}
	part := func(sum string) error {
		_, err := w.owner.UploadPart(w.Context(), &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("hello"), ChecksumXXHASH3: &sum})
		return err
	}
	w.want("another part's", part("LQaABTjTlMI="), "BadDigest", "")
	w.must(part("lVXoVVxi3P0="))
	listed, err := w.owner.ListParts(w.Context(), &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: begun.UploadId})
	w.must(err)
	done, err := w.owner.CompleteMultipartUpload(w.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: begun.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: listed.Parts[0].ETag, ChecksumXXHASH3: listed.Parts[0].ChecksumXXHASH3}}},
	})
	w.must(err)
	if sum := aws.ToString(done.ChecksumXXHASH3); !strings.HasSuffix(sum, "-1") || aws.ToString(w.head("k").ChecksumXXHASH3) != sum {
		t.Errorf("completed with %q", sum)
	}
}
