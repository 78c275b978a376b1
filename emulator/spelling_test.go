package emulator_test

import (
	"bufio"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// wireNames are the header names of the answer to a GET of the path, as they stand
// on the wire.
func wireNames(t *testing.T, srv *emulatortest.Server, r *http.Request) []string {
	t.Helper()
	conn, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r.Close = true
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	var names []string
	lines := bufio.NewScanner(conn)
	for lines.Scan() && lines.Text() != "" {
		if name, _, ok := strings.Cut(lines.Text(), ":"); ok {
			names = append(names, name)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// Header names are written as AWS writes them, for the programs that compare them to
// the letter (findings/htslib-haproxy-etag.sh).
func TestHeaderNamesOnTheWire(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	object := request(t, srv, "GET", "/my-bucket/file.txt", nil)
	sign(srv, object, "app", nil, time.Now())
	form := []byte("Action=ListUsers&Version=2010-05-08")
	users := request(t, srv, "POST", "/", form)
	users.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sigv4.Sign(users, credentials(srv, "app"), sigv4.Scope{Region: "us-east-1", Service: "iam"}, sigv4.HashPayload(form), time.Now())
	for name, row := range map[string]struct {
		request *http.Request
		want    []string
	}{
		"an object":            {object, []string{"ETag", "Last-Modified", "x-amz-id-2", "x-amz-request-id", "x-amz-server-side-encryption"}},
		"a refusal":            {request(t, srv, "GET", "/my-bucket/file.txt", nil), []string{"x-amz-id-2", "x-amz-request-id"}},
		"a refusal of HEAD":    {request(t, srv, "HEAD", "/my-bucket/file.txt", nil), []string{"x-amz-id-2", "x-amz-request-id"}},
		"another service's no": {users, []string{"x-amzn-RequestId"}},
	} {
		names := wireNames(t, srv, row.request)
		for _, want := range row.want {
			if !slices.Contains(names, want) {
				t.Errorf("%s has the headers %q, wanted %s", name, names, want)
			}
		}
		for _, n := range names {
			if strings.HasPrefix(n, "X-Amz") || n == "Etag" {
				t.Errorf("%s has %s", name, n)
			}
		}
	}
}
