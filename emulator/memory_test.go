package emulator

import (
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/sigv4"
)

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers and cleanups let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// worldBytes is the most that a private world of the library may take: the promise is 20 KB
// (faults.md), and some room for what the runtime does beside.
const worldBytes = 20_000

// Private worlds of the library take no more than they may, give it back, and have no part
// in the journal of another.
func TestWorldsTakeLittle(t *testing.T) {
	s := serveLibrary(t)
	openAll(t, s)
	names := s.config.File.Names()
	n := rounds.Of(1000, 10_000)
	before := heap()
	for i := range n {
		create(t, s, NewWorld{Scenario: names[i%len(names)]})
	}
	each := int(heap()-before) / n
	t.Logf("%d worlds take %d bytes each", n, each)
	if each > worldBytes {
		t.Errorf("each of %d worlds takes %d bytes", n, each)
	}
	s.Close()
	left := int(heap()) - int(before)
	t.Logf("%d bytes stay behind", left)
	if left > n*worldBytes/20 {
		t.Errorf("when they are gone, %d bytes stay behind", left)
	}
	runtime.KeepAlive(s)
}

// recordBytes is the most that an allowed request may take in the journal.
const recordBytes = 800

// The journal of a world takes little for what was allowed, no more than its bound for what was
// denied, counts what it takes about right, and says how many it has forgotten.
func TestJournalTakesLittle(t *testing.T) {
	s := serveLibrary(t)
	w, err := s.worlds.find("world", "plain")
	if err != nil {
		t.Fatal(err)
	}
	app := w.live.Now().State.Callers["app"]
	padding := ""
	send := func(n int, query string, signed bool) (bytes int) {
		before := heap()
		for i := range n {
			r := httptest.NewRequest("GET", "http://localhost/~plain/my-bucket?prefix="+query+strconv.Itoa(i), nil)
			r.Header.Set("User-Agent", "aws-sdk-go-v2/1.41.5 ua/2.1 os/linux lang/go#1.26.0 md/GOOS#linux api/s3#1.97.3")
			r.Header.Set("X-Padding", padding)
			if signed {
				sigv4.Sign(r, sigv4.Credentials{AccessKeyID: app.AccessKeyID, SecretAccessKey: app.SecretAccessKey},
					sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.HashPayload(nil), s.config.Now())
			}
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		return int(heap()) - int(before)
	}
	send(10, "first", true)
	took, counted := send(1000, "k", true), w.records.Bytes()
	t.Logf("an allowed request takes %d bytes, of which the journal counts %d", took/1000, counted/1010)
	if took > 1000*recordBytes || counted < took/2 || counted > 3*took || len(w.newest().Decisions[0].Findings) == 0 {
		t.Errorf("1000 requests take %d bytes, of which the journal counts %d", took, counted)
	}
	took, counted = send(500, "long"+strings.Repeat("n", 500), false), w.records.Bytes()-counted
	t.Logf("a denied request takes %d bytes, of which the journal counts %d", took/500, counted/500)
	if counted < took/2 || counted > 3*took {
		t.Errorf("500 requests take %d bytes, of which the journal counts %d", took, counted)
	}
	padding = strings.Repeat("p", 40<<10)
	for w.Forgotten() == 0 {
		send(100, "long"+strings.Repeat("n", 500), false)
	}
	if _, forgotten := w.search(); w.records.Bytes() > recordedBytes || forgotten == 0 {
		t.Errorf("the journal takes %d bytes, and has forgotten %d", w.records.Bytes(), forgotten)
	}
	runtime.KeepAlive(s)
}

// newest is what happened last.
func (w *World) newest() Entry {
	all := w.records.All()
	return all[len(all)-1].Entry()
}
