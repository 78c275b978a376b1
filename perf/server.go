package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The key pair of AWS's documentation, which every server is given.
const (
	accessKey = "AKIAIOSFODNN7EXAMPLE"
	secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

//go:embed world.yaml
var world []byte

// subject is a program that is measured.
type subject struct {
	name     string
	command  func(address, dir string) []string
	env      []string
	isLimit  bool // it has no buckets, and everything in them
	accepts  bool // it takes a request that nobody signed
	inMemory bool // its objects are in its memory
}

// limits are the same twice: what lies between them is what this run cannot tell.
func limits(own string) []subject {
	command := func(address, _ string) []string { return []string{own, "limit", address} }
	return []subject{
		{name: reference, command: command, isLimit: true},
		{name: reference + " again", command: command, isLimit: true},
	}
}

const reference = "limit"

func s3fault(program, scenarios string) subject {
	return subject{name: "s3fault", inMemory: true, command: func(address, _ string) []string {
		return []string{program, "serve", "-f", scenarios, "--addr", address}
	}}
}

// library is s3fault with its own scenarios, for the time that it takes to start. The key pair
// is that of one of them.
func library(program string) subject {
	return subject{name: "s3fault, its library", command: func(address, _ string) []string {
		return []string{program, "serve", "--scenario", "plain", "--addr", address}
	}}
}

// peers are those of the servers whose programs are in a folder.
func peers(dir string) (all []subject) {
	if dir == "" {
		return nil
	}
	known := []subject{
		{name: "gofakes3", accepts: true, inMemory: true, command: func(address, _ string) []string {
			return []string{"-backend", "memory", "-host", address, "-quiet"}
		}},
		{name: "versitygw", command: func(address, dir string) []string {
			return []string{"--port", address, "-a", accessKey, "-s", secretKey, "-q", "posix", dir}
		}},
		{name: "minio", command: func(address, dir string) []string {
			return []string{"server", "--quiet", "--address", address, dir}
		}, env: []string{
			"MINIO_ROOT_USER=" + accessKey, "MINIO_ROOT_PASSWORD=" + secretKey, "MINIO_BROWSER=off", "MINIO_CI_CD=1",
		}},
	}
	for _, s := range known {
		program, arguments := filepath.Join(dir, s.name), s.command
		if _, err := os.Stat(program); err != nil {
			continue
		}
		s.command = func(address, dir string) []string { return append([]string{program}, arguments(address, dir)...) }
		all = append(all, s)
	}
	return all
}

// server is a subject that runs.
type server struct {
	subject
	address string
	process *exec.Cmd
	dir     string // of what it stores
	ended   chan struct{}
}

// start runs a subject on a free port; it may not answer yet. Its files are in memory, where
// the machine has such a folder: no disk is measured.
func (s subject) start(ctx context.Context) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(memoryFolder(), "s3fault-perf-")
	if err != nil {
		return nil, err
	}
	command := s.command(address, dir)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env, cmd.Dir = append(os.Environ(), s.env...), dir // where no scenarios.yaml lies
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	running := &server{subject: s, address: address, process: cmd, dir: dir, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(running.ended)
	}()
	return running, nil
}

func memoryFolder() string {
	if _, err := os.Stat("/dev/shm"); err == nil {
		return "/dev/shm"
	}
	return ""
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// stop ends the server and takes away what it stored.
func (s *server) stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.process.Process.Kill()
		<-s.ended
	}
	_ = os.RemoveAll(s.dir)
}

// pollPause is how long a server is left alone that does not answer yet.
const pollPause = 200 * time.Microsecond

// ready waits for the first answer to a signed request, for a minute at the most.
func (s *server) ready(ctx context.Context) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if status, err := s.ask(ctx, client, op{method: http.MethodGet}, "", nil); err == nil && status == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.name, ctx.Err())
		case <-s.ended:
			return fmt.Errorf("%s has ended", s.name)
		case <-time.After(pollPause):
		}
	}
}

// ask sends one request by net/http, and says how it was answered.
func (s *server) ask(ctx context.Context, client *http.Client, o op, key string, body []byte) (int, error) {
	r, err := s.request(o, key, body)
	if err != nil {
		return 0, err
	}
	answer, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// makeBucket makes a bucket where it is not there.
func (s *server) makeBucket(ctx context.Context, name string) error {
	if s.isLimit {
		return nil
	}
	status, err := s.ask(ctx, http.DefaultClient, op{method: http.MethodPut, bucket: name}, "", nil)
	if err == nil && status != http.StatusOK && status != http.StatusConflict {
		err = fmt.Errorf("%s: the bucket %s: %d", s.name, name, status)
	}
	return err
}

// cpu is the processor time that the server has had, of all its threads.
func (s *server) cpu() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.process.Process.Pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("%s: /proc says nothing of its processor time", s.name)
	}
	var all time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // a thread that has ended
		}
		on, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(on, 10, 64)
		if err != nil {
			return 0, err
		}
		all += time.Duration(ns)
	}
	return all, nil
}

// memory is how many bytes the server has now, and had at the most: VmRSS and VmHWM.
func (s *server) memory() (now, most int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	return kibibytes(string(text), "VmRSS:"), kibibytes(string(text), "VmHWM:"), nil
}

func kibibytes(status, name string) int64 {
	_, rest, _ := strings.Cut(status, name)
	n, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return n << 10
}
