package sigv4

import (
	"strings"
	"time"
)

// Scheme is the version of the signature.
type Scheme int

// The two schemes.
const (
	V4 Scheme = iota + 1
	V2
)

func (s Scheme) String() string {
	switch s {
	case V4:
		return "V4"
	case V2:
		return "V2"
	}
	return "none"
}

// Location is the part of the request that carries the signature.
type Location int

// The three places of a signature.
const (
	Header Location = iota + 1
	Query
	FormFields
)

func (l Location) String() string {
	switch l {
	case Header:
		return "header"
	case Query:
		return "query"
	case FormFields:
		return "form"
	}
	return "none"
}

// The values of Presented.Algorithm: what the condition key
// s3:signatureversion compares.
const (
	AlgorithmV4 = "AWS4-HMAC-SHA256"
	AlgorithmV2 = "AWS"
)

// Presented is what a request claims about its signer. Nothing of it is proved
// before Verify.
type Presented struct {
	Scheme    Scheme
	Location  Location
	Algorithm string // AlgorithmV4 or AlgorithmV2

	AccessKeyID  string
	Date         string // yyyymmdd of the credential scope; empty for V2
	Region       string // of the scope; empty for V2
	Service      string // of the scope; empty for V2
	SessionToken string // X-Amz-Security-Token as header, query parameter or field
	Signature    string // as sent: hex for V4, base64 for V2

	// SignedHeaders are the names as sent, in the order sent. V4 only.
	SignedHeaders []string

	Time      time.Time     // the request's own time; zero for a V2 query or form
	TimeSent  string        // the same as the client wrote it
	Expires   time.Duration // X-Amz-Expires of a presigned V4 request
	ExpiresAt time.Time     // when a presigned request expires, V4 and V2

	// Payload is how the body is declared, and so how Verify's reader checks it.
	Payload Payload

	credential    string // as sent
	signedHeaders string // as sent
	stamp         string // Time in ISO8601 basic format: the second line of what was signed
	payloadLine   string // last line of the canonical request; empty where the key's owner must tell it
	declaredHash  string // hex hash the body must have; empty for none
	policy        string // a form's policy field, as received
	originalDate  string // V2: the Date line (header, or Expires of a query)

	names [6]string // room for SignedHeaders: most requests sign no more
}

// readSignedHeaders takes the list of signed headers apart.
func (p *Presented) readSignedHeaders() {
	p.SignedHeaders = p.names[:0]
	for rest, more := p.signedHeaders, true; more; {
		var name string
		name, rest, more = strings.Cut(rest, ";")
		p.SignedHeaders = append(p.SignedHeaders, name)
	}
}

// scope is the credential scope without the access key.
func (p *Presented) scope() string {
	return p.credential[len(p.AccessKeyID)+1:]
}

// WrongService refuses a request whose credential scope names another service
// than the endpoint's (s3-errors.md A17 and Q11).
func (p *Presented) WrongService(want string) error {
	e := p.refuse(ServiceWrong, p.Service)
	e.Expected = want
	return e
}

// WrongRegion refuses a request whose credential scope names another region
// than the bucket's (s3-errors.md A16, Q10 and 1.4).
func (p *Presented) WrongRegion(want string) error {
	e := p.refuse(RegionWrong, p.Region)
	e.Expected, e.Region = want, want
	return e
}

// Refuse makes a refusal of this signer for a reason that only the caller can
// find out: an unknown key, an expired token, SigV2 where it is not accepted.
// The value is the argument at fault. The error is an *Error and never nil.
func (p *Presented) Refuse(reason Reason, value string) error { return p.refuse(reason, value) }

func (p *Presented) refuse(reason Reason, value string) *Error {
	return &Error{
		Reason: reason, Scheme: p.Scheme, Location: p.Location,
		AccessKeyID: p.AccessKeyID, Credential: p.credential, Value: value,
	}
}
