//go:build !unix

package launch

import (
	"os"
	"os/exec"
)

// OnTerminal is true: a console gives its signals to all that it has.
func OnTerminal() bool { return true }

// ownGroup has no process groups to offer here.
func ownGroup(*exec.Cmd) {}

// askToEnd ends the program alone: there is nothing to ask it with.
func askToEnd(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// killGroup ends what is left of the program.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// tell gives the program a signal, where there are any.
func tell(cmd *exec.Cmd, s os.Signal) { _ = cmd.Process.Signal(s) }

// signalOf is empty: no signals end processes here.
func signalOf(*os.ProcessState) (name string, number int) { return "", 0 }
