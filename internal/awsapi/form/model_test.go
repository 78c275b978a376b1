package form_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/services"
)

var update = flag.Bool("update", false, "write model.tsv anew")

// modelled are the services whose parameters the table has, by the names of botocore's
// folders. S3 Control, which reads XML, has a check of its own.
var modelled = map[string]string{
	"access-analyzer": "accessanalyzer", "cloudtrail": "cloudtrail", "ec2": "ec2", "iam": "iam", "kms": "kms",
	"organizations": "organizations", "sts": "sts",
}

// model.tsv is what botocore's models say of the parameters that s3fault reads.
func TestTableIsBotocores(t *testing.T) {
	programs.Need(t, "python3")
	out, err := programs.Command(context.Background(), "python3", "-c",
		"import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))").Output()
	if err != nil {
		t.Skipf("skipped: python3 has no botocore: %v", err)
	}
	var b strings.Builder
	b.WriteString("# Made from botocore's models: go test ./internal/awsapi/form -run TestTableIsBotocores -update\n")
	for _, s := range services.All {
		if folder := modelled[s.Name]; folder != "" {
			m := readModel(t, filepath.Join(strings.TrimSpace(string(out)), folder))
			m.rows(&b, s)
			t.Logf("%s: not in botocore's model: %v", s.Name, m.newer)
		}
	}
	if *update {
		if err := os.WriteFile("model.tsv", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	now, err := os.ReadFile("model.tsv")
	if err != nil || string(now) != b.String() {
		t.Errorf("model.tsv is not what botocore's models say (%v): "+
			"S3FAULT_CLIENTS=required go test ./internal/awsapi/form -run TestTableIsBotocores -update", err)
	}
}

// botocore is a service-2.json, as far as the table needs it.
type botocore struct {
	Operations map[string]struct{ Input *ref }
	Shapes     map[string]*shape

	kept  map[string]map[string]bool // members of structures, by shape
	newer []string
}

type ref struct{ Shape string }

type shape struct {
	Type, Pattern      string
	Min, Max           *float64
	Enum, Required     []string
	Sensitive          bool
	Members            members
	Member, Key, Value *ref
}

// members are a structure's, in their order.
type members []struct{ Name, Shape string }

func (m *members) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var r ref
		if err := d.Decode(&r); err != nil {
			return err
		}
		*m = append(*m, struct{ Name, Shape string }{name.(string), r.Shape})
	}
	return nil
}

// readModel reads the newest model in a folder of botocore's.
func readModel(t *testing.T, folder string) *botocore {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*", "service-2.json.gz"))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s has no model: %v", folder, err)
	}
	f, err := os.Open(slices.Max(found))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	m := &botocore{kept: map[string]map[string]bool{}}
	if err := json.NewDecoder(z).Decode(m); err != nil {
		t.Fatal(err)
	}
	return m
}

// rows writes the rows of a service: its actions, and the types that they lead to.
func (m *botocore) rows(b *strings.Builder, s *awsapi.Service) {
	var actions []string
	for _, a := range s.Actions {
		o, ok := m.Operations[a.Name]
		switch {
		case !ok:
			m.newer = append(m.newer, a.Name)
		case o.Input != nil:
			m.keep(o.Input.Shape, a.Input())
			actions = append(actions, tsv(s.Name, "action", a.Name, o.Input.Shape))
		}
	}
	slices.Sort(actions)
	b.WriteString(strings.Join(actions, ""))
	for _, name := range slices.Sorted(maps.Keys(m.kept)) {
		m.shape(b, s.Name, name)
	}
}

// keep notes a type, and of a structure the members that a struct of ours has.
func (m *botocore) keep(name string, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && m.Shapes[name].Type == "list" {
		if t.Kind() == reflect.Slice {
			m.note(name)
			name = m.Shapes[name].Member.Shape
		}
		t = t.Elem()
	}
	m.note(name)
	switch sh := m.Shapes[name]; {
	case sh.Type == "map":
		m.note(sh.Key.Shape)
		m.keep(sh.Value.Shape, t)
	case sh.Type == "list":
		m.keep(sh.Member.Shape, t)
	case sh.Type == "structure" && t.Kind() == reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() && !f.Anonymous {
				m.keepField(name, f)
			}
		}
	}
}

func (m *botocore) note(name string) {
	if m.kept[name] == nil {
		m.kept[name] = map[string]bool{}
	}
}

func (m *botocore) keepField(structure string, f reflect.StructField) {
	wire, _, _ := strings.Cut(f.Tag.Get("aws"), ",")
	for _, member := range m.Shapes[structure].Members {
		if strings.EqualFold(member.Name, f.Name) || strings.EqualFold(member.Name, wire) {
			m.kept[structure][member.Name] = true
			m.keep(member.Shape, f.Type)
			return
		}
	}
	m.newer = append(m.newer, structure+"."+f.Name)
}

func (m *botocore) shape(b *strings.Builder, service, name string) {
	sh := m.Shapes[name]
	b.WriteString(tsv(service, "type", name, sh.Type, number(sh.Min), number(sh.Max), sh.Pattern,
		strings.Join(sh.Enum, ","), mark(sh.Sensitive, "sensitive")))
	switch sh.Type {
	case "list":
		b.WriteString(tsv(service, "list", name, sh.Member.Shape))
	case "map":
		b.WriteString(tsv(service, "map", name, sh.Key.Shape, sh.Value.Shape))
	}
	for _, member := range sh.Members {
		if m.kept[name][member.Name] {
			required := mark(slices.Contains(sh.Required, member.Name), "required")
			b.WriteString(tsv(service, "member", name, member.Name, member.Shape, required))
		}
	}
}

func tsv(cells ...string) string { return strings.Join(cells, "\t") + "\n" }

func mark(is bool, name string) string {
	if is {
		return name
	}
	return ""
}

func number(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
