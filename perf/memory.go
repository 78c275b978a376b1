package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	manyObjects = 10_000
	hugeBody    = 2 << 30
)

// memories is the table of what servers hold: without anything, with many small objects, and
// with one of two gibibytes that is put and deleted again. A server that keeps its objects in
// files is not asked for the last.
func (b *bench) memories(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "\nMemory (VmRSS), MB\n\n")
	m := newMarkdown(out, "", "after the start", fmt.Sprintf("%d objects of 1 KiB", manyObjects),
		"a PUT of 2 GiB, at the most", "after its DELETE")
	for i, one := range b.subjects {
		if i == 1 { // the limit, again
			continue
		}
		b.say("memory of %s", one.name)
		row, err := b.memoryOf(ctx, one)
		if err != nil {
			return err
		}
		m.row(append([]string{one.name}, row...)...)
	}
	return m.flush()
}

func (b *bench) memoryOf(ctx context.Context, one subject) (row []string, err error) {
	s, err := one.start(ctx)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	idle, _, err := s.memory()
	if err != nil {
		return nil, err
	}
	if err := s.seed(ctx, busy, manyObjects, keyOf, small); err != nil {
		return nil, err
	}
	full, _, err := s.memory()
	row = []string{megabytes(idle), megabytes(full)}
	if err != nil || s.isLimit || !s.inMemory {
		return append(row, "-", "-"), err
	}
	huge, err := b.huge(ctx, one)
	return append(row, huge...), err
}

// huge is what a server of its own holds while it is given a large body, and once that is
// deleted.
func (b *bench) huge(ctx context.Context, one subject) ([]string, error) {
	s, err := one.start(ctx)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	if err := s.makeBucket(ctx, busy); err != nil {
		return nil, err
	}
	if err := s.putHuge(ctx); err != nil {
		return nil, err
	}
	_, most, err := s.memory()
	if err != nil {
		return nil, err
	}
	status, err := s.ask(ctx, http.DefaultClient, op{method: http.MethodDelete, bucket: busy}, "huge", nil)
	if err != nil || status != http.StatusNoContent {
		return nil, fmt.Errorf("%s: the DELETE: %d, %w", s.name, status, err)
	}
	return []string{megabytes(most), megabytes(s.settled(ctx))}, nil
}

// putHuge puts a body of zeroes whose hash is not signed, as clients do over TLS.
func (s *server) putHuge(ctx context.Context) error {
	r, err := s.request(op{method: http.MethodPut, bucket: busy, sign: presigned}, "huge", nil)
	if err != nil {
		return err
	}
	r = r.WithContext(ctx)
	r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeroes{}, hugeBody)), hugeBody
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: a PUT of 2 GiB: %s", s.name, answer.Status)
	}
	return nil
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// settled is the server's memory once it gives nothing back any more, or has had a while.
func (s *server) settled(ctx context.Context) int64 {
	const pause, longest = 250 * time.Millisecond, 10 * time.Second
	least, _, _ := s.memory()
	for begin := time.Now(); time.Since(begin) < longest && ctx.Err() == nil; {
		time.Sleep(pause)
		now, _, _ := s.memory()
		least = min(least, now)
	}
	return least
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1e6) }
