package shell

import (
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/internal/control"
)

// The AWS CLI reads AWS_ENDPOINT_URL only since 2.13, so it is told the endpoint.
// And s3control puts the account in front of the endpoint's host, a name that
// nobody resolves: the server as its proxy is asked without a look-up
// (authorization.md 8).

// Function is a shell function `aws` that reaches the world with any AWS CLI.
func Function(sc *control.Scenario) string {
	var words []string
	for _, s := range proxied(sc.Endpoint) {
		words = append(words, s.Name+"="+Quote(s.Value))
	}
	words = append(words, "command aws --endpoint-url", Quote(sc.Endpoint), `"$@"`)
	return "aws() { " + strings.Join(words, " ") + "; }\n"
}

// Program is the same as a program to put first in PATH, as `aws`: program is the
// real AWS CLI.
func Program(sc *control.Scenario, program string) string {
	return "#!/bin/sh\n" + Script(proxied(sc.Endpoint)) +
		"exec " + Quote(program) + " --endpoint-url " + Quote(sc.Endpoint) + " \"$@\"\n"
}

// proxied makes the server the proxy for plain HTTP. An endpoint that is reached
// over TLS is left alone.
func proxied(endpoint string) []Setting {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" {
		return nil
	}
	base := "http://" + u.Host
	return []Setting{set("HTTP_PROXY", base), set("http_proxy", base), set("NO_PROXY", ""), set("no_proxy", "")}
}
