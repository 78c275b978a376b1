package conn

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Why a Wait ended before its time.
var (
	ErrGone    = errors.New("the client has gone")
	ErrClosing = errors.New("the server shuts down")
)

// Forever is longer than anybody waits.
const Forever time.Duration = -1

// Wait lets d of real time pass for the request with that context. Errors: ErrGone as soon
// as the client has gone, ErrClosing when the server shuts down. A client that has closed
// its half of the connection counts as gone, as it does for net/http.
//
// net/http sees a client go while it reads, which it does once the body has come to its
// end. Before that the connection is watched here, where the system allows it.
func Wait(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ErrGone
	}
	w := waiter{ctx: ctx}
	if c := Of(ctx); c != nil {
		w.closing = c.closing
		gone, stop := c.watch()
		w.gone = gone
		defer stop()
	}
	return w.wait(d)
}

// waiter is what can end a Wait. A nil channel never does.
type waiter struct {
	ctx           context.Context
	gone, closing <-chan struct{}
}

func (w waiter) wait(d time.Duration) error {
	var over <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return nil
	case <-w.ctx.Done():
		return ErrGone
	case <-w.gone:
		return ErrGone
	case <-w.closing:
		return ErrClosing
	}
}

// watch tells when the client hangs up, until stop is called. Nobody can read meanwhile,
// and where somebody reads there is nothing to watch.
func (c *Conn) watch() (gone <-chan struct{}, stop func()) {
	raw := c.raw()
	if raw == nil || !c.reading.TryLock() {
		return nil, func() {}
	}
	seen, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		if err := raw.Read(hungUp); !errors.Is(err, os.ErrDeadlineExceeded) {
			close(seen)
		}
	}()
	return seen, func() {
		_ = c.Conn.SetReadDeadline(time.Unix(1, 0)) // wakes it
		<-ended
		_ = c.limitReads()
		c.reading.Unlock()
	}
}

// raw is the socket; nil: there is none that can be watched.
func (c *Conn) raw() syscall.RawConn {
	s, ok := c.socket().(syscall.Conn)
	if !ok || hungUp == nil {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
