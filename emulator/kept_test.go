package emulator_test

import (
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

const keptYAML = `
version: 1
responses: aws
scenarios:
  kept:
    title: A world that is kept
    accounts:
      123456789012: {users: {owner: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}}}
    callers:
      owner: {account: 123456789012, user: owner}
    buckets:
      my-bucket: {owner: 123456789012, versioning: Enabled, objects: {file.txt: {body: "hello\n"}}}
  other:
    title: Another
    accounts: {123456789012: {}}
    callers: {owner: {account: 123456789012, root: true}}
    buckets: {other-bucket: {owner: 123456789012}}
`

// keptServer is a server over a folder, which begins again and again.
type keptServer struct {
	*testing.T
	dir, yaml string
	server    *emulator.Server
	base      string
	warnings  []string
	stop      func() error
}

func newKept(t *testing.T) *keptServer {
	k := &keptServer{T: t, dir: t.TempDir() + "/data", yaml: keptYAML}
	k.start()
	t.Cleanup(func() { k.end() })
	return k
}

func (k *keptServer) start() {
	k.Helper()
	file, err := scenarios.Parse("kept.yaml", []byte(k.yaml))
	if err != nil {
		k.Fatal(err)
	}
	k.warnings = nil
	k.server, err = emulator.New(emulator.Config{
		File: file, DataDir: k.dir,
		Warn: func(_, warning string) {
			if !strings.Contains(warning, "expects nothing") { // of the file
				k.warnings = append(k.warnings, warning)
			}
		},
	})
	if err != nil {
		k.Fatal(err)
	}
	if k.base, k.stop, err = k.server.Loopback(k.Context()); err != nil {
		k.Fatal(err)
	}
}

func (k *keptServer) end() {
	k.Helper()
	if k.server == nil {
		return
	}
	if err := k.stop(); err != nil {
		k.Error(err)
	}
	k.server.Close()
	k.server = nil
}

func (k *keptServer) again() {
	k.Helper()
	k.end()
	k.start()
}

// do sends a request of the owner of a world, signed, and returns the answer.
func (k *keptServer) do(world, method, path, body string, want int) string {
	k.Helper()
	return k.call(world, "s3", method, path, body, want)
}

// iam calls IAM as the owner of a world.
func (k *keptServer) iam(world, action string, parameters ...string) string {
	k.Helper()
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	return k.call(world, "iam", http.MethodPost, "/", form.Encode(), http.StatusOK)
}

func (k *keptServer) call(world, service, method, path, body string, want int) string {
	k.Helper()
	res, text := k.send(world, service, method, path, body)
	if res.StatusCode != want {
		k.Fatalf("%s %s: %d, want %d: %.300s", method, path, res.StatusCode, want, text)
	}
	return text
}

// send sends a request of the owner of a world, and returns the answer with its body.
func (k *keptServer) send(world, service, method, path, body string) (*http.Response, string) {
	k.Helper()
	sc, err := k.server.Describe(world, k.base)
	if err != nil {
		k.Fatal(err)
	}
	r, err := http.NewRequestWithContext(k.Context(), method, sc.Endpoint+path, strings.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	if service != "s3" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	scope := sigv4.Scope{Region: "us-east-1", Service: service}
	sigv4.Sign(r, sc.Callers["owner"].Credentials(), scope, sigv4.HashPayload([]byte(body)), time.Now())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		k.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		k.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(text)
}

// told is all that a world tells of itself: its facts, what is listed, and every body.
func (k *keptServer) told(world, bucket string) string {
	k.Helper()
	facts, err := k.server.Facts(world)
	if err != nil {
		k.Fatal(err)
	}
	var out strings.Builder
	out.Write(facts)
	versions := k.do(world, "GET", "/"+bucket+"?versions", "", 200)
	out.WriteString(versions)
	out.WriteString(k.do(world, "GET", "/"+bucket+"?uploads", "", 200))
	for _, v := range regexp.MustCompile("<Version>.*?<Key>(.*?)</Key><VersionId>(.*?)</VersionId>").FindAllStringSubmatch(versions, -1) {
		fmt.Fprintf(&out, "%x\n", md5.Sum([]byte(k.do(world, "GET", "/"+bucket+"/"+v[1]+"?versionId="+v[2], "", 200))))
	}
	if out.Len() == 0 || !strings.Contains(versions, "<Version>") {
		k.Fatalf("nothing is told of %s", world)
	}
	return out.String()
}

var uploadID = regexp.MustCompile("<UploadId>(.*)</UploadId>")

// A world is after a restart what it was before it.
func TestKeptOverRestart(t *testing.T) {
	k := newKept(t)
	large := strings.Repeat("0123456789", 10_000)
	k.do("kept", "PUT", "/my-bucket/small", "small", 200)
	k.do("kept", "PUT", "/my-bucket/large", large, 200)
	k.do("kept", "PUT", "/my-bucket/large?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>", 200)
	k.do("kept", "DELETE", "/my-bucket/small", "", 204)
	k.do("kept", "PUT", "/my-bucket/empty", "", 200)
	k.do("kept", "PUT", "/new-bucket", "", 200)
	k.do("kept", "PUT", "/new-bucket/large", large+"!", 200)
	id := uploadID.FindStringSubmatch(k.do("kept", "POST", "/my-bucket/parts?uploads", "", 200))[1]
	k.do("kept", "PUT", "/my-bucket/parts?partNumber=1&uploadId="+id, large, 200)
	k.iam("kept", "CreateUser", "UserName", "somebody")
	k.iam("kept", "PutUserPolicy", "UserName", "somebody", "PolicyName", "p", "PolicyDocument",
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)
	if err := k.server.Patch("kept", []byte(`{"clock": {"offset": "1s"}, "faults": [{"name": "f", "match": {"key": "never"}, "effect": {"error": {"code": "SlowDown"}}}]}`)); err != nil {
		t.Fatal(err)
	}
	before, others := k.told("kept", "my-bucket"), k.told("kept", "new-bucket")
	k.again()
	for range 2 {
		if after := k.told("kept", "my-bucket"); after != before {
			t.Errorf("it was\n%s\nand is\n%s", before, after)
		}
		if after := k.told("kept", "new-bucket"); after != others {
			t.Errorf("it was\n%s\nand is\n%s", others, after)
		}
		k.again()
	}
	parts := k.do("kept", "GET", "/my-bucket/parts?uploadId="+id, "", 200)
	etag := regexp.MustCompile("<ETag>(.*)</ETag>").FindStringSubmatch(parts)
	if etag == nil {
		t.Fatalf("the part is gone: %s", parts)
	}
	k.do("kept", "POST", "/my-bucket/parts?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+
		etag[1]+"</ETag></Part></CompleteMultipartUpload>", 200)
	if got := k.do("kept", "GET", "/my-bucket/parts", "", 200); got != large {
		t.Errorf("the upload became %d bytes", len(got))
	}
	if len(k.warnings) > 0 {
		t.Errorf("warnings: %v", k.warnings)
	}
}

// A private world is after a restart under its name and its keys, with its patch; deleted or
// reset, it is not.
func TestPrivateWorldsAreKept(t *testing.T) {
	k := newKept(t)
	patch := []byte(`{"buckets": {"more": {"owner": "123456789012"}}}`)
	for _, name := range []string{"mine", "deleted", "changed"} {
		if _, err := k.server.CreateWorld(emulator.NewWorld{Name: name, Scenario: "kept", Patch: patch}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.server.CreateWorld(emulator.NewWorld{Name: "mine", Scenario: "kept", Patch: patch}); err == nil {
		t.Fatal("a name is given twice")
	}
	k.do("mine", "PUT", "/more/file", "mine", 200)
	k.do("changed", "PUT", "/my-bucket/file", "changed", 200)
	if err := k.server.DeleteWorld("deleted"); err != nil {
		t.Fatal(err)
	}
	if err := k.server.Reset("changed"); err != nil {
		t.Fatal(err)
	}
	before, err := k.server.Describe("mine", "")
	if err != nil {
		t.Fatal(err)
	}
	k.again()
	after, err := k.server.Describe("mine", "")
	if err != nil || after.Callers["owner"] != before.Callers["owner"] {
		t.Fatalf("its owner was %+v and is %+v, %v", before.Callers["owner"], after.Callers["owner"], err)
	}
	if got := k.do("mine", "GET", "/more/file", "", 200); got != "mine" {
		t.Errorf("it has %q", got)
	}
	k.do("changed", "GET", "/my-bucket/file", "", 404)
	k.do("changed", "GET", "/more", "", 404)
	if _, err := k.server.Facts("deleted"); err == nil {
		t.Error("a world that was deleted is back")
	}
	k.do("kept", "GET", "/my-bucket/file", "", 404)
}

// What is damaged is named, and all else is served.
func TestKeptDamage(t *testing.T) {
	k := newKept(t)
	large := strings.Repeat("0123456789", 10_000)
	k.do("kept", "PUT", "/my-bucket/cut", large, 200)
	k.do("kept", "PUT", "/my-bucket/whole", large, 200)
	k.end()
	files, err := filepath.Glob(k.dir + "/bodies/*/*")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.Truncate(files[0], 1000); err != nil {
		t.Fatal(err)
	}
	r, err := emulator.CheckData(k.dir)
	if err != nil || len(r.Damages) != 2 || !strings.Contains(r.Damages[0], files[0]) ||
		!strings.Contains(r.Damages[1], "the object cut") {
		t.Errorf("%+v, %v", r, err)
	}
	k.start()
	if len(k.warnings) != 1 || !strings.Contains(k.warnings[0], "my-bucket/cut") || !strings.Contains(k.warnings[0], files[0]) {
		t.Errorf("warnings: %q", k.warnings)
	}
	k.do("kept", "GET", "/my-bucket/cut", "", 500)
	if got := k.do("kept", "GET", "/my-bucket/whole", "", 200); got != large {
		t.Errorf("the other has %d bytes", len(got))
	}
	all := k.server.Requests("kept")
	if i := slices.IndexFunc(all, func(e emulator.Entry) bool { return e.Status == 500 }); i < 0 ||
		all[i].Cause == nil || !strings.Contains(all[i].Cause.Text, files[0]) {
		t.Errorf("the journal does not name the file")
	}
	k.end()
	if err := os.Truncate(k.dir+"/index", 16<<10); err != nil {
		t.Fatal(err)
	}
	file, err := scenarios.Parse("kept.yaml", []byte(keptYAML))
	if err != nil {
		t.Fatal(err)
	}
	_, err = emulator.New(emulator.Config{File: file, DataDir: k.dir})
	if err == nil || !strings.Contains(err.Error(), k.dir+"/index is damaged") || !strings.Contains(err.Error(), "data check") {
		t.Errorf("a cut index: %v", err)
	}
}

// A world whose scenario the file no longer has stays as it is, and comes back with it.
func TestScenarioGoes(t *testing.T) {
	k := newKept(t)
	k.do("other", "PUT", "/other-bucket/file", strings.Repeat("0123456789", 10_000), 200)
	k.yaml = keptYAML[:strings.Index(keptYAML, "  other:")]
	k.again()
	if len(k.warnings) != 1 || !strings.Contains(k.warnings[0], "not served") {
		t.Errorf("warnings: %q", k.warnings)
	}
	k.yaml = keptYAML
	k.again()
	if got := k.do("other", "GET", "/other-bucket/file", "", 200); len(got) != 100_000 {
		t.Errorf("it has %d bytes", len(got))
	}
}

// A token that was issued before a restart leads to its world, which nobody has opened since.
func TestTokenOverRestart(t *testing.T) {
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	const name = "web-identity-wrong-subject"
	dir := t.TempDir() + "/data"
	serve := func() *emulator.Server {
		s, err := emulator.New(emulator.Config{File: library, DataDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := serve()
	token, err := emulator.MakeToken(s, name, emulator.NewToken{Subject: "system:serviceaccount:default:app"})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = serve()
	defer s.Close()
	form := url.Values{
		"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleSessionName": {"app"},
		"RoleArn": {"arn:aws:iam::123456789012:role/pod-role"}, "WebIdentityToken": {token.Token},
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if all := s.Requests(name); w.Code != http.StatusOK || len(all) != 1 {
		t.Errorf("%d %.300s; the world has %d requests", w.Code, w.Body, len(all))
	}
}
