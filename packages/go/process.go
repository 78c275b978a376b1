package s3fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// patience is how long a program may take until it serves.
const patience = 30 * time.Second

// grace is how long it may take until it has ended.
const grace = 10 * time.Second

// program is s3fault itself: what S3FAULT_BINARY names, else what PATH has.
func program() (string, error) {
	named := os.Getenv("S3FAULT_BINARY")
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("S3FAULT_BINARY: %w", err)
		}
		return path, nil
	}
	path, err := exec.LookPath("s3fault")
	if err != nil {
		return "", errors.New("there is no program s3fault in PATH, and S3FAULT_BINARY names none; " +
			"go install github.com/s3fault/s3fault/cmd/s3fault@latest")
	}
	return path, nil
}

// process is a server that this one started. It ends with this one, which holds the pipe
// that is its standard input (`serve --while-stdin`).
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	told  lastLines     // of its log
	ended chan struct{} // closed behind err
	err   error
}

// addresses is what `serve --ready-file` writes.
type addresses struct {
	Endpoint string `json:"endpoint"`
	Admin    string `json:"admin"`
}

// launch starts the program, and returns once it serves.
func launch(args []string) (*process, addresses, error) {
	path, err := program()
	if err != nil {
		return nil, addresses{}, err
	}
	dir, err := os.MkdirTemp("", "s3fault-")
	if err != nil {
		return nil, addresses{}, err
	}
	defer os.RemoveAll(dir)
	ready := filepath.Join(dir, "ready.json")
	given := []string{"serve", "--addr", "127.0.0.1:0", "--while-stdin", "--ready-file", ready}
	cmd := exec.Command(path, append(given, args...)...)
	p := &process{cmd: cmd, ended: make(chan struct{})}
	cmd.Stderr, cmd.WaitDelay = &p.told, time.Second
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, addresses{}, err
	}
	if err := cmd.Start(); err != nil {
		return nil, addresses{}, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	at, err := p.serving(ready)
	if err != nil {
		p.stop()
		return nil, addresses{}, err
	}
	return p, at, nil
}

// serving waits until the ready file is there, which is put in place whole.
func (p *process) serving(ready string) (at addresses, err error) {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case <-p.ended:
			return at, fmt.Errorf("s3fault serve ended: %s", p.told.String())
		case <-late.C:
			return at, fmt.Errorf("s3fault serve is not ready after %v: %s", patience, p.told.String())
		case <-look.C:
		}
		text, err := os.ReadFile(ready)
		if err == nil {
			return at, json.Unmarshal(text, &at)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return at, err
		}
	}
}

// stop ends the server and waits until it has ended; one that does not heed it is killed.
func (p *process) stop() error {
	_ = p.stdin.Close() // it may have ended by itself
	late := time.AfterFunc(grace, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	<-p.ended
	if p.err != nil {
		return fmt.Errorf("%w: %s", p.err, p.told.String())
	}
	return nil
}

// lastLines keeps the end of what is written to it.
type lastLines struct {
	lock sync.Mutex
	text []byte
}

const kept = 4 << 10

func (l *lastLines) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.text = append(l.text, p...)
	if len(l.text) > 2*kept {
		l.text = append([]byte(nil), l.text[len(l.text)-kept:]...)
	}
	return len(p), nil
}

func (l *lastLines) String() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return strings.TrimSpace(string(l.text))
}
