package clients

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// TestRcloneWithItsOwnKey: Debian's rclone 1.60 sends a key of its own (SSE-C) over TLS
// alone, which its SDK sees to, and reads back what it wrote. It is told of the authority by
// --ca-cert: with AWS_CA_BUNDLE it dies.
func TestRcloneWithItsOwnKey(t *testing.T) {
	t.Parallel()
	programs.Need(t, "rclone")
	srv := emulatortest.Start(t, "plain", emulatortest.TLS())
	if err := srv.Patch(`{"buckets": {"my-bucket": {"encryption": {"block_ssec": false}}}}`); err != nil {
		t.Fatal(err)
	}
	at := appOf(srv)
	folder := t.TempDir()
	sent, ca := filepath.Join(folder, "sent"), filepath.Join(folder, "ca.pem")
	writeFile(t, sent, noise(70000, 3))
	writeFile(t, ca, srv.CA)
	rclone := func(endpoint, command string, args ...string) (string, int) {
		remote := ":s3,provider=Other,force_path_style=true,acl=bucket-owner-full-control,region=" + at.Region +
			",access_key_id='" + at.AccessKeyID + "',secret_access_key='" + at.SecretAccessKey +
			"',sse_customer_algorithm=AES256,sse_customer_key='0123456789abcdef0123456789abcdef',endpoint='" + endpoint + "':my-bucket/secret"
		for i, arg := range args {
			args[i] = strings.Replace(arg, "REMOTE", remote, 1)
		}
		args = append([]string{command, "--ca-cert", ca, "--retries=1", "--low-level-retries=1"}, args...)
		stdout, stderr, exit := execute(t, environment(t, ""), nil, "rclone", args...)
		return string(stdout) + string(stderr), exit
	}
	plain := strings.Replace(at.Endpoint, "https://", "http://", 1)
	if said, exit := rclone(plain, "copyto", sent, "REMOTE"); exit == 0 || !strings.Contains(said, "cannot send SSE keys over HTTP") {
		t.Errorf("over plain HTTP it ends with %d: %s", exit, said)
	}
	for _, args := range [][]string{{sent, "REMOTE"}, {"REMOTE", filepath.Join(folder, "came")}} {
		if said, exit := rclone(at.Endpoint, "copyto", args...); exit != 0 {
			t.Fatalf("it ends with %d: %s", exit, said)
		}
	}
	if sumOf(t, filepath.Join(folder, "came")) != sumOf(t, sent) {
		t.Error("what came is not what was sent")
	}
}
