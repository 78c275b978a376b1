package sigv4

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

const (
	cureHost = "have what stands between pass the Host header on as it came (nginx: proxy_set_header Host $http_host), " +
		"or sign for the address at which the server is reached."
	curePath = "have what stands between leave the path as it is (nginx: proxy_pass without a path of its own), " +
		"or sign for the path that arrives."
	curePlace = "have the bucket where it was signed: what stands between may not move it from the host name into " +
		"the path, or back."
)

// hosts tries what proxies, port mappings and names of the same machine
// do to the Host header.
func (d *diagnosis) hosts() (all []guess) {
	for _, host := range d.otherHosts() {
		all = append(all, guess{Diagnosis{
			Text: fmt.Sprintf("signed for %s, arrived for %s", host, d.m.host), Cure: cureHost, Signed: host, Arrived: d.m.host,
		}, func(s *signing) { s.m.host = host }})
	}
	return all
}

// ports are those that S3 and its likes listen at, and none.
var ports = [...]string{"", "80", "443", "8080", "8443", "9000", "9403", "4566"}

// otherHosts are the likeliest first.
func (d *diagnosis) otherHosts() []string {
	name, port := splitPort(d.m.host)
	hosts := d.forwarded(name)
	for _, p := range ports {
		hosts = append(hosts, joinPort(name, p))
	}
	others := slices.Concat(d.clues.Hosts, []string{
		"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal", "s3fault", "minio", "localstack",
		"s3.amazonaws.com", "s3." + d.p.Region + ".amazonaws.com", "s3.dualstack." + d.p.Region + ".amazonaws.com",
	})
	for _, other := range others {
		bare, _ := splitPort(other)
		hosts = append(hosts, other, joinPort(bare, port), bare)
	}
	hosts = append(hosts, strings.ToLower(d.m.host), strings.TrimSuffix(name, ".")+strings.TrimPrefix(d.m.host, name))
	return d.distinct(hosts)
}

// forwarded are the hosts that headers tell of.
func (d *diagnosis) forwarded(name string) (hosts []string) {
	for _, h := range [...]string{"X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Server"} {
		first, _, _ := strings.Cut(header(d.m.header, h), ",")
		hosts = append(hosts, strings.TrimSpace(first))
	}
	port := header(d.m.header, "X-Forwarded-Port")
	for _, host := range slices.Clone(hosts) {
		if host != "" {
			hosts = append(hosts, joinPort(host, port))
		}
	}
	hosts = append(hosts, forwardedHost(header(d.m.header, "Forwarded")), joinPort(name, port))
	for _, h := range [...]string{"Origin", "Referer"} {
		if u, err := url.Parse(header(d.m.header, h)); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// distinct are the hosts that are something, and not the one that arrived.
func (d *diagnosis) distinct(hosts []string) (good []string) {
	for _, h := range hosts {
		if h != "" && h != d.m.host && !slices.Contains(good, h) {
			good = append(good, h)
		}
	}
	return good
}

func splitPort(host string) (name, port string) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host, ""
	}
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	return name, port
}

func joinPort(name, port string) string {
	if port == "" {
		return name
	}
	return name + ":" + port
}

// forwardedHost is the host= of a Forwarded header (RFC 7239).
func forwardedHost(value string) string {
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' }) {
		if host, ok := strings.CutPrefix(strings.TrimSpace(part), "host="); ok {
			return strings.Trim(host, `"`)
		}
	}
	return ""
}

// places tries the bucket in the host instead of the path and the other way round, at the
// host that arrived and at every other.
func (d *diagnosis) places() (all []guess) {
	at := func(host, path string) {
		signed, arrived := host+path, d.m.host+d.m.path
		all = append(all, guess{Diagnosis{
			Text: fmt.Sprintf("signed for %s, arrived for %s", signed, arrived), Signed: signed, Arrived: arrived,
			Cure: curePlace,
		}, func(s *signing) { s.m.host, s.m.path = host, path }})
	}
	hosts := append([]string{d.m.host}, d.otherHosts()...)
	if bucket, rest, _ := strings.Cut(strings.TrimPrefix(d.m.path, "/"), "/"); bucket != "" {
		for _, host := range hosts {
			at(bucket+"."+host, "/"+rest)
		}
	}
	label, domain, found := strings.Cut(d.m.host, ".")
	if !found {
		return all
	}
	for _, host := range append([]string{domain}, hosts[1:]...) {
		at(host, "/"+label+d.m.path)
	}
	return all
}

// mounts are where services that speak S3 are put below another's paths.
var mounts = [...]string{"s3", "minio", "storage", "storage/v1/s3", "api", "aws", "s3fault"}

// prefixes tries the path with more, or less, in front of it.
func (d *diagnosis) prefixes() (all []guess) {
	at := func(path string) {
		if path == d.m.path || !strings.HasPrefix(path, "/") {
			return
		}
		all = append(all, guess{Diagnosis{
			Text: fmt.Sprintf("signed for the path %s, arrived for %s", path, d.m.path), Cure: curePath,
			Signed: path, Arrived: d.m.path,
		}, func(s *signing) { s.m.path = path }})
	}
	for _, h := range [...]string{
		"X-Original-Uri", "X-Forwarded-Uri", "X-Rewrite-Url", "X-Original-Url", "X-Envoy-Original-Path",
	} {
		path, _, _ := strings.Cut(header(d.m.header, h), "?")
		at(path)
	}
	for rest := d.m.path; ; { // one segment after the other taken off
		i := strings.IndexByte(rest[1:], '/')
		if i < 0 || len(all) > 4 {
			break
		}
		rest = rest[1+i:]
		at(rest)
	}
	forwarded := header(d.m.header, "X-Forwarded-Prefix")
	for _, prefix := range slices.Concat([]string{forwarded}, d.clues.Prefixes, mounts[:]) {
		if prefix = strings.Trim(prefix, "/"); prefix != "" {
			at("/" + prefix + d.m.path)
			at("/" + prefix + strings.TrimSuffix(d.m.path, "/"))
		}
	}
	at("/")
	return all
}
