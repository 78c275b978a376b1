// Package deploy is for tests alone: it holds the Dockerfile, docker-compose.yml, the manifest
// for Kubernetes and action.yml against what they must be. .ci/run builds the image, and runs
// it beside a neighbour.
package deploy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/tree"
)

const top = ".."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// decode reads a document of YAML, of which into must have every key.
func decode(t *testing.T, name, text string, into any) {
	t.Helper()
	node, err := tree.ParseYAML(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(node)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(document, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// step is one instruction of a Dockerfile.
type step struct{ word, rest string }

// stages are those of the Dockerfile by name, and the names in their order.
func stages(t *testing.T) (map[string][]step, []string) {
	t.Helper()
	found, names := map[string][]step{}, []string{}
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, "Dockerfile"), "")
	text = regexp.MustCompile(`\\\n\s*`).ReplaceAllString(text, "")
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" {
			continue
		}
		if word == "FROM" {
			from, name, ok := strings.Cut(rest, " AS ")
			if !ok {
				t.Fatalf("the stage %q has no name", line)
			}
			names = append(names, name)
			rest = from
		}
		name := names[len(names)-1]
		found[name] = append(found[name], step{word, rest})
	}
	return found, names
}

// The old builder makes all stages up to the target, in their order: `prebuilt` must need
// nothing that is fetched. `docker build .` makes the last one.
func TestDockerfile(t *testing.T) {
	all, names := stages(t)
	if last := names[len(names)-1]; last != "build" {
		t.Errorf("`docker build .` makes %s", last)
	}
	for _, name := range names[:slices.Index(names, "prebuilt")+1] {
		from := all[name][0].rest
		if from != "scratch" && !slices.Contains(names, from) {
			t.Errorf("prebuilt needs %s, which is fetched", from)
		}
	}
	modfile := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if want := "golang:" + modfile[1]; all["compile"][0].rest != want {
		t.Errorf("the program is built in %s, and go.mod wants %s", all["compile"][0].rest, want)
	}
	for _, image := range []string{"build", "prebuilt"} {
		if all[image][0].rest != "base" || len(all[image]) != 2 {
			t.Errorf("%s is more than base and the program: %v", image, all[image])
		}
		if copied := all[image][1]; copied.word != "COPY" || !strings.HasSuffix(copied.rest, " /s3fault") {
			t.Errorf("%s: %v", image, copied)
		}
	}
	base := map[string]string{}
	for _, s := range all["base"] {
		base[s.word] = s.rest
	}
	for word, want := range map[string]string{
		"FROM": "scratch", "USER": "65532:65532", "EXPOSE": "9403", "ENTRYPOINT": `["/s3fault"]`,
		"CMD": `["serve", "--addr", "0.0.0.0:9403"]`,
	} {
		if base[word] != want {
			t.Errorf("%s %s, want %s", word, base[word], want)
		}
	}
	if !strings.Contains(base["HEALTHCHECK"], `CMD ["/s3fault", "health", `) {
		t.Errorf("HEALTHCHECK %s", base["HEALTHCHECK"])
	}
	ignored := strings.Fields(read(t, ".dockerignore"))
	if slices.Contains(ignored, "*") || !slices.Contains(ignored, "!dist/s3fault") {
		t.Errorf("the context lacks what the stages copy: .dockerignore has %v", ignored)
	}
}

var (
	commands = regexp.MustCompile("(?ms)^```(?:sh|yaml)\n(.*?)^```$")
	link     = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// Each way of installing is three lines at the most, and the files that it names are there.
func TestInstallPage(t *testing.T) {
	page := read(t, "docs/install.md")
	blocks := commands.FindAllStringSubmatch(page, -1)
	if len(blocks) < 9 {
		t.Errorf("%d ways", len(blocks))
	}
	for _, b := range blocks {
		if n := strings.Count(b[1], "\n"); n > 3 {
			t.Errorf("%d lines:\n%s", n, b[1])
		}
	}
	for _, l := range link.FindAllStringSubmatch(page, -1) {
		if _, err := os.Stat(filepath.Join(top, "docs", l[1])); err != nil {
			t.Error(err)
		}
	}
}

// container is what docker-compose.yml says of one.
type container struct {
	Build          struct{ Context, Target string }
	Image          string
	Ports, Command []string
	Drops          []string                              `json:"cap_drop"`
	Security       []string                              `json:"security_opt"`
	ReadOnly       string                                `json:"read_only"`
	After          map[string]struct{ Condition string } `json:"depends_on"`
}

func TestCompose(t *testing.T) {
	text := read(t, "docker-compose.yml")
	var file struct {
		Version  string
		Services map[string]container
	}
	decode(t, "docker-compose.yml", quoteFlags(text), &file)
	if file.Version != "" {
		t.Error("new compose warns of `version`")
	}
	server, neighbour := file.Services["s3fault"], file.Services["neighbour"]
	if server.Build.Target != "${S3FAULT_TARGET:-build}" || server.Image != neighbour.Image {
		t.Errorf("%+v, %+v", server, neighbour)
	}
	for _, port := range server.Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("it is published on %s", port)
		}
	}
	for name, c := range file.Services {
		if !slices.Equal(c.Drops, []string{"ALL"}) || !slices.Contains(c.Security, "no-new-privileges:true") ||
			c.ReadOnly != "true" {
			t.Errorf("%s may do more than it needs: %+v", name, c)
		}
	}
	if i := slices.Index(server.Command, "--domain"); i < 0 || server.Command[i+1] != "s3fault" {
		t.Errorf("neighbours do not reach it by its name: %v", server.Command)
	}
	if neighbour.After["s3fault"].Condition != "service_healthy" {
		t.Errorf("the neighbour does not wait for it: %+v", neighbour)
	}
}

// quoteFlags quotes true and false, so that they are read as what is written.
func quoteFlags(text string) string {
	return regexp.MustCompile(`(?m): (true|false)$`).ReplaceAllString(text, `: "$1"`)
}

func TestKubernetes(t *testing.T) {
	documents := strings.Split(read(t, "deploy/kubernetes.yaml"), "\n---\n")
	if len(documents) != 2 {
		t.Fatalf("%d documents", len(documents))
	}
	type probe struct{ HttpGet struct{ Path, Port string } }
	var deployment struct {
		ApiVersion, Kind string
		Spec             struct {
			Replicas int
			Strategy struct{ Type string }
			Selector struct{ MatchLabels map[string]string }
			Template struct {
				Metadata struct{ Labels map[string]string }
				Spec     struct {
					SecurityContext struct{ RunAsNonRoot bool }
					Containers      []struct {
						Name, Image string
						Args        []string
						Ports       []struct {
							Name          string
							ContainerPort int
						}
						StartupProbe, ReadinessProbe, LivenessProbe probe
						SecurityContext                             struct{ ReadOnlyRootFilesystem, AllowPrivilegeEscalation bool }
					}
				}
			}
		}
	}
	decode(t, "deploy/kubernetes.yaml", documents[0], &deployment)
	var service struct {
		ApiVersion, Kind string
		Metadata         struct{ Name string }
		Spec             struct {
			Selector map[string]string
			Ports    []struct {
				Port       int
				TargetPort string
			}
		}
	}
	decode(t, "deploy/kubernetes.yaml", documents[1], &service)
	spec := deployment.Spec
	pod := spec.Template.Spec
	if deployment.ApiVersion != "apps/v1" || deployment.Kind != "Deployment" || service.ApiVersion != "v1" || service.Kind != "Service" {
		t.Errorf("%s %s, %s %s", deployment.ApiVersion, deployment.Kind, service.ApiVersion, service.Kind)
	}
	if spec.Replicas != 1 || spec.Strategy.Type != "Recreate" {
		t.Errorf("two servers do not share worlds: %+v", spec)
	}
	labels := spec.Template.Metadata.Labels
	for _, selector := range []map[string]string{spec.Selector.MatchLabels, service.Spec.Selector} {
		for key, value := range selector {
			if labels[key] != value {
				t.Errorf("the pods have not %s: %s", key, value)
			}
		}
	}
	c := pod.Containers[0]
	if !pod.SecurityContext.RunAsNonRoot || !c.SecurityContext.ReadOnlyRootFilesystem || c.SecurityContext.AllowPrivilegeEscalation {
		t.Errorf("it may do more than it needs: %+v", c.SecurityContext)
	}
	if i := slices.Index(c.Args, "--domain"); i < 0 || c.Args[i+1] != service.Metadata.Name {
		t.Errorf("it does not answer to the name of its Service: %v", c.Args)
	}
	port := service.Spec.Ports[0]
	if c.Ports[0].Name != port.TargetPort || c.Ports[0].ContainerPort != 9403 || port.Port != 9403 {
		t.Errorf("%+v, %+v", c.Ports, port)
	}
	for _, p := range []probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
		if p.HttpGet.Path != "/_s3fault/health" || p.HttpGet.Port != c.Ports[0].Name {
			t.Errorf("%+v", p)
		}
	}
}
