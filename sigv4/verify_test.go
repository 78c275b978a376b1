package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// signedGet is a GET signed by this package, as it arrives at a server.
func signedGet(t testing.TB, set func(*http.Request)) *http.Request {
	t.Helper()
	r := request(t, "GET", "http://localhost:9403/bucket/key", nil)
	set(r)
	Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
	return arrive(t, r)
}

func presignedGet(t testing.TB) *http.Request {
	t.Helper()
	r := request(t, "GET", "http://localhost:9403/bucket/key", nil)
	Presign(r, exampleCredentials, testScope, time.Minute, exampleDay)
	return arrive(t, r)
}

func TestSkew(t *testing.T) {
	for _, row := range []struct {
		offset time.Duration
		good   bool
	}{{0, true}, {15 * time.Minute, true}, {-15 * time.Minute, true}, {15*time.Minute + time.Second, false},
		{-15*time.Minute - time.Second, false}} {
		now := exampleDay.Add(row.offset)
		_, _, err := prove(signedGet(t, func(*http.Request) {}), Key{Secret: exampleSecret, Now: now})
		if row.good {
			if err != nil {
				t.Errorf("A11 %v: %v", row.offset, err)
			}
			continue
		}
		e := refusal(t, err)
		if e.Reason != TimeSkewed || e.RequestTime != "20130524T000000Z" || !e.ServerTime.Equal(now) ||
			e.MaxSkew.Milliseconds() != 900000 {
			t.Errorf("A11 %v: %+v", row.offset, e)
		}
	}
	r := request(t, "GET", "http://localhost:9403/bucket/key", nil)
	SignV2(r, exampleCredentials, "", exampleDay)
	_, _, err := prove(arrive(t, r), Key{Secret: exampleSecret, Now: exampleDay.Add(time.Hour)})
	if e := refusal(t, err); e.Reason != TimeSkewed || e.RequestTime != "Fri, 24 May 2013 00:00:00 GMT" {
		t.Errorf("A11 V2: %+v", e)
	}
}

func TestPresignedTimes(t *testing.T) {
	for _, row := range []struct {
		row    string
		now    time.Time
		reason Reason
	}{
		{"fresh", exampleDay, 0},
		{"last second", exampleDay.Add(time.Minute), 0},
		{"Q1", exampleDay.Add(time.Minute + time.Second), Expired},
		{"a fast clock", exampleDay.Add(-15 * time.Minute), 0},
		{"Q3", exampleDay.Add(-15*time.Minute - time.Second), NotYetValid},
	} {
		_, _, err := prove(presignedGet(t), Key{Secret: exampleSecret, Now: row.now})
		if row.reason == 0 {
			if err != nil {
				t.Errorf("%s: %v", row.row, err)
			}
			continue
		}
		if e := refusal(t, err); e.Reason != row.reason || e.Expires != time.Minute ||
			!e.ExpiresAt.Equal(exampleDay.Add(time.Minute)) ||
			!e.ServerTime.Equal(row.now) || !e.Date.Equal(exampleDay) {
			t.Errorf("%s: %+v", row.row, e)
		}
	}
	r := request(t, "GET", "http://localhost:9403/bucket/key", nil)
	PresignV2(r, exampleCredentials, "", exampleDay)
	if _, _, err := prove(arrive(t, r), Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
		t.Errorf("V2 fresh: %v", err)
	}
	_, _, err := prove(arrive(t, r), Key{Secret: exampleSecret, Now: exampleDay.Add(time.Second)})
	if e := refusal(t, err); e.Reason != Expired || e.Expires != 0 || !e.ExpiresAt.Equal(exampleDay) {
		t.Errorf("Q2: %+v", e)
	}
}

func TestHeadersNotSigned(t *testing.T) {
	for _, row := range []struct {
		row    string
		change func(*http.Request)
		want   []string
	}{
		{"A35", func(r *http.Request) { r.Header.Set("X-Amz-Meta-B", "1"); r.Header.Set("X-Amz-Acl", "private") },
			[]string{"x-amz-acl", "x-amz-meta-b"}},
		{"A35 host", func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "host;", "", 1))
		}, []string{"host"}},
	} {
		r := signedGet(t, func(*http.Request) {})
		row.change(r)
		_, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay})
		if e := refusal(t, err); e.Reason != HeadersNotSigned || !slices.Equal(e.HeadersNotSigned, row.want) {
			t.Errorf("%s: %+v", row.row, e)
		}
	}
	for _, name := range []string{"Content-Type", "If-Match", "X-Amzn-Trace-Id", contentSHA256Header} {
		r := presignedGet(t)
		r.Header.Set(name, UnsignedPayload)
		if _, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
			t.Errorf("Q17 unsigned %s: %v", name, err)
		}
	}
	r := presignedGet(t)
	r.Header.Set("X-Amz-Acl", "private")
	_, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay})
	if e := refusal(t, err); e.Reason != HeadersNotSigned {
		t.Errorf("Q17: %+v", e)
	}
}

func TestMismatchFacts(t *testing.T) {
	_, _, err := prove(signedGet(t, func(*http.Request) {}), Key{Secret: "another", Now: exampleDay})
	e := refusal(t, err)
	const canonical = "GET\n/bucket/key\n\nhost:localhost:9403\nx-amz-content-sha256:" + emptySHA256 +
		"\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n" + emptySHA256
	if e.Reason != SignatureDoesNotMatch || e.CanonicalRequest != canonical || e.AccessKeyID != exampleKey ||
		len(e.SignatureProvided) != 64 {
		t.Errorf("A10: %+v", e)
	}
	if want := "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/eu-west-1/s3/aws4_request\n" +
		HashPayload([]byte(canonical)); e.StringToSign != want {
		t.Errorf("A10: string to sign %q, want %q", e.StringToSign, want)
	}
	r := request(t, "GET", "http://localhost:9403/bucket/key?acl", nil)
	SignV2(r, exampleCredentials, "", exampleDay)
	_, _, err = prove(arrive(t, r), Key{Secret: "another", Now: exampleDay})
	if e := refusal(t, err); e.Reason != SignatureDoesNotMatch || e.CanonicalRequest != "" ||
		e.StringToSign != "GET\n\n\nFri, 24 May 2013 00:00:00 GMT\n/bucket/key?acl" {
		t.Errorf("A10b: %+v", e)
	}
}

// Expiry comes before unsigned headers, and those before the signature.
func TestVerifyOrder(t *testing.T) {
	r := presignedGet(t)
	r.Header.Set("X-Amz-Acl", "private")
	p, e := Parse(r)
	if e != nil {
		t.Fatal(e)
	}
	k := Key{Secret: "another", Now: exampleDay.Add(time.Hour)}
	if _, e = p.Verify(r, k); ReasonOf(e) != Expired {
		t.Errorf("got %v, want Expired", e)
	}
	k.Now = exampleDay
	if _, e = p.Verify(r, k); ReasonOf(e) != HeadersNotSigned {
		t.Errorf("got %v, want HeadersNotSigned", e)
	}
	r.Header.Del("X-Amz-Acl")
	if _, e = p.Verify(r, k); ReasonOf(e) != SignatureDoesNotMatch {
		t.Errorf("got %v, want SignatureDoesNotMatch", e)
	}
	k.Secret = exampleSecret
	if _, e = p.Verify(r, k); e != nil {
		t.Errorf("got %v", e)
	}
}

func TestHeadOfAGetURL(t *testing.T) {
	r := presignedGet(t)
	r.Method = "HEAD"
	_, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay})
	if e := refusal(t, err); e.Reason != SignatureDoesNotMatch {
		t.Errorf("Q18: %+v", e)
	}
}

// A signed header that arrives in the query of a presigned URL counts.
func TestSignedHeaderInQuery(t *testing.T) {
	r := request(t, "PUT", "http://localhost:9403/bucket/key?x-amz-acl=private", nil)
	r.Header.Set("X-Amz-Acl", "private")
	Presign(r, exampleCredentials, testScope, time.Minute, exampleDay)
	r.Header.Del("X-Amz-Acl")
	arrived := arrive(t, r)
	if _, _, err := prove(arrived, Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
		t.Error(err)
	}
	p, _ := Parse(arrived)
	if got := p.HoistedHeaders(arrived).Get("x-amz-acl"); got != "private" {
		t.Errorf("hoisted %q", got)
	}
}

func TestHoistedHeaders(t *testing.T) {
	r := request(t, "PUT",
		"http://localhost:9403/b/k?x-amz-meta-a=1+2&X-Amz-Checksum-Crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&partNumber=1&X-Amz-Request-Payer=requester", nil)
	Presign(r, Credentials{exampleKey, exampleSecret, "token"}, testScope, time.Minute, exampleDay)
	arrived := arrive(t, r)
	p, e := Parse(arrived)
	if e != nil {
		t.Fatal(e)
	}
	h := p.HoistedHeaders(arrived)
	if len(h) != 2 || h.Get("x-amz-meta-a") != "1 2" || h.Get("x-amz-request-payer") != "requester" {
		t.Errorf("%v", h)
	}
	get := signedGet(t, func(r *http.Request) { r.URL.RawQuery = "x-amz-acl=private" })
	if p, e = Parse(get); e != nil || p.HoistedHeaders(get) != nil {
		t.Errorf("%v of a header signature, %v", p.HoistedHeaders(get), e)
	}
}

func TestAbsoluteFormTarget(t *testing.T) {
	r := request(t, "GET", "http://s3.eu-west-1.amazonaws.com/bucket/a%20b?acl", nil)
	Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
	arrived := arrive(t, r)
	arrived.RequestURI = "http://s3.eu-west-1.amazonaws.com" + arrived.RequestURI
	if _, _, err := prove(arrived, Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
		t.Error(err)
	}
	r = request(t, "GET", "http://s3.eu-west-1.amazonaws.com?list-type=2", nil)
	Sign(r, exampleCredentials, testScope, emptySHA256, exampleDay)
	arrived = arrive(t, r)
	arrived.RequestURI = "http://s3.eu-west-1.amazonaws.com?list-type=2"
	if _, _, err := prove(arrived, Key{Secret: exampleSecret, Now: exampleDay}); err != nil {
		t.Error(err)
	}
}

// What net/http takes out of the header can be signed nonetheless.
func TestSignedFraming(t *testing.T) {
	for name, value := range map[string]string{"content-length": "4", "transfer-encoding": "chunked"} {
		r := request(t, "PUT", "http://localhost:9403/bucket/key", nil)
		r.Header.Set(name, value)
		r.Header.Set("X-Amz-Date", exampleDay.Format(basicTime))
		r.Header.Set(contentSHA256Header, UnsignedPayload)
		p := newSigner(Header, exampleCredentials, testScope, exampleDay)
		p.SignedHeaders = []string{"host", "x-amz-content-sha256", "x-amz-date", name}
		slices.Sort(p.SignedHeaders)
		p.Signature = p.signRequest(r, exampleSecret, UnsignedPayload)
		authorize(r, p)
		head := "PUT /bucket/key HTTP/1.1\nHost: localhost:9403\nAuthorization: " + r.Header.Get("Authorization") +
			"\nX-Amz-Date: 20130524T000000Z\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n" + name + ": " + value
		body := "body"
		if name == "transfer-encoding" {
			body = httpChunked(body)
		}
		got, _, err := prove(wire(t, head, body), Key{Secret: exampleSecret, Now: exampleDay})
		if err != nil || string(got) != "body" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestKeyCache(t *testing.T) {
	c := newKeyCache(4)
	for range 3 {
		for i := range 20 {
			region := "r" + formatHex(i)
			got := c.derive(exampleSecret, "20130524", region, "s3")
			if want := deriveKey(exampleSecret, "20130524", region, "s3"); !slices.Equal(got, want) {
				t.Fatalf("%s: another key", region)
			}
			if n := len(c.young) + len(c.old); n > 8 {
				t.Fatalf("%d keys kept, want at most 8", n)
			}
		}
	}
	if c.identify("ab", "c", "", "") == c.identify("a", "bc", "", "") {
		t.Error("two scopes share an entry")
	}
}

// Buffers and keys are shared between requests; no request sees another's.
func TestConcurrentVerify(t *testing.T) {
	cases := signedCases(t)
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			c := cases[i%len(cases)]
			for range 20 {
				if _, ok := accepted(c.wire, c.now); !ok {
					t.Errorf("%s: refused", c.name)
				}
			}
		})
	}
	wait.Wait()
}
