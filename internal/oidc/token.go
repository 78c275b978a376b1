package oidc

import (
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Token is a JSON Web Token that can be read. Nothing of it is proved before Keys.Verify.
type Token struct {
	Algorithm string // of the header: RS256
	KeyID     string // of the header; empty: it names none
	Claims    map[string]any

	signed    string
	signature []byte
}

// ErrNoJWT says of a text that it is no signed JSON Web Token.
var ErrNoJWT = errors.New("it is not a signed JSON Web Token: three parts of base64url with dots between them, " +
	"the first two of JSON")

// ErrCritical says of a token that whoever does not know an extension must refuse it, and
// none is known here (RFC 7515, section 4.1.11).
var ErrCritical = errors.New("its header has crit: extensions that must be understood, and STS knows none")

// parser reads strictly, and judges no claim. Numbers stay as they were written.
var parser = jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithJSONNumber(), jwt.WithoutClaimsValidation())

// Read reads a token. Errors: ErrNoJWT, ErrCritical.
func Read(text string) (*Token, error) {
	claims := jwt.MapClaims{}
	t, parts, err := parser.ParseUnverified(text, claims)
	if err != nil || claims == nil {
		return nil, ErrNoJWT
	}
	signature, err := parser.DecodeSegment(parts[2])
	if err != nil || len(signature) == 0 {
		return nil, ErrNoJWT
	}
	if _, critical := t.Header["crit"]; critical {
		return nil, ErrCritical
	}
	id, _ := t.Header["kid"].(string)
	return &Token{
		Algorithm: t.Method.Alg(), KeyID: id, Claims: claims, signed: parts[0] + "." + parts[1], signature: signature,
	}, nil
}

// Has says whether there is a claim of that name, and it is not null.
func (t *Token) Has(claim string) bool { return t.Claims[claim] != nil }

// Text is a claim that is a text; false: it is absent, or something else.
func (t *Token) Text(claim string) (string, bool) {
	text, ok := t.Claims[claim].(string)
	return text, ok
}

// Texts is a claim that is a text or a list of texts; false: it is absent, or something else.
func (t *Token) Texts(claim string) ([]string, bool) { return Texts(t.Claims[claim]) }

// Texts is a value of JSON that is a text or a list of texts.
func Texts(value any) ([]string, bool) {
	switch v := value.(type) {
	case string:
		return []string{v}, true
	case []any:
		all := make([]string, len(v))
		for i, one := range v {
			text, ok := one.(string)
			if !ok {
				return nil, false
			}
			all[i] = text
		}
		return all, true
	}
	return nil, false
}

// Time is a claim that is a time in seconds since 1970 (RFC 7519, NumericDate); false: it is
// absent, or no time.
func (t *Token) Time(claim string) (time.Time, bool) {
	number, ok := t.Claims[claim].(json.Number)
	if !ok {
		return time.Time{}, false
	}
	seconds, err := number.Float64()
	// Beyond the year 9999 nothing can be written as a date.
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > 253402300799 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true
}
