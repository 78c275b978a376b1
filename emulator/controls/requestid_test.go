package controls

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
)

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	s3IDForm = regexp.MustCompile(`^[0-9A-Z]{16}$`)
)

// The id of a request is a UUID, in the header and in the body; S3 Control's is S3's. The
// journal has the request under it.
func TestRequestIDs(t *testing.T) {
	for _, s := range plan.Services {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
			w := &raw{t: t, service: s, srv: srv}
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			a := s.Actions[0]
			header, form := "x-amzn-RequestId", uuidForm
			if s.Protocol == awsapi.RESTXML {
				header, form = "x-amz-request-id", s3IDForm
			}
			m := w.message(a, w.prepare(calls[a.Name]))
			for _, caller := range []string{"admin", "nobody"} {
				reply := w.send(m, w.credentials(caller), time.Now())
				id := reply.Header.Get(header)
				if !form.MatchString(id) {
					t.Errorf("%s by %s: the request's id is %q", a.Name, caller, id)
				}
				inBody := s.Protocol != awsapi.JSON && s.Protocol != awsapi.RESTJSON && (reply.Status >= 400 || form == uuidForm)
				if inBody && !strings.Contains(reply.Body, ">"+id+"<") {
					t.Errorf("%s by %s: the id %s is not in %s", a.Name, caller, id, reply.Body)
				}
				if e := slices.IndexFunc(srv.Requests(), func(e emulator.Entry) bool {
					return e.RequestID == id && e.Operation == a.Name
				}); e < 0 {
					t.Errorf("%s by %s: the journal has no request %s", a.Name, caller, id)
				}
				if !calls[a.Name].Free && srv.Why(id) == nil {
					t.Errorf("%s by %s: why knows no request %s", a.Name, caller, id)
				}
			}
		})
	}
}
