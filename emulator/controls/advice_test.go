package controls

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// What s3fault advises of a refused call is proved, and lets it pass once it is done.
func TestAdviceLetsEveryCallPass(t *testing.T) {
	for _, s := range plan.Services {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			w := &raw{t: t, service: s, srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World))}
			for _, a := range s.Actions {
				if !calls[a.Name].Free {
					w.advised(a, calls[a.Name])
				}
			}
		})
	}
}

func (w *raw) advised(a *awsapi.Action, call *plan.Call) {
	w.t.Helper()
	if err := w.srv.Reset(); err != nil {
		w.t.Fatal(err)
	}
	m := w.message(a, w.prepare(call))
	if reply := w.send(m, w.credentials("nobody"), time.Now()); reply.Status < 400 {
		w.t.Errorf("%s is not refused: %d %s", a.Name, reply.Status, reply.Body)
		return
	}
	advice, err := w.srv.Advice(w.last().RequestID)
	if err != nil || !advice.Proved {
		w.t.Errorf("%s: %+v, %v", a.Name, advice, err)
		return
	}
	patch, err := json.Marshal(advice.Patch)
	if err == nil {
		err = w.srv.Patch(string(patch))
	}
	if err != nil {
		w.t.Errorf("%s: %s: %v", a.Name, patch, err)
		return
	}
	if reply := w.send(m, w.credentials("nobody"), time.Now()); reply.Status != http.StatusOK {
		w.t.Errorf("%s with %s: %d %s", a.Name, patch, reply.Status, reply.Body)
	}
}
