//go:build !unix

package rehearse

import "os/exec"

// ownGroup has no process groups to offer here.
func ownGroup(*exec.Cmd) {}

// endGroup ends the shell alone.
func endGroup(shell *exec.Cmd) { _ = shell.Process.Kill() }
