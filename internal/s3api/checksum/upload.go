package checksum

import (
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
