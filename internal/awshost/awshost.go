// Package awshost reads AWS's own host names: of which service an endpoint is, and what
// its name tells beside that. Names are in lower case, without a port and without a dot
// at their end.
package awshost

import (
	"regexp"
	"slices"
	"strings"
)

// Domains are the endings of AWS's own host names. The last is that of endpoints for IPv6
// and IPv4 of all services but S3.
var Domains = []string{"amazonaws.com", "amazonaws.com.cn", "api.aws"}

// Name is what the host name of an endpoint tells.
type Name struct {
	// Service is as s3fault names it: "s3", or the Name of a control API ("s3control").
	Service string
	// Region is the region's code; empty: the name has none, and the endpoint is a global
	// one or that of us-east-1.
	Region string
	// Bucket stands in front of an endpoint of S3, Account (12 digits) in front of one of
	// S3 Control; empty: neither does. Point is the name of an access point of Account.
	Bucket, Account, Point string
	// Accelerated says that it is the endpoint of Transfer Acceleration.
	Accelerated bool
	// Website says that it is the website endpoint of a bucket.
	Website bool
}

// S3 is the service that is no control API.
const S3 = "s3"

// control are the services whose names are SERVICE.REGION.DOMAIN.
var control = []string{
	"access-analyzer", "cloudtrail", "ec2", "iam", "iam-toolbox", "kms", "organizations", s3Control, "sts",
}

// s3Control is the one that we name otherwise, and that has more in front and behind it.
const s3Control = "s3-control"

// regionless are those whose names may have no region.
var regionless = []string{"iam", "sts", "ec2", "organizations"}

// Services are what stands for each service in host names, S3's first.
func Services() []string {
	return append([]string{S3}, control...)
}

// Is says whether a host name is one of AWS's.
func Is(host string) bool {
	_, _, ok := Cut(host)
	return ok
}

// Cut is what stands before the ending of one of AWS's names, and that ending.
func Cut(host string) (front, domain string, ok bool) {
	for _, d := range Domains {
		if front, ok := CutDomain(host, d); ok && front != "" {
			return front, d, true
		}
	}
	return "", "", false
}

// CutDomain is what stands before a domain and its dot; not ok: the name does not end in them.
func CutDomain(host, domain string) (front string, ok bool) {
	dot := len(host) - len(domain) - 1
	if dot < 0 || host[dot] != '.' || host[dot+1:] != domain {
		return host, false
	}
	return host[:dot], true
}

// Read is what the name of an endpoint tells that s3fault has the service of; not ok: it is
// another's, or none.
func Read(host string) (n Name, ok bool) {
	front, domain, ok := Cut(host)
	if !ok {
		return n, false
	}
	if bucket, ok := ReadAccelerate(front); ok {
		return Name{Service: S3, Bucket: bucket, Accelerated: true}, domain == Domains[0]
	}
	if bucket, region, ok := ReadWebsite(front); ok && region != "" && domain != "api.aws" {
		return Name{Service: S3, Region: region, Bucket: bucket, Website: true}, true
	}
	if point, account, region, ok := ReadPoint(front); ok {
		return Name{Service: S3, Region: region, Point: point, Account: account}, domain != "api.aws"
	}
	if bucket, region, ok := ReadS3(front); ok {
		return Name{Service: S3, Region: region, Bucket: bucket}, domain != "api.aws" && (region == "" || IsRegion(region))
	}
	return readControl(strings.Split(front, "."))
}

func readControl(labels []string) (n Name, ok bool) {
	if isAccount(labels[0]) && len(labels) > 1 {
		n.Account, labels = labels[0], labels[1:]
	}
	label := strings.TrimSuffix(labels[0], "-fips")
	n.Service = strings.Replace(label, s3Control, "s3control", 1)
	if !slices.Contains(control, label) || n.Account != "" && label != s3Control {
		return Name{}, false
	}
	labels = labels[1:]
	if label == s3Control && len(labels) > 0 && labels[0] == "dualstack" {
		labels = labels[1:]
	}
	switch {
	case len(labels) == 0:
		return n, slices.Contains(regionless, label)
	case len(labels) > 1:
		return Name{}, false
	case label == "iam" && (labels[0] == "global" || labels[0] == "us-gov"): // partitions
		return n, true
	}
	n.Region = labels[0]
	return n, IsRegion(n.Region)
}

func isAccount(label string) bool {
	return len(label) == 12 && strings.Trim(label, "0123456789") == ""
}

var region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)

// IsRegion says whether a text has the form of a region's code.
func IsRegion(text string) bool { return region.MatchString(text) }

// ReadS3 reads s3, s3.REGION, s3-REGION, s3.dualstack.REGION and the two names of FIPS
// endpoints, each with or without a bucket in front, off what stands before a domain; not
// ok: it is none of them.
func ReadS3(front string) (bucket, region string, ok bool) {
	labels := strings.Split(front, ".")
	for i := len(labels) - 1; i >= 0 && i >= len(labels)-3; i-- {
		if region, ok := s3Region(labels[i], labels[i+1:]); ok {
			return strings.Join(labels[:i], "."), region, true
		}
	}
	return "", "", false
}

// ReadAccelerate reads s3-accelerate and s3-accelerate.dualstack, each with or without a
// bucket in front, off what stands before a domain (S3 User Guide, "Enabling and using S3
// Transfer Acceleration"). The name has no region.
func ReadAccelerate(front string) (bucket string, ok bool) {
	front = strings.TrimSuffix(front, ".dualstack")
	if front == accelerate {
		return "", true
	}
	return strings.CutSuffix(front, "."+accelerate)
}

const accelerate = "s3-accelerate"

// s3Region reads the label that may stand for S3, and those behind it.
func s3Region(service string, rest []string) (region string, ok bool) {
	if dashed, isDashed := strings.CutPrefix(service, "s3-"); isDashed && dashed != "fips" {
		return dashed, len(rest) == 0 && IsRegion(dashed)
	}
	if len(rest) > 0 && rest[0] == "dualstack" {
		rest = rest[1:]
	}
	switch {
	case service != "s3" && service != "s3-fips":
		return "", false
	case len(rest) == 0:
		return "", service == "s3"
	default:
		return rest[0], len(rest) == 1
	}
}

const website = "s3-website"

// ReadWebsite reads BUCKET.s3-website-REGION and BUCKET.s3-website.REGION, and for hosts
// that are not AWS's BUCKET.s3-website, off what stands before a domain; not ok: it is none
// of them (S3 User Guide, "Website endpoints").
func ReadWebsite(front string) (bucket, region string, ok bool) {
	rest, last := cutLast(front)
	if last == website {
		return rest, "", rest != ""
	}
	if region, ok := strings.CutPrefix(last, website+"-"); ok {
		return rest, region, rest != "" && IsRegion(region)
	}
	bucket, label := cutLast(rest)
	return bucket, last, label == website && bucket != "" && IsRegion(last)
}

// cutLast cuts off the last label of a name.
func cutLast(name string) (before, last string) {
	i := strings.LastIndexByte(name, '.')
	return name[:max(i, 0)], name[i+1:]
}

// dashed are the regions whose website endpoints have a dash before them (AWS General
// Reference, "Amazon S3 endpoints and quotas", website endpoints).
var dashed = []string{
	"us-east-1", "us-west-1", "us-west-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-west-1", "sa-east-1",
	"us-gov-west-1",
}

// WebsiteOf is the website endpoint of a bucket in a region.
func WebsiteOf(bucket, region string) string {
	if slices.Contains(dashed, region) {
		return bucket + "." + website + "-" + region + "." + Domains[0]
	}
	return bucket + "." + website + "." + region + "." + Domains[0]
}

// ReadPoint reads NAME-ACCOUNT in front of s3-accesspoint.REGION, also of its FIPS and dualstack
// endpoints, off what stands before a domain; not ok: it is none of them.
func ReadPoint(front string) (name, account, region string, ok bool) {
	labels := strings.Split(front, ".")
	if len(labels) == 4 && labels[2] == "dualstack" {
		labels = append(labels[:2], labels[3])
	}
	if len(labels) != 3 || strings.TrimSuffix(labels[1], "-fips") != "s3-accesspoint" || !IsRegion(labels[2]) {
		return "", "", "", false
	}
	name, account, ok = CutPoint(labels[0])
	return name, account, labels[2], ok
}

// CutPoint cuts NAME-ACCOUNT, the name of an access point with its account, a label of a host
// name; not ok: it is none.
func CutPoint(label string) (name, account string, ok bool) {
	at := len(label) - 13
	if at < 3 || at > 50 || label[at] != '-' || !isAccount(label[at+1:]) || strings.Contains(label, ".") {
		return "", "", false
	}
	return label[:at], label[at+1:], true
}

// lacking are the labels by which endpoints are known that stand beside those of S3, and what
// they are of.
var lacking = []struct{ label, of string }{
	{"s3-object-lambda", "S3 Object Lambda Access Points"}, {"s3-outposts", "S3 on Outposts"},
	{"mrap", "S3 Multi-Region Access Points"},
}

// Lacks is what an endpoint is of that stands beside S3's, and that s3fault has not; empty: it
// is no such endpoint. front is what stands before the domain.
func Lacks(front string) string {
	if isDirectory(front) {
		return "directory buckets"
	}
	if _, _, ok := ReadWebsite("any." + front); ok {
		return "website endpoint without a bucket"
	}
	labels := strings.Split(front, ".")
	for _, l := range lacking {
		if slices.Contains(labels[min(1, len(labels)):], l.label) {
			return l.of
		}
	}
	return ""
}

// isDirectory says whether an endpoint is one of directory buckets: BUCKET.s3express-ZONE.REGION,
// also of its FIPS and dualstack endpoints, or s3express-control.REGION (S3 User Guide,
// "Regional and Zonal endpoints for directory buckets").
func isDirectory(front string) bool {
	rest, region := cutLast(front)
	_, label := cutLast(strings.TrimSuffix(rest, ".dualstack"))
	return IsRegion(region) && strings.HasPrefix(label, "s3express-")
}
