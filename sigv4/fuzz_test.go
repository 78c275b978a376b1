package sigv4

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// What Parse accepts, Verify and Diagnose can take; without the secret nothing
// is ever proved.
func FuzzParse(f *testing.F) {
	for _, c := range signedCases(f) {
		f.Add(c.wire)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Skip("no request")
		}
		p, e := Parse(r)
		if e != nil {
			if p != nil || ReasonOf(e) <= 0 || ReasonOf(e) >= reasonEnd || e.Error() == "" {
				t.Fatalf("refused as %+v with %+v", e, p)
			}
			return
		}
		if p == nil {
			if b, e := OpenBody(r); e == nil {
				io.Copy(io.Discard, b)
			}
			return
		}
		if got := ClaimedKey(r); got != p.AccessKeyID {
			t.Fatalf("the request claims %q and presents %q", got, p.AccessKeyID)
		}
		p.HoistedHeaders(r)
		k := Key{Secret: "a secret that signed nothing here", Now: p.Time}
		if p.Scheme == V2 && p.Location == Query {
			k.Now = p.ExpiresAt
		}
		if _, e := p.Verify(r, k); e == nil {
			t.Fatalf("proved without the secret: %+v", p)
		}
		p.Diagnose(r, k, Clues{Secrets: []Candidate{{"other", "other"}}})
	})
}

// The chunk reader never panics, never gives more than it was told to expect,
// and decides the same however its bytes arrive.
func FuzzChunks(f *testing.F) {
	for _, body := range []string{
		"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
		"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n",
		"2000\r\n" + strings.Repeat("x", 8192) + "\r\n0\r\n\r\n", "0\r\n\r\n", "",
	} {
		f.Add(body, "5")
	}
	f.Fuzz(func(t *testing.T, body, decoded string) {
		read := func(source io.Reader) (string, error) {
			r := framed(t, decoded, crcTrailer, body)
			r.Body = io.NopCloser(source)
			b, e := OpenBody(r)
			if e != nil {
				return "", e
			}
			got, err := io.ReadAll(b)
			if err == nil && int64(len(got)) != b.Length() {
				t.Fatalf("%d bytes ended well, want %d", len(got), b.Length())
			}
			if int64(len(got)) > b.Length() {
				t.Fatalf("%d bytes, told to expect %d", len(got), b.Length())
			}
			return string(got), err
		}
		whole, err1 := read(strings.NewReader(body))
		bytewise, err2 := read(iotest.OneByteReader(strings.NewReader(body)))
		if whole != bytewise || (err1 == nil) != (err2 == nil) {
			t.Fatalf("at once %q, %v; byte by byte %q, %v", whole, err1, bytewise, err2)
		}
	})
}

// A signed upload reads back what was signed, and in no other form.
func FuzzSignedChunks(f *testing.F) {
	f.Add([]byte("body"), uint16(3), true)
	f.Add([]byte{}, uint16(80), false)
	f.Fuzz(func(t *testing.T, body []byte, at uint16, trailer bool) {
		r := request(t, "PUT", "http://localhost:9403/bucket/key", nil)
		var h http.Header
		if trailer {
			h = http.Header{"X-Amz-Checksum-Crc32": {"AAAAAA=="}}
		}
		if err := SignChunks(r, exampleCredentials, testScope, bytes.NewReader(body), int64(len(body)), h,
			exampleDay); err != nil {
			t.Fatal(err)
		}
		encoded, err := io.ReadAll(r.Body)
		if err != nil || int64(len(encoded)) != r.ContentLength {
			t.Fatalf("%d bytes for a length of %d, %v", len(encoded), r.ContentLength, err)
		}
		r.Body = io.NopCloser(bytes.NewReader(encoded))
		if got, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay}); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(body), err)
		}
		i := int(at) % len(encoded)
		encoded[i] ^= 1
		r.Body = io.NopCloser(bytes.NewReader(encoded))
		if _, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay}); err == nil {
			t.Fatalf("byte %d changed, and accepted", i)
		}
	})
}

// A policy that parses can be asked; one that refuses says why.
func FuzzPostPolicy(f *testing.F) {
	for _, text := range []string{
		`{"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"b"},["starts-with","$key","k"],["content-length-range",1,2]]}`,
		`{"expiration":"2030-01-01T00:00:00Z","conditions":[null, [], {}, [null,null,null], " "]}`,
		`{"a":{}} `, "\ufeff{}", `{ "conditions" : [ { "a" : "b" } ] , "expiration" : "2030-01-01T00:00:00Z" }`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, e := ParsePostPolicy(encodePolicy(text))
		if e != nil {
			if p != nil || ReasonOf(e) <= 0 || ReasonOf(e) >= reasonEnd || e.Error() == "" {
				t.Fatalf("refused as %+v with %+v", e, p)
			}
			return
		}
		p.Check(Form{{"key", "k"}}, "b", p.Expiration)
		p.CheckSize(1, true)
		if e := p.Check(nil, "b", p.Expiration.AddDate(0, 0, 1)); ReasonOf(e) != PolicyExpired {
			t.Fatalf("valid after its end: %v", e)
		}
	})
}

func FuzzParseForm(f *testing.F) {
	f.Add(goodCredential, "20130524T000000Z", AlgorithmV4, "00ff", "e30=", "")
	f.Add("", "", "", "sig", "e30=", "key")
	f.Fuzz(func(t *testing.T, credential, date, algorithm, signature, policy, v2Key string) {
		form := Form{{"policy", policy}, {"x-amz-credential", credential}, {"x-amz-date", date}, {"x-amz-algorithm",
			algorithm}, {"x-amz-signature", signature}}
		if v2Key != "" {
			form = Form{{"policy", policy}, {"AWSAccessKeyId", v2Key}, {"signature", signature}}
		}
		p, e := ParseForm(form)
		if e != nil {
			return
		}
		if _, e := p.Verify(nil, Key{Secret: "a secret that signed nothing here"}); e == nil {
			t.Fatalf("proved without the secret: %+v", p)
		}
	})
}

// A time is what time.Parse has for it, but for a fraction of a second.
func FuzzBasicTime(f *testing.F) {
	for _, s := range []string{
		"20130524T000000Z", "20240229T235959Z", "20230229T000000Z", "20130524T240000Z", "20130524T006000Z", "20130524T000060Z",
		"20130532T000000Z", "20131324T000000Z", "00000101T000000Z", "20130524t000000Z", "20130524T000000z", "2013052\xffT000000Z",
		"20130524T00000.5",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := time.Parse(basicTime, s)
		ok := err == nil && len(s) == len(basicTime)
		if got, is := parseBasicTime(s); is != ok || ok && !got.Equal(want) {
			t.Errorf("%q is %v, %v; time.Parse has %v, %v", s, got, is, want, err)
		}
		if len(s) < 8 {
			return
		}
		want, err = time.Parse("20060102", s[:8])
		if got, is := parseDay(s[:8]); is != (err == nil) || is && !got.Equal(want) {
			t.Errorf("%q is the day %v, %v; time.Parse has %v, %v", s[:8], got, is, want, err)
		}
	})
}
