package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// signedAll signs a request as clients do that sign every header, whatever may become of
// it on the way.
func signedAll(t *testing.T, r *http.Request) {
	t.Helper()
	r.Header.Set("X-Amz-Date", exampleDay.UTC().Format(basicTime))
	r.Header.Set(contentSHA256Header, emptySHA256)
	p := newSigner(Header, exampleCredentials, testScope, exampleDay)
	p.SignedHeaders = []string{"host"}
	for key := range r.Header {
		p.SignedHeaders = append(p.SignedHeaders, strings.ToLower(key))
	}
	slices.Sort(p.SignedHeaders)
	p.Signature = p.signRequest(r, exampleSecret, emptySHA256)
	authorize(r, p)
}

// What changes a request on its way is found, and nothing else is called its cause.
func TestDiagnoseWhatChangesOnTheWay(t *testing.T) {
	clues := Clues{Hosts: []string{"s3.intern:7480"}, Prefixes: []string{"my-bucket"}}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	drop := func(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(name) } }
	to := func(target string) func(*http.Request) { return func(r *http.Request) { r.RequestURI = target } }
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	both := func(a, b func(*http.Request)) func(*http.Request) { return func(r *http.Request) { a(r); b(r) } }
	for name, row := range map[string]struct {
		target       string
		sent         func(*http.Request)
		on           func(*http.Request)
		text         string
		signed, came string
	}{
		"accept-encoding": {"/b/k", set("Accept-Encoding", "identity"), set("Accept-Encoding", "gzip"),
			"signed with accept-encoding identity, arrived with gzip", "identity", "gzip"},
		"accept-encoding by Cloudflare": {"/b/k", set("Accept-Encoding",
			"gzip"), set("Accept-Encoding", "gzip, br"),
			"signed with accept-encoding gzip, arrived with gzip, br", "gzip", "gzip, br"},
		"accept-encoding dropped": {"/b/k", set("Accept-Encoding", "gzip, deflate, br"), drop("Accept-Encoding"),
			"signed with accept-encoding gzip, deflate, br, arrived without it", "gzip, deflate, br", ""},
		"accept-encoding added to": {"/b/k", set("Accept-Encoding", ""), set("Accept-Encoding", "gzip"),
			"signed with accept-encoding empty, arrived with gzip", "", "gzip"},
		"connection": {"/b/k", set("Connection", "keep-alive"), set("Connection", "close"),
			"signed with connection keep-alive, arrived with close", "keep-alive", "close"},
		"te": {"/b/k", set("Te", "trailers"), drop("Te"),
			"signed with te trailers, arrived without it", "trailers", ""},
		"expect": {"/b/k", set("Expect", "100-continue"), drop("Expect"),
			"signed with expect 100-continue, arrived without it", "100-continue", ""},
		"user agent": {"/b/k", set("User-Agent",
			"aws-cli/2.9 Python/3"), set("User-Agent", "aws-cli/2.9 Python/3 via-proxy/1"),
			"signed with user-agent aws-cli/2.9 Python/3, arrived with aws-cli/2.9 Python/3 via-proxy/1",
			"aws-cli/2.9 Python/3", "aws-cli/2.9 Python/3 via-proxy/1"},
		"charset added": {"/b/k", set("Content-Type",
			"text/plain"), set("Content-Type", "text/plain; charset=UTF-8"),
			"signed with content-type text/plain, arrived with text/plain; charset=UTF-8",
			"text/plain", "text/plain; charset=UTF-8"},
		"charset taken off": {"/b/k", set("Content-Type",
			"text/plain; charset=utf-8"), set("Content-Type", "text/plain"),
			"signed with content-type text/plain; charset=utf-8, arrived with text/plain",
			"text/plain; charset=utf-8", "text/plain"},
		"trace id": {"/b/k", set("X-Amzn-Trace-Id", "Root=1-67"), set("X-Amzn-Trace-Id", "Self=1-2;Root=1-67"),
			"signed with x-amzn-trace-id Root=1-67, arrived with Self=1-2;Root=1-67",
			"Root=1-67", "Self=1-2;Root=1-67"},
		"forwarded for": {"/b/k", set("X-Forwarded-For", "1.2.3.4"), set("X-Forwarded-For", "1.2.3.4, 10.0.0.1"),
			"signed with x-forwarded-for 1.2.3.4, arrived with 1.2.3.4, 10.0.0.1", "1.2.3.4", "1.2.3.4, 10.0.0.1"},
		"aws-chunked taken off": {"/b/k", set("Content-Encoding",
			"gzip,aws-chunked"), set("Content-Encoding", "gzip"),
			"signed with content-encoding gzip,aws-chunked, arrived with gzip", "gzip,aws-chunked", "gzip"},
		"a name seen here": {"/b/k", host("s3.intern:7480"), host("10.0.0.7:9403"),
			"signed for s3.intern:7480, arrived for 10.0.0.7:9403", "s3.intern:7480", "10.0.0.7:9403"},
		"its name, another port": {"/b/k", host("s3.intern"), host("10.0.0.7:9403"),
			"signed for s3.intern, arrived for 10.0.0.7:9403", "s3.intern", "10.0.0.7:9403"},
		"port of any name": {"/b/k", host("files.example"), host("files.example:9403"),
			"signed for files.example, arrived for files.example:9403", "files.example", "files.example:9403"},
		"regional name": {"/b/k", host("s3.eu-west-1.amazonaws.com"), host("localhost:9403"),
			"signed for s3.eu-west-1.amazonaws.com, arrived for localhost:9403",
			"s3.eu-west-1.amazonaws.com", "localhost:9403"},

		"bucket in the name of AWS": {"/k", host("b.s3.eu-west-1.amazonaws.com"), both(host("localhost:9403"), to("/b/k")),
			"signed for b.s3.eu-west-1.amazonaws.com/k, arrived for localhost:9403/b/k",
			"b.s3.eu-west-1.amazonaws.com/k", "localhost:9403/b/k"},
		"bucket added to the path": {"/k", nil, to("/b/k"),
			"signed for the path /k, arrived for /b/k", "/k", "/b/k"},
		"bucket taken off the path": {"/my-bucket/k", nil, to("/k"),
			"signed for the path /my-bucket/k, arrived for /k", "/my-bucket/k", "/k"},
		"prefix added": {"/b/k", nil, to("/storage/v1/b/k"),
			"signed for the path /b/k, arrived for /storage/v1/b/k", "/b/k", "/storage/v1/b/k"},
		"prefix taken off": {"/s3/b/k", nil, to("/b/k"),
			"signed for the path /s3/b/k, arrived for /b/k", "/s3/b/k", "/b/k"},
		"prefix that is told": {"/any/where/b/k", nil, both(to("/b/k"), set("X-Forwarded-Prefix", "/any/where")),
			"signed for the path /any/where/b/k, arrived for /b/k", "/any/where/b/k", "/b/k"},
		"path that is told": {"/else/where", nil, both(to("/b/k"), set("X-Original-URI", "/else/where?x=y")),
			"signed for the path /else/where, arrived for /b/k", "/else/where", "/b/k"},
		"encoded again": {"/b/a%20b", nil, to("/b/a%2520b"),
			"signed with the path once, and it arrived encoded a second time", "", ""},
		"%2B decoded": {"/b/a%2Bb", nil, to("/b/a+b"),
			"signed with the path as if its + were %2B, while S3 takes a + for a space: send %2B", "", ""},
		"+ made %20": {"/b/a%2Bb", nil, to("/b/a%20b"),
			"signed with the path with %2B where %20 arrived: something took a + for a space", "", ""},
		"slash in a key": {"/b/x%2Fy/z", nil, to("/b/x/y/z"),
			"signed with the path with %2F, which arrived as a slash", "", ""},
		"slashes made one": {"/b/x//y", nil, to("/b/x/y"),
			"signed with the path with a double slash, of which one arrived", "", ""},
		"slash at the end": {"/b/x/", nil, to("/b/x"), "signed with the path with a slash at its end", "", ""},
		"parameter added": {"/b?list-type=2&prefix=x", nil, to("/b?list-type=2&prefix=x&utm=1"),
			"signed without the parameter utm, which arrived", "", ""},
		"parameter dropped": {"/b/k?x-id=GetObject", nil, to("/b/k"),
			"signed with the parameter x-id=GetObject, which did not arrive", "", ""},
		"+ in the query": {"/b?prefix=a%2Bb", nil, to("/b?prefix=a+b"),
			"signed with %2B where + arrived in the query", "", ""},
		"query encoded again": {"/b?prefix=a%2Fb", nil, to("/b?prefix=a%252Fb"),
			"signed with the query once encoded, and it arrived encoded a second time", "", ""},
		"host and header": {"/b/k", both(host("localhost"), set("Accept-Encoding", "identity")),
			both(host("localhost:9403"), set("Accept-Encoding", "gzip")),
			"signed for localhost, arrived for localhost:9403; and signed with accept-encoding identity, arrived with gzip",
			"", ""},
		"prefix and header": {"/b/k", set("Connection",
			"keep-alive"), both(to("/x/b/k"), set("Connection", "close")),
			"signed for the path /b/k, arrived for /x/b/k; and signed with connection keep-alive, arrived with close",
			"", ""},
		"nothing that is known": {"/b/k", set("Accept-Encoding", "of no client"), set("Accept-Encoding", "gzip"),
			Unknown, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, "GET", "http://localhost:9403"+row.target, nil)
			r.RequestURI = row.target
			if row.sent != nil {
				row.sent(r)
			}
			signedAll(t, r)
			row.on(r)
			p, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			k := Key{Secret: exampleSecret, Now: exampleDay}
			if _, err := p.Verify(r, k); ReasonOf(err) != SignatureDoesNotMatch {
				t.Fatalf("got %v, want a mismatch", err)
			}
			found := p.Diagnose(r, k, clues)

			if found.Text != row.text || found.Signed != row.signed || found.Arrived != row.came || found.Cure == "" {
				t.Errorf("%+v, want %q, %q, %q", found, row.text, row.signed, row.came)
			}
		})
	}
}

// A scope, a time or a hash that is not what the header tells is found too.
func TestDiagnoseWhatSignersConfuse(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*Presented, *form)
		text   string
	}{
		"region": {func(p *Presented, _ *form) { p.Region = "us-east-1" },
			"signed for the region us-east-1, sent with a credential for eu-west-1"},
		"service": {func(p *Presented, _ *form) { p.Service = "execute-api" },
			"signed for the service execute-api, sent with a credential for s3"},
		"date": {func(p *Presented, _ *form) { p.Date = "20130523" },
			"signed for the date 20130523, sent with a credential for 20130524"},
		"time": {func(p *Presented, _ *form) { p.stamp = "20130524T020000Z" },
			"signed for the time 20130524T020000Z, arrived with 20130524T000000Z"},
		"lower case": {func(_ *Presented, f *form) {
			f.path = func(dst []byte, _ string) []byte { return append(dst, "/b/a%c3%a4"...) }
		}, "signed with the path with %XX in lower case"},
		"hash": {func(_ *Presented, f *form) { f.payload = UnsignedPayload },
			"signed with the payload UNSIGNED-PAYLOAD"},
		"hash and header": {func(_ *Presented, f *form) {
			f.payload, f.changed, f.value = UnsignedPayload, "x-amz-content-sha256", UnsignedPayload
		}, "signed with the payload UNSIGNED-PAYLOAD, arrived with another x-amz-content-sha256: " + emptySHA256},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, "GET", "http://localhost:9403/b/a%C3%A4", nil)
			signedAll(t, r)
			p, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			other, f, m := *p, p.form(emptySHA256), messageOf(r)
			row.change(&other, &f)
			other.rescope()
			var s scratch
			s.appendCanonical(&m, &other, f)
			s.appendStringToSign(&other)
			signature := sign(deriveKey(exampleSecret, other.Date, other.Region, other.Service), s.toSign)
			p.Signature = string(signature[:])
			if got := p.Diagnose(r, Key{Secret: exampleSecret, Now: exampleDay}, Clues{}).Text; got != row.text {
				t.Errorf("%q, want %q", got, row.text)
			}
		})
	}
}

// However much there is to guess, a diagnosis ends.
func TestDiagnoseIsBounded(t *testing.T) {
	clues := Clues{Hosts: make([]string, 0, 400), Prefixes: make([]string, 0, 400)}
	for i := range 400 {
		clues.Hosts = append(clues.Hosts, "host"+formatHex(i))
		clues.Prefixes = append(clues.Prefixes, "bucket"+formatHex(i))
	}
	r := request(t, "GET", "http://localhost:9403/b/k?"+strings.Repeat("x=y&", 500), nil)
	for i := range 100 {
		r.Header.Set("X-Amz-Meta-"+formatHex(i), strings.Repeat("v", 300))
	}
	signedAll(t, r)
	p, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if found := p.Diagnose(r, Key{Secret: "another", Now: exampleDay}, clues); found.Text != Unknown {
		t.Errorf("found %q", found.Text)
	}
	d := &diagnosis{p: p, k: Key{Secret: "another", Now: exampleDay}, m: messageOf(r), keys: map[string][]byte{}}
	if found := d.first(d.tryV4, d.hosts, d.prefixes, d.places, d.values); found.Text != Unknown {
		t.Errorf("found %q", found.Text)
	}
	if found := d.firstPair(); found.Text != Unknown {
		t.Errorf("found %q", found.Text)
	}
	if d.guessed > maxGuesses || d.bytes > maxGuessedSize+1<<20 || !d.spent() {
		t.Errorf("%d guesses, %d bytes", d.guessed, d.bytes)
	}
	pairs := len(d.values()) * len(slices.Concat(d.hosts(), d.prefixes()))
	made := testing.AllocsPerRun(1, func() { d.firstPair() })
	if int(made) > pairs {
		t.Errorf("%v allocations to begin with %d pairs", made, pairs)
	}
}
