package launch

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/s3fault/s3fault/internal/shell"
)

// Java reads neither the certificates nor the proxies of the environment: both are options of its
// machine.
const (
	javaOptions  = "JAVA_TOOL_OPTIONS"
	javaPassword = "changeit" // that of every Java's own trust store: it keeps nothing secret
)

// javaTrust writes the trust store in which Java's programs find the server's authority.
func (s *Stage) javaTrust(authority []byte) error {
	block, _ := pem.Decode(authority)
	if block == nil {
		return errors.New("the authority has no certificate")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	store, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{certificate}, javaPassword)
	if err != nil {
		return err
	}
	s.trustStore = filepath.Join(s.folder, "trust.p12")
	return os.WriteFile(s.trustStore, store, 0o600)
}

// java is what Java's programs are told: whom to trust, and the proxy at host:port. It goes behind
// what the environment tells them.
func (s *Stage) java(host, port string) shell.Setting {
	options := []string{
		"-Djavax.net.ssl.trustStore=" + s.trustStore, "-Djavax.net.ssl.trustStoreType=PKCS12",
		"-Djavax.net.ssl.trustStorePassword=" + javaPassword,
		"-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port, "-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port,
	}
	if own := os.Getenv(javaOptions); own != "" {
		options = append([]string{own}, options...)
	}
	return shell.Setting{Name: javaOptions, Value: strings.Join(options, " ")}
}
