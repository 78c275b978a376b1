package exchange

import (
	"net/http"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Remake has the call of a settled request be made in another way, at the moment that the frame has: what the world's
// network and clock say is read anew. Whatever a service read of the request is for its own Again to change.
func (f *Frame) Remake(how journal.Remake) {
	f.Now = f.State().Clock.Now(f.real)
	if f.State().Network.SourceIP != "" {
		f.SourceIP = f.State().Network.SourceIP
	}
	if len(how.Headers) > 0 {
		f.Request = withHeaders(f.Request, how.Headers)
	}
	f.presentAs(how)
	if how.Signed || how.Caller != "" {
		f.Unproved, f.Diagnosis = nil, ""
	}
}

func withHeaders(r *http.Request, headers map[string]string) *http.Request {
	k := *r
	if k.Header = r.Header.Clone(); k.Header == nil {
		k.Header = http.Header{}
	}
	for name, value := range headers {
		if value == "" {
			k.Header.Del(name)
			continue
		}
		k.Header.Set(name, value)
	}
	return &k
}

// presentAs gives the request the credentials of another caller, or another region. One that was not signed is signed
// then, in its headers.
func (f *Frame) presentAs(how journal.Remake) {
	caller := f.State().Callers[how.Caller]
	if caller == nil && how.Region == "" {
		return
	}
	p := sigv4.Presented{
		Scheme: sigv4.V4, Location: sigv4.Header, Algorithm: sigv4.AlgorithmV4, Region: f.State().Region, Service: "s3", Time: f.Now,
	}
	if f.Presented != nil {
		p = *f.Presented
	}
	if caller != nil {
		p.AccessKeyID, p.SessionToken = caller.AccessKeyID, caller.SessionToken
	}
	if how.Region != "" {
		p.Region = how.Region
	}
	f.Presented = &p
}
