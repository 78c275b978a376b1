package sigv4

import (
	"fmt"
	"slices"
	"strings"
)

// leftOut leaves each signed header out in turn.
func (d *diagnosis) leftOut() (all []guess) {
	for _, name := range d.p.SignedHeaders {
		all = append(all, guess{Diagnosis{
			Text: "signed without the header " + name, Cure: "list in SignedHeaders what is signed, and nothing else.",
		}, func(s *signing) { s.f.changed, s.f.leftOut = name, true }})
	}
	return all
}

// values tries other values of each signed header: those that clients send and that what
// stands between them and the server changes.
func (d *diagnosis) values() (all []guess) {
	for _, name := range d.p.SignedHeaders {
		if name == "host" {
			continue
		}
		lines := d.m.values(name)
		arrived := strings.Join(lines, ",")
		tried := []string{string(d.canonical(name))}
		for _, value := range d.otherValues(name, lines, arrived) {
			if slices.Contains(tried, value) {
				continue
			}
			tried = append(tried, value)
			all = append(all, changed(name, value, arrived, len(lines) > 0))
		}
	}
	return all
}

func changed(name, value, arrived string, there bool) guess {
	came := "with " + told(arrived)
	if !there {
		came = "without it"
	}
	return guess{Diagnosis{
		Text: fmt.Sprintf("signed with %s %s, arrived %s", name, told(value), came), Signed: value, Arrived: arrived,
		Cure: "have what stands between (a proxy, a CDN, a load balancer) pass " + name + " on as it came, " +
			"or have the client leave it out of SignedHeaders.",
	}, func(s *signing) { s.f.changed, s.f.value = name, value }}
}

// canonical is the value of a header as it was signed, if it is the one that arrived.
func (d *diagnosis) canonical(name string) []byte {
	line := appendHeader(nil, &d.m, d.p, name)
	return line[len(name)+1 : len(line)-1]
}

// usual are the values that clients send of headers that change on the way.
var usual = map[string][]string{
	"accept-encoding": {
		"identity", "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd", "gzip, br", "br, gzip",
		"br, gzip, deflate", "br", "deflate", "gzip,deflate", "gzip,deflate,br", "gzip, x-gzip, deflate", "*", "zstd",
	},
	"connection":        {"keep-alive", "Keep-Alive", "close", "Close", "upgrade", "Upgrade", "TE", "TE, close"},
	"te":                {"trailers", "deflate", "trailers, deflate"},
	"expect":            {"100-continue", "100-Continue"},
	"transfer-encoding": {"chunked", "identity"},
	"content-length":    {"0"},
	"content-encoding":  {"aws-chunked", "gzip", "gzip,aws-chunked", "aws-chunked,gzip", "identity"},
	"content-type": {
		"application/octet-stream", "binary/octet-stream", "application/xml", "text/xml", "text/plain", "application/json",
		"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
	},
	"accept":          {"*/*", "application/json", "application/xml", "application/json, text/plain, */*"},
	"cache-control":   {"no-cache", "no-store", "max-age=0", "no-cache, no-store"},
	"pragma":          {"no-cache"},
	"accept-language": {"*", "en", "en-US,en;q=0.9"},
	"accept-charset":  {"utf-8", "UTF-8"},
	"range":           {"bytes=0-"},
	"user-agent":      {"Boto3", "aws-sdk-go", "rclone", "MinIO"},
}

// otherValues are what may have become the value that arrived, nothing among it.
func (d *diagnosis) otherValues(name string, lines []string, arrived string) []string {
	all := append([]string{""}, usual[name]...)
	all = append(all, arrived, strings.Join(lines, ", "), strings.ToLower(arrived), strings.TrimSpace(arrived))
	if i := strings.LastIndexByte(arrived, ','); i >= 0 { // a proxy adds to lists
		first, _, _ := strings.Cut(arrived, ",")
		all = append(all, strings.TrimSpace(arrived[:i]), first, strings.TrimSpace(arrived[i+1:]))
	}
	bare, _, parameters := strings.Cut(arrived, ";")
	if parameters {
		all = append(all, bare, arrived[:strings.LastIndexByte(arrived, ';')])
	}
	switch name {
	case "content-type":
		for _, charset := range [...]string{"; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"} {
			all = append(all, bare+charset)
		}
	case "content-length":
		all = append(all, header(d.m.header, "X-Amz-Decoded-Content-Length"))
	case "x-amzn-trace-id": // load balancers put themselves in front
		for part := range strings.SplitSeq(arrived, ";") {
			all = append(all, part)
		}
		if _, rest, ok := strings.Cut(arrived, ";"); ok {
			all = append(all, rest)
		}
	case "user-agent":
		all = append(all, beginnings(arrived)...)
	}
	return all
}

// beginnings are what a text was before words were added at its end.
func beginnings(text string) (all []string) {
	const most = 24
	for i := len(text); len(all) < most; {
		if i = strings.LastIndexByte(text[:i], ' '); i < 0 {
			break
		}
		all = append(all, text[:i])
	}
	return all
}
