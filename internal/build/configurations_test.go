package build_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// What S3 would refuse of a bucket's configuration, a scenario file cannot have.
func TestBadConfigurations(t *testing.T) {
	const one = `{id: one, arn: "arn:aws:sqs:us-east-1:123456789012:queue", events: ["s3:ObjectCreated:*"], prefix: in/, suffix: ""}`
	const old = `{id: old, status: Disabled, prefix: "", destination: {bucket: source}}`
	for _, row := range []struct{ name, old, new, want string }{
		{"an unknown event", "s3:ObjectCreated:*\"], prefix", "s3:ObjectMade\"], prefix", "The event is not supported for notifications"},
		{"no event", `events: ["s3:ObjectCreated:*"], prefix: in/`, "events: []", "event"},
		{"the same id", one, one + "\n            - " + one, "Same ID used for multiple configurations. IDs must be unique"},
		{"an overlap", one, one + "\n            - {id: two, arn: \"arn:aws:sns:us-east-1:123456789012:topic\", events: [\"s3:ObjectCreated:Put\"]}",
			"Configurations overlap. Configurations on the same bucket cannot share a common event type."},
		{"a prefix beside a filter", "filter: {prefix: in/, tags: {team: red}}", "prefix: in/\n              filter: {}", "a rule has either a prefix"},
		{"neither", "filter: {prefix: in/, tags: {team: red}}", "", "a rule has either a prefix"},
		{"no key", `, kms_key: "arn:aws:kms:us-east-1:123456789012:key/1"`, "", "EncryptionConfiguration must be specified"},
		{"no metrics", "metrics: Enabled, threshold", "threshold", "there is a threshold for metrics, and no metrics"},
		{"an owner without an account", "account: 123456789012, storage_class", "storage_class", "Account must be specified"},
		{"no word of delete markers", "delete_markers: Disabled", "", "DeleteMarkerReplication must be specified"},
		{"delete markers by tags", "delete_markers: Disabled", "delete_markers: Enabled", "Delete marker replication is not supported"},
		{"two of an id", old, old + ", " + old, "Rule Id must be unique"},
		{"no bucket's name", "destination: {bucket: source}", "destination: {bucket: S}", `"S" is no name of a bucket`},
		{"too many grants", "grants: [", "grants: [" + strings.Repeat("{id: a, permission: READ}, ", 100), "at most 100 grants"},
	} {
		refusedWith(t, row.name, row.old, row.new, row.want)
	}
}

func refusedWith(t *testing.T, name, old, replacement, want string) {
	t.Helper()
	given := text(t, "rest")
	if strings.Count(given, old) == 0 {
		t.Fatalf("%s: the file has no %q", name, old)
	}
	_, err := scenarios.Parse("world.yaml", []byte(strings.Replace(given, old, replacement, 1)))
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s is told: %v, want %s", name, err, want)
	}
}
