// Package clients runs real S3 clients against the emulator: what each of them
// reports of a refusal, and whether bytes come back as they were sent.
package clients

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/shell"
)

// step is one call, said so that every client understands it. The client
// programs in testdata get a list of them as JSON.
type step struct {
	// Do is create, put, new (a put where nothing may be yet), get, head, list, copy,
	// delete, several (a delete of Keys), presign, upload (in parts), download (as the
	// client downloads large files), stream (a put of a body that the client cannot
	// rewind), folder (a put of all files of a folder below the key, by commands alone),
	// init (a repository is made, by backup programs alone) or tell (a PUT of Body to the
	// URL, with the control plane in mind).
	Do      string   `json:"do"`
	Bucket  string   `json:"bucket"`
	Key     string   `json:"key,omitempty"`
	Keys    []string `json:"keys,omitempty"`    // several
	Source  string   `json:"source,omitempty"`  // copy: the key to copy, in the same bucket
	File    string   `json:"file,omitempty"`    // read by put, new, stream and upload, written by get and download
	ACL     string   `json:"acl,omitempty"`     // put: a canned ACL
	Method  string   `json:"method,omitempty"`  // presign: get_object or put_object
	Expires int      `json:"expires,omitempty"` // presign: seconds
	URL     string   `json:"url,omitempty"`     // tell
	Body    string   `json:"body,omitempty"`    // tell
}

// target is where a client goes, and as whom.
type target struct {
	Endpoint        string `json:"endpoint"`
	Region          string `json:"region"`
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	SessionToken    string `json:"session_token,omitempty"`
	// Signature is s3v4 or s3 (SigV2), for the clients that have a choice; empty
	// leaves it to them.
	Signature string `json:"signature,omitempty"`
	// Patience is how many seconds the client waits for what does not come; 0: as long as it
	// does by itself.
	Patience int `json:"patience,omitempty"`

	// CA is the certificate, in PEM, that the client is to trust; empty: none of ours.
	CA []byte `json:"-"`

	// Through is the environment of programs that have the server as their proxy, and no
	// Endpoint then: all hosts are AWS's own, and buckets stand in front of them.
	Through []string `json:"-"`
}

// trusting is what has programs trust it, as variables of the environment.
func (at target) trusting(t *testing.T) (env []string) {
	t.Helper()
	if len(at.CA) == 0 {
		return nil
	}
	files, err := shell.Keep(t.TempDir(), at.CA)
	if err != nil {
		t.Fatal(err)
	}
	return shell.Apply(nil, shell.Trust(files))
}

// setting is the value of a variable of Through.
func (at target) setting(name string) (value string) {
	for _, s := range at.Through {
		if rest, ok := strings.CutPrefix(s, name+"="); ok {
			value = rest
		}
	}
	return value
}

// roots are for clients that are part of the test; nil: they are to trust none of ours.
func (at target) roots() *x509.CertPool {
	if len(at.CA) == 0 {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(at.CA)
	return roots
}

// outcome is what a client says of a step. All fields are empty for a call that
// succeeded and has nothing to tell.
type outcome struct {
	Status  int      `json:"status"` // of a refusal; 0 where the client does not say
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Keys    []string `json:"keys"` // list
	URL     string   `json:"url"`  // presign
	// Error is what the client says where it is no refusal of S3's: a class or a short text
	// of its own.
	Error string `json:"error"`
	// Note is what a command says on stderr although it succeeds.
	Note string `json:"-"`
}

// refused says whether the client reports a refusal.
func (o outcome) refused() bool {
	return o.Status != 0 || o.Code != "" || o.Message != "" || o.Error != ""
}

// saysAs says whether two outcomes report the same refusal, or both none.
func (o outcome) saysAs(p outcome) bool {
	return o.Status == p.Status && o.Code == p.Code && o.Message == p.Message && o.Error == p.Error
}

// runner does the steps with one client and returns an outcome for each.
type runner func(t *testing.T, at target, steps []step) []outcome

// client is one real client, with what it is known to do differently.
type client struct {
	name string
	run  runner

	hidesStatus    bool    // reports no HTTP status
	followsRegion  bool    // signs again for the region that a refusal names, and says nothing
	hostOnly       bool    // refuses an endpoint with a path
	streams        bool    // can put a body that it cannot rewind
	presigns       bool    // makes presigned URLs
	choosesVersion bool    // presigns with SigV2 too
	headRefusal    outcome // what it makes of a 403 without a body
}

// appOf is the program under test's way to the default world of a server.
func appOf(srv *emulatortest.Server) target {
	app := srv.Caller("app")
	return target{
		Endpoint: srv.Endpoint, Region: "us-east-1",
		AccessKeyID: app.AccessKeyID, SecretAccessKey: app.SecretAccessKey, SessionToken: app.SessionToken,
		CA: srv.CA,
	}
}

// tell does such a step for the clients that are part of the test or are a process for each
// step.
func tell(t *testing.T, s step) outcome {
	t.Helper()
	if status, body := fetch(t, http.MethodPut, s.URL, []byte(s.Body)); status != http.StatusOK {
		t.Fatalf("PUT %s to %s: %d %s", s.Body, s.URL, status, body)
	}
	return outcome{}
}

// runAll does the steps and fails the test when one of them is refused.
func (c client) runAll(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	outcomes := c.run(t, at, steps)
	if len(outcomes) != len(steps) {
		t.Fatalf("%s: %d outcomes for %d steps", c.name, len(outcomes), len(steps))
	}
	for i, o := range outcomes {
		if o.refused() {
			t.Errorf("%s: %s %q is refused: %+v", c.name, steps[i].Do, steps[i].Key, o)
		}
	}
	return outcomes
}

// innermost is the text of the error that all others are about: theirs name ports and
// request ids.
func innermost(err error) string {
	for {
		within := errors.Unwrap(err)
		if within == nil {
			return err.Error()
		}
		err = within
	}
}

// sumOf is the SHA-256 of a file.
func sumOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
