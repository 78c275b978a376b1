package wire

import "github.com/s3fault/s3fault/internal/s3err"

// NoSuchKey is the answer to a key that is not there.
func NoSuchKey(key string) *s3err.Error {
	return s3err.New(s3err.NoSuchKey, s3err.E("Key", key))
}

// NoSuchBucket is the answer to a bucket that is not there.
func NoSuchBucket(name string) error {
	return s3err.New(s3err.NoSuchBucket, s3err.E("BucketName", name))
}

// MaxUpload is the most bytes of one PutObject, UploadPart or CopyObject (S3
// User Guide, "Amazon S3 multipart upload limits").
const MaxUpload = 5 << 30

// EntityTooLarge is the answer to a body of more than MaxUpload bytes.
func EntityTooLarge(size int64) error {
	return s3err.New(s3err.EntityTooLarge,
		s3err.E("ProposedSize", Decimal(size)), s3err.E("MaxSizeAllowed", Decimal(MaxUpload)))
}
