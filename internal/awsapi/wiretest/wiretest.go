// Package wiretest holds the wire structs of a service against those of AWS's own
// SDK, for the service's tests: whoever adds a parameter or an answer finds out that
// it has another name at AWS.
package wiretest

import (
	"reflect"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// Hold fails the test for every action that the SDK's client does not have, and for
// every field of an input or an answer that the SDK's does not have under the same
// Go name. newer are the actions, and the fields anywhere, that AWS has and the SDK here
// not yet: one that it has meanwhile fails the test.
func Hold(t *testing.T, s *awsapi.Service, client any, newer ...string) {
	t.Helper()
	h := holder(newer)
	if len(s.Actions) == 0 {
		t.Fatalf("%s has no action", s.Name)
	}
	sdk := reflect.TypeOf(client)
	for _, a := range s.Actions {
		method, ok := sdk.MethodByName(a.Name)
		if h.has(t, s.Name, a.Name, ok) {
			h.hold(t, a.Name+" input", a.Input(), method.Type.In(2))
			h.hold(t, a.Name+" answer", a.Output(), method.Type.Out(0))
		}
	}
}

// holder is the names that are newer than the SDK.
type holder []string

// has says whether the SDK's part of that name can be looked into; it fails the test
// where the name should be there and is not, or the other way round.
func (h holder) has(t *testing.T, where, name string, ok bool) bool {
	t.Helper()
	if newer := slices.Contains(h, name); newer == ok {
		t.Errorf("%s: that the SDK has %s is %v, and that it is newer %v", where, name, ok, newer)
	}
	return ok
}

// hold compares two types by the names of their fields, as deep as ours goes.
func (h holder) hold(t *testing.T, where string, ours, sdk reflect.Type) {
	t.Helper()
	ours, sdk = element(ours), element(sdk)
	if ours.Kind() != reflect.Struct || ours.PkgPath() == "time" {
		return
	}
	if sdk.Kind() != reflect.Struct {
		t.Errorf("%s is a structure here, and %s in the SDK", where, sdk)
		return
	}
	for i := range ours.NumField() {
		f := ours.Field(i)
		if f.Anonymous {
			h.hold(t, where, f.Type, sdk)
			continue
		}
		if !f.IsExported() || f.Name == "XMLName" {
			continue
		}
		theirs, ok := sdk.FieldByName(f.Name)
		if h.has(t, where, f.Name, ok) {
			h.hold(t, where+"."+f.Name, f.Type, theirs.Type)
		}
	}
}

// element is what pointers and lists lead to.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}
