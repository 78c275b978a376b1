package emulator

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/inquiry"
	"github.com/s3fault/s3fault/internal/ring"
)

// event is one of a stream, as a client reads it.
type event struct{ name, id, data, comment string }

// follow is a client of a stream.
type follow struct {
	t     testing.TB
	body  io.ReadCloser
	lines *bufio.Scanner
}

func followed(t testing.TB, url, after string) *follow {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if got := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("%s, %s", answer.Status, got)
	}
	return &follow{t, answer.Body, bufio.NewScanner(answer.Body)}
}

// next is the next event; io.EOF: the stream has ended as it should.
func (f *follow) next() (e event, err error) {
	for f.lines.Scan() {
		field, value, _ := strings.Cut(f.lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "":
			if f.lines.Text() == "" {
				return e, nil
			}
			e.comment = value
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		}
	}
	if err := f.lines.Err(); err != nil {
		return e, err
	}
	return e, io.EOF
}

// message is the next request that is told.
func (f *follow) message() Entry {
	f.t.Helper()
	for {
		e, err := f.next()
		if err != nil {
			f.t.Fatal(err)
		}
		if e.name == "" && e.data != "" {
			return f.entry(e)
		}
	}
}

func (f *follow) entry(e event) (told Entry) {
	f.t.Helper()
	if err := json.Unmarshal([]byte(e.data), &told); err != nil || e.id != "" && told.RequestID != e.id {
		f.t.Fatalf("%v in %+v", err, e)
	}
	return told
}

// ended reads to the end of the stream.
func (f *follow) ended() {
	f.t.Helper()
	for {
		switch _, err := f.next(); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			f.t.Fatal(err)
		}
	}
}

// A stream begins with what the journal has, goes on with what comes, and resumes where a
// client left it.
func TestStream(t *testing.T) {
	s, base := eventful(t)
	url := base + "/_s3fault/worlds/plain/requests?stream=1"
	f := followed(t, url+"&operation=PutObject", "")
	a, b := f.message(), f.message()
	if a.Status != 503 || b.Status != 200 || a.Fault == nil || len(b.Decisions) == 0 {
		t.Errorf("it begins with %+v, %+v", a, b)
	}
	signed(t, s, base, "app", "GET", "/my-bucket/none", "")
	signed(t, s, base, "app", "PUT", "/my-bucket/late", "")
	last := f.message()
	if last.Key != "late" {
		t.Errorf("it goes on with %+v", last)
	}
	signed(t, s, base, "app", "PUT", "/my-bucket/later", "")
	if again := followed(t, url, last.RequestID).message(); again.Key != "later" {
		t.Errorf("it resumes with %+v", again)
	}
	lost := followed(t, url, "NONE")
	e, err := lost.next()
	if err != nil || e.name != "dropped" || e.data != `{"after":"NONE"}` || lost.message().Status != 503 {
		t.Errorf("after what nobody knows: %+v, %v", e, err)
	}
	newest := followed(t, url+"&operation=PutObject&limit=2", "")
	if newest.message().Key != "late" || newest.message().Key != "later" {
		t.Error("a limit is that of what is there")
	}
}

// A request is told before it is answered, and completed then.
func TestStreamCompletes(t *testing.T) {
	s, _ := serveFamiliar(t)
	w, err := s.worlds.find("world", "plain")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	told := &stream{world: w, filter: filterOf(t, w), now: s.config.Now, w: &text}
	answering := &slowAnswer{ResponseRecorder: httptest.NewRecorder(), during: func() {
		if err := told.tell(); err != nil {
			t.Error(err)
		}
	}}
	s.ServeHTTP(answering, httptest.NewRequest("GET", "http://localhost/my-bucket/file.txt", nil))
	if err := told.tell(); err != nil {
		t.Error(err)
	}
	f := &follow{t: t, lines: bufio.NewScanner(strings.NewReader(text.String()))}
	first, _ := f.next()
	then, _ := f.next()
	if e := f.entry(first); first.name != "" || e.Answered || e.BytesOut != 0 {
		t.Errorf("before the answer: %+v", first)
	}
	e := f.entry(then)
	if then.name != "answered" || then.id != "" || !e.Answered || e.BytesOut != int64(answering.Body.Len()) {
		t.Errorf("then: %+v", then)
	}
	f.ended()
}

// slowAnswer lets something happen while an answer is written.
type slowAnswer struct {
	*httptest.ResponseRecorder
	during func()
}

func (a *slowAnswer) WriteHeader(status int) {
	a.during()
	a.ResponseRecorder.WriteHeader(status)
}

func filterOf(t testing.TB, w *World) *inquiry.Filter {
	t.Helper()
	known, err := w.known()
	if err != nil {
		t.Fatal(err)
	}
	f, err := inquiry.Parse(nil, known)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A client that takes nothing holds up no request, and is told how many it missed.
func TestSlowReader(t *testing.T) {
	s, _ := serveFamiliar(t)
	w, err := s.worlds.find("world", "plain")
	if err != nil {
		t.Fatal(err)
	}
	w.records = ring.New[*exchange.Record](4)
	anonymous := func() {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost/my-bucket/file.txt", nil))
	}
	anonymous()
	out, in := io.Pipe()
	told := &stream{world: w, filter: filterOf(t, w), now: s.config.Now, w: in}
	ended := make(chan error, 1)
	go func() {
		err := told.tell()
		in.Close()
		ended <- err
	}()
	first := make([]byte, 1)
	if _, err := io.ReadFull(out, first); err != nil { // the stream is in the middle of its first event
		t.Fatal(err)
	}
	for range 20 {
		anonymous()
	}
	f := &follow{t: t, lines: bufio.NewScanner(io.MultiReader(strings.NewReader(string(first)), out))}
	messages, dropped := 0, 0
	for {
		e, err := f.next()
		if err != nil {
			break
		}
		if e.name == "dropped" {
			var told struct{ Requests int }
			if err := json.Unmarshal([]byte(e.data), &told); err != nil {
				t.Fatal(err)
			}
			dropped += told.Requests
		} else if e.id != "" {
			messages++
		}
	}
	if err := <-ended; err != nil || messages+dropped != 21 || dropped != 16 {
		t.Errorf("%v, %d told, %d dropped of 21", err, messages, dropped)
	}
}

// Every stream tells every request once, in the journal's order, whoever asks meanwhile.
func TestStreamsUnderLoad(t *testing.T) {
	s, base, _ := listening(t)
	const writers, each = 6, 40
	var streams, asking sync.WaitGroup
	for i := range 3 {
		f := followed(t, base+"/_s3fault/worlds/plain/requests?stream=1", "")
		streams.Go(func() {
			seen := map[string]bool{}
			for len(seen) < writers*each {
				e, err := f.next()
				if err != nil || e.name == "dropped" || seen[e.id] {
					t.Errorf("stream %d: %+v, %v after %d", i, e, err, len(seen))
					return
				}
				if e.id != "" {
					seen[e.id] = true
				}
			}
		})
	}
	for g := range writers {
		asking.Go(func() {
			for i := range each {
				signed(t, s, base, "app", "PUT", fmt.Sprintf("/my-bucket/%d/%d", g, i), "x")
			}
		})
	}
	asking.Wait()
	streams.Wait()
}

// A stream ends with its world, with the time of its world, and in order with its server.
func TestStreamEnds(t *testing.T) {
	s, base, stop := listening(t)
	create(t, s, NewWorld{Name: "one"})
	f := followed(t, base+"/_s3fault/worlds/one/requests?stream=1", "")
	if err := s.DeleteWorld("one"); err != nil {
		t.Fatal(err)
	}
	f.ended()
	f = followed(t, base+"/_s3fault/worlds/plain/requests?stream=1", "")
	if err := stop(); err != nil {
		t.Error(err)
	}
	f.ended() // and is not cut off, as it is where the server loses patience
}

// A stream is alive while nothing happens, and notices that its world's time is over.
func TestStreamIsAlive(t *testing.T) {
	s, clock := serveFamiliar(t)
	w := create(t, s, NewWorld{Name: "one", Expires: time.Minute})
	server := httptest.NewServer(&stream{world: w, filter: filterOf(t, w), now: s.config.Now, pause: time.Millisecond})
	defer server.Close()
	f := followed(t, server.URL, "")
	if e, err := f.next(); err != nil || e.comment == "" || e.data != "" {
		t.Errorf("%+v, %v", e, err)
	}
	clock.advance(time.Minute)
	f.ended()
}

// A client that goes takes its stream with it: a server of net/http closes only once all
// its handlers are done.
func TestStreamOfAClientThatGoes(t *testing.T) {
	s, _ := serveFamiliar(t)
	server := httptest.NewServer(s)
	f := followed(t, server.URL+"/_s3fault/worlds/plain/requests?stream=1", "")
	f.body.Close()
	server.Close()
}
