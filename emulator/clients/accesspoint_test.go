package clients

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

const (
	accessPointsWorld = "testdata/accesspoints/world.yaml"
	accessPointARN    = "arn:aws:s3:us-east-1:123456789012:accesspoint/"
)

// TestAccessPointsByARN: with an access point's ARN as the bucket, the SDKs ask for AWS's own
// host names, which the server as their proxy has. The open one lets in whom nothing else
// allows; the closed one refuses in S3's words.
func TestAccessPointsByARN(t *testing.T) {
	t.Parallel()
	programs.Need(t, "aws", "python3")
	file, err := scenarios.Load(accessPointsWorld)
	if err != nil {
		t.Fatal(err)
	}
	_, env := proxied(t, file, "access-points", "app")
	at := target{Region: "us-east-1", Through: env}
	at.AccessKeyID, at.SecretAccessKey = at.setting("AWS_ACCESS_KEY_ID"), at.setting("AWS_SECRET_ACCESS_KEY")
	if at.CA, err = os.ReadFile(at.setting("AWS_CA_BUNDLE")); err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Concat(awsCLIs(), boto3s(), []client{goSDK}) {
		t.Run(strings.ReplaceAll(c.name, "/", " "), func(t *testing.T) {
			t.Parallel()
			c.asksAccessPoints(t, at, accessPointARN+"open", accessPointARN+"closed")
		})
	}
}

// TestAccessPointsByAlias: an alias is a bucket's name to every client, at any address.
func TestAccessPointsByAlias(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		srv := emulatortest.Start(t, "access-points", emulatortest.File(accessPointsWorld))
		c.asksAccessPoints(t, appOf(srv), world.AliasOf(accessPointARN+"open"), world.AliasOf(accessPointARN+"closed"))
	})
}

// asksAccessPoints puts, gets and lists through both, and not at the bucket's own name, which
// allows nothing.
func (c client) asksAccessPoints(t *testing.T, at target, open, closed string) {
	t.Helper()
	folder := t.TempDir()
	sent, came := filepath.Join(folder, "sent"), filepath.Join(folder, "came")
	writeFile(t, sent, noise(70000, 4))
	steps := func(bucket string) []step {
		return []step{
			{Do: "put", Bucket: bucket, Key: "put.txt", File: sent},
			{Do: "get", Bucket: bucket, Key: "put.txt", File: came},
			{Do: "list", Bucket: bucket},
		}
	}
	if keys := c.runAll(t, at, steps(open))[2].Keys; !slices.Equal(keys, []string{"file.txt", "put.txt"}) {
		t.Errorf("listed: %q", keys)
	}
	if sumOf(t, came) != sumOf(t, sent) {
		t.Error("what came is not what was sent")
	}
	for i, o := range c.run(t, at, steps(closed)) {
		if o.Code != "AccessDenied" || !strings.Contains(o.Message, ":accesspoint/closed") ||
			!strings.HasSuffix(o.Message, "with an explicit deny in a resource-based policy") {
			t.Errorf("step %d at the closed one: %+v", i, o)
		}
	}
	for i, o := range c.run(t, at, steps("my-bucket")) {
		if o.Code != "AccessDenied" || !strings.Contains(o.Message, "no identity-based policy allows") {
			t.Errorf("step %d at the bucket: %+v", i, o)
		}
	}
}
