package launch

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/s3fault/s3fault/internal/finding"
)

// Program is a command that is run in a world.
type Program struct {
	Args   []string // the command and its arguments
	Caller string   // whose credentials it has
	Dir    string   // that it is started in; empty: this process's
	// Stdin, Stdout and Stderr are its own; nil: it has none, and what it prints is kept for
	// the record alone.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Patience is how long it may take until it is ended; 0: as long as it likes.
	Patience time.Duration
	// Probe is a command for sh that drives a program which serves and does not end: once it is
	// through, the program is ended, and the probe's exit code counts. StopAfter ends the
	// program after that time, well.
	Probe     string
	StopAfter time.Duration
	// Signals are passed on to it; nil: there are none.
	Signals <-chan os.Signal
	// Foreground leaves it in this process's group, where a terminal's signals reach it, so that
	// an interrupt of the terminal's is not passed on.
	Foreground bool
}

// outputKept is how many bytes of the end of what a program prints are kept.
const outputKept = 64 << 10

// grace is how long a program has between being asked to end and being ended.
const grace = 5 * time.Second

// Run runs a program in the world to its end. Error: it could not be started. ctx ends it.
func (w *World) Run(ctx context.Context, p Program) (finding.Ending, error) {
	environment, err := w.Environment(p.Caller)
	if err != nil {
		return finding.Ending{}, err
	}
	r := &running{program: p, environment: environment, ended: make(chan struct{})}
	if err := r.start(); err != nil {
		return finding.Ending{}, err
	}
	return r.wait(ctx), nil
}

// running is a program that was started.
type running struct {
	program     Program
	environment []string
	cmd         *exec.Cmd
	printed     tail
	began       time.Time
	ended       chan struct{}
}

// command is one that is found in the environment's own PATH, where the world's `aws` is.
func (r *running) command(args ...string) (*exec.Cmd, error) {
	path, err := lookUp(args[0], r.environment)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args[1:]...)
	cmd.Args[0] = args[0]
	cmd.Env, cmd.Dir = r.environment, r.program.Dir
	cmd.Stdin = r.program.Stdin
	cmd.Stdout, cmd.Stderr = r.written(r.program.Stdout), r.written(r.program.Stderr)
	cmd.WaitDelay = grace // children of its own may have its output open
	if !r.program.Foreground {
		ownGroup(cmd)
	}
	return cmd, nil
}

func (r *running) start() (err error) {
	if r.cmd, err = r.command(r.program.Args...); err != nil {
		return err
	}
	r.began = time.Now()
	if err := r.cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = r.cmd.Wait() // its state tells
		close(r.ended)
	}()
	return nil
}

// wait is how the program ended, or was ended.
func (r *running) wait(ctx context.Context) finding.Ending {
	probed, unprobed := r.probe()
	defer unprobed()
	var e finding.Ending
	for waiting, late, stop := true, after(r.program.Patience), after(r.program.StopAfter); waiting; {
		select {
		case <-r.ended:
			waiting = false
		case s := <-r.program.Signals:
			r.pass(s)
		case <-late:
			e.TimedOut, waiting = true, false
		case <-stop:
			e.Stopped, waiting = true, false
		case e.Exit = <-probed:
			e.Stopped, e.Probed, waiting = true, true, false
		case <-ctx.Done():
			waiting = false
		}
	}
	e.Took = time.Since(r.began)
	r.end()
	r.told(&e)
	return e
}

// pass gives the program a signal, unless the terminal has given it to both.
func (r *running) pass(s os.Signal) {
	if !r.program.Foreground || s != os.Interrupt {
		tell(r.cmd, s)
	}
}

// told adds what is known once the program has ended.
func (r *running) told(e *finding.Ending) {
	if !e.Stopped {
		e.Exit = exitOf(r.cmd.ProcessState)
		e.Signal, e.SignalNumber = signalOf(r.cmd.ProcessState)
	}
	e.Printed, e.Output = r.printed.told()
}

// after is a channel that is served once the time is over; nil for 0.
func after(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	return time.After(d)
}

// probe runs the probe, if there is one: its exit code, and what ends it.
func (r *running) probe() (exit <-chan int, end func()) {
	if r.program.Probe == "" {
		return nil, func() {}
	}
	code := make(chan int, 1)
	cmd, err := r.command("sh", "-c", r.program.Probe)
	if err == nil {
		cmd.Stdin = nil
		err = cmd.Start()
	}
	if err != nil {
		_, _ = r.printed.Write([]byte(err.Error() + "\n"))
		code <- exitNotRun
		return code, func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait()
		code <- exitOf(cmd.ProcessState)
	}()
	return code, func() { endAll(cmd, done) }
}

// exitNotRun is a shell's for a command that cannot be run.
const exitNotRun = 126

// end ends the program, if it has not ended, with all that it has started.
func (r *running) end() { endAll(r.cmd, r.ended) }

func endAll(cmd *exec.Cmd, ended <-chan struct{}) {
	select {
	case <-ended:
		killGroup(cmd) // what it has left running
		return
	default:
	}
	askToEnd(cmd)
	select {
	case <-ended:
	case <-time.After(grace):
	}
	killGroup(cmd)
	<-ended
}

// exitOf is the exit code of a process that has ended; -1: a signal ended it.
func exitOf(s *os.ProcessState) int {
	if s == nil {
		return exitNotRun
	}
	return s.ExitCode()
}

// tail keeps the end of what is printed.
type tail struct {
	mu    sync.Mutex
	kept  []byte
	total int64
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total += int64(len(p))
	t.kept = append(t.kept, p...)
	if len(t.kept) > 2*outputKept {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-outputKept:]...)
	}
	return len(p), nil
}

// written is where the program writes to: a file is its own, which may be a terminal, and no
// record is kept of that; anything else has the record beside it.
func (r *running) written(w io.Writer) io.Writer {
	switch file, ok := w.(*os.File); {
	case w == nil:
		return &r.printed
	case ok:
		return file
	}
	return io.MultiWriter(&r.printed, w)
}

func (t *tail) told() (total int64, end string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total, string(t.kept[max(0, len(t.kept)-outputKept):])
}

// lookUp finds a command in the PATH of an environment.
func lookUp(name string, environment []string) (string, error) {
	for i := len(environment) - 1; i >= 0; i-- {
		if path, ok := cutPath(environment[i]); ok {
			return find(name, path)
		}
	}
	return "", errors.New("the environment has no PATH")
}
