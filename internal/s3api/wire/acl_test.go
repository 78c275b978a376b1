package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

func FuzzGrantHeaders(f *testing.F) {
	f.Add(`id="`+world.CanonicalID("999988887777")+`"`, `uri="`+authz.AllUsers+`", emailAddress=a`)
	f.Add("id=,", "=")
	f.Fuzz(func(t *testing.T, read, full string) {
		sent := map[string]string{"x-amz-grant-read": read, "x-amz-grant-full-control": full}
		acl, err := HeaderGrants(func(name string) string { return sent[name] }, errors.New("by e-mail"))
		if err != nil {
			return
		}
		if want := grantees(read) + grantees(full); len(acl) != want {
			t.Fatalf("%q, %q: %d grants, want %d", read, full, len(acl), want)
		}
		for _, g := range acl {
			if (g.Grantee.Group == "") == (g.Grantee.CanonicalID == "") {
				t.Fatalf("%q, %q: %v", read, full, g)
			}
		}
	})
}

// grantees is how many a header names.
func grantees(header string) int {
	if header == "" {
		return 0
	}
	return strings.Count(header, ",") + 1
}
