package controls

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// required are the parameters that a call must have: those that the SDK does not send
// it without, and those that we do not take it without.
func (w *raw) required(a *awsapi.Action) (names []string) {
	if client := clientOf(w.t, w.srv, w.service); client != nil {
		names = plan.Required(client, a.Name)
	}
	for _, f := range fields(a.Input(), isRequired) {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, f.Name) }) {
			names = append(names, f.Name)
		}
	}
	// S3 Control's account is a header, without which a request is none of its; a path
	// without one of its parameters is another path.
	return slices.DeleteFunc(names, func(n string) bool {
		return n == "AccountId" && w.service.Protocol == awsapi.RESTXML || strings.Contains(strings.ToLower(a.Path), "{"+strings.ToLower(n)+"}")
	})
}

// leftOut makes the call without one parameter that it needs.
func (w *raw) leftOut(a *awsapi.Action, name string, p plan.Parameters) {
	w.t.Helper()
	without := p.With(nil)
	for given := range without {
		if strings.EqualFold(given, name) {
			delete(without, given)
		}
	}
	if len(without) == len(p) {
		w.t.Errorf("%s: the plan leaves out %s, which must be there", a.Name, name)
	}
	if f, ok := a.Input().FieldByName(name); ok {
		name = plan.Wire(f)
	}
	w.names("without it", a, name, w.send(w.message(a, without), w.credentials("admin"), time.Now()))
}

// names holds a reply against being the service's own refusal of a parameter, which
// it names.
func (w *raw) names(what string, a *awsapi.Action, parameter string, reply *plan.Reply) {
	w.t.Helper()
	w.checked++
	failure, err := plan.ReadFailure(w.service, reply)
	switch {
	case err != nil:
		w.t.Errorf("%s, %s %s: %d, %v", a.Name, parameter, what, reply.Status, err)
	case w.service.Protocol == awsapi.RESTXML && failure.Code == "MalformedXML": // which names nothing
	case reply.Status != http.StatusBadRequest || !strings.Contains(strings.ToLower(failure.Message), strings.ToLower(parameter)):
		w.t.Errorf("%s, %s %s: %d %s (%s)", a.Name, parameter, what, reply.Status, failure.Code, failure.Message)
	}
}

// fields are the parameters of an action that are as asked for.
func fields(t reflect.Type, asked func(reflect.StructField) bool) (found []reflect.StructField) {
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous && len(f.Index) <= 2 && asked(f) {
			found = append(found, f)
		}
	}
	return found
}

func isRequired(f reflect.StructField) bool {
	_, option, _ := strings.Cut(f.Tag.Get("aws"), ",")
	return option == "required"
}

// isScalar is a parameter that not every text is a value of.
func isScalar(f reflect.StructField) bool {
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Bool || t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64 || t.Kind() == reflect.Int
}

// unreadable makes the call with what is no value of the parameter's type, and with a
// body that is none.
func (w *raw) unreadable(a *awsapi.Action, m *plan.Message) {
	w.t.Helper()
	admin, want := w.credentials("admin"), byProtocol[w.service.Protocol].unreadable
	spoilt := *m
	switch w.service.Protocol {
	case awsapi.Query, awsapi.EC2Query:
		for _, f := range fields(a.Input(), isScalar) {
			spoilt.Body = m.Body + "&" + plan.Wire(f) + "=maybe"
			if values, _ := url.ParseQuery(m.Body); values.Has(plan.Wire(f)) {
				continue
			}
			failure, _ := w.refuses("with "+f.Name+" of no type", a.Name, w.send(&spoilt, admin, time.Now()), want)
			if !strings.Contains(failure.Message, plan.Wire(f)) {
				w.t.Errorf("%s with %s of no type: %s", a.Name, f.Name, failure.Message)
			}
		}
		return
	case awsapi.RESTXML, awsapi.RESTJSON:
		if m.Method == http.MethodGet || m.Method == http.MethodDelete {
			return
		}
	}
	bodies := []string{"{", "[]", "\xff", "<PublicAccessBlockConfiguration>"}
	for _, f := range fields(a.Input(), isRequired) {
		bodies = append(bodies, `{"`+plan.Wire(f)+`":{"a":1}}`)
	}
	for _, body := range bodies {
		spoilt.Body = body
		w.refuses("with the body "+body, a.Name, w.send(&spoilt, admin, time.Now()), want)
	}
}

// leftOutBelow makes the call without each part of a structure in it that the SDK
// does not send it without.
func (w *raw) leftOutBelow(a *awsapi.Action, p plan.Parameters) {
	w.t.Helper()
	client := clientOf(w.t, w.srv, w.service)
	for parameter, value := range p {
		for path, without := range withoutParts(value) {
			spoilt := p.With(nil)
			spoilt[parameter] = without
			if client == nil || !plan.Unsent(client, a.Name, spoilt) {
				continue
			}
			w.names("without it in "+parameter, a, path, w.send(w.message(a, spoilt), w.credentials("admin"), time.Now()))
		}
	}
}

// withoutParts are copies of a value, each without one part of a structure in it, by
// the part's name.
func withoutParts(value any) map[string]any {
	all := map[string]any{}
	switch v := value.(type) {
	case []any:
		for i := range v {
			for name, part := range withoutParts(v[i]) {
				all[name] = slices.Replace(slices.Clone(v), i, i+1, part)
			}
		}
	case map[string]any:
		for name := range v {
			for below, part := range withoutParts(v[name]) {
				rest := maps.Clone(v)
				rest[name] = part
				all[below] = rest
			}
			rest := maps.Clone(v)
			delete(rest, name)
			all[name] = rest
		}
	}
	return all
}
