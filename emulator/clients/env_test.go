package clients

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/shell"
)

// TestEnvironmentReachesEverything: with what `s3fault env` prints, a person's
// `aws` of any version reaches S3, s3control, whose host no name server knows, and
// the other services, and nothing else.
func TestEnvironmentReachesEverything(t *testing.T) {
	t.Parallel()
	programs.Need(t, "bash", "aws")
	const scenario = "account-public-access-block"
	srv := emulatortest.Start(t, scenario)
	sc := &emulator.Scenario{Endpoint: srv.Endpoint + "/~" + srv.World, Region: srv.Region}
	settings := append(shell.World(sc, srv.Endpoint+emulator.ControlPrefix),
		shell.Caller(emulator.Caller(srv.Caller("admin")))...)
	for _, aws := range inPath("aws", "/usr/bin/aws") {
		t.Run(strings.Trim(filepath.Dir(aws), "/"), func(t *testing.T) {
			t.Parallel()
			path := filepath.Dir(aws) + string(os.PathListSeparator) + os.Getenv("PATH")
			for command, prints := range map[string]string{
				"aws s3control get-public-access-block --account-id 123456789012": `"RestrictPublicBuckets": true`,
				"aws s3api head-object --bucket my-bucket --key file.txt":         `"ContentLength": 6`,
				"aws sts get-caller-identity":                                     `arn:aws:iam::123456789012:root`,
				"aws s3 ls --endpoint-url https://s3.us-east-1.amazonaws.com":     "Failed to connect to proxy",
			} {
				script := shell.DialectOf("bash").Enter(sc, settings) + command
				stdout, stderr, exit := execute(t, append(environment(t, ""), "PATH="+path, "AWS_MAX_ATTEMPTS=1"), nil, "bash", "-c", script)
				if !strings.Contains(string(stdout)+string(stderr), prints) {
					t.Errorf("%s\nends with %d, prints not %q but\n%s%s", command, exit, prints, stdout, stderr)
				}
			}
		})
	}
}
