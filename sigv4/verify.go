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
	Now    time.Time // the server's time

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
	if p.Location == FormFields {
		return nil, p.verifyForm(k)
	}
	if e := p.checkTimes(k.Now); e != nil {
		return nil, e
	}
	m := messageOf(r)
	if p.Scheme == V2 {
		if e := p.verifyV2(&m, k); e != nil {
			return nil, e
		}
		return p.open(r, nil, p.declaredHash)
	}
	if e := p.checkUnsigned(&m); e != nil {
		return nil, e
	}
	key := signingKeys.derive(k.Secret, p.Date, p.Region, p.Service)
	payload := p.payloadFor(k)
	if e := p.verifyV4(&m, key, payload); e != nil {
		return nil, e
	}
	hash := p.declaredHash
	if p.payloadLine == "" {
		// The signature covers a hash that the request does not declare.
		hash = payload
	}
	return p.open(r, key, hash)
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
func (p *Presented) checkTimes(now time.Time) error {
	if p.Location == Query {
		return p.checkExpiry(now)
	}
	if skew := now.Sub(p.Time); skew <= MaxSkew && skew >= -MaxSkew {
		return nil
	}
	e := p.refuse(TimeSkewed, p.TimeSent)
	e.RequestTime, e.ServerTime, e.MaxSkew = p.TimeSent, now.UTC(), MaxSkew
	return e
}

// checkExpiry refuses a presigned URL after its time or, as far as a clock may be
// wrong, before it (s3-errors.md Q1 to Q3).
func (p *Presented) checkExpiry(now time.Time) error {
	var reason Reason
	switch {
	case p.Scheme == V4 && p.Time.Sub(now) > MaxSkew:
		reason = NotYetValid
	case now.After(p.ExpiresAt):
		reason = Expired
	default:
		return nil
	}
	e := p.refuse(reason, "")
	e.Date, e.Expires, e.ExpiresAt, e.ServerTime = p.Time, p.Expires, p.ExpiresAt, now.UTC()
	return e
}

// checkUnsigned refuses x-amz- headers that the signature does not cover
// (s3-errors.md A35). x-amz-content-sha256 may go unsigned, as on AWS; the host may not.
// It comes before the signature because LocalStack's code has it so; no
// recording shows a request with both faults.
func (p *Presented) checkUnsigned(m *message) error {
	if !isS3(p.Service) {
		return nil
	}
	var unsigned []string
	if !p.signs("host") {
		unsigned = append(unsigned, "host")
	}
	for key := range m.header {
		if len(key) <= 6 || !strings.EqualFold(key[:6], "x-amz-") || p.signsFold(key) || strings.EqualFold(key, contentSHA256Header) {
			continue
		}
		unsigned = append(unsigned, strings.ToLower(key))
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

// verifyV4 compares the signatures in constant time. A path with a + may also be
// signed as it was sent: curl, botocore and the Go SDK sign a URL that somebody else
// wrote so. S3 is recorded to refuse them [unsure]. It may not be signed as %2B,
// which is another key.
func (p *Presented) verifyV4(m *message, key []byte, payload string) error {
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

// mismatch is a signature that is another than ours (s3-errors.md A10, A10b and 1.3).
func (p *Presented) mismatch(toSign, provided string) *Error {
	e := p.refuse(SignatureDoesNotMatch, "")
	e.StringToSign, e.SignatureProvided = toSign, provided
	return e
}
