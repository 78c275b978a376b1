package controls

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
)

// spoilt is a value that breaks one constraint of a parameter, or more.
type spoilt struct {
	what  string
	value any
}

// spoil makes values that break each constraint of a type, one by one.
func spoil(t *form.Type) (all []spoilt) {
	number := t.Kind != form.String && t.Kind != form.Blob && t.Kind != form.List && t.Kind != form.Map
	text := func(n int64) string { return strings.Repeat("a", int(n)) }
	switch {
	case t.Kind == form.String && t.Max != nil && *t.Max < 200_000:
		all = append(all, spoilt{"too long", text(*t.Max + 1)})
	case number && t.Max != nil:
		all = append(all, spoilt{"too large", *t.Max + 1})
	}
	switch {
	case t.Kind == form.String && t.Min != nil && *t.Min > 1:
		all = append(all, spoilt{"too short", text(*t.Min - 1)})
	case number && t.Min != nil:
		all = append(all, spoilt{"too small", *t.Min - 1})
	}
	if len(t.Enum) > 0 {
		all = append(all, spoilt{"none of the enumeration", "NONE_OF_THESE"})
	}
	const odd = "\U0001F600 no" // which some patterns take
	parameter := &form.Type{Members: []form.Member{{Name: "It", Type: t}}}
	if t.Pattern != "" && len(form.Check(parameter, map[string]any{"It": odd})) > 0 {
		all = append(all, spoilt{"of another form", odd})
	}
	return all
}

// later says that a service looks at a parameter later, in its own way: CloudTrail at all, and
// Organizations at the types of policies.
func later(s *awsapi.Service, t *form.Type) bool {
	return s.Name == "cloudtrail" || s.Name == "organizations" && strings.HasSuffix(t.Name, "PolicyType")
}

// Each constraint of the table, broken alone in a call that is good otherwise, is refused in
// the words of the service, whatever the caller may do, and the world stays as it is.
func TestEveryConstraint(t *testing.T) {
	for _, s := range plan.Services {
		if s.Protocol == awsapi.RESTXML {
			continue // it looks at its parameters itself
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
			w := &raw{t: t, service: s, srv: srv}
			calls, err := plan.Calls(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range s.Actions {
				if in := form.Of(s.Name, a.Name); in != nil {
					w.breakEach(a, in, calls[a.Name])
				}
			}
			t.Logf("%d broken constraints", w.checked)
		})
	}
}

// breakEach breaks the constraints of an action's own parameters, and of those in its tags.
func (w *raw) breakEach(a *awsapi.Action, in *form.Type, call *plan.Call) {
	good := w.prepare(call)
	for i := range in.Members {
		m := &in.Members[i]
		field, ok := fieldOf(a.Input(), m.Name)
		if !ok || later(w.service, m.Type) {
			continue
		}
		for _, bad := range spoil(m.Type) {
			w.broken(a, call, good, field.Name, bad.what, bad.value)
		}
		if m.Type.Kind != form.List || m.Type.Element.Kind != form.Structure || !strings.HasPrefix(m.Name, "Tags") {
			continue
		}
		key, value := m.Type.Element.Members[0], m.Type.Element.Members[1]
		for _, bad := range spoil(key.Type) {
			w.broken(a, call, good, field.Name, "a key "+bad.what, []any{map[string]any{key.Name: bad.value, value.Name: "v"}})
		}
	}
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range fields(t, func(reflect.StructField) bool { return true }) {
		if strings.EqualFold(f.Name, name) || strings.EqualFold(plan.Wire(f), name) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// broken makes the call with one bad value, by somebody who may do nothing.
func (w *raw) broken(a *awsapi.Action, call *plan.Call, good plan.Parameters, name, what string, value any) {
	w.t.Helper()
	bad := good.With(nil)
	if bad == nil {
		bad = plan.Parameters{}
	}
	for given := range bad {
		if strings.EqualFold(given, name) {
			delete(bad, given)
		}
	}
	bad[name] = value
	reply := w.send(w.message(a, bad), w.credentials(call.Caller("nobody")), time.Now())
	failure, err := plan.ReadFailure(w.service, reply)
	if err != nil || reply.Status != http.StatusBadRequest {
		w.t.Errorf("%s, %s %s (%.40v): %d, %v %s", a.Name, name, what, value, reply.Status, err, reply.Body)
		return
	}
	w.checked++
	if wants := wording[w.service.Name]; !wants(failure, name) {
		w.t.Errorf("%s, %s %s: %s (%s)", a.Name, name, what, failure.Code, failure.Message)
	}
}

// wording says whether a refusal has the words that a service has for a malformed parameter.
var wording = map[string]func(f *plan.Failure, name string) bool{
	"iam": func(f *plan.Failure, name string) bool {
		own := strings.HasPrefix(f.Message, "The specified value for ") || strings.HasPrefix(f.Message, "Invalid ARN")
		return f.Code == "ValidationError" && (own || inSentence(f, name))
	},
	"sts": func(f *plan.Failure, name string) bool { return f.Code == "ValidationError" && inSentence(f, name) },
	"kms": inException, "access-analyzer": inException, "iam-toolbox": inException, "cloudtrail": inException,
	"organizations": func(f *plan.Failure, _ string) bool { return f.Code == "InvalidInputException" },
	"ec2":           func(f *plan.Failure, _ string) bool { return f.Code == "InvalidParameterValue" },
}

func inException(f *plan.Failure, name string) bool {
	return f.Code == "ValidationException" && inSentence(f, name)
}

// inSentence says whether the message is AWS's sentence, counts rightly, and names the
// parameter.
func inSentence(f *plan.Failure, name string) bool {
	number, rest, _ := strings.Cut(f.Message, " validation error")
	n, err := strconv.Atoi(number)
	return err == nil && n == strings.Count(rest, "' failed to satisfy constraint: ") &&
		strings.Contains(strings.ToLower(rest), "at '"+strings.ToLower(name))
}
