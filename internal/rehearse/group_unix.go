//go:build unix

package rehearse

import (
	"os/exec"
	"syscall"
)

// ownGroup starts the shell in a process group of its own, so that it can be
// ended with all that it has started.
func ownGroup(shell *exec.Cmd) { shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends the shell's group. The shell must not have been waited for: its
// number could be another's by then.
func endGroup(shell *exec.Cmd) { _ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
