package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"slices"
	"time"
)

// How long certificates last. A leaf is made anew by each server, and no client takes one
// of more than 825 days (Apple's rule for authorities that users added).
const (
	authorityLasts = 10 * 365 * 24 * time.Hour
	leafLasts      = 397 * 24 * time.Hour
	// wrongBy is how far a client's clock may be behind.
	wrongBy = 24 * time.Hour
)

// newAuthority makes a key, and the certificate that it signs for itself.
func newAuthority(now time.Time) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert := template(now, authorityLasts)
	// The date tells authorities of several folders apart, in a list of those trusted.
	cert.Subject = pkix.Name{Organization: []string{"s3fault"}, CommonName: "s3fault local CA " + now.UTC().Format(time.DateTime)}
	cert.IsCA, cert.BasicConstraintsValid, cert.MaxPathLenZero = true, true, true
	cert.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	return key, der, err
}

// sign makes the certificate for a server name; "": for the names that never change, and
// the address, which may be nil.
func (a *Authority) sign(name string, address net.IP) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert := template(a.now(), leafLasts)
	cert.KeyUsage, cert.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	cert.Subject = pkix.Name{Organization: []string{"s3fault"}, CommonName: "localhost"}
	if name == "" {
		cert.DNSNames, cert.IPAddresses = a.usualNames(), slices.Clone(loopbacks)
		if address != nil {
			cert.IPAddresses = append(cert.IPAddresses, address)
		}
	} else {
		cert.DNSNames = []string{name}
		if len(name) <= mostCommonName {
			cert.Subject.CommonName = name
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key, Leaf: leaf}, err
}

// mostCommonName is how long a common name may be (X.520, ub-common-name).
const mostCommonName = 64

// usualNames are those of the certificate for clients that name no server: they came to
// an address.
func (a *Authority) usualNames() []string {
	var names []string
	for _, d := range a.domains {
		if net.ParseIP(d) == nil {
			names = append(names, d, "*."+d)
		}
	}
	return append(names, "s3.amazonaws.com", "*.s3.amazonaws.com")
}

func template(now time.Time, lasts time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // it never fails
	return &x509.Certificate{SerialNumber: serial, NotBefore: now.Add(-wrongBy), NotAfter: now.Add(lasts)}
}
