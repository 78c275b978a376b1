package sigv4

import (
	"net/http"
	"strings"
	"time"
)

// Parse reads what a request claims about its signer. It returns nil, nil for
// an anonymous request, and a refusal for one whose signature is malformed, in
// the order in which S3 checks. It knows neither keys nor the time: what it
// returns is unproved until Verify.
//
// The service in the scope is not judged, because endpoints of other services
// share this function: see Presented.WrongService.
func Parse(r *http.Request) (*Presented, error) {
	_, query := target(r)
	q := &parameters{raw: query}
	authorization := strings.Join(r.Header["Authorization"], ",")
	v4 := q.has("X-Amz-Algorithm")
	v2 := q.has("Signature")
	if authorization != "" && (v4 || v2) || v4 && v2 {
		return nil, &Error{Reason: MechanismsMixed, Argument: "Authorization", Value: authorization}
	}
	switch {
	case authorization != "":
		return parseHeader(r, authorization)
	case v4 || anyOf(q, "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"):
		return parseQueryV4(r, q)
	case v2 || q.has("AWSAccessKeyId"):
		return parseQueryV2(r, q)
	}
	return nil, nil
}

func anyOf(q *parameters, names ...string) bool {
	if q.raw == "" {
		return false
	}
	for _, n := range names {
		if q.has(n) {
			return true
		}
	}
	return false
}

// parseHeader splits the Authorization header into its two words.
func parseHeader(r *http.Request, value string) (*Presented, error) {
	scheme, rest, ok := strings.Cut(value, " ")
	if !ok {
		return nil, &Error{Reason: AuthorizationMalformed, Location: Header, Argument: "Authorization", Value: value}
	}
	switch scheme {
	case AlgorithmV4:
		return parseHeaderV4(r, rest)
	case AlgorithmV2:
		return parseHeaderV2(r, value, rest)
	}
	return nil, &Error{Reason: AuthorizationUnsupported, Location: Header, Argument: "Authorization", Value: value}
}

func parseHeaderV4(r *http.Request, rest string) (*Presented, error) {
	p := &Presented{Scheme: V4, Location: Header, Algorithm: AlgorithmV4}
	if err := p.readComponents(rest); err != nil {
		return nil, err
	}
	if err := p.readCredential(); err != nil {
		return nil, err
	}
	if err := p.readHeaderTime(r.Header); err != nil {
		return nil, err
	}
	if err := p.checkScopeDate(); err != nil {
		return nil, err
	}
	p.SessionToken = header(r.Header, "X-Amz-Security-Token")
	if err := p.declare(r, nil); err != nil {
		return nil, err
	}
	return p, nil
}

// readComponents reads Credential, SignedHeaders and Signature, in any order
// (s3-errors.md A23 to A25).
func (p *Presented) readComponents(rest string) error {
	if strings.Count(rest, ",") != 2 {
		return p.refuse(ComponentsMissing, rest)
	}
	var seen [3]bool
	for piece := range strings.SplitSeq(rest, ",") {
		piece = strings.Trim(piece, " \t")
		name, value, ok := strings.Cut(piece, "=")
		if !ok {
			return p.refuse(ComponentMalformed, piece)
		}
		switch name {
		case "Credential":
			p.credential, seen[0] = value, true
		case "SignedHeaders":
			p.signedHeaders, seen[1] = value, true
		case "Signature":
			p.Signature, seen[2] = value, true
		}
	}
	for i, name := range [...]string{"Credential", "SignedHeaders", "Signature"} {
		if !seen[i] {
			return p.argument(ComponentAbsent, name, "")
		}
	}
	p.readSignedHeaders()
	return nil
}

// readCredential takes the credential apart (s3-errors.md A18, A19, A21, A22, Q9, Q11).
func (p *Presented) readCredential() error {
	const name = "X-Amz-Credential"
	if strings.Count(p.credential, "/") != 4 {
		return p.argument(CredentialMalformed, name, p.credential)
	}
	key, rest, _ := strings.Cut(p.credential, "/")
	date, rest, _ := strings.Cut(rest, "/")
	region, rest, _ := strings.Cut(rest, "/")
	service, terminal, _ := strings.Cut(rest, "/")
	p.AccessKeyID, p.Date, p.Region, p.Service = key, date, region, service
	if key == "" {
		return p.argument(AccessKeyEmpty, name, p.credential)
	}
	if _, ok := parseDay(date); !ok {
		return p.argument(ScopeDateMalformed, name, date)
	}
	if terminal != "aws4_request" {
		e := p.argument(TerminalWrong, name, terminal)
		e.Expected = "aws4_request"
		return e
	}
	return nil
}

// readHeaderTime reads x-amz-date or, without it, Date (s3-errors.md A12).
func (p *Presented) readHeaderTime(h http.Header) error {
	name, sent := "x-amz-date", header(h, "X-Amz-Date")
	if sent == "" {
		name, sent = "Date", header(h, "Date")
	}
	t, ok := requestTime(sent)
	if !ok {
		return p.argument(DateMissing, name, sent)
	}
	p.setTime(t, sent)
	return nil
}

func (p *Presented) setTime(t time.Time, sent string) {
	p.Time, p.TimeSent, p.stamp = t, sent, sent
	if !isBasicTime(sent) {
		p.stamp = t.Format(basicTime)
	}
}

// checkScopeDate holds the scope's day against the request's (s3-errors.md A20).
func (p *Presented) checkScopeDate() error {
	day := p.stamp[:len("20060102")]
	if p.Date == day {
		return nil
	}
	e := p.argument(ScopeDateDiffers, "X-Amz-Credential", p.Date)
	e.Expected = day
	return e
}

// parseHeaderV2 reads "AWS AccessKeyId:signature", with one and only one space
// (s3-errors.md A26).
func parseHeaderV2(r *http.Request, value, rest string) (*Presented, error) {
	p := &Presented{Scheme: V2, Location: Header, Algorithm: AlgorithmV2}
	if strings.Contains(rest, " ") {
		return nil, p.argument(AuthorizationMalformed, "Authorization", value)
	}
	key, signature, ok := strings.Cut(rest, ":")
	if !ok || key == "" || signature == "" || strings.Contains(signature, ":") {
		return nil, p.argument(AuthorizationV2Malformed, "Authorization", value)
	}
	p.AccessKeyID, p.Signature = key, signature
	if err := p.readHeaderTime(r.Header); err != nil {
		return nil, err
	}
	// With x-amz-date among the headers, the Date line is signed empty.
	if header(r.Header, "X-Amz-Date") == "" {
		p.originalDate = header(r.Header, "Date")
	}
	p.SessionToken = header(r.Header, "X-Amz-Security-Token")
	if err := p.declare(r, nil); err != nil {
		return nil, err
	}
	return p, nil
}
