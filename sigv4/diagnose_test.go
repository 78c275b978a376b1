package sigv4

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestDiagnose(t *testing.T) {
	k := Key{Secret: exampleSecret, Now: exampleDay}
	others := []Candidate{{"admin", "another-secret"}, {"app", exampleSecret}}
	for _, row := range []struct {
		name   string
		target string
		before func(*http.Request) // how the client saw it
		after  func(*http.Request) // how it arrived
		want   string
	}{
		{"port", "/b/k", func(r *http.Request) { r.Host = "localhost" }, func(r *http.Request) { r.Host = "localhost:9403" },
			"signed for localhost, arrived for localhost:9403"},
		{"default port", "/b/k", func(r *http.Request) { r.Host = "s3.test:443" },
			func(r *http.Request) { r.Host = "s3.test" }, "signed for s3.test:443, arrived for s3.test"},
		{"forwarded host", "/b/k", func(r *http.Request) { r.Host = "a:9000" },
			func(r *http.Request) { r.Host = "b:9000"; r.Header.Set("X-Forwarded-Host", "a:9000") },
			"signed for a:9000, arrived for b:9000"},
		{"forwarded", "/b/k", func(r *http.Request) { r.Host = "a:9000" },
			func(r *http.Request) { r.Host = "b:9000"; r.Header.Set("Forwarded", `for=1.2.3.4;host="a:9000"`) },
			"signed for a:9000, arrived for b:9000"},
		{"origin", "/b/k", func(r *http.Request) { r.Host = "a:9000" },
			func(r *http.Request) { r.Host = "b:9000"; r.Header.Set("Origin", "http://a:9000") },
			"signed for a:9000, arrived for b:9000"},
		{"loopback name", "/b/k", func(r *http.Request) { r.Host = "127.0.0.1:9403" },
			func(r *http.Request) { r.Host = "localhost:9403" }, "signed for 127.0.0.1:9403, arrived for localhost:9403"},
		{"bucket in host", "/k", func(r *http.Request) { r.Host = "b.s3.test" },
			func(r *http.Request) { r.Host = "s3.test"; r.RequestURI = "/b/k" },
			"signed for b.s3.test/k, arrived for s3.test/b/k"},
		{"bucket in path", "/b/k", func(r *http.Request) { r.Host = "s3.test" },
			func(r *http.Request) { r.Host = "b.s3.test"; r.RequestURI = "/k" },
			"signed for s3.test/b/k, arrived for b.s3.test/k"},
		{"prefix", "/b/k", nil, func(r *http.Request) { r.RequestURI = "/~world/b/k" },
			"signed for the path /b/k, arrived for /~world/b/k"},
		{"method", "/b/k", func(r *http.Request) { r.Method = "GET" }, func(r *http.Request) { r.Method = "HEAD" },
			"signed as GET, arrived as HEAD"},
		{"slash", "/b/", nil, func(r *http.Request) { r.RequestURI = "/b" }, "signed with the path with a slash at its end"},
		{"no query", "/b/k", nil, func(r *http.Request) { r.RequestURI = "/b/k?acl" }, "signed without the query"},
		{"a signed header that is not sent", "/b/k",
			func(r *http.Request) { r.Header.Set("X-Amz-Acl", "bucket-owner-full-control") },
			func(r *http.Request) { r.Header.Del("X-Amz-Acl") }, "signed with x-amz-acl, arrived without"},
		{"nothing fits", "/b/k", nil, func(r *http.Request) { r.Host = "elsewhere"; r.Method = "PUT" }, Unknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, "GET", "http://localhost:9403"+row.target, nil)
			if row.before != nil {
				row.before(r)
			}
			Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
			arrived := arrive(t, r)
			row.after(arrived)
			if got := diagnosed(t, arrived, k, others); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// diagnosed is what Diagnose says of a request that Verify refuses.
func diagnosed(t testing.TB, r *http.Request, k Key, others []Candidate) string {
	t.Helper()
	p, e := Parse(r)
	if e != nil {
		t.Fatal(e)
	}
	if _, e := p.Verify(r, k); ReasonOf(e) != SignatureDoesNotMatch {
		t.Fatalf("got %v, want a mismatch", e)
	}
	return p.Diagnose(r, k, Clues{Secrets: others}).Text
}

func TestDiagnoseSecrets(t *testing.T) {
	k := Key{Secret: exampleSecret, Now: exampleDay}
	others := []Candidate{{"app", exampleSecret}, {"admin", "another-secret"}}
	const ofAdmin = "signed with the secret of admin, sent with the access key AKIAIOSFODNN7EXAMPLE"
	for _, row := range []struct{ name, secret, want string }{
		{"another caller's", "another-secret", ofAdmin},
		{"line end", exampleSecret + "\n", "signed with the secret and a blank or line end after it"},
		{"unknown", "nobody's", Unknown},
	} {
		c := Credentials{AccessKeyID: exampleKey, SecretAccessKey: row.secret}
		r := request(t, "GET", "http://localhost:9403/b/k", nil)
		Sign(r, c, testScope, emptySHA256, exampleDay)
		if got := diagnosed(t, arrive(t, r), k, others); got != row.want {
			t.Errorf("%s, V4: %q", row.name, got)
		}
		r = request(t, "GET", "http://localhost:9403/b/k", nil)
		PresignV2(r, c, "", exampleDay.Add(time.Minute))
		if got := diagnosed(t, arrive(t, r), k, others); got != row.want {
			t.Errorf("%s, V2: %q", row.name, got)
		}
		p, e := ParseForm(SignForm(Form{{"policy", "e30="}}, c, testScope, exampleDay))
		if e != nil {
			t.Fatal(e)
		}
		if got := p.Diagnose(nil, k, Clues{Secrets: others}).Text; got != row.want {
			t.Errorf("%s, form: %q", row.name, got)
		}
	}
}

// A canonical request that is made differently is told apart.
func TestDiagnoseCanonicalForm(t *testing.T) {
	k := Key{Secret: exampleSecret, Now: exampleDay}
	for _, row := range []struct {
		name, target string
		change       func(f *form)
		want         string
	}{
		{"twice", "/b/a%20b", func(f *form) { f.path = appendPathEncoded }, "signed with the path encoded twice"},
		{"not encoded", "/b/a%20b", func(f *form) { f.path = appendPathDecoded }, "signed with the path not encoded"},
		{"as sent", "/b/a!b", func(f *form) { f.path = func(dst []byte, p string) []byte { return append(dst, p...) } },
			"signed with the path exactly as sent"},
		{"a + as itself", "/b/a+b", func(f *form) {
			f.path = func(dst []byte, p string) []byte {
				return append(dst,
					"/b/a%2Bb"...)
			}
		},
			"signed with the path as if its + were %2B, while S3 takes a + for a space: send %2B"},
		{"cleaned", "/b//a%20b", func(f *form) {
			f.path = func(dst []byte, p string) []byte {
				return append(dst,
					"/b/a%20b"...)
			}
		}, "signed with the path cleaned of dot segments and double slashes"},
		{"cleaned and twice", "/b//a%20b", func(f *form) { f.path = appendPathTwice },
			"signed with the path cleaned and encoded twice, as for other services than S3"},
		{"query as sent", "/b?prefix=x&delimiter=/", func(f *form) { f.rawSort = true },
			"signed with the query as sent, neither sorted nor encoded"},
		{"header left out", "/b/k", func(f *form) { f.changed, f.leftOut = "x-amz-date", true },
			"signed without the header x-amz-date"},
		{"header empty", "/b/k", func(f *form) { f.changed = "x-amz-date" },
			"signed with x-amz-date empty, arrived with 20130524T000000Z"},
		{"payload", "/b/k", func(f *form) { f.payload = UnsignedPayload }, "signed with the payload UNSIGNED-PAYLOAD"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, "GET", "http://localhost:9403"+row.target, nil)
			Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
			p := newSigner(Header, exampleCredentials, testScope, exampleDay)
			p.SignedHeaders = signable(http.Header{contentSHA256Header: nil, "X-Amz-Date": nil})
			f := p.form(emptySHA256)
			row.change(&f)
			m := messageOf(r)
			var s scratch
			s.appendCanonical(&m, p, f)
			s.appendStringToSign(p)
			signature := sign(deriveKey(exampleSecret, p.Date, p.Region, p.Service), s.toSign)
			p.Signature = string(signature[:])
			authorize(r, p)
			if got := diagnosed(t, arrive(t, r), k, nil); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestDiagnoseV2(t *testing.T) {
	k := Key{Secret: exampleSecret, Now: exampleDay}
	for _, row := range []struct {
		name   string
		before func(*http.Request) string
		after  func(*http.Request, *Key)
		want   string
	}{
		{"resource with the world", func(*http.Request) string { return "/~world/b/k" }, func(r *http.Request,
			k *Key) {
			k.Resource = "/b/k"
		}, "signed for the resource /~world/b/k, arrived for /b/k"},
		{"bucket of the host", func(*http.Request) string { return "/b/k" }, func(r *http.Request, k *Key) {
			r.Host,
				r.RequestURI = "b.s3.test", "/k"
		}, "signed for the resource /b/k, arrived for /k"},
		{"content type", func(*http.Request) string { return "" }, func(r *http.Request,
			k *Key) {
			r.Header.Set("Content-Type", "text/plain")
		}, "signed without the header content-type"},
		{"method", func(*http.Request) string { return "" }, func(r *http.Request, k *Key) { r.Method = "HEAD" },
			"signed as GET, arrived as HEAD"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, "GET", "http://localhost:9403/~world/b/k", nil)
			SignV2(r, exampleCredentials, row.before(r), exampleDay)
			arrived, key := arrive(t, r), k
			row.after(arrived, &key)
			if got := diagnosed(t, arrived, key, nil); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// Diagnose asks nothing of a request that is as odd as it can be.
func TestDiagnoseOddRequests(t *testing.T) {
	for _, head := range []string{
		"GET / HTTP/1.1\nHost: x\nAuthorization: AWS a:b\nDate: Fri, 24 May 2013 00:00:00 GMT",
		"GET /?" + goodQuery + " HTTP/1.1\nHost: [::1]:9403\nReferer: ::",
		"OPTIONS * HTTP/1.1\nHost:\n" + strings.ReplaceAll(authPrefix, "\n", "") +
			";,Signature=\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: UNSIGNED-PAYLOAD",
	} {
		r := wire(t, head, "")
		p, e := Parse(r)
		if e != nil {
			t.Fatal(e)
		}
		if got := p.Diagnose(r, Key{Secret: "s", Now: exampleDay}, Clues{}).Text; got != Unknown {
			t.Errorf("%s: %q", head, got)
		}
	}
}
