package launch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/shell"
)

// World is a private world in which programs are run.
type World struct {
	Name     string
	Of       string             // the scenario that it is a copy of
	Scenario *emulator.Scenario // what programs must know of it
	stage    *Stage
	served   *emulator.World
	folder   string // for the files of its programs
}

// furnish writes the files that programs in the world find in the place of the user's own: an
// `aws` that reaches it whatever its version, and an empty configuration.
func (w *World) furnish() error {
	bin := filepath.Join(w.folder, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"config", "credentials"} {
		if err := os.WriteFile(filepath.Join(w.folder, name), nil, 0o600); err != nil {
			return err
		}
	}
	aws, err := exec.LookPath("aws")
	if err != nil || w.stage.config.Proxy {
		return nil // there is none, or it finds the way itself
	}
	if aws, err = filepath.Abs(aws); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(bin, "aws"), []byte(shell.Program(w.Scenario, aws)), 0o700)
}

// Environment is that of a program which the caller runs in the world: this process's own, with
// all that would lead it elsewhere replaced. Error: there is no such caller.
func (w *World) Environment(caller string) ([]string, error) {
	c, ok := w.Scenario.Callers[caller]
	if !ok {
		return nil, w.noCaller(caller)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	admin := w.stage.base + emulator.ControlPrefix
	_, settings, err := shell.Client{Name: caller, Caller: c, S3fault: self}.Into(w.Scenario, admin, w.proxies)
	if err != nil {
		return nil, err
	}
	own := []shell.Setting{
		{Name: "S3FAULT_WORLD", Value: w.Name},
		{Name: "PATH", Value: filepath.Join(w.folder, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")},
	}
	if len(w.stage.trust) == 0 { // there are programs that do not start with it, as rclone 1.60
		own = append(own, shell.Setting{Name: "AWS_CA_BUNDLE", Unset: true})
	}
	for name, file := range map[string]string{"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"} {
		at := func(s shell.Setting) bool { return s.Name == name && s.Value != os.DevNull && !s.Unset }
		if !slices.ContainsFunc(settings, at) { // credential_process has a config of its own
			own = append(own, shell.Setting{Name: name, Value: filepath.Join(w.folder, file)})
		}
	}
	return shell.Apply(os.Environ(), slices.Concat(settings, w.stage.trust, own)), nil
}

// proxies is what the world's programs are told of proxies.
func (w *World) proxies(sc *emulator.Scenario) []shell.Setting {
	noProxy := cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy"))
	u, err := url.Parse(sc.Endpoint)
	if err != nil || !w.stage.config.Proxy {
		return shell.Direct(sc, noProxy)
	}
	return append(shell.Proxied(sc, "http://"+u.Host, noProxy), w.stage.java(u.Hostname(), u.Port()))
}

func (w *World) noCaller(name string) error {
	names := slices.Sorted(maps.Keys(w.Scenario.Callers))
	if near := nearest.Name(name, names); near != "" {
		return fmt.Errorf("the scenario %s has no caller %q (did you mean %q?)", w.Of, name, near)
	}
	return fmt.Errorf("the scenario %s has no caller %q; it has %s", w.Of, name, strings.Join(names, ", "))
}

// SetFaults gives the world fault rules, in YAML or JSON (emulator.Server.SetFaults).
func (w *World) SetFaults(text []byte) error { return w.stage.server.SetFaults(w.Name, text) }

// NeverStruck are the fault rules that must fire and have not.
func (w *World) NeverStruck() ([]string, error) { return w.stage.server.NeverStruck(w.Name) }

// Facts is the world as it is now, in the form of the scenario file, as JSON.
func (w *World) Facts() (json.RawMessage, error) { return w.stage.server.Facts(w.Name) }

// Close takes the world away, and its files.
func (w *World) Close() error {
	_ = w.stage.server.DeleteWorld(w.Name)
	return os.RemoveAll(w.folder)
}
