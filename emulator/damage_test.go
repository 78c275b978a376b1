package emulator_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// wornFolder is a folder of two worlds and a private one, with what their requests answer.
type wornFolder struct {
	files   map[string][]byte
	answers map[string]string // by world and path
}

func newWorn(t *testing.T) *wornFolder {
	t.Helper()
	k, w := newKept(t), &wornFolder{files: map[string][]byte{}, answers: map[string]string{}}
	if _, err := k.server.CreateWorld(emulator.NewWorld{Name: "mine", Scenario: "kept"}); err != nil {
		t.Fatal(err)
	}
	put := func(world, path, body string) {
		k.do(world, "PUT", path, body, 200)
		w.answers[world+" "+path] = body
	}
	for i := range 40 { // several pages of records
		put("kept", fmt.Sprintf("/my-bucket/folder/key-%d", i), strings.Repeat("0123456789", i*10))
	}
	k.do("kept", "PUT", "/my-bucket/folder/key-1", "a version before", 200)
	put("kept", "/my-bucket/folder/key-1", "the newest version")
	put("kept", "/my-bucket/large", strings.Repeat("large", 20_000))
	k.do("kept", "PUT", "/new-bucket", "", 200)
	put("kept", "/new-bucket/file", "in another bucket")
	id := uploadID.FindStringSubmatch(k.do("kept", "POST", "/new-bucket/parts?uploads", "", 200))[1]
	k.do("kept", "PUT", "/new-bucket/parts?partNumber=1&uploadId="+id, "part", 200)
	put("other", "/other-bucket/file", "of another world")
	put("mine", "/my-bucket/file", "of a private world")
	for _, list := range []string{
		"kept /my-bucket?list-type=2", "kept /new-bucket?list-type=2", "other /other-bucket?list-type=2",
		"kept /new-bucket/parts?uploadId=" + id, "kept /new-bucket?uploads",
	} {
		world, path, _ := strings.Cut(list, " ")
		w.answers[list] = k.do(world, "GET", path, "", 200)
	}
	k.end()
	err := filepath.WalkDir(k.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		w.files[strings.TrimPrefix(path, k.dir+"/")], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// with is the folder anew, with one of its files changed.
func (w *wornFolder) with(t *testing.T, name string, content []byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for of, was := range w.files {
		if of == name {
			was = content
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, of)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, of), was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wear starts a server over the folder with a change, and holds its answers against those of before:
// what is other than it was is InternalError, and was named, to who starts it and to who checks.
func (w *wornFolder) wear(t *testing.T, name string, content []byte) {
	t.Helper()
	dir := w.with(t, name, content)
	report, err := emulator.CheckData(dir)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	file, err := scenarios.Parse("kept.yaml", []byte(keptYAML))
	if err != nil {
		t.Fatal(err)
	}
	k := &keptServer{T: t, dir: dir}
	k.server, err = emulator.New(emulator.Config{File: file, DataDir: dir, DataNoSync: true, Warn: func(_, warning string) {
		if !strings.Contains(warning, "expects nothing") {
			k.warnings = append(k.warnings, warning)
		}
	}})
	if err != nil {
		if !strings.Contains(err.Error(), "data reset") || len(report.Damages) == 0 {
			t.Fatalf("it does not start, and says no cure: %v; check: %q", err, report.Damages)
		}
		return
	}
	defer k.server.Close()
	worse, last := 0, ""
	for _, at := range slices.Sorted(maps.Keys(w.answers)) {
		world, path, _ := strings.Cut(at, " ")
		status, body, err := k.ask(world, path)
		switch {
		case err != nil && world == "mine": // it is named, and not there
			worse++
		case err != nil:
			t.Errorf("%s: %v", at, err)
		case status == 200 && body == w.answers[at]:
		case status == 500 && strings.Contains(body, "<Code>InternalError</Code>"):
			worse++
			last = k.why(at, world)
		default:
			t.Errorf("%s: %d %.300s", at, status, body)
		}
	}
	if worse > 0 && (len(k.warnings) == 0 || len(report.Damages) == 0) {
		t.Errorf("%d answers are none any more, as %s; told: %q; check: %q", worse, last, k.warnings, report.Damages)
	}
}

// ask sends a GET of the owner of a world, without a connection.
func (k *keptServer) ask(world, path string) (int, string, error) {
	sc, err := k.server.Describe(world, "http://localhost")
	if err != nil {
		return 0, "", err
	}
	r, err := http.NewRequestWithContext(k.Context(), http.MethodGet, sc.Endpoint+path, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
	sigv4.Sign(r, sc.Callers["owner"].Credentials(), scope, sigv4.HashPayload(nil), time.Now())
	w := httptest.NewRecorder()
	k.server.ServeHTTP(w, r)
	return w.Code, w.Body.String(), nil
}

// why is what the journal says of the latest request, which is InternalError.
func (k *keptServer) why(at, world string) string {
	all := k.server.Requests(world)
	if len(all) == 0 || all[len(all)-1].Cause == nil {
		k.Errorf("%s is InternalError, and the journal does not say why", at)
		return ""
	}
	return at + ": " + all[len(all)-1].Cause.Text
}

// Whichever byte of the index is damaged, the server starts or says what to do, and what it
// answers is right, or that it does not know.
func TestDamagedIndex(t *testing.T) {
	w := newWorn(t)
	index := w.files["index"]
	draws := rand.New(rand.NewPCG(15, 2))
	for range rounds.Of(40, 3_000) {
		at, flip := draws.IntN(len(index)), byte(1)<<draws.IntN(8)
		if draws.IntN(2) == 0 { // heads of pages, and of their elements, are worth a closer look
			at = at/4096*4096 + draws.IntN(400)
		}
		worn := slices.Clone(index)
		worn[at] ^= flip
		w.wear(t, "index", worn)
		if t.Failed() {
			t.Fatalf("byte %d of %d, page %d at %d, was %#x and is %#x", at, len(index), at/4096, at%4096, index[at], worn[at])
		}
	}
}

// A shelf whose mark is gone is not taken for a value, nor what was on it for gone.
func TestShelvesWithoutTheirMarks(t *testing.T) {
	const pageSize, head, leaf = 4096, 16, 2 // as the engine has them
	w := newWorn(t)
	index, shelves := w.files["index"], 0
	for page := 0; page < len(index); page += pageSize {
		if index[page+8] != leaf {
			continue
		}
		for i := range int(index[page+10]) {
			if at := page + head + head*i; at < len(index) && index[at] == 1 {
				worn := slices.Clone(index)
				worn[at] = 0
				w.wear(t, "index", worn)
				shelves++
			}
		}
	}
	if shelves == 0 {
		t.Error("the index has no shelves")
	}
}

// FuzzDamagedIndex damages several places at once.
func FuzzDamagedIndex(f *testing.F) {
	f.Add(uint32(0), uint32(0), byte(0))
	f.Add(uint32(0), uint32(4096), byte(0xff))
	var w *wornFolder
	f.Fuzz(func(t *testing.T, first, second uint32, flip byte) {
		if w == nil {
			w = newWorn(t)
		}
		worn := slices.Clone(w.files["index"])
		worn[int(first)%len(worn)] ^= flip
		worn[int(second)%len(worn)] ^= flip
		w.wear(t, "index", worn)
	})
}

// A file that is cut, gone or longer takes nothing with it but what is in it.
func TestDamagedFiles(t *testing.T) {
	w := newWorn(t)
	for name, content := range w.files {
		for _, damaged := range [][]byte{nil, content[:len(content)/2], content[:len(content)-1], append(slices.Clone(content), 'x')} {
			w.wear(t, name, damaged)
			if t.Failed() {
				t.Fatalf("%s, of %d bytes, had %d", name, len(content), len(damaged))
			}
		}
	}
}

// A world whose facts are damaged answers nothing but that, and begins again with a reset.
func TestDamagedWorld(t *testing.T) {
	w := newWorn(t)
	at := bytes.Index(w.files["index"], []byte(`"Responses":`))
	if at < 0 {
		t.Fatal("there are no facts in the index")
	}
	worn := bytes.ReplaceAll(w.files["index"], []byte(`"Responses":`), []byte(`"Responsee":`))
	k := &keptServer{T: t, dir: w.with(t, "index", worn), yaml: keptYAML}
	k.start()
	defer func() { k.end() }()
	for range 2 {
		k.do("kept", "GET", "/my-bucket/large", "", 500)
		k.do("kept", "PUT", "/my-bucket/large", "new", 500)
		if !strings.Contains(strings.Join(k.warnings, "\n"), "the world kept in "+k.dir) {
			t.Errorf("warnings: %q", k.warnings)
		}
		e := k.server.Requests("kept")
		if len(e) == 0 || e[len(e)-1].Cause == nil || !strings.Contains(e[len(e)-1].Cause.Text, "a reset of the world") {
			t.Errorf("the journal does not say what to do")
		}
		if err := k.server.Patch("kept", []byte(`{"clock": {"offset": "1s"}}`)); err == nil {
			t.Error("it is patched")
		}
		k.again()
	}
	if err := k.server.Reset("kept"); err != nil {
		t.Fatal(err)
	}
	k.do("kept", "GET", "/my-bucket/file.txt", "", 200)
	k.do("kept", "PUT", "/my-bucket/large", "new", 200)
	k.again()
	if got := k.do("kept", "GET", "/my-bucket/large", "", 200); got != "new" {
		t.Errorf("it has %q", got)
	}
}
