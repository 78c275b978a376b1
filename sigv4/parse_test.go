package sigv4

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	goodCredential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
	goodHeader     = "AWS4-HMAC-SHA256 Credential=" + goodCredential + ", SignedHeaders=host;x-amz-date, Signature=00ff"
)

// headerRequest is a request with a well-formed V4 header, then changed.
func headerRequest(change func(h http.Header)) *http.Request {
	r, _ := http.NewRequest("GET", "http://localhost:9403/bucket/key", nil)
	r.Header.Set("Authorization", goodHeader)
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	r.Header.Set(contentSHA256Header, emptySHA256)
	change(r.Header)
	return r
}

func TestParseHeaderRefusals(t *testing.T) {
	set := func(name, value string) func(http.Header) {
		return func(h http.Header) { h.Set(name, value) }
	}
	edit := func(old, new string) func(http.Header) {
		if !strings.Contains(goodHeader, old) {
			t.Fatalf("%q is not in the header", old)
		}
		return set("Authorization", strings.Replace(goodHeader, old, new, 1))
	}
	for _, row := range []struct {
		row             string
		change          func(http.Header)
		reason          Reason
		value, expected string
	}{
		{"A12 none", func(h http.Header) { h.Del("X-Amz-Date") }, DateMissing, "", ""},
		{"A12 unreadable", set("X-Amz-Date", "yesterday"), DateMissing, "yesterday", ""},
		{"A12 fraction", set("X-Amz-Date", "20130524T000000.5Z"), DateMissing, "20130524T000000.5Z", ""},
		{"A12 day 32", set("X-Amz-Date", "20130532T000000Z"), DateMissing, "20130532T000000Z", ""},
		{"A18", edit("aws4_request", "aws5_request"), TerminalWrong, "aws5_request", "aws4_request"},
		{"A19", edit("20130524", "2013-05-24"), ScopeDateMalformed, "2013-05-24", ""},
		{"A19 month 13", edit("20130524", "20131324"), ScopeDateMalformed, "20131324", ""},
		{"A20", edit("20130524", "20130525"), ScopeDateDiffers, "20130525", "20130524"},
		{"A21 four parts", edit("/s3", ""), CredentialMalformed, "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/aws4_request", ""},
		{"A21 six parts", edit("/s3", "/s3/s3"), CredentialMalformed,
			"AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/s3/aws4_request", ""},
		{"A22", edit("AKIAIOSFODNN7EXAMPLE", ""), AccessKeyEmpty, "/20130524/us-east-1/s3/aws4_request", ""},
		{"A23 two", edit(", Signature=00ff", ""), ComponentsMissing, strings.TrimSuffix(strings.TrimPrefix(goodHeader,
			"AWS4-HMAC-SHA256 "), ", Signature=00ff"), ""},
		{"A23 four", edit("00ff", "00ff, More=1"), ComponentsMissing, strings.TrimPrefix(goodHeader, "AWS4-HMAC-SHA256 ") +
			", More=1", ""},
		{"A24", edit("Signature=00ff", "Signature00ff"), ComponentMalformed, "Signature00ff", ""},
		{"A25 credential", edit("Credential=", "Credentials="), ComponentAbsent, "", ""},
		{"A25 headers", edit("SignedHeaders=", "Headers="), ComponentAbsent, "", ""},
		{"A25 signature", edit("Signature=", "Signatur="), ComponentAbsent, "", ""},
		{"A25 twice", edit("Signature=00ff", "Credential=x"), ComponentAbsent, "", ""},
		{"A26", set("Authorization", "AWS4-HMAC-SHA256"), AuthorizationMalformed, "AWS4-HMAC-SHA256", ""},
		{"A26 V2", set("Authorization", "AWS key: signature"), AuthorizationMalformed, "AWS key: signature", ""},
		{"A27", set("Authorization", "Basic dXNlcjpwYXNz"), AuthorizationUnsupported, "Basic dXNlcjpwYXNz", ""},
		{"A27 SigV4A", edit("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), AuthorizationUnsupported,
			strings.Replace(goodHeader, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", 1), ""},
		{"A31", func(h http.Header) { h.Del(contentSHA256Header) }, ContentSHA256Missing, "", ""},
		{"A32", set(contentSHA256Header, "e3b0"), ContentSHA256Malformed, "e3b0", ""},
		{"A32 capitals", set(contentSHA256Header, strings.ToUpper(emptySHA256)), ContentSHA256Malformed,
			strings.ToUpper(emptySHA256), ""},
		{"A32 SigV4A", set(contentSHA256Header, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"), ContentSHA256Malformed,
			"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", ""},
		{"V2 no colon", set("Authorization", "AWS key"), AuthorizationV2Malformed, "AWS key", ""},
		{"V2 no key", set("Authorization", "AWS :sig"), AuthorizationV2Malformed, "AWS :sig", ""},
		{"V2 two colons", set("Authorization", "AWS a:b:c"), AuthorizationV2Malformed, "AWS a:b:c", ""},
		{"V2 A12", func(h http.Header) { h.Set("Authorization", "AWS a:b"); h.Del("X-Amz-Date") }, DateMissing, "", ""},
		{"V2 signed chunks", func(h http.Header) {
			h.Set("Authorization", "AWS a:b")
			h.Set(contentSHA256Header, StreamingPayload)
		}, StreamingNotAllowed, StreamingPayload, ""},
	} {
		t.Run(row.row, func(t *testing.T) {
			p, err := Parse(headerRequest(row.change))
			e := refusal(t, err)
			if p != nil || e.Reason != row.reason || e.Value != row.value || e.Expected != row.expected {
				t.Errorf("%v with value %q, expected %q; want %v, %q, %q", e.Reason, e.Value, e.Expected, row.reason, row.value,
					row.expected)
			}
		})
	}
}

func TestParseMixedMechanisms(t *testing.T) {
	for _, query := range []string{"X-Amz-Algorithm=AWS4-HMAC-SHA256", "Signature=abc",
		"Signature=abc&X-Amz-Algorithm=x"} {
		r := headerRequest(func(http.Header) {})
		r.URL.RawQuery = query
		_, err := Parse(r)
		if e := refusal(t, err); e.Reason != MechanismsMixed || e.Argument != "Authorization" || e.Value != goodHeader {
			t.Errorf("A30 %s: %+v", query, e)
		}
	}
	r := headerRequest(func(h http.Header) { h.Del("Authorization") })
	r.URL.RawQuery = "Signature=abc&X-Amz-Algorithm=x"
	_, err := Parse(r)
	if e := refusal(t, err); e.Reason != MechanismsMixed || e.Value != "" {
		t.Errorf("A30 in the query alone: %+v", e)
	}
}

func TestParseAnonymous(t *testing.T) {
	for name, change := range map[string]func(*http.Request){
		"nothing":          func(*http.Request) {},
		"A28":              func(r *http.Request) { r.Header["Authorization"] = []string{""} },
		"expires alone":    func(r *http.Request) { r.URL.RawQuery = "Expires=1" },
		"other parameters": func(r *http.Request) { r.URL.RawQuery = "x-amz-date=1&signature=2&&=" },
	} {
		r, _ := http.NewRequest("GET", "http://localhost/bucket", nil)
		change(r)
		if p, e := Parse(r); p != nil || e != nil {
			t.Errorf("%s: %+v, %v", name, p, e)
		}
	}
}

const goodQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
	"&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff"

func TestParseQueryRefusals(t *testing.T) {
	const goodV2 = "AWSAccessKeyId=key&Expires=1175139620&Signature=abc"
	type row struct {
		row, query string
		reason     Reason
		value      string
	}
	edit := func(old, new string) string {
		if !strings.Contains(goodQuery, old) {
			t.Fatalf("%q is not in the query", old)
		}
		return strings.Replace(goodQuery, old, new, 1)
	}
	rows := []row{
		{"Q4", edit("86400", "604801"), ExpiresTooLong, "604801"},
		{"Q4 beyond int64", edit("86400", "99999999999999999999"), ExpiresTooLong, "99999999999999999999"},
		{"Q5", edit("86400", "-1"), ExpiresNegative, "-1"},
		{"Q5 beyond int64", edit("86400", "-99999999999999999999"), ExpiresNegative, "-99999999999999999999"},
		{"Q6", edit("86400", "1h"), ExpiresNotNumber, "1h"},
		{"Q6 empty", edit("86400", ""), ExpiresNotNumber, ""},
		{"Q8 key", "Expires=1&Signature=abc", QueryV2Incomplete, ""},
		{"Q8 expires", "AWSAccessKeyId=key&Signature=abc", QueryV2Incomplete, ""},
		{"Q8 signature", "AWSAccessKeyId=key&Expires=1", QueryV2Incomplete, ""},
		{"V2 expires", strings.Replace(goodV2, "1175139620", "soon", 1), QueryV2ExpiresMalformed, "soon"},
		{"Q9", edit("%2Fs3", ""), CredentialMalformed, "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/aws4_request"},
		{"Q9 encoded twice", edit("%2F2013", "%252F2013"), CredentialMalformed,
			"AKIAIOSFODNN7EXAMPLE%2F20130524/us-east-1/s3/aws4_request"},
		{"Q11 terminal", edit("aws4_request", "x"), TerminalWrong, "x"},
		{"Q11 date", edit("20130524", "today"), ScopeDateMalformed, "today"},
		{"Q11 date differs", edit("20130524", "20130523"), ScopeDateDiffers, "20130523"},
		{"Q11 key", edit("AKIAIOSFODNN7EXAMPLE", ""), AccessKeyEmpty, "/20130524/us-east-1/s3/aws4_request"},
		{"Q12", edit("20130524T000000Z", "2013-05-24T00:00:00Z"), QueryDateMalformed, "2013-05-24T00:00:00Z"},
		{"Q13", edit("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), QueryAlgorithmUnsupported, "AWS4-HMAC-SHA1"},
	}
	for _, name := range []string{"Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"} {
		rows = append(rows, row{"Q7 " + name, edit("X-Amz-"+name+"=", "Z-Amz-"+name+"="), QueryV4Incomplete, ""})
	}
	for _, row := range rows {
		t.Run(row.row, func(t *testing.T) {
			r, _ := http.NewRequest("GET", "http://localhost/bucket/key?"+row.query, nil)
			p, err := Parse(r)
			e := refusal(t, err)
			if p != nil || e.Reason != row.reason || e.Value != row.value || e.Location != Query {
				t.Errorf("%v with value %q at %v; want %v, %q", e.Reason, e.Value, e.Location, row.reason, row.value)
			}
		})
	}
	for _, good := range []string{goodQuery, goodV2, edit("86400", "604800"), edit("86400", "0")} {
		r, _ := http.NewRequest("GET", "http://localhost/bucket/key?"+good, nil)
		if p, e := Parse(r); e != nil || p == nil {
			t.Errorf("%s: %v", good, e)
		}
	}
}

// Parse refuses the first thing wrong in S3's order, whatever else is wrong.
func TestParseOrder(t *testing.T) {
	r := headerRequest(func(h http.Header) {
		h.Set("Authorization", "AWS4-HMAC-SHA256 Credential=/x/us-east-1/s3/y, SignedHeaders=host, Signature=0")
		h.Del("X-Amz-Date")
		h.Del(contentSHA256Header)
	})
	for _, step := range []struct {
		reason Reason
		cure   func(h http.Header)
	}{
		{AccessKeyEmpty, func(h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "=/", "=key/",
				1))
		}},
		{ScopeDateMalformed, func(h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "/x/", "/20130524/", 1))
		}},
		{TerminalWrong, func(h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "/y", "/aws4_request", 1))
		}},
		{DateMissing, func(h http.Header) { h.Set("X-Amz-Date", "20130525T000000Z") }},
		{ScopeDateDiffers, func(h http.Header) { h.Set("X-Amz-Date", "20130524T000000Z") }},
		{ContentSHA256Missing, func(h http.Header) { h.Set(contentSHA256Header, UnsignedPayload) }},
	} {
		if _, e := Parse(r); ReasonOf(e) != step.reason {
			t.Fatalf("got %v, want %v", e, step.reason)
		}
		step.cure(r.Header)
	}
	if _, e := Parse(r); e != nil {
		t.Fatal(e)
	}
}

func TestPresentedFields(t *testing.T) {
	p, e := Parse(headerRequest(func(h http.Header) { h.Set("X-Amz-Security-Token", "tok") }))
	if e != nil {
		t.Fatal(e)
	}
	if p.Scheme != V4 || p.Location != Header || p.AccessKeyID != exampleKey || p.Date != "20130524" ||
		p.Region != "us-east-1" ||
		p.Service != "s3" || p.SessionToken != "tok" || p.Signature != "00ff" || p.Algorithm != AlgorithmV4 ||
		!p.Time.Equal(exampleDay) || p.TimeSent != "20130524T000000Z" || p.Payload != PayloadHashed ||
		len(p.SignedHeaders) != 2 {
		t.Errorf("%+v", p)
	}
	if e := refusal(t, p.WrongRegion("eu-west-1")); e.Reason != RegionWrong || e.Region != "eu-west-1" ||
		e.Value != "us-east-1" || e.AccessKeyID != exampleKey || e.Credential != goodCredential {
		t.Errorf("%+v", e)
	}
	r, _ := http.NewRequest("GET", "http://localhost/bucket/key?"+goodQuery, nil)
	if p, e = Parse(r); e != nil || p.Expires != 24*time.Hour || !p.ExpiresAt.Equal(exampleDay.Add(24*time.Hour)) ||
		p.Location != Query {
		t.Errorf("%+v, %v", p, e)
	}
}

func TestDateHeaderForms(t *testing.T) {
	for _, sent := range []string{"Fri, 24 May 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00:00 +0000",
		"Fri, 24 May 2013 02:00:00 +0200", "20130524T000000Z", "Friday, 24-May-13 00:00:00 GMT"} {
		p, e := Parse(headerRequest(func(h http.Header) { h.Del("X-Amz-Date"); h.Set("Date", sent) }))
		if e != nil || !p.Time.Equal(exampleDay) || p.TimeSent != sent {
			t.Errorf("%s: %+v, %v", sent, p, e)
		}
	}
}

func TestOtherServicesNeedNoPayloadHeader(t *testing.T) {
	p, e := Parse(headerRequest(func(h http.Header) {
		h.Set("Authorization", strings.Replace(goodHeader, "/s3/", "/iam/", 1))
		h.Del(contentSHA256Header)
	}))
	if e != nil || p.Service != "iam" || p.Payload != PayloadUndeclared {
		t.Errorf("%+v, %v", p, e)
	}
}

func TestReasonsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if name := r.String(); name == "" || seen[name] {
			t.Errorf("reason %d has the name %q", r, name)
		} else {
			seen[name] = true
		}
	}
	if len(seen) == 0 {
		t.Error("no reasons")
	}
}
