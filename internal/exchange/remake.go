package exchange

import (
	"net/http"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Remake has the call of a settled request be made in another way, at the moment that the frame has:
// what the world's network and clock say is read anew. Whatever a service read of the request is for
// its own Again to change.
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
		f.Unproved, f.Diagnosis = nil, sigv4.Diagnosis{}
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

// presentAs gives the request another signature: of another caller, for another region, made now, or
// in another way. One that was not signed is signed then, in its headers.
func (f *Frame) presentAs(how journal.Remake) {
	caller := f.State().Callers[how.Caller]
	if caller == nil && how.Region == "" && !how.Signed {
		return
	}
	p := sigv4.Presented{
		Scheme: sigv4.V4, Location: sigv4.Header, Algorithm: sigv4.AlgorithmV4, Region: f.State().Region, Service: "s3", Time: f.Client(),
	}
	switch {
	case f.Presented != nil:
		p = *f.Presented
	case caller == nil:
		return // there is nobody to sign it
	}
	if caller != nil {
		p.AccessKeyID, p.SessionToken = caller.AccessKeyID, caller.SessionToken
	}
	if how.Region != "" {
		p.Region = how.Region
	}
	if how.Signed {
		p.Time = f.Client()
	}
	inTheWay(&p, how)
	f.Presented = &p
}

// inTheWay has the signature be of the kind that a Remake wants.
func inTheWay(p *sigv4.Presented, how journal.Remake) {
	if at, ok := places[how.AuthType]; ok {
		p.Location = at
	}
	switch how.Algorithm {
	case sigv4.AlgorithmV4:
		p.Scheme, p.Algorithm = sigv4.V4, sigv4.AlgorithmV4
	case sigv4.AlgorithmV2:
		p.Scheme, p.Algorithm = sigv4.V2, sigv4.AlgorithmV2
	}
}

// places are those of a signature, as the condition key s3:authType calls them.
var places = map[string]sigv4.Location{
	"REST-HEADER": sigv4.Header, "REST-QUERY-STRING": sigv4.Query, "POST": sigv4.FormFields,
}
