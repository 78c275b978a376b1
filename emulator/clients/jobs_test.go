package clients

import (
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// TestJobs: real programs do at the world `plain` what people have them for, each in a world
// of its own. None meets a 501 or a 500, and what comes back is what was sent.
func TestJobs(t *testing.T) {
	for _, p := range []struct {
		name     string
		needs    []string
		do       func(j *job)
		answered []string // operations that must have been answered with success
	}{
		{"rclone", []string{"rclone"}, rcloneJob, []string{"CopyObject", "UploadPart", "UploadPartCopy", "DeleteBucket"}},
		{"restic", []string{"restic"}, resticJob, []string{"PutObject", "GetObject", "DeleteObject"}},
		{"s3cmd", []string{"s3cmd"}, s3cmdJob, []string{"UploadPart", "CopyObject", "DeleteBucket"}},
		{"duplicity", []string{"duplicity"}, duplicityJob, []string{"PutObject", "GetObject"}},
		{"s3fs", []string{"s3fs", "fusermount"}, s3fsJob, []string{"UploadPart", "CopyObject", "DeleteObject"}},
		{"lib-storage", []string{"node"}, nodeJob("lib-storage"), []string{"UploadPart", "CopyObject", "DeleteObjects"}},
		{"mc", []string{"mc"}, mcJob, []string{"UploadPart", "CopyObject", "DeleteObjects", "DeleteBucket"}},
		{"thanos", []string{"go"}, thanosJob, []string{"UploadPart", "GetObject", "DeleteObject"}},
		{"gocloud", []string{"go"}, slow(gocloudJob), []string{"UploadPart", "CopyObject", "DeleteObject"}},
		{"litestream", []string{"python3"}, slow(litestreamJob), []string{"PutObject", "GetObject"}},
		{"lancedb", []string{"node"}, lancedbJob, []string{"PutObject", "GetObject", "DeleteObjects"}},
		{"minio-js", []string{"node"}, nodeJob("minio"), []string{"UploadPart", "CopyObject", "DeleteObjects"}},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			programs.Need(t, p.needs...)
			newJob(t).done(p.do, p.answered)
		})
	}
	t.Run("aws", func(t *testing.T) {
		t.Parallel()
		programs.Need(t, "aws")
		for _, aws := range awsPrograms() {
			t.Run(strings.ReplaceAll(aws.version, "/", " "), func(t *testing.T) {
				t.Parallel()
				newJob(t).done(awsJob(aws.path), []string{"UploadPart", "UploadPartCopy", "PutBucketWebsite", "DeleteBucket"})
			})
		}
	})
}

// job is a program at work: its world, its folder and its surroundings. The folder has
// `tree`, files of odd names, and `big`, a file that goes in parts.
type job struct {
	*testing.T
	srv    *emulatortest.Server
	at     target
	folder string
	env    []string
}

func newJob(t *testing.T) *job {
	t.Helper()
	j := &job{T: t, srv: emulatortest.Start(t, "plain"), folder: t.TempDir()}
	j.at = appOf(j.srv)
	j.env = append(environment(t, "[default]\ns3 =\n  addressing_style = path\n"),
		"AWS_ACCESS_KEY_ID="+j.at.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+j.at.SecretAccessKey,
		"AWS_DEFAULT_REGION="+j.at.Region, "AWS_ENDPOINT_URL="+j.at.Endpoint)
	j.write("big", noise(20<<20, 13))
	for i, name := range oddNames {
		j.write(filepath.Join("tree", name), noise(i*997, uint64(i))) // the first is empty
	}
	return j
}

// oddNames are of what a name on a disk and a key can both be.
var oddNames = []string{
	"empty", "a b", "a+b", "a%41b", "a%2Fb", "100%", "ü", "u\u0308", "日本/語", "🙂", "quote's", `double"quote`, "am&p;",
	"hash#", "what?x=y", "st*r", "[bracket]", "{brace}", "tilde~", "comma,", "at@=$", "col:on", ".hidden/.x", "deep/er/than/one",
	"<xml>",
}

// done does the job, and looks at what the world has seen of it.
func (j *job) done(do func(*job), answered []string) {
	j.Helper()
	do(j)
	operations := map[string]int{}
	for _, e := range j.srv.Requests() {
		if e.Status < 300 {
			operations[e.Operation]++
		}
		if e.Status >= 500 {
			j.Errorf("%s: %d %s", e.Operation, e.Status, e.Code)
		}
	}
	for _, name := range answered {
		if operations[name] == 0 {
			j.Errorf("no %s was answered: %v", name, operations)
		}
	}
	j.Logf("answered: %v", operations)
}

func (j *job) file(name string) string { return filepath.Join(j.folder, name) }

func (j *job) write(name string, content []byte) {
	j.Helper()
	if err := os.MkdirAll(filepath.Dir(j.file(name)), 0o700); err != nil {
		j.Fatal(err)
	}
	writeFile(j.T, j.file(name), content)
}

// runs runs a program, which must succeed, and returns what it printed.
func (j *job) runs(name string, args ...string) string {
	j.Helper()
	return j.runsWith(nil, name, args...)
}

func (j *job) runsWith(stdin []byte, name string, args ...string) string {
	j.Helper()
	stdout, stderr, exit := execute(j.T, j.env, stdin, name, args...)
	if exit != 0 {
		j.Fatalf("%s %q ends with %d:\n%s%s", name, args, exit, stdout, stderr)
	}
	return string(stdout)
}

// says is runs of what must print this.
func (j *job) says(want, name string, args ...string) {
	j.Helper()
	if said := j.runs(name, args...); !strings.Contains(said, want) {
		j.Errorf("%s %q prints no %q:\n%s", name, args, want, said)
	}
}

// same says whether two files or folders below the job's hold the same.
func (j *job) same(sent, came string) {
	j.Helper()
	want, got := j.sums(sent), j.sums(came)
	if maps.Equal(want, got) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			j.Errorf("%s/%s is not what was sent: %q for %q", came, name, got[name], want[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		j.Errorf("%s has more than was sent: %v", came, got)
	}
}

// sums are the SHA-256 of all files of a folder below the job's, by their names in it.
func (j *job) sums(folder string) map[string]string {
	j.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(j.file(folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(j.file(folder), path)
		sums[name] = sumOf(j.T, path)
		return err
	})
	if err != nil {
		j.Fatal(err)
	}
	return sums
}

// reads reads an address as anybody.
func (j *job) reads(url string) *http.Response {
	j.Helper()
	response, err := http.Get(url)
	if err != nil {
		j.Fatal(err)
	}
	j.Cleanup(func() { response.Body.Close() })
	return response
}
