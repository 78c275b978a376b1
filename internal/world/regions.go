package world

import "strings"

// legacyRegions are the regions that opened before 30 January 2014; only they
// take Signature Version 2 (S3 User Guide, "Using an AWS SDK: Signature Version
// 2 turned off"). The empty name is the global endpoint, which is us-east-1.
var legacyRegions = map[string]bool{
	"": true, "us-east-1": true, "us-west-1": true, "us-west-2": true,
	"eu-west-1": true, "ap-northeast-1": true, "ap-southeast-1": true,
	"ap-southeast-2": true, "sa-east-1": true, "us-gov-west-1": true,
}

// SigV2Allowed says whether S3 in the region takes Signature Version 2.
func (s *State) SigV2Allowed(region string) bool {
	switch s.SigV2 {
	case SigV2Accept:
		return true
	case SigV2Refuse:
		return false
	default:
		return legacyRegions[region]
	}
}

// RegionEU is the region that CreateBucket makes a bucket in which is asked for by the old
// name, ConstraintEU, that GetBucketLocation goes on to tell of it (recorded).
const (
	ConstraintEU = "EU"
	RegionEU     = "eu-west-1"
)

// regions are those of AWS (AWS Account Management, "AWS Regions"), for the few answers
// that tell a region from a name that only looks like one. New ones open every year: see
// KnownRegion.
var regions = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`
		af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
		ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
		ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2
		eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1
		us-west-2 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 eusc-de-east-1
		us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1 eu-isoe-west-1`) {
		m[name] = true
	}
	return m
}()

// KnownRegion says whether AWS has a region, or the world does, whose file may name one
// that is younger than the list.
func KnownRegion(s *State, name string) bool {
	if regions[name] || name == s.Region {
		return true
	}
	for _, b := range s.Buckets {
		if b.Region == name {
			return true
		}
	}
	return false
}

// IsRegion says whether s has the form of a region's name. New regions open
// every year, so that a list would be wrong soon.
func IsRegion(s string) bool {
	if len(s) < 2 || len(s) > 32 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
