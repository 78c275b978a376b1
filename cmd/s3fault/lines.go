package main

import (
	"io"
	"sync"
)

// mostWaiting is how many bytes of lines may wait for a writer that is slow; who adds more
// waits with them.
const mostWaiting = 1 << 20

// lines writes lines in the order in which they are added, in one piece all that have come
// while the last was written: under load a line costs no system call. One that comes alone is
// written at once.
type lines struct {
	to io.Writer

	mu      sync.Mutex
	written sync.Cond // when the writer has come to an end of something
	waiting []byte
	spare   []byte
	writing bool // a goroutine is at it
}

func newLines(to io.Writer) *lines {
	l := &lines{to: to}
	l.written.L = &l.mu
	return l
}

// add has more append a line, or several.
func (l *lines) add(more func([]byte) []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) >= mostWaiting {
		l.written.Wait()
	}
	l.waiting = more(l.waiting)
	if !l.writing {
		l.writing = true
		go l.write()
	}
}

func (l *lines) write() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) > 0 {
		now := l.waiting
		l.waiting, l.spare = l.spare[:0], nil
		l.mu.Unlock()
		_, _ = l.to.Write(now)
		l.mu.Lock()
		l.spare = now
		l.written.Broadcast()
	}
	l.writing = false
	l.written.Broadcast()
}

// flush waits until all is written.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writing {
		l.written.Wait()
	}
}
