package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"

	"github.com/s3fault/s3fault/internal/authority"
)

// openAuthority is the authority of the flags; nil: the server speaks no TLS.
func openAuthority(f serveFlags) (*authority.Authority, error) {
	dir := f.tlsDir
	if dir == "" {
		if !f.tls {
			return nil, nil
		}
		config, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("--tls wants --tls-dir here: %w", err)
		}
		dir = filepath.Join(config, "s3fault", "tls")
	}
	a, err := authority.Open(dir, f.domains...)
	if err != nil {
		return nil, fmt.Errorf("--tls-dir: %w", err)
	}
	return a, nil
}

func configOf(a *authority.Authority) *tls.Config {
	if a == nil {
		return nil
	}
	return a.Config()
}
