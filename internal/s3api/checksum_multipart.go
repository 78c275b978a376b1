package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// checksumAlgorithm reads x-amz-checksum-algorithm.
func checksumAlgorithm(value string) (*algorithm, *s3err.Error) {
	if a := algorithmNamed(strings.ToUpper(value)); a != nil {
		return a, nil
	}
	return nil, s3err.New(s3err.InvalidRequest).WithMessage("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
}

// uploadChecksum is the checksum that a new multipart upload shall have: none
// named, none shown. Its type is COMPOSITE where the algorithm has it (recorded).
func (c *Call) uploadChecksum() (store.Checksum, *s3err.Error) {
	name, kind := c.header("x-amz-checksum-algorithm"), c.header("x-amz-checksum-type")
	if name == "" {
		if kind != "" {
			return store.Checksum{}, s3err.New(s3err.InvalidRequest).WithMessage("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return store.Checksum{}, nil
	}
	a, err := checksumAlgorithm(name)
	if err != nil {
		return store.Checksum{}, err
	}
	switch {
	case kind == "" && a.composite:
		kind = composite
	case kind == "":
		kind = fullObject
	case kind != composite && kind != fullObject:
		return store.Checksum{}, s3err.Argument("Value for x-amz-checksum-type header is invalid.", "x-amz-checksum-type", kind)
	case kind == composite && !a.composite, kind == fullObject && a.field == nil:
		return store.Checksum{}, s3err.New(s3err.InvalidRequest).WithMessage("The " + kind + " checksum type cannot be used with the " + a.lower() + " checksum algorithm.")
	}
	return store.Checksum{Algorithm: a.name, Type: kind}, nil
}

// kept is the algorithm of the sums of an upload's parts: S3 computes its default
// where the upload names none.
func kept(u *store.Upload) *algorithm {
	if a := algorithmNamed(u.Checksum.Algorithm); a != nil {
		return a
	}
	return defaultAlgorithm
}

// sameAlgorithm refuses a part whose checksum is another than its upload's.
func sameAlgorithm(u *store.Upload, k claim) *s3err.Error {
	if u.Checksum.Algorithm == "" || k.algorithm == nil || k.algorithm.name == u.Checksum.Algorithm {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Checksum Type mismatch occurred, expected checksum Type: " +
		kept(u).lower() + ", actual checksum Type: " + k.algorithm.lower())
}

// checkParts holds the checksums in the list of a CompleteMultipartUpload
// against the upload's algorithm. Their values are the store's to compare.
func checkParts(u *store.Upload, list []completedPart, stored func(number int) *store.Part) *s3err.Error {
	a := algorithmNamed(u.Checksum.Algorithm)
	for _, p := range list {
		for _, other := range algorithms {
			if value := p.sum(other); value != "" && other != a && a != nil {
				return s3err.New(s3err.BadDigest).WithMessage("The " + other.lower() + " you specified for part " + decimal(int64(p.PartNumber)) + " did not match what we received.")
			} else if value != "" && a == nil {
				return invalidPart(u.ID, p.PartNumber, bareETag(p.ETag))
			}
		}
		if u.Checksum.Type == composite && p.sum(a) == "" && stored(p.PartNumber) != nil {
			return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using a " + a.lower() +
				" checksum. The complete request must include the checksum for each part. It was missing for part " +
				decimal(int64(p.PartNumber)) + " in the request.")
		}
	}
	return nil
}

// checkWhole holds the headers about the whole object against what the parts
// give. An upload that names no algorithm has nothing to hold them against.
func (c *Call) checkWhole(u *store.Upload, sum store.Checksum) *s3err.Error {
	if kind := c.header("x-amz-checksum-type"); kind != "" && kind != u.Checksum.Type {
		created := u.Checksum.Type
		if created == "" {
			created = "null"
		}
		return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using the " + created + " checksum mode. The complete request must use the same checksum mode.")
	}
	if u.Checksum.Algorithm == "" {
		return nil
	}
	bare, _, _ := strings.Cut(sum.Value, "-")
	for _, a := range algorithms {
		if v := c.header(a.header()); v != "" && (a.name != sum.Algorithm || v != sum.Value && v != bare) {
			return badDigest(kept(u).lower())
		}
	}
	return nil
}
