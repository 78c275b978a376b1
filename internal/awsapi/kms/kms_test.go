package kms

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
	"github.com/s3fault/s3fault/internal/world"
)

func TestWireStructs(t *testing.T) { wiretest.Hold(t, Service, &kms.Client{}) }

// A token leads to its own grant, and every token is another one.
func TestTokens(t *testing.T) {
	key := &world.Key{ARN: "arn:aws:kms:us-east-1:123456789012:key/k"}
	one, two := newToken(key, "id"), newToken(key, "id")
	if one == two {
		t.Errorf("%s was given twice", one)
	}
	for _, token := range []string{one, two} {
		if arn, id, ok := readToken(token); !ok || arn != key.ARN || id != "id" {
			t.Errorf("%s leads to %q %q", token, arn, id)
		}
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add(newToken(&world.Key{ARN: "arn:aws:kms:us-east-1:123456789012:key/k"}, "id"))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		arn, id, ok := readToken(token)
		if !ok {
			return
		}
		again, id2, ok := readToken(newToken(&world.Key{ARN: arn}, id))
		if !ok || again != arn || id2 != id {
			t.Errorf("%q %q became %q %q", arn, id, again, id2)
		}
	})
}

func FuzzMarker(f *testing.F) {
	f.Add(writeMarker("alias/a"))
	f.Add("bQ==")
	f.Fuzz(func(t *testing.T, marker string) {
		last, ok := readMarker(marker)
		if !ok {
			return
		}
		if again, ok := readMarker(writeMarker(last)); !ok || again != last {
			t.Errorf("%q became %q", last, again)
		}
	})
}

func TestNewKeyIDs(t *testing.T) {
	id := newKeyID(world.SymmetricKey)
	if !world.IsKeyID(id) || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) ||
		id == newKeyID(world.SymmetricKey) {
		t.Errorf("%s", id)
	}
	multi := newKeyID(world.KeyKind{MultiRegion: world.MultiRegionPrimary})
	if !world.IsKeyID(multi) || !strings.HasPrefix(multi, "mrk-") {
		t.Errorf("%s", multi)
	}
	for _, bad := range []string{"", "key-id-here", strings.Replace(id, "-", "x", 1), id[:35] + "g", id + "0", multi +
		"0", multi[:35], "mrk-" + id} {
		if world.IsKeyID(bad) {
			t.Errorf("%q is taken for a key id", bad)
		}
	}
}

func TestCovers(t *testing.T) {
	grant := func(operations string, equals, subset map[string]string) *authz.KeyGrant {
		return &authz.KeyGrant{Operations: strings.Fields(operations), ContextEquals: equals, ContextSubset: subset}
	}
	type m = map[string]string
	for _, row := range []struct {
		name     string
		g, other *authz.KeyGrant
		want     bool
	}{
		{"the same", grant("Decrypt CreateGrant", nil, nil), grant("Decrypt CreateGrant", nil, nil), true},
		{"fewer operations", grant("Decrypt CreateGrant", nil, nil), grant("Decrypt", nil, nil), true},
		{"more operations", grant("CreateGrant", nil, nil), grant("Decrypt", nil, nil), false},
		{"a constraint more", grant("Decrypt", nil, nil), grant("Decrypt", m{"a": "b"}, nil), true},
		{"without the constraint", grant("Decrypt", m{"a": "b"}, nil), grant("Decrypt", nil, nil), false},
		{"equals, looser", grant("Decrypt", m{"a": "b"}, nil), grant("Decrypt", nil, m{"a": "b"}), false},
		{"subset, stricter", grant("Decrypt", nil, m{"a": "b"}), grant("Decrypt", nil, m{"a": "b", "c": "d"}), true},
		{"subset, exact", grant("Decrypt", nil, m{"a": "b"}), grant("Decrypt", m{"a": "b"}, nil), true},
		{"subset, another value", grant("Decrypt", nil, m{"a": "b"}), grant("Decrypt", nil, m{"a": "c"}), false},
	} {
		if got := covers(row.g, row.other); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}
