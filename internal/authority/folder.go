package authority

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/s3fault/s3fault/internal/wholefile"
)

// The files of a folder: the authority's certificate, for everybody, and the same with its
// key.
const (
	certificateFile = "ca.pem"
	keyFile         = "ca-key.pem"
)

// load reads the authority of the folder, or makes one. Of several servers that make one at
// the same time one does, and the others read it.
func (a *Authority) load() error {
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(a.dir, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := a.orphan(); err != nil {
			return err
		}
		if err = a.make(path); err == nil || errors.Is(err, fs.ErrExist) {
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return err
	}
	if err := a.read(path, text); err != nil {
		return err
	}
	return a.publish()
}

// orphan refuses to make another authority where clients trust the certificate of one that
// has lost its key.
func (a *Authority) orphan() error {
	if _, err := os.Lstat(a.CertificateFile()); err != nil {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(a.dir, keyFile)); err == nil {
		return nil // it has been made meanwhile
	}
	return fmt.Errorf("%s is there without its key, %s: put that back, or take the certificate away and another authority is made",
		a.CertificateFile(), keyFile)
}

// make puts a new authority in the place of a file that is not there; an error that is
// fs.ErrExist: somebody else has.
func (a *Authority) make(path string) error {
	key, cert, err := newAuthority(a.now())
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	text := append(pemOf("PRIVATE KEY", der), pemOf("CERTIFICATE", cert)...)
	return wholefile.Make(path, text, 0o600)
}

// read takes the authority out of its file.
func (a *Authority) read(path string, text []byte) error {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			var key any
			if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
				a.key, _ = key.(*ecdsa.PrivateKey)
			}
		case "CERTIFICATE":
			a.cert, err = x509.ParseCertificate(block.Bytes)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	switch {
	case a.key == nil || a.cert == nil || !a.cert.IsCA || !a.key.PublicKey.Equal(a.cert.PublicKey):
		return fmt.Errorf("%s is not the key of an authority that s3fault made; "+
			"take it away, or name another folder", path)
	case a.now().After(a.cert.NotAfter):
		return fmt.Errorf("%s ended on %s; take it away, and another is made", path, a.cert.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// publish writes the certificate beside the key, for clients.
func (a *Authority) publish() error {
	path, text := a.CertificateFile(), a.PEM()
	if there, err := os.ReadFile(path); err == nil && string(there) == string(text) {
		return nil
	}
	return wholefile.Write(path, text, 0o644)
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
