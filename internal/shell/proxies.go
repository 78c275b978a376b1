package shell

import (
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/awshost"
)

// Programs read the names of proxies in either case, and HTTPS goes to the proxy
// for it: one that nobody answers keeps a program away from the real AWS.

// nobody is an address at which no proxy answers.
const nobody = "http://127.0.0.1:1"

// Direct keeps the way to the world free of proxies, which are left as they are:
// noProxy is the environment's NO_PROXY.
func Direct(sc *emulator.Scenario, noProxy string) []Setting {
	all := hosts(noProxy)
	for _, host := range direct(sc) {
		if !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return both("NO_PROXY", strings.Join(all, ","))
}

// Guard lets no program reach anything but the world, except over plain HTTP.
func Guard(sc *emulator.Scenario) []Setting {
	all := slices.Concat(both("HTTPS_PROXY", nobody), both("NO_PROXY", strings.Join(direct(sc), ",")))
	return append(all, unset("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")...)
}

// Proxied has all programs go through the server as their proxy, which AWS's own names are
// behind, and nothing else; so none needs an endpoint, and none that somebody has set counts.
// proxy is the server's URL, noProxy the environment's NO_PROXY, of which what AWS is is
// dropped.
func Proxied(sc *emulator.Scenario, proxy, noProxy string) []Setting {
	all := []Setting{set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")}
	all = slices.Concat(all, both("HTTPS_PROXY", proxy), both("HTTP_PROXY", proxy))
	all = append(all, Direct(sc, strings.Join(slices.DeleteFunc(hosts(noProxy), meansAWS), ","))...)
	all = append(all, unset("ALL_PROXY", "all_proxy")...)
	return append(all, unset(endpoints...)...)
}

// endpoints are the variables that have the endpoint of a service that there is here.
var endpoints = []string{
	"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_S3_CONTROL", "AWS_ENDPOINT_URL_STS",
	"AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_ORGANIZATIONS",
	"AWS_ENDPOINT_URL_CLOUDTRAIL", "AWS_ENDPOINT_URL_ACCESSANALYZER",
}

// meansAWS says whether an entry of NO_PROXY is about any of AWS's host names.
func meansAWS(entry string) bool {
	name := strings.ToLower(strings.TrimLeft(entry, "*."))
	return name == "" || slices.ContainsFunc(awshost.Domains, func(d string) bool {
		return name == d || strings.HasSuffix(name, "."+d) || strings.HasSuffix(d, "."+name)
	})
}

// hosts are the entries of a NO_PROXY.
func hosts(noProxy string) []string {
	return strings.FieldsFunc(noProxy, func(r rune) bool { return r == ',' || r == ' ' })
}

// direct are the hosts that no proxy is asked for.
func direct(sc *emulator.Scenario) []string {
	hosts := []string{"127.0.0.1", "localhost", "::1"}
	if u, err := url.Parse(sc.Endpoint); err == nil && u.Host != "" && !slices.Contains(hosts, u.Hostname()) {
		hosts = append(hosts, u.Hostname())
	}
	return hosts
}

func both(name, value string) []Setting {
	return []Setting{set(name, value), set(strings.ToLower(name), value)}
}
