package clients

import (
	"encoding/base64"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

const denyDecrypt = `{"accounts": {"123456789012": {"users": {"my-user": {"policies": {"guard": {"Version": "2012-10-17",
	"Statement": [{"Sid": "NoDecrypt", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}]}}}}}}}`

// TestEnvelope: the AWS Encryption SDK for JavaScript encrypts under a KMS key of the world,
// stores, reads and decrypts. With kms:Decrypt denied, what was stored is read and not opened,
// in KMS's words.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	programs.Need(t, "node")
	modules, err := nodeModules()
	if err != nil {
		t.Fatal(err)
	}
	srv := emulatortest.Start(t, "kms-envelope", emulatortest.File("testdata/envelope/world.yaml"))
	at := appOf(srv)
	env := append(environment(t, ""), "AWS_ACCESS_KEY_ID="+at.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+at.SecretAccessKey,
		"AWS_REGION="+at.Region, "AWS_ENDPOINT_URL="+at.Endpoint)
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	do := func(place, text string) (stdout, stderr string, exit int) {
		out, diagnostics, exit := execute(t, env, []byte(text), "node",
			filepath.Join("testdata", "javascript", "envelope.mjs"), modules, place, key)
		return string(out), string(diagnostics), exit
	}
	secret := strings.Repeat("what nobody else reads; ", 500)
	sealed, stderr, exit := do("seal", secret)
	message, err := base64.StdEncoding.DecodeString(sealed)
	if exit != 0 || err != nil || len(message) < len(secret) || strings.Contains(string(message), "nobody") {
		t.Fatalf("sealed: %d bytes, %v, it ends with %d: %s", len(message), err, exit, stderr)
	}
	if opened, stderr, exit := do("open", ""); opened != secret || exit != 0 {
		t.Errorf("opened: %q, it ends with %d: %s", opened, exit, stderr)
	}
	if err := srv.Patch(denyDecrypt); err != nil {
		t.Fatal(err)
	}
	opened, stderr, exit := do("open", "")
	if exit == 0 || opened != "" || !strings.Contains(stderr, "is not authorized to perform: kms:Decrypt on resource: "+key+
		" with an explicit deny in an identity-based policy") {
		t.Errorf("with kms:Decrypt denied it ends with %d: %q %s", exit, opened, stderr)
	}
	seen(t, srv, "GenerateDataKey ", "PutObject ", "GetObject ", "Decrypt ", "GetObject ", "Decrypt AccessDeniedException")
}

// seen holds the journal against the operations with their codes.
func seen(t *testing.T, srv *emulatortest.Server, want ...string) {
	t.Helper()
	var operations []string
	for _, e := range srv.Requests() {
		operations = append(operations, e.Operation+" "+e.Code)
	}
	if !slices.Equal(operations, want) {
		t.Errorf("the world has seen %q, want %q", operations, want)
	}
}
