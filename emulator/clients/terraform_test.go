package clients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// Terraform's AWS provider is no package that CI can install: it is taken from a folder in
// the layout of a filesystem mirror, the default or this variable's.
const (
	terraformPlugins  = "S3FAULT_TERRAFORM_PLUGINS"
	pluginsFolder     = "/opt/tf-plugins"
	terraformProvider = "5.100.0"
)

// plugins is the folder that has the provider; a test that wants it is skipped where it is
// not.
func plugins(t *testing.T) string {
	t.Helper()
	programs.Need(t)
	folder := os.Getenv(terraformPlugins)
	if folder == "" {
		folder = pluginsFolder
	}
	found, _ := filepath.Glob(filepath.Join(folder, "registry.terraform.io/hashicorp/aws", "*"+terraformProvider+"*"))
	if len(found) == 0 {
		t.Skipf("skipped: %s has no AWS provider %s of Terraform's (%s names another folder)", folder,
			terraformProvider, terraformPlugins)
	}
	programs.Need(t, "terraform")
	return folder
}

// terraformTime is how long one run of Terraform's may take: the provider asks again for minutes
// until a lifecycle configuration has stayed as it is, or stayed away.
const terraformTime = 10 * time.Minute

const terraformSettings = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "` + terraformProvider + `" }
  }
}

provider "aws" {
  region = "us-east-1"
}
`

// Terraform makes what each file of testdata/terraform describes, finds nothing to change
// then, and leaves nothing behind.
func TestTerraform(t *testing.T) {
	t.Parallel()
	mirror := plugins(t)
	files, err := filepath.Glob("testdata/terraform/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no files of Terraform: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".tf")
		t.Run(name, func(t *testing.T) { runTerraform(t, mirror, file) })
	}
}

// runTerraform applies one file to a world of its own, plans again, and destroys.
func runTerraform(t *testing.T, mirror, file string) {
	world, err := scenarios.Load("testdata/terraform/world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base, env := proxied(t, world, "world", "admin")
	tf := newTerraform(t, mirror, file, env)
	before := contents(t, base)
	tf.run(0, "init", "-input=false")
	tf.run(0, "apply", "-auto-approve", "-input=false")
	if during := contents(t, base); during == before {
		t.Error("applied, the world is as it was")
	}
	tf.run(0, "plan", "-detailed-exitcode", "-input=false")
	tf.run(0, "destroy", "-auto-approve", "-input=false")
	if after := contents(t, base); after != before {
		t.Errorf("destroyed, the world is not as it was:\n%s", difference(before, after))
	}
}

// terraform is a working directory of Terraform's.
type terraform struct {
	t   *testing.T
	dir string
	env []string
}

func newTerraform(t *testing.T, mirror, file string, env []string) *terraform {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "terraformrc")
	for path, text := range map[string]string{
		filepath.Join(dir, "main.tf"):     string(text),
		filepath.Join(dir, "provider.tf"): terraformSettings,
		config: fmt.Sprintf("provider_installation {\n  filesystem_mirror { path = %q }\n}\n"+
			"disable_checkpoint = true\n", mirror),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &terraform{t, dir, append(env, "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")}
}

// run ends the test where Terraform ends with another code.
func (tf *terraform) run(want int, args ...string) {
	tf.t.Helper()
	stdout, stderr, exit := executeWithin(tf.t, terraformTime, tf.env, nil, "terraform",
		append([]string{"-chdir=" + tf.dir, args[0], "-no-color"}, args[1:]...)...)
	if exit != want {
		tf.t.Fatalf("terraform %s: exit %d, want %d\n%s%s", args[0], exit, want, stdout, stderr)
	}
}

// contents is the world as the control plane describes it, but for keys of KMS of which the
// deletion is scheduled: nobody is rid of them sooner.
func contents(t *testing.T, base string) string {
	t.Helper()
	r, err := http.Get(base + "/_s3fault/worlds/world")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var world map[string]any
	if err := json.NewDecoder(r.Body).Decode(&world); err != nil {
		t.Fatal(err)
	}
	if keys, ok := world["kms_keys"].(map[string]any); ok {
		maps.DeleteFunc(keys, func(_ string, key any) bool { return key.(map[string]any)["state"] == "PendingDeletion" })
	}
	text, err := json.MarshalIndent(world, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// difference is the lines that one of two texts has alone.
func difference(before, after string) string {
	var b bytes.Buffer
	for _, side := range []struct{ sign, one, other string }{{"-", before, after}, {"+", after, before}} {
		for line := range strings.Lines(side.one) {
			if !strings.Contains(side.other, line) {
				b.WriteString(side.sign + line)
			}
		}
	}
	return b.String()
}
