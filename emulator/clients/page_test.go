package clients

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

const clientsPage = "../../docs/clients.md"

// typedSection is how a section of docs/clients.md is typed: with what is in PATH, and, where
// it is Go, in which module.
type typedSection struct {
	needs  []string
	module string                      // the folder of a go.mod
	more   func(t *testing.T) []string // skips where it cannot be typed; the environment that it needs
}

var typedSections = map[string]typedSection{
	"AWS CLI":                {needs: []string{"aws"}},
	"boto3":                  {needs: []string{"python3"}, more: withBoto3},
	"aws-sdk-go-v2":          {module: "../.."},
	"AWS SDK for JavaScript": {needs: []string{"node"}},
	"rclone":                 {needs: []string{"rclone"}},
	"restic":                 {needs: []string{"restic"}},
	"s3cmd":                  {needs: []string{"s3cmd"}},
	"s3fs":                   {needs: []string{"s3fs", "fusermount"}, more: withFUSE},
	"duplicity":              {needs: []string{"duplicity"}},
	"mc":                     {needs: []string{"mc"}},
	"litestream":             {needs: []string{"python3"}, more: withLong("litestream")},
	"pgBackRest":             {needs: []string{"pgbackrest", "curl"}},
	"Terraform":              {more: withTerraform},
	"gocloud.dev":            {module: "testdata/gocloud", more: withLong()},
	"thanos-io/objstore":     {module: "testdata/thanos"},
	"lancedb":                {needs: []string{"node"}},
	"minio-go":               {module: "../.."},
	"minio for JavaScript":   {needs: []string{"node"}},
}

// block is code of the page: what is typed, or what is in the file of that name.
var block = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// TestClientsPage types each section of docs/clients.md into a shell with a folder of its own,
// against a server of its own, and every line of it is good.
func TestClientsPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(clientsPage)
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")
	found := 0
	for _, section := range sections[1:] {
		name, _, _ := strings.Cut(section, "\n")
		typed, known := typedSections[name]
		if !strings.Contains(section, "\n```sh\n") {
			continue // it is a table
		}
		found++
		if !known {
			t.Errorf("typedSections does not say how %q is typed", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			typed.types(t, sections[0]+section)
		})
	}
	if found != len(typedSections) {
		t.Errorf("the page has %d of %d sections", found, len(typedSections))
	}
}

func (s typedSection) types(t *testing.T, page string) {
	programs.Need(t, append(s.needs, "bash")...)
	var more []string
	if s.more != nil {
		more = s.more(t)
	}
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	base, _ := proxied(t, file, file.Names()[0], "app")
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s.prepares(t, folder)
	t.Cleanup(func() { unmounted(t, filepath.Join(folder, "mounted")) })
	script := "set -e\ncd '" + folder + "'\n"
	for _, b := range block.FindAllStringSubmatch(page, -1) {
		code := strings.ReplaceAll(b[3], "9403", at.Port())
		if b[2] != "" {
			writeFile(t, filepath.Join(folder, b[2]), []byte(code))
		} else if b[1] == "sh" {
			script += code
		}
	}
	env := append(append(environment(t, ""), goCaches(t)...), more...)
	if stdout, stderr, exit := execute(t, env, nil, "bash", "-c", script); exit != 0 {
		t.Errorf("%s\nends with %d:\n%s%s", script, exit, stdout, stderr)
	}
}

// prepares puts what a section takes for granted into its folder: the go.mod of its module, and
// the packages of npm.
func (s typedSection) prepares(t *testing.T, folder string) {
	t.Helper()
	if modules, err := nodeModules(); err == nil {
		if err := os.Symlink(modules, filepath.Join(folder, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	if s.module == "" {
		return
	}
	if strings.HasPrefix(s.module, "testdata") {
		builds(t, filepath.Base(s.module)) // so that its modules are here
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(s.module, name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(folder, name), text)
	}
}

// goCaches has Go build where its home is another, with what is here already.
func goCaches(t *testing.T) (env []string) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := programs.Go(t.Context(), "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return append(env, "GOPROXY=off", "GOFLAGS=-mod=mod", "GOSUMDB=off")
}

// withBoto3 has a python3 that has boto3 first in PATH.
func withBoto3(t *testing.T) []string {
	pythons := pythonsWithBoto3()
	if len(pythons) == 0 {
		t.Fatal("no python3 has boto3")
	}
	return []string{"PATH=" + filepath.Dir(pythons[0].path) + string(os.PathListSeparator) + os.Getenv("PATH")}
}

func withFUSE(t *testing.T) []string {
	file, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Skip("skipped: no mount can be made here: ", err)
	}
	file.Close()
	return nil
}

// unmounted takes a mount away that a line which failed has left.
func unmounted(t *testing.T, folder string) {
	if mounts, err := os.ReadFile("/proc/mounts"); err == nil && strings.Contains(string(mounts), " "+folder+" ") {
		if out, err := programs.Command(context.Background(), "fusermount", "-u", folder).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// withLong is for what .ci/long alone has time to compile.
func withLong(needs ...string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		needLong(t)
		programs.Need(t, needs...)
		return nil
	}
}

func withTerraform(t *testing.T) []string {
	config := filepath.Join(t.TempDir(), "terraformrc")
	writeFile(t, config, []byte("provider_installation {\n  filesystem_mirror { path = \""+plugins(t)+"\" }\n}\n"))
	return []string{"TF_CLI_CONFIG_FILE=" + config, "CHECKPOINT_DISABLE=1"}
}
