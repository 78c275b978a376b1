package sigv4

import (
	"crypto/hmac"
	"slices"
	"strings"
)

// Field is one field of a POST form.
type Field struct{ Name, Value string }

// Form is the fields of a POST form that stand before the file, in their
// order, as the caller has read them. ${filename} is to be replaced already.
type Form []Field

// Get is the value of the first field of that name, whose case does not
// matter.
func (f Form) Get(name string) (value string, ok bool) {
	for _, field := range f {
		if strings.EqualFold(field.Name, name) {
			return field.Value, true
		}
	}
	return "", false
}

func (f Form) count(name string) int {
	n := 0
	for _, field := range f {
		if strings.EqualFold(field.Name, name) {
			n++
		}
	}
	return n
}

// The fields that a signature consists of, as S3 names them when one is
// missing (s3-errors.md 1.4), in the order in which it asks for them.
var (
	formFieldsV4 = []string{"X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"}
	formFieldsV2 = []string{"Signature", "AWSAccessKeyId"}
)

// ParseForm reads what a POST form claims about its signer. It returns nil, nil
// for a form with no field of a signature, which is anonymous.
func ParseForm(f Form) (*Presented, error) {
	has := func(name string) bool { _, ok := f.Get(name); return ok }
	switch {
	case slices.ContainsFunc(formFieldsV4, has):
		return parseFormV4(f)
	case slices.ContainsFunc(formFieldsV2, has):
		return parseFormV2(f)
	}
	return nil, nil
}

// take reads the named fields, and the policy, all of which must be there.
func (p *Presented) take(f Form, names []string) error {
	for _, name := range append(slices.Clip(names), "policy") {
		switch f.count(name) {
		case 0:
			return p.argument(FormFieldMissing, name, "")
		case 1:
		default:
			return p.argument(FieldRepeated, name, "")
		}
	}
	const token = "x-amz-security-token"
	if f.count(token) > 1 {
		return p.argument(FieldRepeated, token, "")
	}
	p.policy, _ = f.Get("policy")
	p.SessionToken, _ = f.Get(token)
	return nil
}

func parseFormV4(f Form) (*Presented, error) {
	p := &Presented{Scheme: V4, Location: FormFields, Algorithm: AlgorithmV4}
	if err := p.take(f, formFieldsV4); err != nil {
		return nil, err
	}
	p.Signature, _ = f.Get("X-Amz-Signature")
	p.credential, _ = f.Get("X-Amz-Credential")
	if algorithm, _ := f.Get("X-Amz-Algorithm"); algorithm != AlgorithmV4 {
		return nil, p.argument(FormAlgorithmUnsupported, "X-Amz-Algorithm", algorithm)
	}
	if err := p.readCredential(); err != nil {
		return nil, err
	}
	date, _ := f.Get("X-Amz-Date")
	t, ok := parseBasicTime(date)
	if !ok {
		return nil, p.argument(FormDateMalformed, "X-Amz-Date", date)
	}
	p.setTime(t, date)
	if err := p.checkScopeDate(); err != nil {
		return nil, err
	}
	return p, nil
}

func parseFormV2(f Form) (*Presented, error) {
	p := &Presented{Scheme: V2, Location: FormFields, Algorithm: AlgorithmV2}
	if err := p.take(f, formFieldsV2); err != nil {
		return nil, err
	}
	p.AccessKeyID, _ = f.Get("AWSAccessKeyId")
	p.Signature, _ = f.Get("Signature")
	return p, nil
}

// Policy is the policy field of a form as received: base64, unparsed.
func (p *Presented) Policy() string { return p.policy }

// verifyForm compares the signature over the policy's text (s3-errors.md A10b). A form
// has no time of its own that would count: its policy expires.
func (p *Presented) verifyForm(k Key) error {
	if hmac.Equal([]byte(p.formSignature(k.Secret)), []byte(p.Signature)) {
		return nil
	}
	return p.mismatch(p.policy, p.Signature)
}

func (p *Presented) formSignature(secret string) string {
	if p.Scheme == V2 {
		return signV2(secret, p.policy)
	}
	signature := sign(signingKeys.derive(secret, p.Date, p.Region, p.Service), []byte(p.policy))
	return string(signature[:])
}
