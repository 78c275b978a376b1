package vpc

import (
	"reflect"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi/ec2"
)

// What the SDK does not send a call without, s3fault does not take it without.
func TestRequiredParametersAreTheSDKs(t *testing.T) {
	t.Parallel()
	srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
	for _, a := range ec2.Service.Actions {
		for _, name := range plan.Required(client(t, srv, "admin"), a.Name) {
			if f, ok := a.Input().FieldByName(name); !ok || !strings.HasSuffix(f.Tag.Get("aws"), ",required") {
				t.Errorf("%s: the SDK requires %s, which is %v here", a.Name, name, reflect.StructTag(f.Tag))
			}
		}
	}
}
