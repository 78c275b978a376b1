package shell

import (
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
)

// Programs read the names of proxies in either case, and HTTPS goes to the proxy
// for it: one that nobody answers keeps a program away from the real AWS.

// nobody is an address at which no proxy answers.
const nobody = "http://127.0.0.1:1"

// Direct keeps the way to the world free of proxies, which are left as they are:
// noProxy is the environment's NO_PROXY.
func Direct(sc *emulator.Scenario, noProxy string) []Setting {
	hosts := strings.FieldsFunc(noProxy, func(r rune) bool { return r == ',' || r == ' ' })
	for _, host := range direct(sc) {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return both("NO_PROXY", strings.Join(hosts, ","))
}

// Guard lets no program reach anything but the world, except over plain HTTP.
func Guard(sc *emulator.Scenario) []Setting {
	all := slices.Concat(both("HTTPS_PROXY", nobody), both("NO_PROXY", strings.Join(direct(sc), ",")))
	return append(all, unset("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")...)
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
