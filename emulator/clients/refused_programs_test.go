package clients

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// refusedProgram is a program by its version, and what a person types to read an object and to
// write one, in bash after testdata/refused.sh: $AT is the endpoint, $HOST and $PORT its parts,
// $KEY what is read, `sent` the file that is written, and $ACL the canned ACL that it is to have; a program without a way
// to set one has no acl.
type refusedProgram struct{ name, read, write, acl string }

// scripts are those by the way, "read" and "write", that the world is about.
func (p refusedProgram) scripts(w refusedWorld) map[string]string {
	all := map[string]string{}
	if w.reads && p.read != "" {
		all["read"] = p.read
	}
	if write := p.write; w.writes && w.acl == "" && write != "" {
		all["write"] = write
	}
	if w.acl != "" && p.acl != "" {
		all["write"] = p.acl
	}
	return all
}

func refusedPrograms(t *testing.T) []refusedProgram {
	t.Helper()
	version := regexp.MustCompile(`[0-9]+\.[0-9]+(\.[0-9]+)*`)
	of := func(name string, args ...string) string {
		return name + " " + version.FindString(versionOf(name, args...))
	}
	const (
		rclone = "rclone copyto sent s:my-bucket/new.txt"
		s3cmd  = "s3cmd put sent s3://my-bucket/new.txt"
	)
	all := []refusedProgram{
		{of("rclone", "version"), "rclone copyto s:my-bucket/$KEY came", rclone, rclone},
		{of("rclone", "version") + " sync", "", "mkdir five; cp sent five; rclone sync five s:my-bucket/five", ""},
		{of("restic", "version") + " snapshots, init", "restic snapshots", "restic init", ""},
		{of("s3cmd", "--version"), "s3cmd get s3://my-bucket/$KEY came", s3cmd, s3cmd + " --acl-public"},
		{"mc " + versionOfMC(t), "mc cat s/my-bucket/$KEY", "mc cp sent s/my-bucket/new.txt", ""},
		{of("duplicity", "--version"), "", "mkdir folder; cp sent folder; duplicity folder boto3+s3://my-bucket/backup", ""},
		{of("s3fs", "--version"), "mounted cat mounted/$KEY", "mounted cp sent mounted/new.txt", ""},
		{of("s3fs", "--version") + " echo", "", "mounted bash -c 'echo sent >mounted/new.txt'", ""},
	}
	for _, aws := range awsPrograms() {
		s3 := aws.path + " --endpoint-url $AT s3 cp "
		all = append(all, refusedProgram{strings.ReplaceAll(aws.version, "/", " "), s3 + "s3://my-bucket/$KEY came",
			s3 + "sent s3://my-bucket/new.txt", s3 + "--acl $ACL sent s3://my-bucket/new.txt"})
	}
	for _, p := range pythonsWithBoto3() {
		all = append(all, boto3Refused(p))
	}
	return append(all, nodeRefused(t)...)
}

// versionOfMC is that of its module: mc itself knows none that was installed by go install.
func versionOfMC(t *testing.T) string {
	t.Helper()
	path, err := programs.Find("mc")
	if err != nil {
		t.Fatal(err)
	}
	told, err := programs.Go(t.Context(), "version", "-m", path).Output()
	module := regexp.MustCompile(`\tmod\tgithub.com/minio/mc\tv0\.0\.0-(\d{8})`).FindSubmatch(told)
	if err != nil || module == nil {
		t.Fatalf("of which version mc is: %v %s", err, told)
	}
	return string(module[1])
}

func boto3Refused(p python) refusedProgram {
	call := func(what string) string {
		return p.path + ` -c 'import boto3, os
s3 = boto3.client("s3", endpoint_url=os.environ["AT"])
s3.` + what + `'`
	}
	return refusedProgram{"boto3 " + p.version, call(`download_file("my-bucket", os.environ["KEY"], "came")`),
		call(`upload_file("sent", "my-bucket", "new.txt")`),
		call(`upload_file("sent", "my-bucket", "new.txt", ExtraArgs={"ACL": os.environ["ACL"]})`)}
}

// nodeRefused are packages of npm.
func nodeRefused(t *testing.T) []refusedProgram {
	t.Helper()
	script := func(setting, call string) string {
		return "cat >call.mjs <<'END'\nconst { AT, HOST, PORT, KEY, ACL } = process.env;\n" +
			"const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env;\n" +
			setting + call + "\nEND\nnode call.mjs"
	}
	const (
		sdk = `import { S3 } from "@aws-sdk/client-s3";
const s3 = new S3({ endpoint: AT, forcePathStyle: true });
`
		minio = `import { Client } from "minio";
const s3 = new Client({ endPoint: HOST.split(":")[0], port: Number(PORT), useSSL: false, accessKey, secretKey });
`
		lancedb = `import { connect } from "@lancedb/lancedb";
const db = await connect("s3://my-bucket/db", { storageOptions: { awsEndpoint: AT, allowHttp: "true" } });
`
	)
	return []refusedProgram{
		{npm(t, "@aws-sdk/client-s3"), script(sdk, `await s3.getObject({ Bucket: "my-bucket", Key: KEY });`),
			script(sdk, `await s3.putObject({ Bucket: "my-bucket", Key: "new.txt", Body: "sent" });`),
			script(sdk, `await s3.putObject({ Bucket: "my-bucket", Key: "new.txt", Body: "sent", ACL });`)},
		{npm(t, "minio"), script(minio, `await s3.getObject("my-bucket", KEY);`),
			script(minio, `await s3.putObject("my-bucket", "new.txt", "sent");`),
			script(minio, `await s3.putObject("my-bucket", "new.txt", "sent", 4, { "x-amz-acl": ACL });`)},
		{npm(t, "@lancedb/lancedb"), "", script(lancedb, `await db.createTable("t", [{ id: 1, vector: [1, 2] }]);`), ""},
	}
}

// npm is a package with the version that is installed.
func npm(t *testing.T, pkg string) string {
	t.Helper()
	modules, err := nodeModules()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(modules, pkg, "package.json"))
	var p struct{ Version string }
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pkg + " " + p.Version
}
