package clients

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/scenarios"
)

// throughProxy is the environment of programs that have a server as their proxy, and no
// endpoint: as the caller of a scenario, and in its world.
func throughProxy(t *testing.T, scenario, caller string) []string {
	t.Helper()
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	_, env := proxied(t, library, scenario, caller)
	return env
}

// proxied serves a file to programs that have the server as their proxy: its address, and
// their environment.
func proxied(t *testing.T, file *scenarios.File, scenario, caller string) (base string, env []string) {
	t.Helper()
	a, err := authority.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{
		File: file, Scenario: file.Names()[0], Responses: "aws", TLS: a.Config(), CA: a.PEM(), CAFile: a.CertificateFile(),
	})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.Loopback(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	sc, err := s.Describe(scenario, base)
	if err != nil {
		t.Fatal(err)
	}
	files, err := shell.Keep(t.TempDir(), a.PEM())
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy.User = url.UserPassword(scenario, "x")
	client := shell.Client{Name: caller, Caller: sc.Callers[caller]}
	_, settings, err := client.Into(sc, base+emulator.ControlPrefix, func(sc *emulator.Scenario) []shell.Setting {
		return append(shell.Proxied(sc, proxy.String(), "amazonaws.com"), shell.Trust(files)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return base, shell.Apply(environment(t, ""), settings)
}

// notAWS is what each program is told of a host that is not AWS's.
const notAWS = "s3fault is a proxy for AWS alone and has no example.com"

// Programs without any setting of their own reach the world that denies them, in S3's
// words, and nothing that is not AWS's.
func TestUnmodifiedPrograms(t *testing.T) {
	t.Parallel()
	programs.Need(t, "python3", "ruby", "go")
	env := throughProxy(t, "ip-deny", "app")
	denied := `AccessDenied User: arn:aws:iam::123456789012:user/my-user is not authorized to perform: s3:GetObject on resource: ` +
		`"arn:aws:s3:::my-bucket/file.txt" with an explicit deny in a resource-based policy` + "\n"
	binary := filepath.Join(t.TempDir(), "program")
	if out, err := programs.Go(t.Context(), "build", "-o", binary, "testdata/proxy/program.go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	commands := map[string][]string{"ruby": {"ruby", "testdata/proxy/program.rb"}, "go": {binary}}
	for _, p := range pythonsWithBoto3() {
		commands["boto3 "+p.version] = []string{p.path, "testdata/proxy/program.py"}
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, exit := execute(t, env, nil, command[0], command[1:]...)
			rest, ok := strings.CutPrefix(string(stdout), denied)
			if !ok || !strings.Contains(rest, notAWS) {
				t.Errorf("it ends with %d and prints\n%s%s\nwant\n%s%s", exit, stdout, stderr, denied, notAWS)
			}
		})
	}
}

// The AWS CLI reaches all services under their own names, S3 Control among them.
func TestAWSCLIThroughTheProxy(t *testing.T) {
	t.Parallel()
	programs.Need(t, "aws")
	env := append(throughProxy(t, "plain", "admin"), "AWS_MAX_ATTEMPTS=1")
	for _, aws := range inPath("aws", "/usr/bin/aws") {
		t.Run(strings.Trim(filepath.Dir(aws), "/"), func(t *testing.T) {
			t.Parallel()
			for command, prints := range map[string]string{
				"s3 cp s3://my-bucket/file.txt -": "hello",
				"s3 ls":                           "my-bucket",
				"sts get-caller-identity":         "arn:aws:iam::123456789012:root",
				"iam list-users":                  `"UserName": "my-user"`,
				"kms list-keys":                   `"KeyArn": "arn:aws:kms:us-east-1:123456789012:key/`,
				"ec2 describe-vpc-endpoints":      `"VpcEndpoints": []`,
				"s3control get-public-access-block --account-id 123456789012": "NoSuchPublicAccessBlockConfiguration",
				"dynamodb list-tables": "Failed to connect to proxy",
			} {
				stdout, stderr, exit := execute(t, env, nil, aws, strings.Fields(command)...)
				if !strings.Contains(string(stdout)+string(stderr), prints) {
					t.Errorf("aws %s\nends with %d, prints not %q but\n%s%s", command, exit, prints, stdout, stderr)
				}
			}
		})
	}
}

// curl, rclone for AWS (which wants the names of buckets in front of the host) and restic.
func TestOthersThroughTheProxy(t *testing.T) {
	t.Parallel()
	programs.Need(t, "bash", "curl", "rclone", "restic", "s3cmd")
	env := append(throughProxy(t, "plain", "app"), "RESTIC_PASSWORD=x", "RCLONE_CONFIG_AWS_TYPE=s3", "RCLONE_CONFIG_AWS_PROVIDER=AWS",
		"RCLONE_CONFIG_AWS_ENV_AUTH=true", "RCLONE_CONFIG_AWS_REGION=us-east-1", "RCLONE_CONFIG_AWS_ACL=bucket-owner-full-control")
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "one"), []byte("one\n"))
	for command, prints := range map[string]string{
		`curl -sS https://my-bucket.s3.us-east-1.amazonaws.com/file.txt`: "<Code>AccessDenied</Code>",
		`curl -sS https://example.com/`:                                  "CONNECT tunnel failed, response 403",
		`env -u AWS_CA_BUNDLE rclone sync . aws:my-bucket/tree && env -u AWS_CA_BUNDLE rclone check . aws:my-bucket/tree`:     "0 differences found",
		`restic -q -r s3:s3.amazonaws.com/my-bucket/restic init && restic -r s3:s3.amazonaws.com/my-bucket/restic backup one`: "snapshot",
		`proxy=${HTTPS_PROXY#*@}; printf '[default]\nca_certs_file=%s\nproxy_host=%s\nproxy_port=%s\n' "$AWS_CA_BUNDLE" ` +
			`"${proxy%:*}" "${proxy#*:}" >s3cfg; s3cmd -c s3cfg ls s3://my-bucket`: "s3://my-bucket/file.txt",
	} {
		t.Run(strings.Fields(command)[0], func(t *testing.T) {
			stdout, stderr, exit := execute(t, env, nil, "bash", "-c", "cd "+dir+" && "+command)
			if !strings.Contains(string(stdout)+string(stderr), prints) {
				t.Errorf("%s\nends with %d, prints not %q but\n%s%s", command, exit, prints, stdout, stderr)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "s3cfg")); err != nil {
		t.Error(err)
	}
}
