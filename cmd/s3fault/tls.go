package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
)

// trust is whom clients of the server are to trust; without an authority it speaks no TLS.
type trust struct{ *authority.Authority }

// openAuthority is the authority of the flags, if they ask for one.
func openAuthority(cmd *cobra.Command, f serveFlags) (trust, error) {
	dir := f.tlsDir
	if dir == "" && cmd.Flags().Changed("tls-dir") {
		return trust{}, errors.New("--tls-dir wants a folder, and was given an empty name")
	}
	if dir == "" {
		if !f.tls {
			return trust{}, nil
		}
		config, err := os.UserConfigDir()
		if err != nil {
			return trust{}, fmt.Errorf("--tls wants --tls-dir here: %w", err)
		}
		dir = filepath.Join(config, "s3fault", "tls")
	}
	domains := f.domains
	if host := hostOf(f.addr); host != "" && net.ParseIP(host) == nil {
		domains = append([]string{host}, domains...)
	}
	a, err := authority.Open(dir, domains...)
	if err != nil {
		return trust{}, fmt.Errorf("--tls-dir: %w", err)
	}
	return trust{a}, nil
}

func (t trust) config() *tls.Config {
	if t.Authority == nil {
		return nil
	}
	return t.Config()
}

func (t trust) pem() []byte {
	if t.Authority == nil {
		return nil
	}
	return t.PEM()
}

func (t trust) file() string {
	if t.Authority == nil {
		return ""
	}
	return t.CertificateFile()
}

// at is how a server that listens there is reached over TLS; nil: it is not.
func (t trust) at(address net.Addr) *emulator.TLS {
	if t.Authority == nil {
		return nil
	}
	return &emulator.TLS{Endpoint: "https://" + reachable(address), CA: t.file()}
}
