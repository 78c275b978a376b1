package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// gate is a writer that waits before each piece until it is let go on.
type gate struct {
	bytes.Buffer
	pieces int
	open   chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	g.pieces++
	return g.Buffer.Write(p)
}

// Lines come in the order of each who adds them, whole, and many in one piece; flush has all
// of them written.
func TestLines(t *testing.T) {
	const people, each = 8, 200
	g := &gate{open: make(chan struct{})}
	l := newLines(g)
	var wg sync.WaitGroup
	for who := range people {
		wg.Go(func() {
			for i := range each {
				l.add(func(b []byte) []byte { return fmt.Appendf(b, "%d %d\n", who, i) })
			}
		})
	}
	wg.Wait() // nobody waits for the writer
	close(g.open)
	l.flush()
	next := [people]int{}
	for line := range strings.Lines(g.String()) {
		var who, i int
		if _, err := fmt.Sscanf(line, "%d %d\n", &who, &i); err != nil || next[who] != i {
			t.Fatalf("%q after %d lines of theirs: %v", line, next[who], err)
		}
		next[who]++
	}
	for who, n := range next {
		if n != each {
			t.Errorf("%d has %d lines", who, n)
		}
	}
	if g.pieces > 2 {
		t.Errorf("%d pieces were written while nothing was let through but the first", g.pieces)
	}
}

// Whoever adds more than may wait is held until something is written.
func TestLinesWait(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	l := newLines(g)
	line := bytes.Repeat([]byte{'x'}, mostWaiting)
	add := func(b []byte) []byte { return append(b, line...) }
	l.add(add) // which the writer takes, or is about to
	added := make(chan struct{})
	go func() {
		l.add(add)
		l.add(add)
		close(added)
	}()
	g.open <- struct{}{}
	g.open <- struct{}{}
	<-added
	close(g.open)
	l.flush()
	if g.Len() != 3*mostWaiting {
		t.Errorf("%d bytes were written", g.Len())
	}
}
