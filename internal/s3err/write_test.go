package s3err

import (
	"encoding/base64"
	"encoding/xml"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

const (
	testRequestID = "2YY666KAG818P6K6"
	testHostID    = "aG9zdA=="
)

func wrapped(inner string) string {
	return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>" + inner +
		"<RequestId>2YY666KAG818P6K6</RequestId><HostId>aG9zdA==</HostId></Error>"
}

// The documents are those of recordings (s3-errors.md), with ids of ours.
func TestXML(t *testing.T) {
	for _, row := range []struct {
		name string
		err  *Error
		want string
	}{
		{"s3-errors.md 0: no extras", New(AccessDenied), `<Code>AccessDenied</Code><Message>Access Denied</Message>`},
		{"s3-errors.md A7", New(InvalidAccessKeyID, E("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE")),
			`<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>`},
		{"s3-errors.md A6: an argument",
			Argument("Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
				"Authorization", "null"),
			`<Code>InvalidArgument</Code><Message>Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>null</ArgumentValue>`},
		{"s3-errors.md A10: order of elements, line feeds stay", New(SignatureDoesNotMatch, E("AWSAccessKeyId",
			"AKIDEXAMPLE"), E("StringToSign", "AWS4-HMAC-SHA256\n2026"), E("SignatureProvided", "00"), E("StringToSignBytes",
			"41 57"), E("CanonicalRequest", "GET\n/"), E("CanonicalRequestBytes", "47 45")),
			"<Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n2026</StringToSign><SignatureProvided>00</SignatureProvided><StringToSignBytes>41 57</StringToSignBytes><CanonicalRequest>GET\n/</CanonicalRequest><CanonicalRequestBytes>47 45</CanonicalRequestBytes>"},
		{"s3-errors.md A13: a name with a hyphen and a digit", New(ExpiredToken, E("Token-0", "abc")),
			`<Code>ExpiredToken</Code><Message>The provided token has expired.</Message><Token-0>abc</Token-0>`},
		{"s3-errors.md A21: angle brackets are escaped, quotes are not",
			New(AuthorizationHeaderMalformed).WithMessage(`expecting "<YOUR-AKID>/&'".`),
			`<Code>AuthorizationHeaderMalformed</Code><Message>expecting "&lt;YOUR-AKID&gt;/&amp;'".</Message>`},
		{"s3-errors.md 2.3: an empty message", New(InvalidArgument, E("ArgumentName", "x-amz-acl"), E("ArgumentValue",
			"nobody")).WithMessage(""),
			`<Code>InvalidArgument</Code><Message></Message><ArgumentName>x-amz-acl</ArgumentName><ArgumentValue>nobody</ArgumentValue>`},
		{"a carriage return survives a parser", New(NoSuchKey, E("Key", "a\r\nb\tc")),
			"<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&#13;\nb\tc</Key>"},
		{"what XML cannot carry", New(NoSuchKey, E("Key", "\x00\x1f\xff\uFFFE\U0001F600ü")),
			"<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>\uFFFD\uFFFD\uFFFD\uFFFD\U0001F600ü</Key>"},
		{"a name that cannot stand", New(NoSuchKey, E("1 <x>", "v"), E("", "w")),
			`<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><_1__x_>v</_1__x_><_>w</_>`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(row.err.XML(testRequestID, testHostID)); got != wrapped(row.want) {
				t.Errorf("got  %s\nwant %s", got, wrapped(row.want))
			}
		})
	}
}

func TestIDs(t *testing.T) {
	form := regexp.MustCompile(`^[A-Z0-9]{16}$`)
	seen := map[string]bool{}
	for i := range 2000 {
		id, host := NewRequestID(), NewHostID()
		if i%2 == 0 {
			id, host = NewIDs()
		}
		raw, err := base64.StdEncoding.DecodeString(host)
		if !form.MatchString(id) || err != nil || len(raw) != 56 {
			t.Fatalf("got %q and %q", id, host)
		}
		if seen[id] || seen[host] {
			t.Fatalf("%q or %q came twice", id, host)
		}
		seen[id], seen[host] = true, true
	}
	if a, b := RequestIDFrom(rand.NewPCG(1, 2)), RequestIDFrom(rand.NewPCG(1, 2)); a != b {
		t.Errorf("one seed gave %q and %q", a, b)
	}
	if a, b := HostIDFrom(rand.NewPCG(1, 2)), HostIDFrom(rand.NewPCG(1, 3)); a == b {
		t.Errorf("two seeds gave %q", a)
	}
}

// FuzzXML holds that whatever stands in an error, a parser reads a document with
// that text in it, except for what XML cannot carry.
func FuzzXML(f *testing.F) {
	f.Add("message", "Key", "value")
	f.Add("]]><a>&\r\n\x00", "Token-0", "\xff\u2028")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, message, key, value string) {
		document := New(NoSuchKey, E(key, value)).WithMessage(message).XML(testRequestID, testHostID)
		var got struct {
			Elements []struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:",any"`
		}
		if err := xml.Unmarshal(document, &got); err != nil {
			t.Fatalf("%q: %v", document, err)
		}
		want := []string{"NoSuchKey", carried(message), carried(value), testRequestID, testHostID}
		if len(got.Elements) != len(want) {
			t.Fatalf("%q has %d elements, want %d", document, len(got.Elements), len(want))
		}
		for i, e := range got.Elements {
			if e.Text != want[i] {
				t.Errorf("%s is %q, want %q", e.XMLName.Local, e.Text, want[i])
			}
		}
	})
}

// carried is what of a text XML can carry, found with the standard library.
func carried(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == 0xFFFE || r == 0xFFFF || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}
