package sigv4

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Credentials are what a client signs with. SessionToken is empty for
// long-term keys.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

// Scope is the region and service that a V4 signature is valid for.
type Scope struct {
	Region, Service string
}

// unsignedHeaders may change on the way, or are not there yet while a request
// is signed.
var unsignedHeaders = map[string]bool{
	"authorization": true, "user-agent": true, "accept-encoding": true, "connection": true, "expect": true,
	"transfer-encoding": true, "content-length": true, "x-amzn-trace-id": true,
}

// Sign puts a V4 signature into the Authorization header, over every header
// that is set by then. The payload hash is HashPayload's, UnsignedPayload, or
// StreamingUnsignedTrailer for a body that the caller frames itself.
func Sign(r *http.Request, c Credentials, s Scope, payloadHash string, now time.Time) {
	p := signSeed(r, c, s, payloadHash, now)
	authorize(r, p)
}

// signSeed sets the headers of a signed request and computes its signature.
func signSeed(r *http.Request, c Credentials, s Scope, payloadHash string, now time.Time) *Presented {
	r.Header.Del("Authorization")
	r.Header.Set("X-Amz-Date", now.UTC().Format(basicTime))
	r.Header.Set(contentSHA256Header, payloadHash)
	setToken(r.Header, c)
	p := newSigner(Header, c, s, now)
	p.SignedHeaders = signable(r.Header)
	p.Signature = p.signRequest(r, c.SecretAccessKey, payloadHash)
	return p
}

func setToken(h http.Header, c Credentials) {
	if c.SessionToken != "" {
		h.Set("X-Amz-Security-Token", c.SessionToken)
	}
}

func newSigner(at Location, c Credentials, s Scope, now time.Time) *Presented {
	p := &Presented{
		Scheme: V4, Location: at, Algorithm: AlgorithmV4,
		AccessKeyID: c.AccessKeyID, Region: s.Region, Service: s.Service, Time: now.UTC(),
	}
	p.stamp = p.Time.Format(basicTime)
	p.Date = p.stamp[:len("20060102")]
	p.credential = strings.Join([]string{c.AccessKeyID, p.Date, s.Region, s.Service, "aws4_request"}, "/")
	return p
}

// signable lists the headers to sign, sorted, in lower case.
func signable(h http.Header) []string {
	names := []string{"host"}
	for key := range h {
		if name := strings.ToLower(key); !unsignedHeaders[name] && name != "host" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// signRequest computes the signature from the same canonical form that Verify
// computes.
func (p *Presented) signRequest(r *http.Request, secret, payload string) string {
	m := messageOf(r)
	s := scratches.Get().(*scratch)
	defer s.release()
	s.appendCanonical(&m, p, p.form(payload))
	s.appendStringToSign(p)
	signature := sign(signingKeys.derive(secret, p.Date, p.Region, p.Service), s.toSign)
	return string(signature[:])
}

func authorize(r *http.Request, p *Presented) {
	r.Header.Set("Authorization", AlgorithmV4+" Credential="+p.credential+
		", SignedHeaders="+strings.Join(p.SignedHeaders, ";")+", Signature="+p.Signature)
}

// Presign puts a V4 signature into the query of r.URL. It covers the host and
// the headers set by then; whoever uses the URL must send those. The body is
// unsigned for S3 and empty for other services. Expires is rounded down to
// seconds.
func Presign(r *http.Request, c Credentials, s Scope, expires time.Duration, now time.Time) {
	p := newSigner(Query, c, s, now)
	p.SignedHeaders = signable(r.Header)
	q := r.URL.Query()
	q.Del("X-Amz-Signature")
	q.Set("X-Amz-Algorithm", AlgorithmV4)
	q.Set("X-Amz-Credential", p.credential)
	q.Set("X-Amz-Date", p.stamp)
	q.Set("X-Amz-Expires", strconv.FormatInt(int64(expires/time.Second), 10))
	q.Set("X-Amz-SignedHeaders", strings.Join(p.SignedHeaders, ";"))
	if c.SessionToken != "" {
		q.Set("X-Amz-Security-Token", c.SessionToken)
	}
	setQuery(r, q.Encode())
	payload := emptySHA256
	if isS3(s.Service) {
		payload = UnsignedPayload
		if declared := header(r.Header, contentSHA256Header); declared != "" {
			payload = declared
		}
	}
	setQuery(r, r.URL.RawQuery+"&X-Amz-Signature="+p.signRequest(r, c.SecretAccessKey, payload))
}

// setQuery writes spaces as %20, which every server reads the same way. A
// request that was read by a server is signed by its RequestURI: it is cleared,
// as for any request that is to be sent.
func setQuery(r *http.Request, encoded string) {
	r.RequestURI = ""
	r.URL.RawQuery = strings.ReplaceAll(encoded, "+", "%20")
}

// SignForm returns the form with the fields of a V4 signature over its policy
// field. The policy must cover x-amz-credential, x-amz-algorithm and x-amz-date
// (FormFieldsV4 gives their values before the policy is written).
func SignForm(f Form, c Credentials, s Scope, now time.Time) Form {
	p := newSigner(FormFields, c, s, now)
	p.policy, _ = f.Get("policy")
	signed := append(f[:len(f):len(f)], FormFieldsV4(c, s, now)...)
	return append(signed, Field{"x-amz-signature", p.formSignature(c.SecretAccessKey)})
}

// FormFieldsV4 are the fields, besides the signature, that SignForm adds: what
// a policy has to have conditions for.
func FormFieldsV4(c Credentials, s Scope, now time.Time) Form {
	p := newSigner(FormFields, c, s, now)
	f := Form{{"x-amz-algorithm", AlgorithmV4}, {"x-amz-credential", p.credential}, {"x-amz-date", p.stamp}}
	if c.SessionToken != "" {
		f = append(f, Field{"x-amz-security-token", c.SessionToken})
	}
	return f
}

// SignFormV2 returns the form with a V2 signature over its policy field.
func SignFormV2(f Form, c Credentials) Form {
	policy, _ := f.Get("policy")
	signed := append(f[:len(f):len(f)], Field{"AWSAccessKeyId", c.AccessKeyID})
	if c.SessionToken != "" {
		signed = append(signed, Field{"x-amz-security-token", c.SessionToken})
	}
	return append(signed, Field{"signature", signV2(c.SecretAccessKey, policy)})
}
