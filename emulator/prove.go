package emulator

import (
	"net/http"
	"sort"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// prove finds out who signed. A signature that does not hold is no error yet: it
// is a fact, which the authentication layer reports with all the others. Only a
// form that cannot be read ends the request here.
func (x *exchange) prove(r *http.Request, at place) error {
	c := x.call
	if c.IsForm() {
		return x.proveForm()
	}
	c.Presented, c.Unproved = sigv4.Parse(r)
	switch {
	case c.Unproved != nil:
	case c.Presented == nil:
		c.Body, c.Unproved = sigv4.OpenBody(r)
	default:
		c.Unproved = x.verify(r, at)
	}
	return nil
}

// proveForm reads the fields of a POST form, which carry its signature.
func (x *exchange) proveForm() error {
	c := x.call
	form, refused := c.ReadForm()
	if refused != nil {
		return refused
	}
	c.Presented, c.Unproved = sigv4.ParseForm(form)
	if c.Unproved != nil || c.Presented == nil {
		return nil
	}
	caller, unproved := claimed(c.State(), c.Presented, c.Now)
	if unproved == nil {
		_, unproved = c.Presented.Verify(c.Request, sigv4.Key{Secret: caller.SecretAccessKey, Now: c.Now})
	}
	c.Unproved = unproved
	return nil
}

// verify checks the signature after what S3 checks before it: the service, the
// key, the token.
func (x *exchange) verify(r *http.Request, at place) error {
	c := x.call
	if c.Presented.Scheme == sigv4.V4 && c.Presented.Service != "s3" {
		return c.Presented.WrongService("s3")
	}
	if c.Presented.Scheme == sigv4.V2 && !c.State().SigV2Allowed(c.EndpointRegion()) {
		return c.Presented.Refuse(sigv4.V2NotSupported, "")
	}
	caller, unproved := claimed(c.State(), c.Presented, c.Now)
	if unproved != nil {
		return unproved
	}
	key := sigv4.Key{Secret: caller.SecretAccessKey, Now: c.Now, Resource: resource(at.Address)}
	body, unproved := c.Presented.Verify(r, key)
	if sigv4.ReasonOf(unproved) == sigv4.SignatureDoesNotMatch {
		x.entry.Diagnosis = c.Presented.Diagnose(r, key, candidates(c.State(), caller))
	}
	c.Body = body
	return unproved
}

// resource is SigV2's CanonicalizedResource without its sub-resources: the
// bucket of the host name in front of the path as it was sent.
func resource(at s3api.Address) string {
	if at.Bucket == "" {
		return at.Path
	}
	return "/" + at.Bucket + at.Path
}

// claimed is the caller whose key the request names, if that key and the token
// beside it are good (s3-errors.md A7 to A9, A13 and A14).
func claimed(s *world.State, p *sigv4.Presented, now time.Time) (*world.Caller, error) {
	caller := s.Credential(p.AccessKeyID)
	switch {
	case caller == nil, caller.Inactive, caller.Temporary() && p.SessionToken == "":
		return nil, p.Refuse(sigv4.AccessKeyUnknown, p.AccessKeyID)
	case p.SessionToken != caller.SessionToken:
		return nil, p.Refuse(sigv4.TokenInvalid, p.SessionToken)
	case caller.Expired(now):
		return nil, p.Refuse(sigv4.TokenExpired, p.SessionToken)
	}
	return caller, nil
}

// candidates are the other secrets of the world, for the diagnosis of a
// signature that does not match.
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
