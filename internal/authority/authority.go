// Package authority is a certificate authority of our own: clients that trust it reach the
// server over TLS under every name that it answers to, AWS's own among them.
package authority

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/s3fault/s3fault/internal/awshost"
)

// Authority signs certificates for the names that a server answers to. It is safe for
// concurrent use.
type Authority struct {
	cert    *x509.Certificate
	key     *ecdsa.PrivateKey
	dir     string
	domains []string // with what is below each
	now     func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // by server name; "": that of the names that never change
}

// Open is the authority whose key is in a folder, which is made where there is none. Its
// certificates are for localhost, the loopback addresses, AWS's own names, the domains,
// everything below each of these names, and the addresses that clients come to. Errors: a
// folder that cannot be written, or files in it that are no authority of ours.
func Open(dir string, domains ...string) (*Authority, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	a := empty(domains)
	a.dir = dir
	if err := a.load(); err != nil {
		return nil, err
	}
	return a, nil
}

// New is an authority of which no file tells, for as long as the program runs.
func New(domains ...string) (*Authority, error) {
	a := empty(domains)
	key, der, err := newAuthority(a.now())
	if err != nil {
		return nil, err
	}
	a.key = key
	a.cert, err = x509.ParseCertificate(der)
	return a, err
}

func empty(domains []string) *Authority {
	return &Authority{
		now: time.Now, leaves: map[string]*tls.Certificate{}, domains: append([]string{"localhost"}, domains...),
	}
}

// PEM is the authority's certificate: what clients are to trust.
func (a *Authority) PEM() []byte { return pemOf("CERTIFICATE", a.cert.Raw) }

// CertificateFile is the path of the authority's certificate, in PEM; empty: it has no
// folder.
func (a *Authority) CertificateFile() string {
	if a.dir == "" {
		return ""
	}
	return filepath.Join(a.dir, certificateFile)
}

// Config is how a server speaks TLS: HTTP/1.1 alone, as S3, with TLS 1.2 or 1.3.
func (a *Authority) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return a.certificate(hello.ServerName, cameTo(hello.Conn))
		},
	}
}

// mostLeaves bounds how many names have a certificate at one time: clients choose them.
const mostLeaves = 1000

// certificate is that for a server name; for one that is not ours, that of the names that
// never change, which the client then refuses. A client that names no server came to an
// address; nil: one of this machine alone.
func (a *Authority) certificate(name string, address net.IP) (*tls.Certificate, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	leafOf := name
	if !a.serves(name) {
		name, leafOf = "", ""
		if address != nil {
			leafOf = "address " + address.String()
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf := a.leaves[leafOf]; leaf != nil && a.now().Before(leaf.Leaf.NotAfter) {
		return leaf, nil
	}
	leaf, err := a.sign(name, address)
	if err != nil {
		return nil, err
	}
	if len(a.leaves) >= mostLeaves {
		clear(a.leaves)
	}
	a.leaves[leafOf] = leaf
	return leaf, nil
}

// cameTo is the address of ours that a client has connected to; nil: a usual one.
func cameTo(c net.Conn) net.IP {
	if local, ok := c.LocalAddr().(*net.TCPAddr); ok && !slices.ContainsFunc(loopbacks, local.IP.Equal) {
		return local.IP
	}
	return nil
}

// serves says whether a server name is one of ours.
func (a *Authority) serves(name string) bool {
	for _, domains := range [][]string{a.domains, awshost.Domains} {
		for _, d := range domains {
			if name == d || strings.HasSuffix(name, "."+d) {
				return true
			}
		}
	}
	return false
}

// loopbacks are the addresses of this machine.
var loopbacks = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
