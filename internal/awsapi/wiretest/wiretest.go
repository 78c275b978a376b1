// Package wiretest holds the wire structs of a service against those of AWS's own
// SDK, for the service's tests: whoever adds a parameter or an answer finds out that
// it has another name at AWS.
package wiretest

import (
	"reflect"
	"testing"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// Hold fails the test for every action that the SDK's client does not have, and for
// every field of an input or an answer that the SDK's does not have under the same
// Go name.
func Hold(t *testing.T, s *awsapi.Service, client any) {
	t.Helper()
	if len(s.Actions) == 0 {
		t.Fatalf("%s has no action", s.Name)
	}
	sdk := reflect.TypeOf(client)
	for _, a := range s.Actions {
		method, ok := sdk.MethodByName(a.Name)
		if !ok {
			t.Errorf("the SDK has no action %s of %s", a.Name, s.Name)
			continue
		}
		hold(t, a.Name+" input", a.Input(), method.Type.In(2))
		hold(t, a.Name+" answer", a.Output(), method.Type.Out(0))
	}
}

// hold compares two types by the names of their fields, as deep as ours goes.
func hold(t *testing.T, where string, ours, sdk reflect.Type) {
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
			hold(t, where, f.Type, sdk)
			continue
		}
		if !f.IsExported() || f.Name == "XMLName" {
			continue
		}
		theirs, ok := sdk.FieldByName(f.Name)
		if !ok {
			t.Errorf("%s: the SDK has no %s", where, f.Name)
			continue
		}
		hold(t, where+"."+f.Name, f.Type, theirs.Type)
	}
}

// element is what pointers and lists lead to.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}
