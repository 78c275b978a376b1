package authz

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// halves are a question without one side, or either, by what must be said of each.
func halves(r *Request) map[string]*Request {
	nobody, nothing := *r, *r
	nobody.Requester, nothing.Target = Requester{}, Target{}
	var unmade Request
	from, to := reflect.ValueOf(*r), reflect.ValueOf(&unmade).Elem()
	for i := range from.NumField() {
		if from.Type().Field(i).IsExported() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return map[string]*Request{
		"nobody could be named as the requester":                    &nobody,
		"nobody said to which account the resource belongs":         &nothing,
		"the question has neither side: NewRequest did not make it": &unmade,
	}
}

// Whatever else a question has: without one of its sides it is refused, and the finding
// says which.
func TestAQuestionWithoutASideIsRefused(t *testing.T) {
	allowed := 0
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, before Decision) {
		if before.Verdict == Allowed {
			allowed++
		}
		for want, r := range halves(d.request()) {
			got := Evaluate(r)
			if got.Verdict != ExplicitlyDenied || got.Cause != Authentication || Allows(r) {
				t.Errorf("%s: %s by %q", want, got.Verdict, got.DeniedBy)
			}
			if f, _ := got.Behind(); f.Detail != want {
				t.Errorf("%s: it says %q", want, f.Detail)
			}
			if KeyPolicyAllows(r) {
				t.Errorf("%s: the key policy allows it", want)
			}
		}
	})
	if allowed == 0 {
		t.Error("no question is allowed with both sides")
	}
}

// No field, set by itself, is taken for a side.
func TestNoFieldAloneIsASide(t *testing.T) {
	full := everyLayer(allowEverything, granting(`"*"`))
	full.Authentication, full.RequestForm, full.Region = nil, nil, nil
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Request]()) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		r := &Request{}
		reflect.ValueOf(r).Elem().FieldByIndex(f.Index).Set(reflect.ValueOf(*full).FieldByIndex(f.Index))
		if Evaluate(r).Verdict == Allowed || Allows(r) {
			t.Errorf("%s alone is allowed", f.Name)
		}
	}
}

// Who owns the resource need not be said where nobody can: of a bucket that is missing,
// of what is no account's, and of an action without a resource.
func TestTargetsOfNoAccount(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"missing":     func(r *Request) { r.Missing = &Missing{Bucket: true} },
		"unowned":     func(r *Request) { r.Unowned, r.BucketPolicy = true, named("p", granting(`"*"`)) },
		"no resource": func(r *Request) { r.Action, r.Resource = "s3:ListAllMyBuckets", "*" },
	} {
		r := allowedRequest()
		r.Target = Target{}
		if Allows(r) {
			t.Errorf("%s: it is allowed before", name)
		}
		if change(r); !Allows(r) {
			t.Errorf("%s: denied by %q", name, Evaluate(r).DeniedBy)
		}
	}
}
