package world

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
