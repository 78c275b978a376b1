package build_test

import "testing"

// A KMS key that is not there is one by its own word alone.
func TestMissingKeys(t *testing.T) {
	const object, bucket = "missing_key: key-9", "missing_key: alias/gone"
	refusedWith(t, "not said to be missing", object, "kms_key: key-9", `unknown KMS key "key-9"`)
	refusedWith(t, "a bucket's", bucket, "kms_key: alias/gone", `unknown KMS key "alias/gone"`)
	refusedWith(t, "one that is there", object, "missing_key: alias/aws/s3", "the KMS key alias/aws/s3 is there: it is a kms_key")
	refusedWith(t, "an object's alias", object, bucket, "alias/gone leads to no KMS key")
	refusedWith(t, "an object's alias by the bucket", `, encryption: {algorithm: "aws:kms", missing_key: key-9}`, "",
		"alias/gone leads to no KMS key")
	refusedWith(t, "both", object, "kms_key: key-8, "+object, `unknown KMS key "key-8"`)
}
