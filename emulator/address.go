package emulator

import (
	"net"
	"strings"

	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/s3api"
)

// place is what the address of a request says before S3's protocol begins:
// which world, and what the host name tells S3 (interface.md "Endpoints").
type place struct {
	world string // empty: the default scenario
	s3api.Address
}

// locate reads a Host header (with or without a port) and an escaped path. account
// is what the request names in x-amz-account-id, empty for S3's own: clients of S3
// Control put it in front of the host, where S3 has the bucket.
func locate(host, path, account string, domains []string) place {
	return locateName(hostName(host), path, account, domains)
}

// locateName is locate for a host's name.
func locateName(name, path, account string, domains []string) place {
	p := place{Address: s3api.Address{Path: path}}
	p.readHost(name, domains)
	if p.Bucket == account {
		p.Bucket = ""
	}
	if p.Bucket == "" {
		p.readPath()
	}
	return p
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func (p *place) readHost(host string, domains []string) {
	for _, d := range domains {
		if front, ok := awshost.CutDomain(host, d); ok {
			if !p.readScenario(front) && !p.readWebsite(front) && !p.readS3(front) {
				p.Bucket = front // as SDKs put it in front of any endpoint
			}
			return
		}
	}
	if n, ok := awshost.Read(host); ok && n.Website {
		p.Bucket, p.Region, p.Website = n.Bucket, n.Region, true
		return
	}
	if front, _, ok := awshost.Cut(host); ok {
		if p.Lacks = awshost.Lacks(front); p.Lacks == "" {
			p.readS3(front)
		}
		return
	}
	// SDKs put NAME-ACCOUNT in front of an endpoint where they are given the ARN of an access point.
	front, rest, _ := strings.Cut(host, ".")
	if name, account, ok := awshost.CutPoint(front); ok && net.ParseIP(rest) != nil {
		p.Point, p.Account = name, account
	}
}

// readWebsite reads the name of a website endpoint, if it is one.
func (p *place) readWebsite(front string) bool {
	bucket, region, ok := awshost.ReadWebsite(front)
	if ok {
		p.Bucket, p.Region, p.Website = bucket, region, true
	}
	return ok
}

// readScenario reads NAME.scenario, BUCKET.NAME.scenario and BUCKET.s3-website.NAME.scenario.
func (p *place) readScenario(front string) bool {
	front, ok := strings.CutSuffix(front, ".scenario")
	if !ok {
		return false
	}
	dot := strings.LastIndexByte(front, '.')
	p.world = front[dot+1:]
	if dot > 0 {
		p.Bucket = front[:dot]
		p.readWebsite(p.Bucket)
	}
	return true
}

// readS3 reads the name of an S3 endpoint, if it is one.
func (p *place) readS3(front string) (ok bool) {
	if p.Bucket, p.Accelerated = awshost.ReadAccelerate(front); p.Accelerated {
		return true
	}
	if p.Point, p.Account, p.Region, ok = awshost.ReadPoint(front); ok {
		return true
	}
	p.Bucket, p.Region, ok = awshost.ReadS3(front)
	return ok
}

// readPath takes /~NAME off the front of the path.
func (p *place) readPath() {
	rest, ok := strings.CutPrefix(p.Path, "/~")
	if !ok {
		if rest, ok = cutPrefixFold(p.Path, "/%7e"); !ok {
			return
		}
	}
	name, path, _ := strings.Cut(rest, "/")
	p.world, p.Path = name, "/"+path
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
