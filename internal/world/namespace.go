package world

import "regexp"

// DirectoryBucketEnd ends the name of a directory bucket, and of no other (S3 User Guide,
// "Directory bucket naming rules").
const DirectoryBucketEnd = "--x-s3"

// regionalName is the form of a bucket's name in an account regional namespace:
// PREFIX-ACCOUNT-REGION-an (S3 User Guide, "Namespaces for general purpose buckets").
var regionalName = regexp.MustCompile(`^.+-([0-9]{12})-([a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})-an$`)

// RegionalName reads a bucket's name of that form: the account and the region whose
// namespace it is in.
func RegionalName(name string) (account, region string, ok bool) {
	m := regionalName.FindStringSubmatch(name)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// RegionalSuffix is what the names in that namespace end in.
func RegionalSuffix(account, region string) string { return "-" + account + "-" + region + "-an" }

// InNamespace says whether a bucket of that name is in an account regional namespace,
// and not in the one that everybody shares.
func (s *State) InNamespace(bucket string) bool {
	_, _, ok := RegionalName(bucket)
	return ok && s.Answers.Has(BucketNamespaces)
}
