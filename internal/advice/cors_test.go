package advice_test

import (
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A browser that is not let in needs a rule of its page's origin, its method and its
// headers, and no more; nobody is told to sign what browsers do not sign.
func TestCORS(t *testing.T) {
	const rules = `cors: [{id: web, allowed_origins: ["https://a.example"], allowed_methods: [PUT], expose_headers: [ETag]}]`
	ask := s3("", "OPTIONS", "/my-bucket/k", "Origin", "https://b.example", "Access-Control-Request-Method", "PUT",
		"Access-Control-Request-Headers", "content-type,x-amz-meta-a")
	for name, c := range map[string]struct{ bucket, text, patch string }{
		"not configured": {"", "let pages of https://b.example make PUT requests with the headers content-type, x-amz-meta-a: " +
			"write a CORS configuration with that one rule for the bucket my-bucket",
			`{"buckets":{"my-bucket":{"cors":[{"allowed_origins":["https://b.example"],"allowed_methods":["PUT"],"allowed_headers":["content-type","x-amz-meta-a"]}]}}}`},
		"another origin": {rules, "let pages of https://b.example make PUT requests with the headers content-type, x-amz-meta-a: " +
			"add a rule to the CORS configuration of the bucket my-bucket",
			`{"buckets":{"my-bucket":{"cors":[{"id":"web","allowed_origins":["https://a.example"],"allowed_methods":["PUT"],"expose_headers":["ETag"]},` +
				`{"allowed_origins":["https://b.example"],"allowed_methods":["PUT"],"allowed_headers":["content-type","x-amz-meta-a"]}]}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, "accounts: {123456789012: {}}\nbuckets: {my-bucket: {owner: 123456789012, "+c.bucket+"}}", ask).on()
			if a.Class != journal.OfGrant || len(a.Others) > 0 {
				t.Errorf("the advice is %+v", a)
			}
			says(t, a, c.text)
			patches(t, a, c.patch)
		})
	}
}
