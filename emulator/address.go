package emulator

import (
	"net"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api"
)

// place is what the address of a request says before S3's protocol begins:
// which world, and what the host name tells S3 (interface.md "Endpoints").
type place struct {
	world string // empty: the default scenario
	s3api.Address
}

// awsDomains are the endings of AWS's own host names.
var awsDomains = []string{"amazonaws.com", "amazonaws.com.cn"}

// locate reads a Host header (with or without a port) and an escaped path. account
// is what the request names in x-amz-account-id, empty for S3's own: clients of S3
// Control put it in front of the host, where S3 has the bucket.
func locate(host, path, account string, domains []string) place {
	p := place{Address: s3api.Address{Path: path}}
	p.readHost(hostName(host), domains)
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
		if front, ok := strings.CutSuffix(host, "."+d); ok {
			if !p.readScenario(front) {
				p.readS3(front)
			}
			return
		}
	}
	for _, d := range awsDomains {
		if front, ok := strings.CutSuffix(host, "."+d); ok {
			p.readS3(front)
			return
		}
	}
}

// isAWS says whether a host name is one of AWS's own.
func isAWS(host string) bool {
	return slices.ContainsFunc(awsDomains, func(d string) bool { return strings.HasSuffix(host, "."+d) })
}

// readScenario reads NAME.scenario and BUCKET.NAME.scenario.
func (p *place) readScenario(front string) bool {
	front, ok := strings.CutSuffix(front, ".scenario")
	if !ok {
		return false
	}
	dot := strings.LastIndexByte(front, '.')
	p.world = front[dot+1:]
	if dot > 0 {
		p.Bucket = front[:dot]
	}
	return true
}

// readS3 reads s3, s3.REGION, s3-REGION and s3.dualstack.REGION, with a bucket
// in front of any of them. Any other name is taken as path style.
func (p *place) readS3(front string) {
	labels := strings.Split(front, ".")
	for i := len(labels) - 1; i >= 0 && i >= len(labels)-3; i-- {
		region, ok := s3Region(labels[i:])
		if ok {
			p.Region = region
			p.Bucket = strings.Join(labels[:i], ".")
			return
		}
	}
}

// s3Region reads the labels of an S3 endpoint, from the one that names the
// service on.
func s3Region(labels []string) (region string, ok bool) {
	service, rest := labels[0], labels[1:]
	if dashed, isDashed := strings.CutPrefix(service, "s3-"); isDashed {
		return dashed, len(rest) == 0 && strings.Count(dashed, "-") >= 2
	}
	if len(rest) > 0 && rest[0] == "dualstack" {
		rest = rest[1:]
	}
	switch {
	case service != "s3":
		return "", false
	case len(rest) == 0:
		return "", true
	default:
		return rest[0], len(rest) == 1
	}
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
