package s3api

import (
	"cmp"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// checksumAlgorithm reads x-amz-checksum-algorithm.
func (c *Call) checksumAlgorithm(value string) (*checksum.Algorithm, error) {
	if a := checksum.Named(strings.ToUpper(value)); a != nil && c.offers(a) {
		return a, nil
	}
	var names []string
	for _, a := range checksum.All {
		if c.offers(a) {
			names = append(names, a.Name)
		}
	}
	return nil, s3err.New(s3err.InvalidRequest).WithMessage("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [" + strings.Join(names, ", ") + "]")
}

// uploadChecksum is the checksum that a new multipart upload shall have: none
// named, none shown. Its type is COMPOSITE where the algorithm has it (recorded).
func (c *Call) uploadChecksum() (store.Checksum, error) {
	name, kind := c.header("x-amz-checksum-algorithm"), c.header("x-amz-checksum-type")
	if name == "" {
		if kind != "" {
			return store.Checksum{}, s3err.New(s3err.InvalidRequest).WithMessage("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return store.Checksum{}, nil
	}
	a, err := c.checksumAlgorithm(name)
	if err != nil {
		return store.Checksum{}, err
	}
	switch {
	case kind == "" && a.Composite:
		kind = checksum.Composite
	case kind == "":
		kind = checksum.FullObject
	case kind != checksum.Composite && kind != checksum.FullObject:
		return store.Checksum{}, s3err.Argument("Value for x-amz-checksum-type header is invalid.", "x-amz-checksum-type", kind)
	case kind == checksum.Composite && !a.Composite, kind == checksum.FullObject && !a.Whole():
		return store.Checksum{}, s3err.New(s3err.InvalidRequest).WithMessage("The " + kind + " checksum type cannot be used with the " + a.Lower() + " checksum algorithm.")
	}
	return store.Checksum{Algorithm: a.Name, Type: kind}, nil
}

// completedChecksum is the checksum of the object that an upload becomes. Of one that
// names no algorithm S3 tells none under a key of KMS or the customer's (recorded).
func completedChecksum(u *store.Upload, parts []store.Part) store.Checksum {
	if u.Checksum.Algorithm != "" {
		return checksum.Joined(checksum.Kept(u), u.Checksum.Type, parts)
	}
	if !u.Encryption.MD5IsETag() {
		return store.Checksum{}
	}
	return checksum.Joined(checksum.Kept(u), checksum.FullObject, parts)
}

// checkParts holds the checksums in the list of a CompleteMultipartUpload
// against the upload's algorithm. Their values are the store's to compare.
func checkParts(u *store.Upload, list []completedPart, stored func(number int) *store.Part) error {
	a := checksum.Named(u.Checksum.Algorithm)
	for _, p := range list {
		for _, other := range checksum.All {
			if value := p.sum(other); value != "" && other != a && a != nil {
				return s3err.New(s3err.BadDigest).WithMessage("The " + other.Lower() + " you specified for part " + wire.Decimal(int64(p.PartNumber)) + " did not match what we received.")
			} else if value != "" && a == nil {
				return invalidPart(u.ID, p.PartNumber, wire.BareETag(p.ETag))
			}
		}
		if u.Checksum.Type == checksum.Composite && p.sum(a) == "" && stored(p.PartNumber) != nil {
			return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using a " + a.Lower() +
				" checksum. The complete request must include the checksum for each part. It was missing for part " +
				wire.Decimal(int64(p.PartNumber)) + " in the request.")
		}
	}
	return nil
}

// sameType refuses a CompleteMultipartUpload for another type of checksum than the
// upload's.
func (c *Call) sameType(u *store.Upload) error {
	kind := c.header("x-amz-checksum-type")
	if kind == "" || kind == u.Checksum.Type {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using the " + cmp.Or(u.Checksum.Type, "null") + " checksum mode. The complete request must use the same checksum mode.")
}

// checkWhole holds the checksum in the headers against what the parts give. That of a
// whole object must be called FULL_OBJECT, and one of parts' checksums comes without
// their number (recorded). An upload that names no algorithm has nothing to hold it
// against.
func (c *Call) checkWhole(u *store.Upload, sum store.Checksum) error {
	if u.Checksum.Algorithm == "" {
		return nil
	}
	unnamed := u.Checksum.Type == checksum.FullObject && c.header("x-amz-checksum-type") == ""
	for _, a := range checksum.All {
		v := c.header(a.Header())
		if v != "" && c.offers(a) && (unnamed || a.Name != sum.Algorithm || v != checksum.WithoutCount(sum.Value)) {
			return checksum.BadDigest(checksum.Kept(u).Lower())
		}
	}
	return nil
}
