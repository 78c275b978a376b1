//go:build unix

package launch

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup starts a program in a process group of its own, so that it can be ended with all
// that it has started.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// askToEnd asks a program, with its group where it has one of its own, to end.
func askToEnd(cmd *exec.Cmd) { tell(cmd, syscall.SIGTERM) }

// killGroup ends what is left of a program.
func killGroup(cmd *exec.Cmd) { tell(cmd, syscall.SIGKILL) }

func tell(cmd *exec.Cmd, s syscall.Signal) {
	if cmd.SysProcAttr != nil && cmd.SysProcAttr.Setpgid {
		_ = syscall.Kill(-cmd.Process.Pid, s) // nobody may be left in it
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
