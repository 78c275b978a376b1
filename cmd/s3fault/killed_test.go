package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/sigv4"
)

// killable is the program as it serves a folder, to be killed.
type killable struct {
	*testing.T
	dir     string // of the test: the scenario file, the folder, the ready file
	process *os.Process
	wait    func() error // until it has ended
	at      emulator.Scenario
	client  *http.Client
}

const killedYAML = `version: 1
responses: aws
scenarios:
  killed:
    title: A world whose server is killed
    accounts: {123456789012: {}}
    callers: {owner: {account: 123456789012, root: true}}
    buckets: {my-bucket: {owner: 123456789012}}
`

// start runs the program until it is ready.
func (k *killable) start(flags ...string) {
	k.Helper()
	ready := filepath.Join(k.dir, "ready.json")
	_ = os.Remove(ready)
	args := append([]string{
		"serve", "-f", filepath.Join(k.dir, "killed.yaml"), "--data", filepath.Join(k.dir, "kept"),
		"--addr", "127.0.0.1:0", "--ready-file", ready, "--while-stdin",
	}, flags...)
	command := programs.Ours(context.WithoutCancel(k.Context()), args...) // kill ends it
	var told bytes.Buffer
	command.Stderr = &told
	if _, err := command.StdinPipe(); err != nil {
		k.Fatal(err)
	}
	if err := command.Start(); err != nil {
		k.Fatal(err)
	}
	k.process, k.wait = command.Process, command.Wait
	var at readiness
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
		text, err := os.ReadFile(ready)
		if err == nil && json.Unmarshal(text, &at) == nil {
			break
		}
		if time.Now().After(deadline) {
			_ = k.process.Kill()
			_ = k.wait()
			k.Fatalf("it does not start: %s", told.String())
		}
	}
	k.client = &http.Client{Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 16}}
	res, err := k.client.Get(at.Admin + "/scenarios/killed")
	if err != nil {
		k.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&k.at); err != nil {
		k.Fatal(err)
	}
}

func (k *killable) kill() {
	k.Helper()
	if err := k.process.Kill(); err != nil {
		k.Fatal(err)
	}
	_ = k.wait() // it was killed
	k.client.CloseIdleConnections()
}

// send is the status and the body of an answer; 0: there was none.
func (k *killable) send(method, key string, body []byte) (int, []byte) {
	r, err := http.NewRequest(method, k.at.Endpoint+"/my-bucket/"+key, bytes.NewReader(body))
	if err != nil {
		return 0, nil
	}
	sigv4.Sign(r, k.at.Callers["owner"].Credentials(), sigv4.Scope{Region: k.at.Region, Service: "s3"},
		sigv4.HashPayload(body), time.Now())
	res, err := k.client.Do(r)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, text
}

// killedBody is what the n-th write of a key puts: mostly small, now and then in a file.
func killedBody(key string, n int) []byte {
	size := 100 + n*97%5000
	if n%9 == 4 {
		size = 70_000 + n
	}
	line := fmt.Appendf(nil, "%s, write %d\n", key, n)
	return bytes.Repeat(line, size/len(line)+1)
}

// writer writes one key again and again, and knows what was acknowledged.
type writer struct {
	key          string
	begun, acked int
}

func (w *writer) write(ctx context.Context, k *killable, acks chan<- struct{}) {
	for ctx.Err() == nil {
		w.begun++
		if status, _ := k.send("PUT", w.key, killedBody(w.key, w.begun)); status != http.StatusOK {
			return
		}
		w.acked = w.begun
		select {
		case acks <- struct{}{}:
		case <-ctx.Done():
		}
	}
}

// found is which of its writes the key has; -1: none of those that it may have.
func (w *writer) found(k *killable) int {
	status, body := k.send("GET", w.key, nil)
	if status == http.StatusNotFound && w.acked == 0 {
		return 0
	}
	for n := w.acked; n <= w.begun && status == http.StatusOK; n++ {
		if bytes.Equal(body, killedBody(w.key, n)) {
			return n
		}
	}
	k.Errorf("%s: write %d was acknowledged, %d begun: %d with %d bytes, %.60q", w.key, w.acked, w.begun, status, len(body), body)
	return -1
}

// A server that is killed in a stream of writes has lost nothing that it acknowledged, has
// nothing by halves, and starts again.
func TestKilled(t *testing.T) {
	k := &killable{T: t, dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(k.dir, "killed.yaml"), []byte(killedYAML), 0o600); err != nil {
		t.Fatal(err)
	}
	writers := make([]*writer, 8)
	for i := range writers {
		writers[i] = &writer{key: fmt.Sprintf("key-%d", i)}
	}
	k.start()
	for round := range rounds.Of(2, 100) {
		var all sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		acks := make(chan struct{})
		for _, w := range writers {
			all.Go(func() { w.write(ctx, k, acks) })
		}
		for range 10 + round%17 {
			<-acks
		}
		k.kill()
		stop()
		all.Wait()
		k.start()
		for _, w := range writers {
			if at := w.found(k); at > 0 {
				w.acked, w.begun = at, at
			}
		}
		if t.Failed() {
			break
		}
	}
	k.kill()
	if r, err := emulator.CheckData(filepath.Join(k.dir, "kept")); err != nil || len(r.Damages) > 0 || r.Objects != len(writers) {
		t.Errorf("%+v, %v", r, err)
	}
}
