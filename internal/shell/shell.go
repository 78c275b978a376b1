// Package shell points shells, and the AWS programs that they run, at a world of
// a running server, and keeps them away from the real AWS.
package shell

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/control"
)

// Setting is one variable of the environment.
type Setting struct {
	Name, Value string
	Unset       bool
}

func set(name, value string) Setting { return Setting{Name: name, Value: value} }

func unset(names ...string) []Setting {
	all := make([]Setting, len(names))
	for i, name := range names {
		all[i] = Setting{Name: name, Unset: true}
	}
	return all
}

// nobody is an address at which no proxy answers.
const nobody = "http://127.0.0.1:1"

// World is what an AWS program must know to reach the world, and a proxy that
// nobody answers for what it might want of the real AWS. Programs read the names
// of proxies in either case.
func World(sc *control.Scenario) []Setting {
	direct := "127.0.0.1,localhost,::1"
	if u, err := url.Parse(sc.Endpoint); err == nil && !strings.Contains(direct, u.Hostname()) {
		direct += "," + u.Hostname()
	}
	all := []Setting{
		set("AWS_ENDPOINT_URL", sc.Endpoint), set("AWS_ENDPOINT_URL_S3", sc.Endpoint),
		set("AWS_REGION", sc.Region), set("AWS_DEFAULT_REGION", sc.Region),
		set("AWS_EC2_METADATA_DISABLED", "true"),
		set("HTTPS_PROXY", nobody), set("https_proxy", nobody),
		set("NO_PROXY", direct), set("no_proxy", direct),
	}
	return append(all, unset("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
		"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")...)
}

// Caller is whose credentials are used.
func Caller(c control.Caller) []Setting {
	token := Setting{Name: "AWS_SESSION_TOKEN", Value: c.SessionToken, Unset: c.SessionToken == ""}
	return []Setting{set("AWS_ACCESS_KEY_ID", c.AccessKeyID), set("AWS_SECRET_ACCESS_KEY", c.SecretAccessKey), token}
}

// Script is the settings as lines for a shell to read.
func Script(settings []Setting) string {
	var b strings.Builder
	for _, s := range settings {
		if s.Unset {
			fmt.Fprintf(&b, "unset %s\n", s.Name)
		} else {
			fmt.Fprintf(&b, "export %s=%s\n", s.Name, Quote(s.Value))
		}
	}
	return b.String()
}

// Apply is the environment with the settings in it.
func Apply(environment []string, settings []Setting) []string {
	all := slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.ContainsFunc(settings, func(s Setting) bool { return s.Name == name })
	})
	for _, s := range settings {
		if !s.Unset {
			all = append(all, s.Name+"="+s.Value)
		}
	}
	return all
}

// Quote is a text as one word of a shell.
func Quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
