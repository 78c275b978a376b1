package emulator_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// proxied is a server that is a proxy too, and what its clients need.
type proxied struct {
	*emulator.Server
	endpoint string
	roots    *x509.CertPool // that TLS clients trust; nil: the server speaks no TLS
	refused  chan emulator.Entry
}

// startProxy serves the library with `plain` at the bare address.
func startProxy(t *testing.T, secure bool) *proxied {
	t.Helper()
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	p := &proxied{refused: make(chan emulator.Entry, 100)}
	c := emulator.Config{File: library, Scenario: "plain", Responses: "aws", Observe: func(e emulator.Entry) {
		if e.World == "" {
			p.refused <- e
		}
	}}
	if secure {
		a, err := authority.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		c.TLS, p.roots = a.Config(), x509.NewCertPool()
		p.roots.AppendCertsFromPEM(a.PEM())
	}
	if p.Server, err = emulator.New(c); err != nil {
		t.Fatal(err)
	}
	var stop func() error
	if p.endpoint, stop, err = p.Loopback(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
		p.Close()
	})
	return p
}

// client is Go's own, with the server as its proxy.
func (p *proxied) client(t *testing.T, user *url.Userinfo) *http.Client {
	t.Helper()
	u, err := url.Parse(p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	u.User = user
	transport := &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{RootCAs: p.roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// asked is a request, signed as a caller of a scenario's own world unless that is empty.
func (p *proxied) asked(t *testing.T, method, address, world, service string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if world == "" {
		return r
	}
	described, err := p.Describe(world, p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	key := described.Callers["app"].Credentials()
	sigv4.Sign(r, key, sigv4.Scope{Region: "us-east-1", Service: service}, sigv4.HashPayload(nil), time.Now())
	return r
}

// exchanged gives the status of the answer and its body, or the error's text.
func exchanged(t *testing.T, c *http.Client, r *http.Request) (int, string) {
	t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// A program that has no endpoint reaches the world through its proxy, over HTTPS and HTTP:
// that of its key, that of the proxy's user, or else the default one.
func TestProxy(t *testing.T) {
	p := startProxy(t, true)
	file := "https://my-bucket.s3.us-east-1.amazonaws.com/file.txt"
	who := "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
	for name, row := range map[string]struct {
		user                    *url.Userinfo
		address, world, service string
		status                  int
		told                    string
	}{
		"allowed":                        {nil, file, "plain", "s3", 200, "hello"},
		"plain HTTP":                     {nil, "http" + file[5:], "plain", "s3", 200, "hello"},
		"path style":                     {nil, "https://s3.amazonaws.com/my-bucket/file.txt", "plain", "s3", 200, "hello"},
		"the world of the key":           {nil, file, "ip-deny", "s3", 403, "with an explicit deny in a resource-based policy"},
		"the world of the key, HTTP":     {nil, "http" + file[5:], "ip-deny", "s3", 403, "with an explicit deny in a resource-based policy"},
		"anonymous":                      {nil, file, "", "", 403, "Access Denied"},
		"anonymous, the user's world":    {url.User("wrong-region"), file, "", "", 301, "PermanentRedirect"},
		"and over HTTP":                  {url.UserPassword("wrong-region", "x"), "http" + file[5:], "", "", 301, "PermanentRedirect"},
		"a key of no such world":         {url.UserPassword("ip-deny", "x"), file, "plain", "s3", 403, "InvalidAccessKeyId"},
		"sts":                            {nil, who, "ip-deny", "sts", 200, "arn:aws:iam::123456789012:user/my-user"},
		"sts, signed for S3":             {nil, who, "plain", "s3", 403, "Credential should be scoped to correct service"},
		"sts, of nobody":                 {nil, who, "", "", 403, "MissingAuthenticationToken"},
		"iam, called as sts":             {nil, "https://iam.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "", "", 403, "MissingAuthenticationToken"},
		"S3, signed for sts":             {nil, file, "plain", "sts", 400, "AuthorizationHeaderMalformed"},
		"a key that begins as our paths": {nil, "https://my-bucket.s3.amazonaws.com/_s3fault/worlds", "", "", 403, "<Code>AccessDenied"},
		"our paths under AWS's names":    {nil, "https://s3.amazonaws.com/_s3fault/worlds", "", "", 404, "<BucketName>_s3fault"},
		"not AWS":                        {nil, "https://example.com/", "", "", 0, "s3fault is a proxy for AWS alone and has no example.com"},
		"a service that is not here":     {nil, "https://dynamodb.us-east-1.amazonaws.com/", "", "", 0, "has no dynamodb.us-east-1.amazonaws.com"},
		"not AWS, over HTTP":             {nil, "http://example.com/", "", "", 403, "s3fault is a proxy for AWS's own host names alone, and example.com is none"},
		"near AWS, over HTTP":            {nil, "http://s3.us-east-1.amazonaws.co/", "", "", 403, "is it s3.us-east-1.amazonaws.com that is meant?"},
		"our name, over HTTP":            {nil, "http://s3.localhost:1/my-bucket/file.txt", "plain", "s3", 200, "hello"},
		"an account before ours":         {nil, "http://123456789012.127.0.0.2:1/my-bucket/file.txt", "", "", 403, "<Code>AccessDenied"},
		"an account before a stranger":   {nil, "http://123456789012.example.com/", "", "", 403, "s3fault is a proxy for AWS's own"},
		"a world of a long name":         {url.User(strings.Repeat("w", 9000)), "http" + file[5:], "", "", 403, "wwww..."},
		"the OIDC player":                {nil, "http://s3.amazonaws.com/_oidc/x/keys", "", "", 404, "<BucketName>_oidc"},
		"a door":                         {nil, "http://s3.amazonaws.com/_credentials/container/app", "", "", 404, "<BucketName>_credentials"},
		"the same over HTTP":             {nil, "http://dynamodb.us-east-1.amazonaws.com/", "", "", 403, "s3fault has no service at dynamodb.us-east-1"},
		"the control plane":              {nil, "https://localhost/_s3fault/worlds", "", "", 0, "s3fault is a proxy for AWS alone"},
		"a world that is not there":      {url.User("ip-dny"), file, "", "", 0, `(did you mean "ip-deny"?)`},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := exchanged(t, p.client(t, row.user), p.asked(t, "GET", row.address, row.world, row.service))
			if status != row.status || !strings.Contains(text, row.told) {
				t.Errorf("%d %s\nwant %d %s", status, text, row.status, row.told)
			}
		})
	}
}

// Every control API has a host name of AWS's, which leads to it.
func TestEveryServiceHasAHost(t *testing.T) {
	for _, s := range services.All {
		host := strings.Replace(s.Name, "s3control", "s3-control", 1) + ".us-east-1.amazonaws.com"
		if n, ok := awshost.Read(host); !ok || n.Service != s.Name {
			t.Errorf("%s is read as %+v, which is not %s", host, n, s.Name)
		}
	}
}

// At a port of its own a world is the one whatever the key.
func TestProxyAtAPort(t *testing.T) {
	p := startProxy(t, true)
	w, err := p.CreateWorld(emulator.NewWorld{Scenario: "ip-deny", Listen: true})
	if err != nil {
		t.Fatal(err)
	}
	at := *p
	described, err := p.Describe(w.Name(), p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	at.endpoint = described.Endpoint
	status, text := exchanged(t, at.client(t, nil), at.asked(t, "GET", "https://my-bucket.s3.amazonaws.com/file.txt", "", ""))
	if status != 403 {
		t.Errorf("%d %s", status, text)
	}
	if got := p.Requests(w.Name()); len(got) != 1 || got[0].Operation != "GetObject" {
		t.Errorf("the world's journal has %+v", got)
	}
}

// tunnel opens one by hand.
func (p *proxied) tunnel(t *testing.T, target string) wire {
	t.Helper()
	w := dial(t, p.endpoint)
	w.send("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
	if got := w.line() + w.line(); got != "HTTP/1.1 200 Connection established" {
		t.Fatalf("CONNECT %s: %s", target, got)
	}
	return w
}

// What cannot be connected to is told in the reason phrase, in the body and in the journal,
// and the connection ends.
func TestConnectRefused(t *testing.T) {
	p := startProxy(t, true)
	for request, want := range map[string]string{
		"CONNECT s3.amazonaws.com HTTP/1.1\r\nHost: x\r\n\r\n":                                            "400 s3fault cannot read what to connect to",
		"CONNECT user@s3.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n":                                   "400 s3fault cannot read what to connect to",
		"CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n":                                                          "400 s3fault cannot read what to connect to",
		"CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc":                "400 s3fault cannot read what to connect to",
		"CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": "400 s3fault cannot read what to connect to",
		"CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n":                                                   "403 s3fault is a proxy for AWS alone and has no ::1",
		"CONNECT localhost:9403 HTTP/1.0\r\n\r\n":                                                         "403 s3fault is a proxy for AWS alone and has no localhost",
		"CONNECT s3.amazonaws.com:22 HTTP/1.1\r\nHost: x\r\n\r\n":                                         "403 s3fault has AWS at the ports 443 and 80 alone",
		"CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer x\r\n\r\n":       "400 s3fault cannot read Proxy-Authorization",
		"CONNECT " + strings.Repeat("a", 5000) + ".amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n":         "400 s3fault cannot read what to connect to",
		"CONNECT example.com:443 HTTP/1.1\r\nHost: s3.amazonaws.com:443\r\n\r\n":                          "403 s3fault is a proxy for AWS alone and has no example.com",
	} {
		w := dial(t, p.endpoint)
		w.send(request)
		got, body := w.answer(http.MethodGet) // the body of a refused CONNECT can be read
		if got.Status != want || !strings.HasPrefix(body, "s3fault: ") || !got.Close {
			t.Errorf("%.80q is answered %s %q, closing: %v", request, got.Status, body, got.Close)
		}
		if e := <-p.refused; e.Method != "CONNECT" || e.Cause == nil || "s3fault: "+e.Cause.Text+"\n" != body {
			t.Errorf("%.80q is journalled as %+v", request, e)
		}
	}
}

// In a tunnel there is the host that it leads to, and nothing else.
func TestTunnelLeadsToItsHost(t *testing.T) {
	p := startProxy(t, true)
	for request, want := range map[string]string{
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n":                               "421",
		"GET /_s3fault/worlds HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n":                "421",
		"GET / HTTP/1.1\r\nHost: b.s3.us-east-1.amazonaws.com\r\n\r\n":            "421",
		"GET http://localhost/_s3fault/worlds HTTP/1.1\r\nHost: x\r\n\r\n":        "421",
		"CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n": "403",
		"GET / HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n":                        "403", // S3's
		"GET / HTTP/1.1\r\nHost: S3.AMAZONAWS.COM.:443\r\n\r\n":                   "403",
	} {
		w := p.tunnel(t, "S3.amazonaws.com:80")
		w.send(request)
		if got, body := w.answer(http.MethodGet); !strings.HasPrefix(got.Status, want) {
			t.Errorf("%q is answered %s %s", request, got.Status, body)
		}
	}
	w := p.tunnel(t, "s3.amazonaws.com:443")
	inside := tls.Client(w.Conn, &tls.Config{RootCAs: p.roots, ServerName: "b.s3.amazonaws.com"})
	if _, err := io.WriteString(inside, "GET / HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(inside), nil)
	if err != nil || answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("another name in SNI: %v, %v", answer, err)
	}
}

// A client may go on before it has read the answer to its CONNECT.
func TestTunnelEntered(t *testing.T) {
	p := startProxy(t, false)
	w := dial(t, p.endpoint)
	w.send("CONNECT s3.amazonaws.com:80 HTTP/1.1\r\nHost: x\r\n\r\nGET /my-bucket HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n")
	if got := w.line() + w.line(); got != "HTTP/1.1 200 Connection established" {
		t.Fatal(got)
	}
	if got, body := w.answer(http.MethodGet); got.StatusCode != 403 || !strings.Contains(body, "AccessDenied") {
		t.Errorf("%s %s", got.Status, body)
	}
}

// Without TLS there is no way to port 443, and without Serve none at all.
func TestNoProxyWithoutTLS(t *testing.T) {
	p := startProxy(t, false)
	status, text := exchanged(t, p.client(t, nil), p.asked(t, "GET", "https://s3.amazonaws.com/", "", ""))
	if status != 0 || !strings.Contains(text, "start it with serve --tls") {
		t.Errorf("%d %s", status, text)
	}
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, httptest.NewRequest(http.MethodConnect, "s3.amazonaws.com:80", nil))
	if answer.Code != http.StatusNotImplemented {
		t.Errorf("without Serve: %d %s", answer.Code, answer.Body)
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.ServeControl(ctx, control) }()
	w := dial(t, "http://"+control.Addr().String())
	w.send("CONNECT s3.amazonaws.com:80 HTTP/1.1\r\nHost: x\r\n\r\n")
	if got, body := w.answer(http.MethodGet); got.StatusCode != http.StatusForbidden {
		t.Errorf("the control plane: %s %s", got.Status, body)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What breaks a connection breaks it in a tunnel too, and a server that ends does not wait
// for tunnels in which nobody asks anything.
func TestTunnelBreaks(t *testing.T) {
	p := startProxy(t, true)
	p.tunnel(t, "s3.amazonaws.com:443")
	for effect, wants := range map[string]error{
		"{reset: true}": syscall.ECONNRESET,
		"{close: true}": io.EOF,
	} {
		for _, scheme := range []string{"https", "http"} {
			rules := `[{match: {operation: GetObject}, effect: ` + effect + `}]`
			if err := p.SetFaults("plain", []byte(rules)); err != nil {
				t.Fatal(err)
			}
			r := p.asked(t, "GET", scheme+"://my-bucket.s3.amazonaws.com/file.txt", "plain", "s3")
			_, err := p.client(t, nil).Do(r)
			if !errors.Is(err, wants) {
				t.Errorf("%s over %s: %v, want %v", effect, scheme, err, wants)
			}
		}
	}
}

// Whatever stands behind Proxy-Authorization is not the request's own.
func TestProxyHeadersAreNotTheRequests(t *testing.T) {
	p := startProxy(t, false)
	rules := `[{match: {header: {Proxy-Authorization: "*"}}, effect: {error: {code: SlowDown}}}]`
	if err := p.SetFaults("plain", []byte(rules)); err != nil {
		t.Fatal(err)
	}
	w := dial(t, p.endpoint)
	w.send("GET http://s3.amazonaws.com/my-bucket HTTP/1.1\r\nHost: s3.amazonaws.com\r\nProxy-Connection: keep-alive\r\n" +
		"Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("plain:")) + "\r\n\r\n")
	if got, body := w.answer(http.MethodGet); got.StatusCode != 403 {
		t.Errorf("%s %s", got.Status, body)
	}
}
