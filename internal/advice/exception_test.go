package advice_test

import (
	"encoding/json"
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
