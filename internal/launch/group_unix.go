//go:build unix

package launch

import (
	"os"
	"os/exec"
	"syscall"
)

// OnTerminal says that a terminal controls this process: the group in its foreground alone may
// read from it, and gets its signals.
func OnTerminal() bool {
	terminal, err := os.Open("/dev/tty")
	if err == nil {
		_ = terminal.Close()
	}
	return err == nil
}

// ownGroup starts a program in a process group of its own, so that it can be ended with all
// that it has started.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// askToEnd asks a program, with its group where it has one of its own, to end.
func askToEnd(cmd *exec.Cmd) { tell(cmd, syscall.SIGTERM) }

// killGroup ends what is left of a program.
func killGroup(cmd *exec.Cmd) { tell(cmd, syscall.SIGKILL) }

// tell gives a program a signal, with its group where it has one of its own.
func tell(cmd *exec.Cmd, s os.Signal) {
	if number, ok := s.(syscall.Signal); ok && cmd.SysProcAttr != nil && cmd.SysProcAttr.Setpgid {
		_ = syscall.Kill(-cmd.Process.Pid, number) // nobody may be left in it
		return
	}
	_ = cmd.Process.Signal(s)
}

// signalOf is the signal that ended a process, and its number; empty: none did.
func signalOf(s *os.ProcessState) (name string, number int) {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return w.Signal().String(), int(w.Signal())
	}
	return "", 0
}
