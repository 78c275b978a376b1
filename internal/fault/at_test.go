package fault

import (
	"net/http"
	"testing"
)

// A strike knows the byte of the body at which it is, where that is one.
func TestAt(t *testing.T) {
	for _, row := range []struct {
		effect string
		stage  Stage
		at     int64 // -1: none
	}{
		{"corrupt: {at: 512}", ResponseBody, 512},
		{"corrupt: {at: 0}", ResponseBody, 0},
		{"truncate_after: 1KiB", ResponseBody, 1024},
		{"truncate_at: 1KiB", ResponseBody, -1},
		{"reset: true, after_bytes: 7", ResponseBody, 7},
		{"stall: 1s, after_bytes: 0", ResponseBody, 0},
		{"reset: true", BeforeCommit, -1},
		{"latency: 1s", ResponseBody, -1},
	} {
		plan := planOf(t, "[{stage: "+string(row.stage)+", match: {operation: GetObject}, effect: {"+row.effect+"}}]")
		asked := Request{Operation: few.named(t, "GetObject"), HTTP: &http.Request{Method: "GET"}}
		s := new(Counts).Meet(plan, &asked).Strike(row.stage)
		if s == nil {
			t.Fatalf("%s does not strike", row.effect)
		}
		at := int64(-1)
		if s.At() != nil {
			at = *s.At()
		}
		if at != row.at {
			t.Errorf("%s: at %d, want %d", row.effect, at, row.at)
		}
	}
}
