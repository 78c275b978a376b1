package controls

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// A service principal and an origin access identity are of no account, so that nothing of
// one is their own: they may call nothing, and break nothing.
func TestServicesOwnNothing(t *testing.T) {
	world := strings.Replace(plan.World, "callers:\n", "callers:\n      logs: {service: delivery.logs.amazonaws.com}\n      cdn: {origin_access_identity: E2EXAMPLE1OAID}\n", 1)
	for _, s := range plan.Services {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			w := &raw{t: t, service: s, srv: emulatortest.Start(t, "world", emulatortest.YAML(world))}
			for _, a := range s.Actions {
				m := w.message(a, w.prepare(calls[a.Name]))
				for _, caller := range []string{"logs", "cdn"} {
					reply := w.send(m, w.credentials(caller), time.Now())
					if reply.Status >= 500 || reply.Status == http.StatusOK && !calls[a.Name].Free {
						t.Errorf("%s by %s: %d %s", a.Name, caller, reply.Status, reply.Body)
					}
				}
			}
		})
	}
}
