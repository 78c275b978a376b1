package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/wholefile"
)

// readiness is what --ready-file holds.
type readiness struct {
	Endpoint  string   `json:"endpoint"`
	Admin     string   `json:"admin"`
	PID       int      `json:"pid"`
	Scenarios []string `json:"scenarios"`
	// TLS is how the server is reached over TLS; nil: it is not.
	TLS *emulator.TLS `json:"tls,omitempty"`
}

// reachable is an address that a client on this machine can use: a server on
// every address is reached over loopback.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// writeReady puts the whole file in place at once, so that who waits for it never reads a
// half. remove takes it away again, as long as it is this very file: another server may have
// put its own there. It may be called several times, and at once.
func writeReady(path string, r readiness) (remove func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("--ready-file: %w", err)
	}
	data = append(data, '\n')
	if err = wholefile.Write(path, data, 0o600); err != nil {
		return nil, fmt.Errorf("--ready-file: %w", err)
	}
	written, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("--ready-file: %w", err)
	}
	return func() {
		now, err := os.Stat(path)
		if err != nil || !os.SameFile(now, written) {
			return
		}
		if has, err := os.ReadFile(path); err == nil && bytes.Equal(has, data) {
			_ = os.Remove(path)
		}
	}, nil
}
