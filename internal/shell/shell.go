// Package shell points shells, and the AWS programs that they run, at a world of
// a running server, and keeps them away from the real AWS.
package shell

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
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

// World is what an AWS program must know to reach the world, and s3fault to find
// the server and its control plane, which is at admin.
func World(sc *emulator.Scenario, admin string) []Setting {
	all := []Setting{
		set("S3FAULT_ENDPOINT", sc.Endpoint), set("S3FAULT_ADMIN", admin),
		set("AWS_ENDPOINT_URL", sc.Endpoint), set("AWS_ENDPOINT_URL_S3", sc.Endpoint),
		set("AWS_REGION", sc.Region), set("AWS_DEFAULT_REGION", sc.Region),
		set("AWS_EC2_METADATA_DISABLED", "true"),
	}
	all = append(all, unset("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")...)
	// Another service's own endpoint would lead past the world, to the real AWS perhaps.
	return over(unset(endpoints...), all)
}

// Caller is whose credentials are used.
func Caller(c emulator.Caller) []Setting {
	token := Setting{Name: "AWS_SESSION_TOKEN", Value: c.SessionToken, Unset: c.SessionToken == ""}
	return []Setting{set("AWS_ACCESS_KEY_ID", c.AccessKeyID), set("AWS_SECRET_ACCESS_KEY", c.SecretAccessKey), token}
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
