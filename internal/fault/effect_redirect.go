package fault

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const redirectName = "redirect"

// redirect sends a request elsewhere, as S3 does for a bucket that is new: to this server
// again.
type redirect struct{ Region string }

func (*redirect) Name() string { return redirectName }

func (e *redirect) Act(s *Strike) error {
	return &Refusal{Code: "TemporaryRedirect", Header: http.Header{"Location": {e.location(s.Request.HTTP)}}}
}

// s3Host is what S3's own part of a host name looks like, with its region or without.
var s3Host = regexp.MustCompile(`(^|\.)s3(\.[a-z]{2}(-[a-z]+)+-[0-9]+)?\.`)

// location is the same URL; where the host names S3, S3's in the region.
func (e *redirect) location(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	host := r.Host
	if at := s3Host.FindStringSubmatchIndex(host); at != nil {
		host = host[:at[3]] + "s3." + e.Region + "." + host[at[1]:]
	}
	return scheme + host + r.URL.RequestURI()
}

// sent are the requests that were sent elsewhere and have not come back.
type sent map[string]bool

// mostSent bounds how many are remembered of those that never come back.
const mostSent = 10_000

// Chooses strikes a request once in its chain: the one that comes back is let pass.
func (e *redirect) Chooses(s *Strike) bool {
	all, r := Memory(s, func() *sent { return &sent{} }), s.Request.HTTP
	chain := strings.Join([]string{s.Request.Caller, r.Method, e.location(r)}, " ")
	if (*all)[chain] {
		delete(*all, chain)
		return false
	}
	if len(*all) >= mostSent {
		clear(*all)
	}
	(*all)[chain] = true
	return true
}

var redirects = facts.RecordIf(facts.New("redirect",
	facts.Field("region", redirectRegions, func(e *redirect) *string { return &e.Region }).
		Says("the region that the client is sent to").Must("a redirect needs a region"),
))

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)

var redirectRegions = facts.Matching(regionName, "%q is no region's name")

// Check refuses the control APIs, which send nobody elsewhere.
func (*redirect) Check(o Operation, _ *Catalogue, n *tree.Node) error {
	if o.Service != "" {
		return tree.Fail(n, "S3 alone redirects, and not %s", o)
	}
	return nil
}
