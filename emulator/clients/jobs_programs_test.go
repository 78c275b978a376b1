package clients

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// rcloneJob: Debian's 1.60 sends `x-amz-acl: private` unless told otherwise, which a bucket
// of 2023 and later refuses; and it takes ü and u with a diaeresis for one name.
func rcloneJob(j *job) {
	for name, value := range map[string]string{
		"type": "s3", "provider": "Other", "force_path_style": "true", "acl": "bucket-owner-full-control",
		"region": j.at.Region, "endpoint": j.at.Endpoint,
		"access_key_id": j.at.AccessKeyID, "secret_access_key": j.at.SecretAccessKey,
		"upload_cutoff": "5M", "chunk_size": "5M", "copy_cutoff": "6M",
	} {
		j.env = append(j.env, "RCLONE_CONFIG_S_"+strings.ToUpper(name)+"="+value)
	}
	rclone := func(args ...string) {
		j.runs("rclone", append(args, "--no-unicode-normalization", "--retries=1", "--low-level-retries=1")...)
	}
	const bucket = "s:jobs-rclone"
	rclone("mkdir", bucket)
	rclone("sync", j.file("tree"), bucket+"/tree")
	rclone("check", "--download", j.file("tree"), bucket+"/tree")
	rclone("copy", bucket+"/tree", bucket+"/copied")
	rclone("sync", bucket+"/copied", j.file("came"))
	j.same("tree", "came")
	rclone("copyto", j.file("big"), bucket+"/big file")
	rclone("copyto", bucket+"/big file", bucket+"/big+copy")
	rclone("copyto", bucket+"/big+copy", j.file("big came"))
	j.same("big", "big came")
	rclone("purge", bucket)
}

func resticJob(j *job) {
	j.env = append(j.env, "RESTIC_REPOSITORY=s3:"+j.at.Endpoint+"/my-bucket/restic", "RESTIC_PASSWORD=example")
	j.runs("restic", "init")
	j.runs("restic", "backup", j.folder)
	j.write("tree/later", noise(5000, 99))
	j.runs("restic", "backup", j.folder)
	j.runs("restic", "forget", "--keep-last=1", "--prune")
	j.says("no errors were found", "restic", "check", "--read-data")
	came, err := os.MkdirTemp("", "s3fault-restic-") // not in the folder that is kept
	if err != nil {
		j.Fatal(err)
	}
	j.Cleanup(func() { os.RemoveAll(came) })
	j.runs("restic", "restore", "latest", "--target", came)
	relative, err := filepath.Rel(j.folder, filepath.Join(came, j.folder))
	if err != nil {
		j.Fatal(err)
	}
	j.same(".", relative)
	var snapshots []any
	if said := j.runs("restic", "snapshots", "--json"); json.Unmarshal([]byte(said), &snapshots) != nil || len(snapshots) != 1 {
		j.Errorf("snapshots after forget: %s", said)
	}
}

func s3cmdJob(j *job) {
	at, err := url.Parse(j.at.Endpoint)
	if err != nil {
		j.Fatal(err)
	}
	j.write("s3cfg", []byte("[default]\naccess_key = "+j.at.AccessKeyID+"\nsecret_key = "+j.at.SecretAccessKey+
		"\nhost_base = "+at.Host+"\nhost_bucket = "+at.Host+"\nuse_https = False\nbucket_location = "+j.at.Region+
		"\nmultipart_chunk_size_mb = 5\n"))
	args := func(args ...string) []string { return append([]string{"-c", j.file("s3cfg")}, args...) }
	s3cmd := func(more ...string) { j.runs("s3cmd", args(more...)...) }
	const bucket = "s3://jobs-s3cmd"
	s3cmd("mb", bucket)
	s3cmd("sync", j.file("tree")+"/", bucket+"/tree/")
	s3cmd("sync", bucket+"/tree/", j.file("came")+"/")
	j.same("tree", "came")
	s3cmd("put", j.file("big"), bucket+"/big")
	j.says("20971520", "s3cmd", args("info", bucket+"/big")...)
	s3cmd("cp", bucket+"/big", bucket+"/big+copy")
	s3cmd("mv", bucket+"/big+copy", bucket+"/big moved")
	s3cmd("get", bucket+"/big moved", j.file("big came"))
	j.same("big", "big came")
	j.write("rules.xml", []byte(`<LifecycleConfiguration><Rule><ID>logs</ID><Prefix>logs/</Prefix><Status>Enabled</Status>`+
		`<Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>`))
	s3cmd("setlifecycle", j.file("rules.xml"), bucket)
	j.says("<ID>logs</ID>", "s3cmd", args("getlifecycle", bucket)...)
	s3cmd("dellifecycle", bucket)
	s3cmd("setacl", "--acl-private", bucket+"/big")
	s3cmd("rb", "--recursive", "--force", bucket)
}

func duplicityJob(j *job) {
	j.env = append(j.env, "PASSPHRASE=example")
	const at = "boto3+s3://my-bucket/duplicity"
	duplicity := func(args ...string) {
		j.runs("duplicity", append(args, "--no-encryption", "--s3-endpoint-url="+j.at.Endpoint, "--s3-region-name="+j.at.Region,
			"--archive-dir="+j.file("archive"), "--num-retries=1", "--volsize=5")...)
	}
	j.write("tree/big", noise(8<<20, 14))
	duplicity("full", j.file("tree"), at)
	j.write("tree/later", noise(5000, 99))
	duplicity("incr", j.file("tree"), at)
	duplicity("verify", "--compare-data", at, j.file("tree"))
	duplicity("restore", at, j.file("came"))
	j.same("tree", "came")
	duplicity("remove-all-but-n-full", "1", "--force", at)
	duplicity("collection-status", at)
}

// s3fsJob mounts the bucket, and works in it as in a folder.
func s3fsJob(j *job) {
	if file, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0); err != nil {
		j.Skip("skipped: no mount can be made here: ", err)
	} else {
		file.Close()
	}
	j.write("passwd", []byte(j.at.AccessKeyID+":"+j.at.SecretAccessKey))
	mounted := j.file("mounted")
	if err := os.Mkdir(mounted, 0o700); err != nil {
		j.Fatal(err)
	}
	mount := func() {
		j.runs("s3fs", "my-bucket", mounted, "-o", "passwd_file="+j.file("passwd"), "-o", "url="+j.at.Endpoint,
			"-o", "use_path_request_style", "-o", "endpoint="+j.at.Region, "-o", "multipart_size=5", "-o", "retries=1")
	}
	unmount := func() { j.runs("fusermount", "-u", mounted) }
	mount()
	for _, args := range [][]string{
		{"cp", "-r", j.file("tree"), mounted + "/tree"},
		{"cp", j.file("big"), mounted + "/big"},
		{"mv", mounted + "/big", mounted + "/big file"},
		{"sh", "-c", `printf more >>"$1"`, "sh", mounted + "/tree/empty"},
	} {
		if _, stderr, exit := execute(j.T, j.env, nil, args[0], args[1:]...); exit != 0 {
			unmount()
			j.Fatalf("%q ends with %d: %s", args, exit, stderr)
		}
	}
	unmount()
	j.write("tree/empty", []byte("more"))
	mount()
	defer unmount()
	j.same("tree", "mounted/tree")
	j.same("big", "mounted/big file")
	j.runs("rm", "-r", mounted+"/tree")
}

func awsJob(aws string) func(*job) {
	return func(j *job) {
		s3 := func(args ...string) string {
			return j.runs(aws, append([]string{"--endpoint-url", j.at.Endpoint, "s3"}, args...)...)
		}
		const bucket = "s3://jobs-aws"
		s3("mb", bucket)
		s3("sync", j.file("tree"), bucket+"/tree")
		s3("sync", bucket+"/tree", j.file("came"))
		j.same("tree", "came")
		s3("cp", j.file("big"), bucket+"/big")
		s3("mv", bucket+"/big", bucket+"/big+moved file")
		s3("cp", bucket+"/big+moved file", j.file("big came"))
		j.same("big", "big came")
		stream := noise(9<<20, 15)
		j.runsWith(stream, aws, "--endpoint-url", j.at.Endpoint, "s3", "cp", "-", bucket+"/stream")
		if s3("cp", bucket+"/stream", "-") != string(stream) {
			j.Error("what came of the stream is not what was sent")
		}
		shared := j.reads(strings.TrimSpace(s3("presign", bucket+"/stream")))
		if body, err := io.ReadAll(shared.Body); err != nil || !slices.Equal(body, stream) {
			j.Errorf("presigned: %s, %d bytes, %v", shared.Status, len(body), err)
		}
		if err := os.RemoveAll(j.file("tree/deep")); err != nil {
			j.Fatal(err)
		}
		if said := s3("sync", "--delete", j.file("tree"), bucket+"/tree"); strings.Count(said, "delete: ") != 1 {
			j.Errorf("sync --delete: %s", said)
		}
		s3("website", bucket, "--index-document", "index.html", "--error-document", "error.html")
		j.says(`"Suffix": "index.html"`, aws, "--endpoint-url", j.at.Endpoint, "--output", "json",
			"s3api", "get-bucket-website", "--bucket", "jobs-aws")
		s3("rb", "--force", bucket)
	}
}

// nodeJob is a job of testdata/javascript/jobs.mjs that keeps a file.
func nodeJob(program string) func(*job) {
	return func(j *job) {
		said := j.node(program)
		var saw struct {
			ETag, Sum, Presigned string
			Loaded               int
			Keys                 []string
		}
		if err := json.Unmarshal([]byte(said), &saw); err != nil {
			j.Fatalf("%v: %s", err, said)
		}
		sum := sumOf(j.T, j.file("big"))
		if saw.Sum != sum || saw.Loaded != 20<<20 || !strings.HasSuffix(saw.ETag, `-4"`) ||
			saw.Presigned != "" && saw.Presigned != sum || !slices.Equal(saw.Keys, []string{"copy", "job/a+b c & ü%41.bin"}) {
			j.Errorf("of a file whose sum is %s it saw %+v", sum, saw)
		}
	}
}
