package sigv4

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// A + in a path is the space that S3 takes it for, or is signed as it was sent; it is
// never the key that %2B would name.
func TestPlusInThePath(t *testing.T) {
	for _, row := range []struct {
		path, signed string
		good         bool
	}{
		{"/bucket/a+b", "/bucket/a%20b", true},
		{"/bucket/a+b", "/bucket/a+b", true},
		{"/bucket/a+b", "/bucket/a%2Bb", false},
		{"/bucket/a%2Bb", "/bucket/a%2Bb", true},
		{"/bucket/a%2Bb", "/bucket/a+b", false},
		{"/bucket/a%2Bb", "/bucket/a%20b", false},
		{"/bucket/a%20b", "/bucket/a+b", false},
		{"/bucket/a+%2B%20b", "/bucket/a%20%2B%20b", true},
		{"/bucket/a+%2B%20b", "/bucket/a+%2B%20b", true},
		{"/bucket/a+%2B%20b", "/bucket/a+++b", false},
	} {
		for _, presigned := range []bool{false, true} {
			sent := signedAs(t, row.path, row.signed, presigned)
			if _, _, err := prove(sent, Key{Secret: exampleSecret, Now: exampleDay}); (err == nil) != row.good {
				t.Errorf("%s signed as %s, presigned %v: %v", row.path, row.signed, presigned, err)
			}
		}
	}
	r := signedAs(t, "/bucket/a+b", "/bucket/other", false)
	_, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay})
	var refused *Error
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.CanonicalRequest, "GET\n/bucket/a%20b\n") {
		t.Errorf("the canonical request that S3 is recorded to show: %v", err)
	}
	own := request(t, "GET", "http://localhost/bucket/a+b", nil)
	Sign(own, exampleCredentials, testScope, emptySHA256, exampleDay)
	if _, _, err := prove(own, Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
		t.Errorf("as Sign signs it: %v", err)
	}
}

// signedAs is a request for a path with the signature that the SDK, which signs a path
// as it stands, makes of another.
func signedAs(t *testing.T, path, signed string, presigned bool) *http.Request {
	t.Helper()
	r := request(t, "GET", "http://localhost"+signed, nil)
	if presigned {
		r.URL.RawQuery = "X-Amz-Expires=600"
		at, _, err := awsSigner().PresignHTTP(t.Context(), awsCredentials, r, UnsignedPayload, "s3", testRegion, exampleDay)
		if err != nil {
			t.Fatal(err)
		}
		return request(t, "GET", strings.Replace(at, signed, path, 1), nil)
	}
	r.Header.Set(contentSHA256Header, emptySHA256)
	if err := awsSigner().SignHTTP(t.Context(), awsCredentials, r, emptySHA256, "s3", testRegion,
		exampleDay); err != nil {
		t.Fatal(err)
	}
	sent := request(t, "GET", "http://localhost"+path, nil)
	sent.Header = r.Header
	return sent
}
