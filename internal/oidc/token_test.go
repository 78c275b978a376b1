package oidc

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// claims are those of a good token.
var claims = map[string]any{
	"iss": "https://issuer.example.com/one", "sub": "system:serviceaccount:default:app", "aud": []string{"a", "b"},
	"exp": time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC).Unix(),
}

func TestTokenIsReadAgain(t *testing.T) {
	key := NewSigner()
	k, other := NewKeys(key, "one"), NewKeys(key, "other")
	text, err := k.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Verify(token); err != nil {
		t.Error(err)
	}
	if err := other.Verify(token); !errors.Is(err, ErrKey) {
		t.Errorf("with another world's key: %v", err)
	}
	if all, ok := token.Texts("aud"); !ok || strings.Join(all, " ") != "a b" {
		t.Errorf("aud: %q, %v", all, ok)
	}
	if at, ok := token.Time("exp"); !ok || at.Unix() != claims["exp"] {
		t.Errorf("exp: %v, %v", at, ok)
	}
	if _, ok := token.Time("sub"); ok {
		t.Error("sub is a time")
	}
	parts := strings.Split(text, ".")
	forged, err := Read(parts[0] + ".eyJzdWIiOiJyb290In0." + parts[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Verify(forged); !errors.Is(err, ErrSignature) {
		t.Errorf("with other claims: %v", err)
	}
}

// A token of another algorithm is never good, whatever it names as its key.
func TestOtherAlgorithms(t *testing.T) {
	k := NewKeys(NewSigner(), "one")
	if _, err := k.Set(); err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9"} { // none, HS256
		token, err := Read(header + ".e30.c2ln")
		if err == nil {
			err = k.Verify(token)
		}
		if err == nil {
			t.Errorf("%s is good", header)
		}
	}
}

// A token with extensions that must be understood is refused (RFC 7515, section 4.1.11).
func TestCritical(t *testing.T) {
	// {"alg":"RS256","crit":["exp"]}
	if _, err := Read("eyJhbGciOiJSUzI1NiIsImNyaXQiOlsiZXhwIl19.e30.c2ln"); !errors.Is(err, ErrCritical) {
		t.Errorf("%v", err)
	}
}

// FuzzRead: whatever is sent is read or refused, and nothing is good but what was signed.
func FuzzRead(f *testing.F) {
	k := NewKeys(NewSigner(), "one")
	good, err := k.Sign(claims)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		good, "", "..", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiJ9.bnVsbA.c2ln",
		good + "=", good[:len(good)-1], " " + good,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := Read(text)
		if err != nil {
			return
		}
		for name := range token.Claims {
			token.Has(name)
			token.Text(name)
			token.Texts(name)
			token.Time(name)
		}
		if k.Verify(token) == nil && text != good {
			t.Errorf("%q is good", text)
		}
	})
}
