package decide

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// asJSON is the line as encoding/json writes it.
func asJSON(t testing.TB, a *Answer) string {
	t.Helper()
	var wire any = struct {
		ID    json.RawMessage `json:"id"`
		Error string          `json:"error"`
	}{json.RawMessage(a.ID), a.Error}
	if a.Error == "" {
		wire = struct {
			ID       json.RawMessage `json:"id"`
			Decision authz.Verdict   `json:"decision"`
			DeniedBy []authz.Layer   `json:"denied_by"`
			Findings []authz.Finding `json:"findings"`
		}{json.RawMessage(a.ID), a.Decision, append([]authz.Layer{}, a.DeniedBy...), a.Findings}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(wire); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every member of an answer is written as encoding/json writes it: those that no case leads to as well.
func TestLinesAreJSON(t *testing.T) {
	const odd = "<&>\"\\\b\f\n\r\t\x00\x7f \u2028 é \xff"
	full := authz.Finding{Layer: authz.SCP, Effect: authz.ImplicitDeny, Part: odd, Setting: "unseen", Policy: odd, PolicyARN: odd,
		Statement: &authz.Statement{Index: 3, Sid: odd}, Detail: odd,
		Compared: []policy.Comparison{{Statement: 1, Operator: odd, Key: odd, Wanted: odd, Got: odd, Holds: true}, {}},
		Misses:   []authz.Miss{{Policy: odd, Statement: authz.Statement{Index: 1, Sid: odd}, Element: odd, Wanted: odd, Got: odd}, {}}}
	for _, id := range []string{`""`, `"x"`, `-1.50`, `true`, "{ \"a\" : [ 1 , \" \\u2028 \" ] }", "[\t]"} {
		for _, a := range []Answer{
			{Error: odd},
			{Decision: authz.Allowed, Findings: []authz.Finding{}},
			{Decision: authz.ImplicitlyDenied, DeniedBy: []authz.Layer{authz.SCP, authz.KMS}, Findings: []authz.Finding{full, {}}},
		} {
			a.ID = id
			if got := string(a.appendLine([]byte("before"))); got != "before"+asJSON(t, &a) {
				t.Errorf("%s\nwant %s", got, asJSON(t, &a))
			}
		}
	}
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, _ *draft, a Answer) {
		if got := string(a.appendLine(nil)); got != asJSON(t, &a) {
			t.Errorf("%s\nwant %s", got, asJSON(t, &a))
		}
	})
}
