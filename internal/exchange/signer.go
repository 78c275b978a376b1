package exchange

import (
	"cmp"
	"maps"
	"net"
	"net/http"
	"slices"
	"sort"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Claimed is the caller whose key the request names, if that key and the token
// beside it are good (s3-errors.md A7 to A9, A13 and A14).
func (f *Frame) Claimed() (*world.Caller, error) {
	p, caller := f.Presented, f.InForce().Credential(f.Presented.AccessKeyID)
	switch {
	case caller == nil, caller.Inactive, caller.Temporary() && p.SessionToken == "":
		return nil, p.Refuse(sigv4.AccessKeyUnknown, p.AccessKeyID)
	case p.SessionToken != caller.SessionToken:
		return nil, p.Refuse(sigv4.TokenInvalid, p.SessionToken)
	case caller.Expired(f.Now):
		return nil, p.Refuse(sigv4.TokenExpired, p.SessionToken)
	}
	return caller, nil
}

// Diagnose notes what a signature that does not match was made for.
func (f *Frame) Diagnose(claimed *world.Caller, key sigv4.Key, unproved error) {
	if sigv4.ReasonOf(unproved) == sigv4.SignatureDoesNotMatch {
		f.Diagnosis = f.Presented.Diagnose(f.Request, key, f.clues(claimed))
	}
}

// clues are what the world knows that a request may have been signed with or for.
func (f *Frame) clues(claimed *world.Caller) sigv4.Clues {
	c := sigv4.Clues{Secrets: candidates(f.State(), claimed), Prefixes: slices.Sorted(maps.Keys(f.State().Buckets))}
	if f.World != nil {
		c.Hosts = f.World.Hosts()
	}
	return c
}

// candidates are the other secrets of the world.
func candidates(s *world.State, claimed *world.Caller) []sigv4.Candidate {
	var others []sigv4.Candidate
	for name, c := range s.Callers {
		if c != claimed {
			others = append(others, sigv4.Candidate{Name: name, Secret: c.SecretAccessKey})
		}
	}
	sort.Slice(others, func(i, j int) bool { return others[i].Name < others[j].Name })
	return others
}

// Recognise names the caller by the present snapshot. A key that is gone since the
// signature was proved is unknown.
func (f *Frame) Recognise() {
	f.Caller, f.Principal = nil, nil
	p := f.Presented
	if p == nil {
		if f.Unproved == nil {
			f.Principal = &policy.Principal{Kind: policy.Anonymous, CanonicalID: world.AnonymousID}
		}
		return
	}
	f.Caller = f.InForce().Credential(p.AccessKeyID)
	switch {
	case f.Caller != nil:
		f.Principal = &f.Caller.Principal
	case f.Unproved == nil:
		f.Unproved = p.Refuse(sigv4.AccessKeyUnknown, p.AccessKeyID)
	}
}

// NoteUse remembers that a request was really signed with an access key.
func (f *Frame) NoteUse() {
	p := f.Presented
	if f.Caller == nil || p == nil || f.Unproved != nil {
		return
	}
	use := world.Use{At: f.Now, Service: cmp.Or(p.Service, "s3"), Region: cmp.Or(p.Region, f.State().Region)}
	f.Moment.Uses.Note(f.Caller, use)
}

func sourceIP(n world.Network, r *http.Request) string {
	if n.SourceIP != "" {
		return n.SourceIP
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
