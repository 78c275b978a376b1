package build_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/scenarios"
)

// unsaid are fields that no file says, and why.
var unsaid = map[string]string{
	"store.Facts.Headers":             "a request alone gives them",
	"store.Facts.Checksum":            "a request alone gives it",
	"store.Checksum.Algorithm":        "a request alone gives it",
	"store.Checksum.Type":             "a request alone gives it",
	"store.Checksum.Value":            "a request alone gives it",
	"store.Encryption.Context":        "a request alone gives it",
	"store.Encryption.CustomerKeyMD5": "a request alone gives it",
	"store.Annotation.Algorithm":      "a request alone gives it",
	"store.Facts.HoldReleased":        "a request alone releases a hold",
}

// Every field of a world is set by some file of the tests: one that has been given no
// row, or no file to be seen in, is named. TestEmptyPatch holds what is read of the same
// files against what is written of it.
func TestEveryFieldHasARow(t *testing.T) {
	met := fields{}
	all := []*scenarios.File{library(t)}
	for _, path := range files(t) {
		f, err := scenarios.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	for _, f := range all {
		for _, name := range f.Names() {
			m := built(t, scenario(t, f, name))
			met.visit(reflect.ValueOf(*m.State))
			for bucket := range m.State.Buckets {
				for _, o := range current(m.Index.Bucket(bucket)) {
					met.visit(reflect.ValueOf(o.Facts))
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(met)) {
		_, excused := unsaid[name]
		if met[name] == excused {
			t.Errorf("%s: set by a file of the tests: %v, excused: %v", name, met[name], excused)
		}
	}
}

// fields are those that were met, and whether they were ever set.
type fields map[string]bool

func (f fields) visit(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.visit(v.Elem())
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			f.visit(v.MapIndex(key))
		}
	case reflect.Slice:
		for i := range v.Len() {
			f.visit(v.Index(i))
		}
	case reflect.Struct:
		f.visitStruct(v)
	}
}

func (f fields) visitStruct(v reflect.Value) {
	pkg := v.Type().PkgPath()
	if !strings.HasSuffix(pkg, "internal/world") && !strings.HasSuffix(pkg, "internal/store") {
		return
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name := v.Type().String() + "." + field.Name
		f[name] = f[name] || !v.Field(i).IsZero()
		f.visit(v.Field(i))
	}
}

// Whatever text makes a world, its description makes the same world.
func FuzzRoundTrip(f *testing.F) {
	for _, path := range files(f) {
		if name, ok := strings.CutPrefix(path, "testdata/"); ok {
			f.Add(text(f, strings.TrimSuffix(name, ".yaml")))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") && strings.Contains(text, "policy") {
			t.Skip("it might name a file of this machine as a policy")
		}
		file, err := scenarios.Parse("world.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, name := range file.Names() {
			s := scenario(t, file, name)
			if isLarge(build.Of(s).Facts) {
				continue
			}
			before := built(t, s)
			after := patched(t, s, before, "{}")
			for _, field := range changedFields(before.State, after.State) {
				t.Errorf("State.%s changed: %s", field, describedJSON(t, before))
			}
			before.Index.Close()
		}
	})
}

// isLarge says whether a tree has objects of which writing the bytes takes time.
func isLarge(n *tree.Node) bool {
	if size := n.Get("size"); size != nil && (len(size.Text) > 5 || strings.Contains(size.Text, "G")) {
		return true
	}
	return slices.ContainsFunc(n.Items, isLarge)
}
