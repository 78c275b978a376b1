package exchange

import (
	"net/url"
	"testing"
)

// A journal keeps what was asked for, and no credentials.
func TestQueriesAreKeptUnsigned(t *testing.T) {
	u, err := url.Parse("/b?versionId=1&prefix=a%2F&X-Amz-Signature=s&x-amz-security-token=t" +
		"&AWSAccessKeyId=k&Signature=s&Expires=1")
	if err != nil {
		t.Fatal(err)
	}
	if got := unsigned(u.RawQuery); got != "prefix=a%2F&versionId=1" {
		t.Error(got)
	}
}
