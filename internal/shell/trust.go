package shell

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/s3fault/s3fault/internal/wholefile"
)

// Trusted are the files that have programs trust a server's certificates.
type Trusted struct {
	// Own is the certificate of the server's authority alone: for AWS's programs, which are
	// to reach nothing but the world, and for those that add it to what they trust.
	Own string
	// All is that and the system's authorities: for programs that trust what is in one file
	// and nothing else, and may be on their way elsewhere. It is empty where the system has its
	// authorities in no file: with ours alone such a program would trust nothing else.
	All string
}

// Keep writes the files for an authority's certificate, in PEM, into a folder below dir that
// is its own: what is there already stays as it is.
func Keep(dir string, certificate []byte) (Trusted, error) {
	sum := sha256.Sum256(certificate)
	dir = filepath.Join(dir, hex.EncodeToString(sum[:8]))
	t := Trusted{Own: filepath.Join(dir, "ca.pem")}
	system := authorities()
	if len(bytes.TrimSpace(system)) == 0 {
		return t, put(t.Own, certificate)
	}
	t.All = filepath.Join(dir, "bundle.pem")
	return t, errors.Join(put(t.Own, certificate), put(t.All, slices.Concat(system, ours, certificate)))
}

// ours stands before our certificate in a file of several.
var ours = []byte("\n# s3fault: not one of the system's authorities, and for this shell alone\n")

// authorities are those that programs trust so far: of the file that SSL_CERT_FILE names, or
// of the system's; empty: they are in no file.
func authorities() []byte {
	for _, path := range append([]string{os.Getenv("SSL_CERT_FILE")}, systemFiles...) {
		if text, err := os.ReadFile(path); err == nil {
			text, _, _ = bytes.Cut(text, ours) // the shell has entered a world before
			return bytes.Clone(text)
		}
	}
	return nil
}

// systemFiles are where systems have their authorities: Debian, Fedora, SUSE, RHEL, Alpine
// and macOS.
var systemFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

// put writes a file whole, in a folder of this user alone, unless it is there: programs may be
// reading it.
func put(path string, text []byte) error {
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return wholefile.Write(path, text, 0o600)
}

// Trust has programs trust the server's certificates (docs/tls.md has who reads what).
func Trust(t Trusted) []Setting {
	settings := []Setting{
		set("S3FAULT_CA", t.Own), set("AWS_CA_BUNDLE", t.Own), set("NODE_EXTRA_CA_CERTS", t.Own),
	}
	if t.All == "" {
		return settings
	}
	return append(settings,
		set("SSL_CERT_FILE", t.All), set("REQUESTS_CA_BUNDLE", t.All), set("CURL_CA_BUNDLE", t.All))
}
