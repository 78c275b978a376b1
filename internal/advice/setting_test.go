package advice_test

import (
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// Who did not sign is told to. Block Public Access is turned off wherever the setting is on,
// and only that setting.
func TestPublicAccess(t *testing.T) {
	const (
		block  = `public_access_block: {block_public_acls: true, ignore_public_acls: true}`
		public = `object_ownership: ObjectWriter, objects: {k: {body: x, acl: public-read}}`
	)
	for name, c := range map[string]struct {
		account, bucket string
		text, patch     string
	}{
		"of the bucket": {``, block, `turn IgnorePublicAcls off for the bucket my-bucket`,
			`{"buckets":{"my-bucket":{"public_access_block":{"ignore_public_acls":false}}}}`},
		"of the account": {block, `public_access_block: {block_public_acls: true}`,
			`turn IgnorePublicAcls off for the account 123456789012`,
			`{"accounts":{"123456789012":{"public_access_block":{"ignore_public_acls":false}}}}`},
		"of both": {block, block, `turn IgnorePublicAcls off for the bucket my-bucket and the account 123456789012`,
			`{"accounts":{"123456789012":{"public_access_block":{"ignore_public_acls":false}}},"buckets":{"my-bucket":{"public_access_block":{"ignore_public_acls":false}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t,
				`accounts: {123456789012: {`+c.account+`}}`+"\nbuckets: {my-bucket: {owner: 123456789012, "+c.bucket+", "+public+`}}`, get("")).on()
			if a.Class != journal.OfRequest {
				t.Errorf("nobody signed, and first is %+v", a.Proposal)
			}
			a = of(t, a, journal.OfGuard)
			says(t, a, c.text)
			patches(t, a, c.patch)
		})
	}
}

func TestOwnership(t *testing.T) {
	a := try(t, ann(annAll, `buckets: {my-bucket: {owner: 123456789012, object_ownership: BucketOwnerEnforced, `+
		`public_access_block: none}}`), s3("ann", "PUT", "/my-bucket/k", "x-amz-acl", "public-read")).on()
	if a.Class != journal.OfRequest || len(a.Patch) > 0 {
		t.Errorf("first is %+v", a.Proposal)
	}
	a = of(t, a, journal.OfGuard)
	says(t, a, `choose BucketOwnerPreferred as the Object Ownership of the bucket my-bucket`)
	patches(t, a, `{"buckets":{"my-bucket":{"object_ownership":"BucketOwnerPreferred"}}}`)
}

// The version is left alone, and else what protects it is taken away, one protection after
// the other.
func TestLocks(t *testing.T) {
	const version = "PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k"
	for name, c := range map[string]struct {
		lock  string
		class journal.Class
		texts []string
	}{
		"a legal hold": {`legal_hold: true`, journal.OfGuard, []string{`take the legal hold from k`}},
		"a retention": {`retention: {mode: COMPLIANCE, until: 2026-12-01T00:00:00Z}`, journal.OfRequest,
			[]string{`delete the object without naming its version: S3 puts a delete marker in front, and keeps the version`}},
		"both": {`legal_hold: true, retention: {mode: COMPLIANCE, until: 2026-12-01T00:00:00Z}`, journal.OfGuard,
			[]string{`take the legal hold from k`, `wait until 2026-12-01T00:00:00Z, when the retention ends; here, ` +
				`clock: {now: 2026-12-01T00:00:00Z}`}},
		"an event hold": {`retention: {mode: COMPLIANCE, until: 2026-12-01T00:00:00Z}, event_hold: {days: 30}`,
			journal.OfGuard,
			[]string{`release the event hold of k, and wait the 30 days that it keeps the version from then on`}},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, ann(annAll, `buckets: {my-bucket: {owner: 123456789012, versioning: Enabled, object_lock: {}, `+
				`objects: {k: {body: x, version_id: `+version+`, `+c.lock+`}}}}`),
				s3("ann", "DELETE", "/my-bucket/k?versionId="+version)).on()
			says(t, of(t, a, c.class), c.texts...)
			if a.Class != journal.OfRequest {
				t.Errorf("first is %+v", a.Proposal)
			}
		})
	}
}

// A missing object is masked by who may not list: the Allow is for listing, with the
// name of the layer that is behind the mask.
func TestMask(t *testing.T) {
	a := try(t, ann(`policies: {gets: `+with(`{Effect: Allow, Action: "s3:GetObject", Resource: "*"}`)+`}`, bucket),
		s3("ann", "GET", "/my-bucket/missing")).on()
	says(t, a,
		`write the inline policy allow-s3-ListBucket of the user ann: {"Action":"s3:ListBucket","Effect":"Allow","Resource":"arn:aws:s3:::my-bucket"}`)
	if a.Changes[0].Layer != "identity" {
		t.Errorf("the layer is %s", a.Changes[0].Layer)
	}
}
