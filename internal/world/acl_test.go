package world

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
)

// grantsOf writes an ACL as "GRANTEE PERMISSION, ..." with short names.
func grantsOf(acl authz.ACL) string {
	var all []string
	for i := range acl {
		all = append(all, acl[i].Grantee.String()+" "+string(acl[i].Permission))
	}
	return strings.Join(all, ", ")
}

func TestCannedACLs(t *testing.T) {
	want := map[string]string{
		"private":                   "writer FULL_CONTROL",
		"public-read":               "writer FULL_CONTROL, the group AllUsers READ",
		"public-read-write":         "writer FULL_CONTROL, the group AllUsers READ, the group AllUsers WRITE",
		"authenticated-read":        "writer FULL_CONTROL, the group AuthenticatedUsers READ",
		"aws-exec-read":             "writer FULL_CONTROL, " + bundleReader + " READ",
		"bucket-owner-read":         "writer FULL_CONTROL, owner READ",
		"bucket-owner-full-control": "writer FULL_CONTROL, owner FULL_CONTROL",
		"log-delivery-write":        "writer FULL_CONTROL, the group LogDelivery WRITE, the group LogDelivery READ_ACP",
	}
	names := CannedACLs()
	if len(names) != len(want) {
		t.Fatalf("%d names, want %d", len(names), len(want))
	}
	for _, name := range names {
		acl, ok := CannedACL(name, "writer", "owner")
		if got := grantsOf(acl); !ok || got != want[name] {
			t.Errorf("%s grants %q, want %q", name, got, want[name])
		}
	}
	for _, name := range []string{"bucket-owner-read", "bucket-owner-full-control"} {
		if acl, _ := CannedACL(name, "owner", "owner"); grantsOf(acl) != "owner FULL_CONTROL" {
			t.Errorf("%s of the bucket's owner grants %q", name, grantsOf(acl))
		}
	}
	for _, name := range []string{"", "Private", "public"} {
		if acl, ok := CannedACL(name, "writer", "owner"); ok || acl != nil {
			t.Errorf("%q is a canned ACL", name)
		}
	}
}

func TestCanonicalIDs(t *testing.T) {
	s, err := (&State{Accounts: map[string]*Account{"123456789012": {}}}).Seal()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.CanonicalID(Anonymous); got != AnonymousID {
		t.Errorf("nobody is %s", got)
	}
	if a := s.AccountWith(s.CanonicalID("123456789012")); a == nil || a.ID != "123456789012" {
		t.Errorf("the account is %v", a)
	}
	if a := s.AccountWith(CanonicalID("210987654321")); a != nil {
		t.Errorf("nobody declared %v", a)
	}
}
