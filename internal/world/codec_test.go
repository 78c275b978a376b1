package world_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/scenarios"
)

// differ says where two values differ, whatever of them is exported; empty: they are the same.
// Times are the same at the same instant, policies with the same text.
func differ(path string, a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if a.IsNil() != b.IsNil() {
			return fmt.Sprintf("%s: nil is %v, %v", path, a.IsNil(), b.IsNil())
		}
	}
	switch a.Kind() {
	case reflect.Pointer:
		if !a.IsNil() {
			return differ(path, a.Elem(), b.Elem())
		}
	case reflect.Struct:
		return differInside(path, a, b)
	case reflect.Map:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s: %d entries, %d", path, a.Len(), b.Len())
		}
		for _, key := range a.MapKeys() {
			at := fmt.Sprintf("%s[%v]", path, key)
			if !b.MapIndex(key).IsValid() {
				return at + " is missing"
			}
			if d := differ(at, a.MapIndex(key), b.MapIndex(key)); d != "" {
				return d
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s: %d entries, %d", path, a.Len(), b.Len())
		}
		for i := range a.Len() {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
	default:
		if !a.Equal(b) {
			return fmt.Sprintf("%s: %v, %v", path, a, b)
		}
	}
	return ""
}

func differInside(path string, a, b reflect.Value) string {
	skip := ""
	switch a.Type() {
	case reflect.TypeFor[policy.Policy]():
		return differ(path+".source", a.FieldByName("source"), b.FieldByName("source"))
	case reflect.TypeFor[time.Time]():
		skip = "loc"
	}
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if name == skip {
			continue
		}
		if d := differ(path+"."+name, a.Field(i), b.Field(i)); d != "" {
			return d
		}
	}
	return ""
}

// kept is the State as it is once it was written down and read again.
func kept(t *testing.T, s *world.State) *world.State {
	t.Helper()
	text, err := world.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := world.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func holds(t *testing.T, s *world.State) {
	t.Helper()
	if d := differ("State", reflect.ValueOf(s), reflect.ValueOf(kept(t, s))); d != "" {
		t.Error(d)
	}
}

// Every world of the library, as it is loaded and with its fix, is the same once it was
// written down and read again.
func TestCodecOfLibrary(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range file.Names() {
		t.Run(name, func(t *testing.T) {
			s, err := file.Scenario(name)
			if err != nil {
				t.Fatal(err)
			}
			m, err := build.Of(s).Build(worldtest.Loaded, store.NewIndex(blob.NewStore()))
			if err != nil {
				t.Fatal(err)
			}
			holds(t, m.State)
			if !s.HasPatch() {
				return
			}
			fixed, err := build.Of(s).ApplyFix(worldtest.Loaded, m)
			if err != nil {
				t.Fatal(err)
			}
			holds(t, fixed.State)
		})
	}
}

// Text that is no State is an error, never the end of the server; what is one is the same
// when it is written down again.
func FuzzDecode(f *testing.F) {
	w := worldtest.Build(f, `
accounts: {123456789012: {users: {u: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}}}}
callers: {c: {account: 123456789012, user: u}}
buckets: {my-bucket: {owner: 123456789012}}`)
	text, err := world.Encode(w.State)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"State": {"Accounts": {"1": null}}}`))
	f.Add([]byte(`{"State": {}, "Recent": [{"Was": {"BoundUser": {}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := world.Decode(text)
		if err != nil {
			return
		}
		first, err := world.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := world.Decode(first)
		if err != nil {
			t.Fatalf("%v: %s", err, first)
		}
		if d := differ("State", reflect.ValueOf(s), reflect.ValueOf(again)); d != "" {
			t.Error(d)
		}
	})
}
