package advice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A visitor who has not signed is not sent to the root user: the page is missing, the newest version
// needs no number, and to read versions is another permission.
func TestVisitors(t *testing.T) {
	const (
		newest = "PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k"
		world  = `
accounts: {123456789012: {}}
callers: {admin: {account: 123456789012, root: true}}
buckets: {my-bucket: {owner: 123456789012, versioning: Enabled, public_access_block: none, objects: {v: ` +
			`{body: x, version_id: ` + newest + `}}, policy: {Version: 2012-10-17, ` +
			`Statement: [{Sid: P, Effect: Allow, Principal: "*", Action: "s3:GetObject", ` +
			`Resource: "arn:aws:s3:::my-bucket/*"}]}}}`
	)
	for name, c := range map[string]struct {
		target string
		texts  []string
	}{
		"the newest version": {"v?versionId=" + newest, []string{"ask without versionId", "add s3:GetObjectVersion to"}},
		"a missing page":     {"missing.html", []string{"put the object missing.html into my-bucket"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, world, s3("", "GET", "/my-bucket/"+c.target)).on()
			all := slices.Concat([]journal.Proposal{a.Proposal}, a.Others)
			for i := range all {
				if strings.Contains(told(&all[i]), ":root") {
					t.Errorf("the root user is to do it:\n%s", told(&all[i]))
				}
				if i < len(c.texts) && !strings.HasPrefix(all[i].Changes[0].Text, c.texts[i]) {
					t.Errorf("proposal %d is\n%s\nwant %s", i, told(&all[i]), c.texts[i])
				}
			}
			if len(all) < len(c.texts) {
				t.Errorf("%d proposals, want %d", len(all), len(c.texts))
			}
		})
	}
}
