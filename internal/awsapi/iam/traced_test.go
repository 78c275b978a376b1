package iam

import "testing"

// It is decided of every call that changes nothing whether its refusals have an
// authorization ID; no other has one.
func TestTraced(t *testing.T) {
	known := map[string]bool{}
	for _, a := range Service.Actions {
		known[a.Name] = true
		if _, decided := traced[a.Name]; decided != a.ReadOnly {
			t.Errorf("%s: decided %v, changes nothing %v", a.Name, decided, a.ReadOnly)
		}
	}
	for name := range traced {
		if !known[name] {
			t.Errorf("there is no action %s", name)
		}
	}
}
