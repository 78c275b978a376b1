package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// sample is what was seen in one slice of time: one server, one kind of request.
type sample struct {
	requests int
	cpu      time.Duration // of the server, for all of them
	wrong    int           // answers with another status
	waits    []time.Duration
}

// each is the server's processor time for one request, in microseconds.
func (s sample) each() float64 { return s.cpu.Seconds() * 1e6 / float64(max(s.requests, 1)) }

// quantile is how long that share of the requests took at the most.
func (s sample) quantile(share float64) time.Duration {
	if len(s.waits) == 0 {
		return 0
	}
	slices.Sort(s.waits)
	return s.waits[int(share*float64(len(s.waits)-1))]
}

// warmUp is how long connections are used before anything is counted.
const warmUp = 100 * time.Millisecond

// load asks a server for one thing, on so many connections and for so long.
func load(ctx context.Context, s *server, o op, connections int, d time.Duration) (sample, error) {
	clients := make([]*client, connections)
	for i := range clients {
		c, err := s.connect(o, i)
		if err != nil {
			return sample{}, err
		}
		defer c.Close()
		clients[i] = c
	}
	if _, err := askAll(ctx, clients, warmUp); err != nil {
		return sample{}, fmt.Errorf("%s, %s: %w", s.name, o.name, err)
	}
	before, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	seen, err := askAll(ctx, clients, d)
	if err != nil {
		return sample{}, fmt.Errorf("%s, %s: %w", s.name, o.name, err)
	}
	after, err := s.cpu()
	seen.cpu = after - before
	return seen, err
}

// askAll has all clients ask until the time is up, and has each read its last answer.
func askAll(ctx context.Context, clients []*client, d time.Duration) (all sample, err error) {
	var over atomic.Bool
	defer time.AfterFunc(d, func() { over.Store(true) }).Stop()
	defer context.AfterFunc(ctx, func() { over.Store(true) })()
	var wg sync.WaitGroup
	parts, errs := make([]sample, len(clients)), make([]error, len(clients))
	for i, c := range clients {
		wg.Go(func() {
			for !over.Load() && errs[i] == nil {
				errs[i] = c.ask(&parts[i])
			}
		})
	}
	wg.Wait()
	for _, part := range parts {
		all.requests += part.requests
		all.wrong += part.wrong
		all.waits = append(all.waits, part.waits...)
	}
	return all, errors.Join(append(errs, ctx.Err())...)
}

// client is one connection, which sends the same bytes again and again.
type client struct {
	net.Conn
	from   *bufio.Reader
	asks   []byte
	status int
	head   bool
	closes bool // the server will close the connection
}

// connect makes the i-th client of a server: one for each of a few keys.
func (s *server) connect(o op, i int) (*client, error) {
	var body []byte
	if o.method == http.MethodPut {
		body = make([]byte, o.size)
	}
	r, err := s.request(o, o.key(i), body)
	if err != nil {
		return nil, err
	}
	asks, err := wire(r)
	if err != nil {
		return nil, err
	}
	connection, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	status := o.status
	if o.sign == unsigned && s.accepts {
		status = http.StatusOK
	}
	return &client{Conn: connection, from: bufio.NewReaderSize(connection, 64<<10), asks: asks, status: status,
		head: o.method == http.MethodHead}, nil
}

// patience is for one answer.
const patience = 30 * time.Second

// ask sends the request once and reads the answer to its end.
func (c *client) ask(into *sample) error {
	begin := time.Now()
	if c.closes {
		if err := c.redial(); err != nil {
			return err
		}
	}
	if err := c.SetDeadline(begin.Add(patience)); err != nil {
		return err
	}
	if _, err := c.Write(c.asks); err != nil {
		return err
	}
	status, err := c.answer()
	if err != nil {
		return err
	}
	into.requests++
	into.waits = append(into.waits, time.Since(begin))
	if status != c.status {
		into.wrong++
	}
	return nil
}

// redial is for servers that close a connection behind an answer.
func (c *client) redial() error {
	again, err := net.Dial("tcp", c.RemoteAddr().String())
	if err != nil {
		return err
	}
	c.Close()
	c.Conn, c.closes = again, false
	c.from.Reset(again)
	return nil
}

// answer reads one, with as little work as may be: what it costs is taken from the server's
// share of the machine.
func (c *client) answer() (status int, err error) {
	line, err := c.from.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, fmt.Errorf("no answer of HTTP: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, chunked := 0, false
	for {
		line, err := c.from.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			chunked = true
		case bytes.EqualFold(name, []byte("connection")):
			c.closes = bytes.EqualFold(bytes.TrimSpace(value), []byte("close"))
		}
		if err != nil {
			return 0, err
		}
	}
	switch {
	case c.head:
		return status, nil
	case chunked:
		return status, c.chunks()
	}
	_, err = c.from.Discard(length)
	return status, err
}

func (c *client) chunks() error {
	for {
		line, err := c.from.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return err
		}
		if _, err := c.from.Discard(int(n) + len("\r\n")); err != nil || n == 0 {
			return err
		}
	}
}
