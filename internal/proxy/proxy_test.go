package proxy

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestReadTarget(t *testing.T) {
	for _, row := range []struct {
		text, host string
		status     int
		told       string // in Text and Cure
	}{
		{"s3.amazonaws.com:443", "s3.amazonaws.com", 0, ""},
		{"B.S3.AMAZONAWS.COM.:443", "b.s3.amazonaws.com", 0, ""},
		{"s3.amazonaws.com:80", "s3.amazonaws.com", 0, ""},
		{"iam.amazonaws.com:443", "iam.amazonaws.com", 0, ""},
		{"s3.amazonaws.com", "", 400, "CONNECT takes HOST:PORT, not s3.amazonaws.com"},
		{"s3.amazonaws.com:", "", 400, "HOST:PORT"},
		{":443", "", 400, "HOST:PORT"},
		{"", "", 400, `not ""`},
		{"user@s3.amazonaws.com:443", "", 400, "HOST:PORT"},
		{"user:s3.amazonaws.com:443", "", 400, "HOST:PORT"},
		{"/_s3fault/worlds", "", 400, "HOST:PORT"},
		{"http://s3.amazonaws.com/", "", 400, "HOST:PORT"},
		{"s3.amazonaws.com:443/x", "", 400, "HOST:PORT"},
		{strings.Repeat("a", 300) + ".amazonaws.com:443", "", 400, "253 characters at the most, not 314"},
		{"s3.amazonaws.com:22", "", 403, "ports 443 and 80 alone, not at port 22 of s3.amazonaws.com"},
		{"s3.amazonaws.com:https", "", 403, "not at port https"},
		{"localhost:9403", "", 403, "localhost is none of them; NO_PROXY names"},
		{"127.0.0.1:443", "", 403, "127.0.0.1 is none of them"},
		{"[::1]:443", "", 403, "::1 is none of them"},
		{"[fe80::1%25eth0]:443", "", 403, "is none of them"},
		{"169.254.169.254:80", "", 403, "169.254.169.254 is none of them"},
		{"example.com:443", "", 403, "example.com is none of them"},
		{"s3.amazonaws.com.evil.test:443", "", 403, "is none of them"},
		{"s3.us-east-1.amazonaws.co:443", "", 403, "is it s3.us-east-1.amazonaws.com that is meant?"},
		{"dynamodb.us-east-1.amazonaws.com:443", "", 403, "no service at dynamodb.us-east-1.amazonaws.com; it has s3, access-analyzer"},
		{"cloudtrial.us-east-1.amazonaws.com:443", "", 403, "is it cloudtrail.us-east-1.amazonaws.com that is meant?"},
		{"b.s3-accelerate.amazonaws.com.cn:443", "", 403, "no service at b.s3-accelerate.amazonaws.com.cn"},
		{"\x00\r\n.amazonaws.com:443", "", 403, `"\x00\r\n.amazonaws.com"`},
	} {
		got, err := ReadTarget(row.text)
		refused, _ := errors.AsType[*Refusal](err)
		switch {
		case row.status == 0 && (err != nil || got.Host != row.host):
			t.Errorf("ReadTarget(%q) = %+v, %v", row.text, got, err)
		case row.status != 0 && (refused == nil || refused.Status != row.status || !strings.Contains(refused.Text+"; "+refused.Cure, row.told)):
			t.Errorf("ReadTarget(%q) = %+v, %+v", row.text, got, refused)
		}
	}
}

func TestWorld(t *testing.T) {
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, row := range []struct {
		header, want string
		refused      bool
	}{
		{"", "", false},
		{basic("ip-deny:"), "ip-deny", false},
		{basic("ip-deny:x"), "ip-deny", false},
		{basic("ip-deny"), "ip-deny", false},
		{"basic " + strings.TrimPrefix(basic("ip-deny:x"), "Basic "), "ip-deny", false},
		{basic(":x"), "", false},
		{"Basic !", "", true},
		{"Bearer x", "", true},
		{"Negotiate", "", true},
	} {
		got, err := World(http.Header{"Proxy-Authorization": {row.header}})
		if got != row.want || (err != nil) != row.refused {
			t.Errorf("World(%q) = %q, %v", row.header, got, err)
		}
	}
}

// A target is refused in one printable line, or is a host of AWS's as it is written.
func FuzzReadTarget(f *testing.F) {
	for _, text := range []string{
		"b.s3.eu-west-1.amazonaws.com:443", "[::1]:443", "user@x:443", "a:b:c", "S3.amazonaws.com.:80", "x.amazonaws.com.evil:443", "\xff.api.aws:443",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ReadTarget(text)
		if err == nil {
			if got.Service == "" || strings.ContainsAny(got.Host, " @/:\r\n") || got.Port != "443" && got.Port != "80" {
				t.Errorf("ReadTarget(%q) = %+v", text, got)
			}
			return
		}
		refused, ok := errors.AsType[*Refusal](err)
		if !ok {
			t.Fatalf("ReadTarget(%q): %v", text, err)
		}
		for _, line := range []string{Phrase(refused), refused.Text, refused.Cure} {
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) || len(line) > 600 {
				t.Errorf("ReadTarget(%q) says %q", text, line)
			}
		}
	})
}
