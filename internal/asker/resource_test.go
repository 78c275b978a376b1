package asker_test

import (
	"testing"

	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
)

// The keys of the resource's account are those of one account at a time.
func TestKeysOfTheOwner(t *testing.T) {
	a := asks(t, worldtest.Build(t, facts).State, "ann")
	for _, c := range []struct {
		account string
		want    keys
	}{
		{own, keys{"aws:ResourceAccount": own, "aws:ResourceOrgID": "o-exampleorgid", "aws:ResourceOrgPaths": orgPath()}},
		{other, keys{"aws:ResourceAccount": other}},
		{"999999999999", keys{"aws:ResourceAccount": "999999999999"}}, // that the world does not know
		{"", keys{}},
	} {
		ctx := policy.NewContext()
		ctx.Set("aws:userid", "stays")
		for _, earlier := range []string{"aws:ResourceAccount", "s3:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths"} {
			ctx.Set(earlier, "an earlier resource's")
		}
		a.SetOwner(ctx, c.account)
		keysOf(ctx).are(t, c.want.with(keys{"aws:userid": "stays"}))
	}
}

// A bucket's tags are condition keys once it has attribute-based access control, and
// since S3 has that.
func TestKeysOfBucketTags(t *testing.T) {
	const bucket = `
accounts: {123456789012: {}}
buckets: {my-bucket: {owner: 123456789012, tags: {team: red, Stage: prod}`
	for name, c := range map[string]struct {
		facts string
		want  keys
	}{
		"with it":         {bucket + ", abac: true}}", keys{"aws:ResourceTag/team": "red", "s3:BucketTag/team": "red", "aws:ResourceTag/Stage": "prod", "s3:BucketTag/Stage": "prod"}},
		"without":         {bucket + "}}", keys{}},
		"on a day before": {bucket + ", abac: true}}\nas_of: 2025-11-19", keys{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := worldtest.Build(t, c.facts).State
			ctx := policy.NewContext()
			asks(t, s, "").SetBucketTags(ctx, s.Buckets["my-bucket"])
			keysOf(ctx).are(t, c.want)
		})
	}
}
