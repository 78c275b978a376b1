package authority

import (
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T, dir string, domains ...string) *Authority {
	t.Helper()
	a, err := Open(dir, domains...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// pool trusts what the folder publishes.
func pool(t *testing.T, a *Authority) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(a.CertificateFile())
	if err != nil {
		t.Fatal(err)
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(text) {
		t.Fatalf("%s holds no certificate", a.CertificateFile())
	}
	return p
}

func TestCertificatesAreForOurNames(t *testing.T) {
	a := open(t, t.TempDir(), "s3.test")
	roots := pool(t, a)
	for asked, holds := range map[string][]string{
		"":                               {"localhost", "a.localhost", "127.0.0.1", "::1", "s3.test", "b.s3.test", "s3.amazonaws.com"},
		"localhost":                      {"localhost"},
		"B.with.dots.s3.test":            {"b.with.dots.s3.test"},
		"b.s3.eu-west-1.amazonaws.com":   {"b.s3.eu-west-1.amazonaws.com"},
		"s3.cn-north-1.amazonaws.com.cn": {"s3.cn-north-1.amazonaws.com.cn"},
		strings.Repeat("x", 63) + ".s3.us-east-1.amazonaws.com": {strings.Repeat("x", 63) + ".s3.us-east-1.amazonaws.com"},
	} {
		leaf, err := a.certificate(asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range holds {
			if _, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); err != nil {
				t.Errorf("asked for %q: %s: %v", asked, name, err)
			}
		}
	}
	for _, name := range []string{"example.com", "amazonaws.com.example.com", "xamazonaws.com", "test"} {
		leaf, err := a.certificate(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if leaf.Leaf.VerifyHostname(name) == nil {
			t.Errorf("there is a certificate for %s", name)
		}
	}
}

// Who comes to an address, of any interface, finds that in the certificate.
func TestCertificateOfAnAddress(t *testing.T) {
	a := open(t, t.TempDir())
	roots := pool(t, a)
	for _, address := range []string{"172.17.0.2", "fd00::1"} {
		leaf, err := a.certificate("", net.ParseIP(address))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{address, "127.0.0.1", "localhost"} {
			if _, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); err != nil {
				t.Errorf("at %s: %s: %v", address, name, err)
			}
		}
	}
}

// An authority without a folder is told by its text.
func TestNew(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(a.PEM()) || a.CertificateFile() != "" {
		t.Fatalf("it is %s, in the file %q", a.PEM(), a.CertificateFile())
	}
	leaf, err := a.certificate("localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "localhost"}); err != nil {
		t.Error(err)
	}
}

// What clients trust stays the same, whoever opens the folder, and when.
func TestAFolderHasOneAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "tls")
	var all sync.WaitGroup
	certs := make([]string, 8)
	for i := range certs {
		all.Go(func() {
			if a, err := Open(dir); err != nil {
				t.Error(err)
			} else {
				certs[i] = string(a.cert.Raw)
			}
		})
	}
	all.Wait()
	for _, c := range certs {
		if c == "" || c != certs[0] {
			t.Fatal("several authorities")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is for %v, %v", info.Mode(), err)
	}
}

// Who lost the key is not given another authority, which nobody trusts yet, without a word.
func TestACertificateWithoutItsKey(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	if err := os.Remove(filepath.Join(dir, keyFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), a.CertificateFile()) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNoAuthority(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "no PEM": "hello", "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		dir := t.TempDir()
		path := filepath.Join(dir, keyFile)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Names that clients make up cost no memory for ever.
func TestLeavesAreBounded(t *testing.T) {
	a := open(t, t.TempDir())
	for i := range mostLeaves + 10 {
		if _, err := a.certificate(strings.Repeat("a", i%60+1)+strings.Repeat(".b", i/60)+".localhost", nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.leaves) > mostLeaves {
		t.Errorf("%d certificates are kept", len(a.leaves))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, text []byte) {
		a := &Authority{now: time.Now}
		_ = a.read("ca-key.pem", text)
	})
}
