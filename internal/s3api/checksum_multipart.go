package s3api

import (
	"cmp"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// checksumAlgorithm reads x-amz-checksum-algorithm.
func (c *Call) checksumAlgorithm(value string) (*algorithm, error) {
	if a := algorithmNamed(strings.ToUpper(value)); a != nil && c.offers(a) {
		return a, nil
	}
	var names []string
	for _, a := range algorithms {
		if c.offers(a) {
			names = append(names, a.name)
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

// completedChecksum is the checksum of the object that an upload becomes. Of one that
// names no algorithm S3 tells none under a key of KMS or the customer's (recorded).
func completedChecksum(u *store.Upload, parts []store.Part) store.Checksum {
	if u.Checksum.Algorithm != "" {
		return joined(kept(u), u.Checksum.Type, parts)
	}
	if !md5IsETag(u.Encryption) {
		return store.Checksum{}
	}
	return joined(kept(u), fullObject, parts)
}

// sameAlgorithm refuses a part whose checksum is another than its upload's. Where that
// is of the parts' checksums, S3 computes none that is missing (recorded by OpenStack
// Swift's tests). The younger ones are only taken where the upload names them, in these
// words [unsure].
func sameAlgorithm(u *store.Upload, k claim) error {
	named := algorithmNamed(u.Checksum.Algorithm)
	switch {
	case k.algorithm == named,
		k.algorithm == nil && u.Checksum.Type != composite,
		k.algorithm != nil && named == nil && !k.algorithm.younger:
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Checksum Type mismatch occurred, expected checksum Type: " +
		named.lower() + ", actual checksum Type: " + k.algorithm.lower())
}

// checkParts holds the checksums in the list of a CompleteMultipartUpload
// against the upload's algorithm. Their values are the store's to compare.
func checkParts(u *store.Upload, list []completedPart, stored func(number int) *store.Part) error {
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
	unnamed := u.Checksum.Type == fullObject && c.header("x-amz-checksum-type") == ""
	for _, a := range algorithms {
		v := c.header(a.header())
		if v != "" && c.offers(a) && (unnamed || a.name != sum.Algorithm || v != withoutCount(sum.Value)) {
			return badDigest(kept(u).lower())
		}
	}
	return nil
}

// withoutCount is the sum of parts' sums without the number of parts behind it.
func withoutCount(sum string) string {
	bare, _, _ := strings.Cut(sum, "-")
	return bare
}
