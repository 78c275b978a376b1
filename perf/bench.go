package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// bench is a plan with the programs that it needs.
type bench struct {
	plan
	own      string // this program
	dir      string // of files that are needed meanwhile
	subjects []subject
}

func prepare(ctx context.Context, p plan) (*bench, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &bench{plan: p, own: own}
	if b.dir, err = os.MkdirTemp("", "s3fault-perf-"); err != nil {
		return nil, err
	}
	if err := b.programs(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) programs(ctx context.Context) error {
	if b.s3fault == "" {
		b.s3fault = filepath.Join(b.dir, "s3fault")
		build := exec.CommandContext(ctx, "go", "build", "-o", b.s3fault, "github.com/s3fault/s3fault/cmd/s3fault")
		build.Stdout, build.Stderr = b.log, b.log
		if err := build.Run(); err != nil {
			return fmt.Errorf("go build: %w", err)
		}
	}
	var err error
	if b.s3fault, err = filepath.Abs(b.s3fault); err != nil {
		return err
	}
	if b.peers != "" {
		if b.peers, err = filepath.Abs(b.peers); err != nil {
			return err
		}
	}
	scenarios := filepath.Join(b.dir, "world.yaml")
	if err := os.WriteFile(scenarios, world, 0o600); err != nil {
		return err
	}
	b.subjects = append(limits(b.own), s3fault(b.s3fault, scenarios))
	b.subjects = append(b.subjects, peers(b.peers)...)
	return nil
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) }

// measure writes what it finds, a table a part.
func (b *bench) measure(ctx context.Context, out io.Writer) error {
	for _, part := range []struct {
		on   bool
		todo func(context.Context, io.Writer) error
	}{
		{b.parts.requests, b.requests}, {b.parts.start, b.startUps}, {b.parts.memory, b.memories}, {b.parts.slow, b.slowly},
	} {
		if !part.on {
			continue
		}
		if err := part.todo(ctx, out); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, format+"\n", args...) }

// running starts subjects and waits for each; stop ends them all.
func running(ctx context.Context, subjects []subject) (all []*server, stop func(), err error) {
	stop = func() {
		for _, s := range all {
			s.stop()
		}
	}
	for _, one := range subjects {
		s, err := one.start(ctx)
		if err == nil {
			all = append(all, s)
			err = s.ready(ctx)
		}
		if err != nil {
			stop()
			return nil, nil, err
		}
	}
	return all, stop, nil
}

// requests is the table of what a request costs.
func (b *bench) requests(ctx context.Context, out io.Writer) error {
	servers, stop, err := running(ctx, b.subjects)
	if err != nil {
		return err
	}
	defer stop()
	ops, err := b.seed(ctx, servers)
	if err != nil {
		return err
	}
	seen := newTable(servers, ops)
	for round := range b.rounds {
		b.say("round %d of %d", round+1, b.rounds)
		order := slices.Clone(servers)
		if round%2 == 1 { // so that no server is always behind the same other one
			slices.Reverse(order)
		}
		if err := b.round(ctx, seen, ops, order); err != nil {
			return err
		}
	}
	return seen.write(out, b.plan)
}

func (b *bench) round(ctx context.Context, seen *table, ops []op, servers []*server) error {
	for _, o := range ops {
		for _, s := range servers {
			if o.bucket == large && !s.isLimit && s.name != "s3fault" {
				continue
			}
			one, err := load(ctx, s, o, b.connections, b.slice)
			if err != nil {
				return err
			}
			seen.add(o, s, one)
		}
	}
	return nil
}

// seed puts what is asked for into the servers, and returns what is to be asked.
func (b *bench) seed(ctx context.Context, servers []*server) ([]op, error) {
	ops := b.ops
	if b.many > 0 {
		ops = append(slices.Clone(ops), ofMany(b.many))
	}
	for _, s := range servers {
		if s.isLimit {
			continue
		}
		if err := s.seed(ctx, thousand, 1000, keyOf, small); err != nil {
			return nil, err
		}
		for _, size := range []int{small, big} {
			if err := s.seed(ctx, busy, spread, op{size: size}.key, size); err != nil {
				return nil, err
			}
		}
		if b.many > 0 && s.name == "s3fault" {
			b.say("%s: %d keys", s.name, b.many)
			if err := s.seed(ctx, large, b.many, keyOf, 16); err != nil {
				return nil, err
			}
		}
	}
	return ops, nil
}

// seeders is how many requests of a seed are on their way at a time.
const seeders = 16

// seed makes a bucket with so many objects of one size.
func (s *server) seed(ctx context.Context, bucket string, n int, key func(int) string, size int) error {
	if err := s.makeBucket(ctx, bucket); err != nil {
		return err
	}
	work, errs := make(chan int), make(chan error, seeders)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range seeders {
		go func() { errs <- s.putEach(ctx, work, bucket, key, size) }()
	}
	for i := range n {
		select {
		case work <- i:
		case <-ctx.Done():
		}
	}
	close(work)
	var err error
	for range seeders {
		if one := <-errs; one != nil {
			err = errors.Join(err, one)
			cancel()
		}
	}
	return err
}

// putEach puts an object for each number that comes. It reads on after an error, so that
// nobody waits for it.
func (s *server) putEach(
	ctx context.Context, work <-chan int, bucket string, key func(int) string, size int,
) (err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: patience}
	defer client.CloseIdleConnections()
	body := make([]byte, size)
	for i := range work {
		if err != nil {
			continue
		}
		var status int
		status, err = s.ask(ctx, client, op{method: http.MethodPut, bucket: bucket}, key(i), body)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%s: PUT %s/%s: %d", s.name, bucket, key(i), status)
		}
	}
	return err
}

// startUps is the table of the time from the start of a program to its first answer.
func (b *bench) startUps(ctx context.Context, out io.Writer) error {
	subjects := slices.Concat(b.subjects[:1], []subject{library(b.s3fault)}, b.subjects[2:])
	took := make([][]float64, len(subjects))
	for i := range b.starts {
		b.say("start %d of %d", i+1, b.starts)
		for n, one := range subjects {
			ms, err := one.timeStart(ctx)
			if err != nil {
				return err
			}
			took[n] = append(took[n], ms)
		}
	}
	return writeStarts(out, subjects, took)
}

// timeStart is how many milliseconds a start takes.
func (s subject) timeStart(ctx context.Context) (float64, error) {
	begin := time.Now()
	running, err := s.start(ctx)
	if err != nil {
		return 0, err
	}
	defer running.stop()
	err = running.ready(ctx)
	return time.Since(begin).Seconds() * 1000, err
}
