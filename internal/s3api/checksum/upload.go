package checksum

import (
	"cmp"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// Kept is the algorithm of the sums of an upload's parts: S3 computes its default
// where the upload names none.
func Kept(u *store.Upload) *Algorithm {
	if a := Named(u.Checksum.Algorithm); a != nil {
		return a
	}
	return Default
}

// SameAlgorithm refuses a part whose checksum is another than its upload's. Where that
// is of the parts' checksums, S3 computes none that is missing (recorded by OpenStack
// Swift's tests). The younger ones are only taken where the upload names them, in these
// words [unsure].
func SameAlgorithm(u *store.Upload, k Claim) error {
	named := Named(u.Checksum.Algorithm)
	switch {
	case k.Algorithm == named,
		k.Algorithm == nil && u.Checksum.Type != Composite,
		k.Algorithm != nil && named == nil && !k.Algorithm.Younger:
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Checksum Type mismatch occurred, expected checksum Type: " +
		named.Lower() + ", actual checksum Type: " + k.Algorithm.Lower())
}

// OfUpload is the checksum that a new multipart upload shall have: none
// named, none shown. Its type is COMPOSITE where the algorithm has it (recorded).
func OfUpload(header Header, younger bool) (store.Checksum, error) {
	name, kind := header(AlgorithmHeader), header(TypeHeader)
	if name == "" {
		if kind != "" {
			return store.Checksum{}, s3err.New(s3err.InvalidRequest).WithMessage(
				"The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return store.Checksum{}, nil
	}
	a, err := Asked(name, younger)
	if err != nil {
		return store.Checksum{}, err
	}
	switch {
	case kind == "" && a.Composite:
		kind = Composite
	case kind == "":
		kind = FullObject
	case kind != Composite && kind != FullObject:
		return store.Checksum{}, s3err.Argument("Value for x-amz-checksum-type header is invalid.", TypeHeader, kind)
	case kind == Composite && !a.Composite, kind == FullObject && !a.Whole():
		return store.Checksum{}, s3err.New(s3err.InvalidRequest).
			WithMessage("The " + kind + " checksum type cannot be used with the " + a.Lower() + " checksum algorithm.")
	}
	return store.Checksum{Algorithm: a.Name, Type: kind}, nil
}

// Completed is the checksum of the object that an upload becomes. Of one that
// names no algorithm S3 tells none under a key of KMS or the customer's (recorded).
func Completed(u *store.Upload, parts []store.Part) store.Checksum {
	if u.Checksum.Algorithm != "" {
		return Joined(Kept(u), u.Checksum.Type, parts)
	}
	if !u.Encryption.MD5IsETag() {
		return store.Checksum{}
	}
	return Joined(Kept(u), FullObject, parts)
}

// SameType refuses a CompleteMultipartUpload for another type of checksum than the
// upload's.
func SameType(u *store.Upload, kind string) error {
	if kind == "" || kind == u.Checksum.Type {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using the " +
		cmp.Or(u.Checksum.Type, "null") + " checksum mode. The complete request must use the same checksum mode.")
}

// CheckWhole holds the checksum in the headers against what the parts give. That of a
// whole object must be called FULL_OBJECT, and one of parts' checksums comes without
// their number (recorded). An upload that names no algorithm has nothing to hold it
// against.
func CheckWhole(u *store.Upload, sum store.Checksum, header Header, younger bool) error {
	if u.Checksum.Algorithm == "" {
		return nil
	}
	unnamed := u.Checksum.Type == FullObject && header(TypeHeader) == ""
	for _, a := range All {
		v := header(a.Header())
		if v != "" && a.offered(younger) && (unnamed || a.Name != sum.Algorithm || v != WithoutCount(sum.Value)) {
			return BadDigest(Kept(u).Lower(), a.Header(), v, sum.Value)
		}
	}
	return nil
}
