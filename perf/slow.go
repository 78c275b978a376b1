package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// How 10,000 slow clients are: each sends one byte of its request every two seconds.
const (
	slowClients = 10_000
	slowPause   = 2 * time.Second
	slowFor     = 12 * time.Second // of each time; five times are a minute
	slowTimes   = 5
	quick       = 20
)

// slowly is how long quick clients wait with slow ones beside them and without, by turns.
func (b *bench) slowly(ctx context.Context, out io.Writer) error {
	servers, stop, err := running(ctx, b.subjects[2:3])
	if err != nil {
		return err
	}
	defer stop()
	s := servers[0]
	if err := s.seed(ctx, busy, spread, op{size: small}.key, small); err != nil {
		return err
	}
	before, _, err := s.memory()
	if err != nil {
		return err
	}
	var without, with []float64
	for i := range slowTimes {
		b.say("time %d of %d", i+1, slowTimes)
		alone, err := load(ctx, s, ops[0], quick, slowFor)
		if err != nil {
			return err
		}
		beside, err := b.besideSlow(ctx, s)
		if err != nil {
			return err
		}
		if alone.wrong+beside.wrong > 0 {
			return fmt.Errorf("%d answers have another status", alone.wrong+beside.wrong)
		}
		without = append(without, float64(alone.quantile(0.99).Microseconds()))
		with = append(with, float64(beside.quantile(0.99).Microseconds()))
	}
	_, most, err := s.memory()
	if err != nil {
		return err
	}
	one, two := spreadFrom(without), spreadFrom(with)
	fmt.Fprintf(out, "p99 of %d quick clients, microseconds, medians of %d (quartiles): "+
		"alone %s, beside %d slow ones %s: %.2f times\n",
		quick, slowTimes, one, slowClients, two, two.median/one.median)
	fmt.Fprintf(out, "memory, MB: before %s, at the most %s, afterwards %s\n",
		megabytes(before), megabytes(most), megabytes(s.settled(ctx)))
	return nil
}

// besideSlow loads the server while slow clients are there, from a process of their own.
func (b *bench) besideSlow(ctx context.Context, s *server) (seen sample, err error) {
	stay := slowFor + 5*time.Second
	cmd := exec.CommandContext(ctx, b.own, "slow-clients", s.address, strconv.Itoa(slowClients), stay.String())
	cmd.Stderr = b.log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return seen, err
	}
	if err := cmd.Start(); err != nil {
		return seen, err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it was told to end
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "connected" {
		return seen, fmt.Errorf("the slow clients did not come: %q, %w", line, err)
	}
	return load(ctx, s, ops[0], quick, slowFor)
}

// beSlow is the process of the slow clients: ADDRESS, how many, for how long. It says
// "connected" once all have sent their first byte.
func beSlow(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("slow-clients: it takes an address, a number and a duration")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return slowCrowd(ctx, args[0], n)
}

func slowCrowd(ctx context.Context, address string, n int) error {
	s := &server{address: address}
	r, err := s.request(op{method: http.MethodGet, bucket: busy}, op{size: small}.key(0), nil)
	if err != nil {
		return err
	}
	asks, err := wire(r)
	if err != nil {
		return err
	}
	connections := make([]net.Conn, n)
	for i := range connections {
		if connections[i], err = net.Dial("tcp", address); err != nil {
			return fmt.Errorf("slow client %d: %w", i, err)
		}
		defer connections[i].Close()
	}
	var lost atomic.Int64
	drip(connections, asks[:1], &lost)
	fmt.Println("connected")
	for at := 1; at < len(asks); at++ {
		select {
		case <-ctx.Done():
			fmt.Fprintf(os.Stderr, "%d of %d slow clients were still there\n", n-int(lost.Load()), n)
			return nil
		case <-time.After(slowPause):
			drip(connections, asks[at:at+1], &lost)
		}
	}
	return nil
}

// drip has each client send the same bytes, spread over workers so that it takes no time.
func drip(connections []net.Conn, bytes []byte, lost *atomic.Int64) {
	var wg sync.WaitGroup
	const workers = 8
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(connections); i += workers {
				if connections[i] == nil {
					continue
				}
				if _, err := connections[i].Write(bytes); err != nil {
					lost.Add(1)
					connections[i].Close()
					connections[i] = nil
				}
			}
		})
	}
	wg.Wait()
}
