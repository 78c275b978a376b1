//go:build !linux

package conn

// hungUp is nil: nothing says so before the body has been read, and then net/http does.
var hungUp func(fd uintptr) bool

// unacknowledged is not known.
func unacknowledged(uintptr) int { return 0 }
