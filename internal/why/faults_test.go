package why

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

// A rule that made the answer is its cause, whatever a layer would have said; one that only
// struck is told beside the cause.
func TestFaultsAreExplained(t *testing.T) {
	denied := []authz.Decision{{Action: "s3:GetObject", Verdict: authz.ImplicitlyDenied, Cause: authz.Identity,
		DeniedBy: []authz.Layer{authz.Identity}}}
	slow := journal.Fault{Rule: "slow", Stage: "arrival", Effect: "latency"}
	broken := journal.Fault{Rule: "broken", Stage: "request_body", Effect: "error", Answered: true}
	for name, row := range map[string]struct {
		entry       emulator.Entry
		says, never []string
	}{
		"it made the answer": {emulator.Entry{Status: 503, Code: "SlowDown", Fault: &broken},
			[]string{"The fault rule broken made this answer: error, at request_body."}, []string{"No layer denied it", "Fix"}},
		"it made the answer of a refused request": {emulator.Entry{Status: 503, Decisions: denied, Fault: &broken},
			[]string{"The fault rule broken made this answer"}, []string{"Fix"}},
		"it struck beside a layer": {emulator.Entry{Status: 403, Decisions: denied, Fault: &slow},
			[]string{"The fault rule slow struck it: latency, at arrival.", "denied by identity", "Fix"},
			[]string{"made this answer"}},
		"several": {emulator.Entry{Status: 503, Fault: &broken, Faults: []journal.Fault{slow, broken}},
			[]string{"broken made this answer", "slow struck it"}, []string{"broken struck it"}},
	} {
		var out strings.Builder
		if err := (&Case{Request: &row.entry}).Write(&out, Style{}); err != nil {
			t.Fatal(err)
		}
		for _, want := range row.says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in %s", name, want, out.String())
			}
		}
		for _, never := range row.never {
			if strings.Contains(out.String(), never) {
				t.Errorf("%s: %q in %s", name, never, out.String())
			}
		}
	}
}
