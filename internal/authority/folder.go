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
		if text, err = a.make(path); err == nil && text == nil {
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

// make puts a new authority in the place of a file that is not there; nil: somebody else
// has.
func (a *Authority) make(path string) ([]byte, error) {
	key, cert, err := newAuthority(a.now())
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := append(pemOf("PRIVATE KEY", der), pemOf("CERTIFICATE", cert)...)
	temp, err := write(path, text, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); errors.Is(err, fs.ErrExist) {
		return nil, nil
	} else if err != nil {
		return text, os.Rename(temp, path) // a file system without links
	}
	return text, nil
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
	temp, err := write(path, text, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	return os.Rename(temp, path)
}

// write makes a file beside path, which is to be put in its place.
func write(path string, text []byte, mode fs.FileMode) (temp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".s3fault-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return f.Name(), err
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
