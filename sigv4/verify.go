package sigv4

import (
	"crypto/hmac"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Key is what the caller found out about the claimed signer.
type Key struct {
	Secret string    // the secret access key
	Now    time.Time // the time that the signer's clock ought to say

	// ServerTime and ExpiresAt are for a server whose own time has moved apart from that of
	// its clients: what time it is there, and when a presigned request expires there. Zero:
	// Now, and what the request says.
	ServerTime, ExpiresAt time.Time

	// Resource is SigV2's CanonicalizedResource without its sub-resources: the
	// path as sent, with the bucket in front where the host named it. Empty
	// means the path as sent.
	Resource string

	// PayloadHash is the hex SHA-256 of a body that the caller has read
	// already (HashPayload). It is needed where a signer covers the body's hash
	// without sending it, as services other than S3 let them; empty means an
	// empty body.
	PayloadHash string
}

// Verify proves the claim: first the times, then that nothing was added after
// signing, then the signature (s3-errors.md A11, Q1 to Q3, A35 and A10).
// It returns the reader that checks the body as it is read, which reads r.Body
// and has read nothing yet. For a form, r may be nil and there is no reader:
// the caller reads the file itself.
func (p *Presented) Verify(r *http.Request, k Key) (*Body, error) {
	switch {
	case p.Location == FormFields:
		return nil, p.verifyForm(k)
	case p.Scheme == V2:
		return p.verifyV2(r, k)
	}
	return p.verifyV4(r, k)
}

func (p *Presented) verifyV4(r *http.Request, k Key) (*Body, error) {
	if err := p.checkTimes(k); err != nil {
		return nil, err
	}
	m := messageOf(r)
	if err := p.checkUnsigned(&m); err != nil {
		return nil, err
	}
	key := signingKeys.derive(k.Secret, p.Date, p.Region, p.Service)
	if err := p.compareV4(&m, key, p.payloadFor(k)); err != nil {
		return nil, err
	}
	return p.open(r, key, p.bodyHash(k))
}

func (p *Presented) verifyV2(r *http.Request, k Key) (*Body, error) {
	if err := p.checkTimes(k); err != nil {
		return nil, err
	}
	m := messageOf(r)
	if err := p.compareV2(&m, k); err != nil {
		return nil, err
	}
	return p.open(r, nil, p.declaredHash)
}

// bodyHash is the hash that the body must have; empty for any. Where the request does
// not declare its body, it is the hash that the signature covers.
func (p *Presented) bodyHash(k Key) string {
	if p.payloadLine == "" {
		return p.payloadFor(k)
	}
	return p.declaredHash
}

// payloadFor is the last line of the canonical request.
func (p *Presented) payloadFor(k Key) string {
	switch {
	case p.payloadLine != "":
		return p.payloadLine
	case k.PayloadHash != "":
		return k.PayloadHash
	}
	return emptySHA256
}

// checkTimes refuses a request that is too old or too new.
func (p *Presented) checkTimes(k Key) error {
	if p.Location == Query {
		return p.checkExpiry(k)
	}
	if skew := k.Now.Sub(p.Time); skew <= MaxSkew && skew >= -MaxSkew {
		return nil
	}
	e := p.refuse(TimeSkewed, p.TimeSent)
	e.RequestTime, e.ServerTime, e.MaxSkew = p.TimeSent, k.Now.UTC(), MaxSkew
	return e
}

// checkExpiry refuses a presigned URL after its time or, as far as a clock may be
// wrong, before it (s3-errors.md Q1 to Q3).
func (p *Presented) checkExpiry(k Key) error {
	now, ends := k.ServerTime, k.ExpiresAt
	if now.IsZero() {
		now, ends = k.Now, p.ExpiresAt
	}
	var reason Reason
	switch {
	case p.Scheme == V4 && p.Time.Sub(k.Now) > MaxSkew:
		reason, now, ends = NotYetValid, k.Now, p.ExpiresAt
	case now.After(ends):
		reason = Expired
	default:
		return nil
	}
	e := p.refuse(reason, "")
	e.Date, e.Expires, e.ExpiresAt, e.ServerTime = p.Time, p.Expires, ends, now.UTC()
	return e
}

// checkUnsigned refuses x-amz- headers that the signature does not cover
// (s3-errors.md A35). x-amz-content-sha256 may go unsigned, as on AWS; the host may not.
// It comes before the signature, as in LocalStack's code; no recording shows a request
// with both faults.
func (p *Presented) checkUnsigned(m *message) error {
	if !isS3(p.Service) {
		return nil
	}
	var unsigned []string
	if !p.signs("host") {
		unsigned = append(unsigned, "host")
	}
	for key := range m.header {
		ofAWS := len(key) > 6 && strings.EqualFold(key[:6], "x-amz-") && !strings.EqualFold(key, contentSHA256Header)
		if ofAWS && !p.signsFold(key) {
			unsigned = append(unsigned, strings.ToLower(key))
		}
	}
	if unsigned == nil {
		return nil
	}
	slices.Sort(unsigned)
	e := p.refuse(HeadersNotSigned, "")
	e.HeadersNotSigned = unsigned
	return e
}

// signsFold is signs for a name as net/http spells it.
func (p *Presented) signsFold(name string) bool {
	for _, s := range p.SignedHeaders {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// compareV4 compares the signatures in constant time. A path with a + may also be
// signed with the + in it: so do curl, botocore and the Go SDK with a URL that somebody
// else wrote. S3 is recorded to refuse them [unsure]. It may not be signed with %2B, which
// is another key.
func (p *Presented) compareV4(m *message, key []byte, payload string) error {
	s := scratches.Get().(*scratch)
	defer s.release()
	if f := p.form(payload); isS3(p.Service) && strings.Contains(m.path, "+") {
		f.path = appendPathWithPlus
		if s.signs(m, p, f, key) {
			return nil
		}
	}
	if s.signs(m, p, p.form(payload), key) {
		return nil
	}
	e := p.mismatch(string(s.toSign), p.Signature)
	e.CanonicalRequest = string(s.canonical)
	return e
}

// signs says whether the signature is that of the message in the form.
func (s *scratch) signs(m *message, p *Presented, f form, key []byte) bool {
	s.appendCanonical(m, p, f)
	s.appendStringToSign(p)
	want := sign(key, s.toSign)
	return hmac.Equal(want[:], []byte(p.Signature))
}

// mismatch refuses a signature that is not the one we compute (s3-errors.md A10, A10b and
// 1.3).
func (p *Presented) mismatch(toSign, provided string) *Error {
	e := p.refuse(SignatureDoesNotMatch, "")
	e.StringToSign, e.SignatureProvided = toSign, provided
	return e
}
