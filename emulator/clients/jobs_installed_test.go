package clients

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// Programs that no package of Debian's has. Those in Go are installed in PATH by `go install`,
// in the version that .ci/run and .ci/long name, or are a module of their own below testdata,
// so that none of theirs is one of ours.

// long says that what takes minutes to compile is run as well: by .ci/long, which installs it.
const long = "S3FAULT_LONG"

func needLong(t testing.TB) {
	t.Helper()
	if os.Getenv(long) == "" {
		t.Skip("skipped: it is compiled for longer than .ci/run has time: .ci/long runs it, with " + long)
	}
}

// slow is a job of a program that takes long to compile.
func slow(do func(*job)) func(*job) {
	return func(j *job) {
		needLong(j)
		do(j)
	}
}

// builds compiles the program of a module below testdata, outside of our own module, of which
// tools should take it for no part: so its source is a .txt there.
func builds(t testing.TB, name string) (program string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("testdata", name))); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(folder, "main.go")
	if err := os.Rename(source+".txt", source); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, name)
	build := programs.Go(t.Context(), "build", "-o", program, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// host is the world's address as programs want it that take no URL.
func (j *job) host() string {
	j.Helper()
	at, err := url.Parse(j.at.Endpoint)
	if err != nil {
		j.Fatal(err)
	}
	return at.Host
}

func mcJob(j *job) {
	mc := func(args ...string) string { return j.runs("mc", append([]string{"--quiet"}, args...)...) }
	mc("alias", "set", "s", j.at.Endpoint, j.at.AccessKeyID, j.at.SecretAccessKey)
	const bucket = "s/jobs-mc"
	mc("mb", bucket)
	mc("version", "enable", bucket)
	mc("mirror", j.file("tree"), bucket+"/tree")
	mc("mirror", bucket+"/tree", j.file("came"))
	j.same("tree", "came")
	mc("cp", j.file("big"), bucket+"/big file")
	mc("mv", bucket+"/big file", bucket+"/big+moved")
	mc("tag", "set", bucket+"/big+moved", "team=storage")
	j.says("storage", "mc", "tag", "list", bucket+"/big+moved")
	mc("cp", bucket+"/big+moved", j.file("big came"))
	j.same("big", "big came")
	j.sharedByMC(bucket + "/big+moved")
	mc("rm", bucket+"/big+moved")
	mc("undo", bucket+"/big+moved")
	j.says(`"size":20971520`, "mc", "--json", "stat", bucket+"/big+moved")
	mc("rm", "--recursive", "--versions", "--force", bucket)
	mc("rb", bucket)
}

// sharedByMC reads an object by the address that mc gives of it.
func (j *job) sharedByMC(object string) {
	j.Helper()
	var told struct{ Share string }
	said := j.runs("mc", "--json", "share", "download", "--expire", "1h", object)
	if err := json.Unmarshal([]byte(said), &told); err != nil {
		j.Fatalf("%v: %s", err, said)
	}
	came, err := io.ReadAll(j.reads(told.Share).Body)
	if err != nil {
		j.Fatal(err)
	}
	if sent, err := os.ReadFile(j.file("big")); err != nil || !slices.Equal(came, sent) {
		j.Errorf("%d bytes came of what was shared, %v", len(came), err)
	}
}

func thanosJob(j *job) {
	j.write("block/big", noise(20<<20, 13))
	j.write("block/chunks/000001", noise(70000, 1))
	j.write("block/meta.json", []byte("{}\n"))
	j.write("bucket.yml", fmt.Appendf(nil, "bucket: my-bucket\nendpoint: %s\nregion: %s\ninsecure: true\n"+
		"access_key: %s\nsecret_key: %s\npart_size: 5242880\n",
		j.host(), j.at.Region, j.at.AccessKeyID, j.at.SecretAccessKey))
	j.runs(builds(j.T, "thanos"), j.file("bucket.yml"), j.file("block"), j.file("came"))
	j.same("block", "came")
}

func gocloudJob(j *job) {
	j.write("tree/big", noise(20<<20, 13))
	at := "s3://my-bucket?use_path_style=true&region=" + j.at.Region + "&endpoint=" + url.QueryEscape(j.at.Endpoint)
	j.runs(builds(j.T, "gocloud"), at, j.file("tree"), j.file("came"))
	j.same("tree", "came")
}

// fill writes rows into a database while it is replicated, and counts those of one.
const fill = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if len(sys.argv) > 2:
    db.execute("pragma journal_mode = wal")
    db.execute("create table if not exists t (n integer, text blob)")
    for batch in range(int(sys.argv[2])):
        with db:
            db.executemany("insert into t values (?, randomblob(500))", [(batch,)] * 100)
print(*db.execute("select count(*), sum(n) from t").fetchone(), *db.execute("pragma integrity_check").fetchone())
`

// litestreamJob replicates for as long as rows are written, twice, and restores. It ends with
// its child without another look at the database: what is left of that `-once` sends.
func litestreamJob(j *job) {
	programs.Need(j, "litestream") // it is there in .ci/long alone
	j.write("fill.py", []byte(fill))
	j.write("litestream.yml", fmt.Appendf(nil, `
dbs:
  - path: %s
    replica:
      type: s3
      bucket: my-bucket
      path: litestream
      endpoint: %s
      region: %s
      force-path-style: true
      sync-interval: 100ms
`, j.file("db"), j.at.Endpoint, j.at.Region))
	for range 2 {
		j.runs("litestream", "replicate", "-config", j.file("litestream.yml"), "-exec",
			fmt.Sprintf("python3 %s %s 20", j.file("fill.py"), j.file("db")))
		j.runs("litestream", "replicate", "-config", j.file("litestream.yml"), "-once")
	}
	j.runs("litestream", "restore", "-config", j.file("litestream.yml"), "-o", j.file("restored"), j.file("db"))
	j.says("4000 38000 ok", "python3", j.file("fill.py"), j.file("restored"))
}

// node does a job of testdata/javascript/jobs.mjs, and returns what it saw.
func (j *job) node(program string) string {
	j.Helper()
	modules, err := nodeModules()
	if err != nil {
		j.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "minio", "package.json")); err != nil {
		j.Fatal(err)
	}
	return j.runs("node", filepath.Join("testdata", "javascript", "jobs.mjs"), modules, program, j.file("big"))
}

func lancedbJob(j *job) {
	var saw struct {
		Loaded, Nearest, Before, After int
		Keys                           []string
	}
	said := j.node("lancedb")
	if err := json.Unmarshal([]byte(regexp.MustCompile(`(?m)^\{.*`).FindString(said)), &saw); err != nil {
		j.Fatalf("%v: %s", err, said)
	}
	if saw.Loaded != 400 || saw.Nearest != 250 || saw.Before != 100 || saw.After != 50 || len(saw.Keys) != 0 {
		j.Errorf("it saw %+v", saw)
	}
}
