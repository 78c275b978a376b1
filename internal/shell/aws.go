package shell

import (
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/cause"
)

// The AWS CLI reads AWS_ENDPOINT_URL only since 2.13, so it is told the endpoint.
// And s3control puts the account in front of the endpoint's host, a name that
// nobody resolves: the server as its proxy is asked without a look-up
// (authorization.md 8).

// Program is an `aws` to put first in PATH, which reaches the world with any AWS
// CLI: program is the real one. It leaves alone who names an endpoint himself.
func Program(sc *emulator.Scenario, program string) string {
	return "#!/bin/sh\ncase \" $* \" in *' --endpoint-url'*) exec " + cause.Quote(program) + " \"$@\" ;; esac\n" +
		Script(forAWS(sc)) +
		"exec " + cause.Quote(program) + " --endpoint-url " + cause.Quote(sc.Endpoint) + " \"$@\"\n"
}

// forAWS is what the AWS CLI alone gets: HTTPS to nobody, and the server as the
// proxy for plain HTTP. An endpoint that is reached over TLS is reached directly.
func forAWS(sc *emulator.Scenario) []Setting {
	u, err := url.Parse(sc.Endpoint)
	if err != nil || u.Scheme != "http" {
		return slices.Concat(both("HTTPS_PROXY", nobody), both("NO_PROXY", strings.Join(direct(sc), ",")))
	}
	return slices.Concat(both("HTTP_PROXY", "http://"+u.Host), both("HTTPS_PROXY", nobody), both("NO_PROXY", ""))
}
