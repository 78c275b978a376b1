package conn

import "golang.org/x/sys/unix"

// hungUp says whether the other side has closed its half of the connection, or all of it,
// also behind data that nobody has read.
var hungUp = func(fd uintptr) bool {
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	n, err := unix.Poll(poll, 0)
	return err == nil && n > 0
}

// unacknowledged is how many bytes were written and have not arrived, for all we know.
func unacknowledged(fd uintptr) int {
	n, err := unix.IoctlGetInt(int(fd), unix.SIOCOUTQ)
	if err != nil {
		return 0
	}
	return n
}
