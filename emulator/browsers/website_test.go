package browsers

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

const hosted = `
version: 1
defaults:
  accounts: {123456789012: {}}
  callers: {root: {root: true}}
  region: us-east-1
scenarios:
  w:
    title: Websites
    buckets:
      site: &site
        encryption: {algorithm: AES256, block_ssec: false}
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*"}, {Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/secret*"}]}
        cors: [{allowed_origins: ["https://app.example"], allowed_methods: [GET]}]
        website:
          index_document: index.html
          error_document: error.html
          routing_rules:
            - {condition: {key_prefix_equals: docs/}, redirect: {replace_key_prefix_with: documents/}}
            - {condition: {key_prefix_equals: old/, http_error_code_returned_equals: 403}, redirect: {host_name: old.example, protocol: https, http_redirect_code: 302, replace_key_with: "gone away.html"}}
        objects: {index.html: {body: "<p>home"}, error.html: {body: "<p>sorry"}, folder/index.html: {body: "<p>folder"}, "a b.html": {body: "<p>space"}, secret.html: {body: x}}
      listed:
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::listed", "arn:aws:s3:::listed/*"]}]}
        website: {index_document: index.html, error_document: none.html}
      private: {website: {index_document: index.html}, objects: {index.html: {body: x}}}
      moved: {website: {redirect_all_requests_to: {host_name: www.example.com, protocol: https}}}
      plain: {objects: {k: {body: x}}}
      far: {region: eu-central-1, website: {index_document: index.html}}
  other:
    title: Another world
    buckets:
      site: {public_access_block: none, policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*"}]}, website: {index_document: index.html}, objects: {index.html: {body: "<p>other"}}}
`

const sorry = "An Error Occurred While Attempting to Retrieve a Custom Error Document"

// visit asks a server for a page under a host.
func visit(t *testing.T, srv *emulatortest.Server, method, host, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, srv.Endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.URL, err = url.Parse(srv.Endpoint + path); err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	return reply, read(t, reply.Body)
}

// What a website endpoint answers (s3-errors.md 2.8).
func TestWebsite(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(hosted))
	const aws, local = ".s3-website-us-east-1.amazonaws.com", ".s3-website.localhost:80"
	for _, row := range []struct {
		ask, host string
		status    int
		body      string // all of it, or a part that ends in ...
		location  string
	}{
		{"GET /", "site" + aws, 200, "<p>home", ""},
		{"GET /", "site" + local, 200, "<p>home", ""},
		{"GET /", "site.s3-website.us-east-1.amazonaws.com", 200, "<p>home", ""},
		{"HEAD /", "site" + aws, 200, "", ""},
		{"GET /?versionId=none&acl", "site" + aws, 200, "<p>home", ""},
		{"GET /folder/", "site" + aws, 200, "<p>folder", ""},
		{"GET /folder", "site" + aws, 302, "", "/folder/"},
		{"GET /a%20b.html", "site" + aws, 200, "<p>space", ""},
		{"GET /docs/a%20b", "site" + aws, 301, "", "http://site" + aws + "/documents/a%20b"},
		{"GET /old/x", "site" + aws, 302, "", "https://old.example/gone%20away.html"},
		{"GET /none", "site" + aws, 403, "<p>sorry", ""},
		{"GET /secret.html", "site" + aws, 403, "<p>sorry", ""},
		{"HEAD /none", "site" + aws, 403, "", ""},
		{"GET /none", "listed" + aws, 404, "<title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: none</li>\n<li>RequestId: ...", ""},
		{"GET /", "listed" + aws, 404, "<li>Key: index.html</li>...", ""},
		{"GET /none", "listed" + aws, 404, "<h3>" + sorry + "</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: none.html</li>\n</ul>\n<hr/>\n</body>\n</html>\n...", ""},
		{"GET /", "private" + aws, 403, "<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>\n<li>RequestId: ...", ""},
		{"GET /a/b?c=d", "moved" + aws, 301, "", "https://www.example.com/a/b"},
		{"GET /", "plain" + aws, 404, "<li>Code: NoSuchWebsiteConfiguration</li>\n<li>Message: The specified bucket does not have a website configuration</li>\n<li>BucketName: plain</li>\n...", ""},
		{"GET /", "nowhere" + aws, 404, "<li>Code: NoSuchBucket</li>\n<li>Message: The specified bucket does not exist</li>\n<li>BucketName: nowhere</li>\n...", ""},
		{"GET /", "far" + aws, 400, "<li>Code: IncorrectEndpoint</li>\n<li>Message: The specified bucket exists in another region. Please direct requests to the specified endpoint.</li>\n<li>Endpoint: far.s3-website.eu-central-1.amazonaws.com</li>\n...", ""},
		{"PUT /x", "site" + aws, 405, "<li>Code: MethodNotAllowed</li>\n<li>Message: The specified method is not allowed against this resource.</li>\n<li>Method: PUT</li>\n<li>ResourceType: OBJECT</li>\n...", ""},
		{"GET /<script>", "listed" + aws, 404, "<li>Key: &lt;script&gt;</li>...", ""},
	} {
		verb, path, _ := strings.Cut(row.ask, " ")
		reply, body := visit(t, srv, verb, row.host, path)
		part, inPart := strings.CutSuffix(row.body, "...")
		good := body == row.body || inPart && strings.Contains(body, part)
		if reply.StatusCode != row.status || !good || reply.Header.Get("Location") != row.location {
			t.Errorf("%s of %s: %d to %q\n%s\nwant %d to %q %s", row.ask, row.host, reply.StatusCode, reply.Header.Get("Location"), body, row.status, row.location, row.body)
		}
		if reply.StatusCode >= 400 && reply.Header.Get("x-amz-error-code") == "" {
			t.Errorf("%s of %s has no x-amz-error-code", row.ask, row.host)
		}
	}
	e := srv.Requests()
	first := e[0]
	if first.Operation != "GetObject" || first.Key != "index.html" || first.Bucket != "site" || first.Host != "site"+aws || first.Caller != "" {
		t.Errorf("the journal says %+v", first)
	}
}

// An error document that nobody may read is not shown: one under a customer's key, one in
// an archive.
func TestErrorDocumentUnread(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(hosted))
	const key = "0123456789abcdef0123456789abcdef"
	sum := md5.Sum([]byte(key))
	for said, headers := range map[string]http.Header{
		"<li>Code: InvalidRequest</li>": {
			"X-Amz-Server-Side-Encryption-Customer-Algorithm": {"AES256"},
			"X-Amz-Server-Side-Encryption-Customer-Key":       {base64.StdEncoding.EncodeToString([]byte(key))},
			"X-Amz-Server-Side-Encryption-Customer-Key-Md5":   {base64.StdEncoding.EncodeToString(sum[:])},
		},
		"<li>Code: InvalidObjectState</li>": {"X-Amz-Storage-Class": {"GLACIER"}},
	} {
		r, err := http.NewRequest(http.MethodPut, srv.Endpoint+"/site/error.html", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = headers
		sign(t, srv, r, "root")
		if got, body, _ := sent(t, r); got.status != 200 {
			t.Fatal(body)
		}
		reply, body := visit(t, srv, "GET", "site.s3-website.localhost", "/none")
		if reply.StatusCode != 403 || !strings.Contains(body, said) {
			t.Errorf("want %s: %d %s", said, reply.StatusCode, body)
		}
	}
}

// A page of another origin may read a website's answers where the bucket's rules say so.
func TestWebsiteIsShared(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(hosted))
	const host = "site.s3-website.localhost"
	for path, status := range map[string]int{"/": 200, "/none": 403, "/docs/": 301} {
		reply, _ := visit(t, srv, "GET", host, path, "Origin", "https://app.example")
		if reply.StatusCode != status || reply.Header.Get("Access-Control-Allow-Origin") != "https://app.example" {
			t.Errorf("%s: %d %v", path, reply.StatusCode, reply.Header)
		}
	}
	for method, status := range map[string]int{"GET": 200, "PUT": 403} {
		reply, body := visit(t, srv, "OPTIONS", host, "/", "Origin", "https://app.example", "Access-Control-Request-Method", method)
		if reply.StatusCode != status {
			t.Errorf("OPTIONS for %s: %d %s", method, reply.StatusCode, body)
		}
	}
}

// An object can send its visitors elsewhere, and every world has its own address.
func TestWebsiteRedirects(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(hosted))
	r, err := http.NewRequest(http.MethodPut, srv.Endpoint+"/site/away.html", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Website-Redirect-Location", "https://www.example.com/x")
	sign(t, srv, r, "root")
	if got, body, _ := sent(t, r); got.status != 200 {
		t.Fatal(body)
	}
	reply, _ := visit(t, srv, "GET", "site.s3-website.localhost", "/away.html")
	if reply.StatusCode != 301 || reply.Header.Get("Location") != "https://www.example.com/x" {
		t.Errorf("%d %v", reply.StatusCode, reply.Header)
	}
	alone := emulatortest.Start(t, "w", emulatortest.YAML(hosted), emulatortest.Alone())
	for host, want := range map[string]string{"site.s3-website.localhost": "<p>home", "site.s3-website.other.scenario.localhost": "<p>other"} {
		if _, body := visit(t, alone, "GET", host, "/"); body != want {
			t.Errorf("%s: %s, want %s", host, body, want)
		}
	}
}
