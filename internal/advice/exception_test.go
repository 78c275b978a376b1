package advice_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A Deny that spares some principals is split into copies of which no two say the same.
func TestNoCopyTwice(t *testing.T) {
	const spares = `{ArnNotLike: {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ci"}`
	for name, condition := range map[string]string{
		"some principals":                spares + `}`,
		"some principals, some networks": spares + `, NotIpAddress: {"aws:SourceIp": "192.0.2.0/24"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, denying(condition, `network: {source_ip: 198.51.100.7}`), get("ann")).on()
			split := 0
			for _, p := range append(a.Others, a.Proposal) {
				if strings.Contains(p.Changes[0].Text, "it is split in") {
					split++
					differ(t, p)
				}
			}
			if split == 0 {
				t.Errorf("nothing is split: %s", told(&a.Proposal))
			}
		})
	}
}

// No list of all other actions stands in the place of a pattern: what is about S3 alone has NotAction, and
// of an RCP the requester is spared.
func TestNoListOfAllOthers(t *testing.T) {
	boundary := ann(annAll+`, permissions_boundary: `+with(mayAll, `{Sid: NoProd, Effect: Deny, Action: "s3:*", `+
		`Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]}`), bucket)
	rcp := ann(annAll, bucket, `organization: {id: o-exampleorgid, management_account: 333333333333, rcps: {no: {policy: `+
		with(`{Sid: Never, Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*"}`)+
		`}}, root: {rcps: [no], accounts: {123456789012: {}}}}`)
	for name, c := range map[string]struct{ facts, says string }{
		"a boundary": {boundary, `"NotAction":"s3:GetObject"`},
		"an RCP":     {rcp, `"ArnNotEquals":{"aws:PrincipalArn":"` + annARN + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, c.facts, get("ann")).on()
			if found := slices.ContainsFunc(append(a.Others, a.Proposal), func(p journal.Proposal) bool {
				patch, _ := json.Marshal(p.Patch)
				return strings.Contains(string(patch), c.says) && !strings.Contains(string(patch), "s3:GetA*")
			}); !found {
				t.Errorf("no proposal has %s: %s", c.says, told(&a.Proposal))
			}
		})
	}
}

// differ: the statements of the bucket's policy that the patch has differ in more than their Sid.
func differ(t *testing.T, p journal.Proposal) {
	t.Helper()
	var written struct {
		Buckets map[string]struct {
			Policy struct{ Statement []map[string]any }
		}
	}
	patch, _ := json.Marshal(p.Patch)
	if err := json.Unmarshal(patch, &written); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range written.Buckets["my-bucket"].Policy.Statement {
		delete(s, "Sid")
		text, _ := json.Marshal(s)
		if seen[string(text)] {
			t.Errorf("it stands twice: %s", text)
		}
		seen[string(text)] = true
	}
}
