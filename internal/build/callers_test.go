package build_test

import (
	"strings"
	"testing"
)

// A role's session is named after its caller, in a form that STS takes and that a
// description of the world can say.
func TestSessionsOfCallersWithOtherNames(t *testing.T) {
	long := strings.Repeat("x", 70)
	f := parse(t, "version: 1\nscenarios:\n"+
		"  a: {title: A, accounts: {123456789012: {roles: {r: {}}}}, callers: {app: {role: r}, s: {role: r}, my app: {role: r}, "+long+": {role: r}}}\n")
	s := scenario(t, f, "a")
	w := patched(t, s, built(t, s), "{}")
	for caller, want := range map[string]string{"app": "app", "s": "caller-s", "my app": "caller-my-app", long: "caller-" + long[:57]} {
		if c := w.State.Callers[caller]; c.SessionName != want || !strings.HasSuffix(c.Principal.ARN, "/r/"+want) {
			t.Errorf("%s: %q, %s", caller, c.SessionName, c.Principal.ARN)
		}
	}
}
