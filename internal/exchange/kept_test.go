package exchange

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/policy"
)

// other gives a field another value than it has, whatever its kind is.
func other(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Struct:
		other(t, v.Field(0))
	default:
		t.Fatalf("no other value for a %s", v.Type())
	}
}

// Questions of which any fact is another, but for what is kept as text, are not kept alike: a fact
// that alike forgot would be told wrongly.
func TestAlike(t *testing.T) {
	if !alike(&authz.Request{}, &authz.Request{}) {
		t.Fatal("two empty questions are not alike")
	}
	seen := 0
	var walk func(at []int, of reflect.Type)
	walk = func(at []int, of reflect.Type) {
		for i := range of.NumField() {
			f, path := of.Field(i), append(slices.Clone(at), i)
			switch {
			case f.Anonymous:
				walk(path, f.Type)
				continue
			case !f.IsExported(), f.Name == "Action", f.Name == "Resource", f.Name == "Context":
				continue
			}
			a, b := &authz.Request{}, &authz.Request{}
			other(t, reflect.ValueOf(b).Elem().FieldByIndex(path))
			if seen++; alike(a, b) || alike(b, a) {
				t.Errorf("questions with another %s are alike", f.Name)
			}
		}
	}
	walk(nil, reflect.TypeFor[authz.Request]())
	if seen < 30 {
		t.Errorf("only %d facts were looked at", seen)
	}
}

// Facts that are made anew for each question are compared by what they say.
func TestAlikeByContent(t *testing.T) {
	made := func(owner string) *authz.Request {
		q := &authz.Request{}
		acl := authz.ACL{{Grantee: authz.Grantee{CanonicalID: owner}, Permission: authz.FullControl}}
		q.Object, q.ACLs = &authz.Object{Owner: owner, ACL: acl}, &authz.AccessLists{Bucket: acl}
		q.Missing, q.Payment = &authz.Missing{Name: owner}, &authz.Payment{}
		q.Boundaries = []authz.Named{{Name: owner}}
		q.SCPs = []authz.Level{{Name: owner, Policies: []authz.Named{{Name: owner}}}}
		return q
	}
	if !alike(made("a"), made("a")) || alike(made("a"), made("b")) {
		t.Error("content does not decide")
	}
}

// tell makes a tale of texts.
func tell(id string, texts []string) *tale {
	t := &tale{header: http.Header{}}
	t.entry.RequestID, t.entry.HostID, t.asked.Part = id, id+id, len(texts)
	at := func(i int) string { return texts[i%len(texts)] }
	for i, field := range t.plain() {
		*field = at(i)
	}
	t.asked.Operation = fault.Operation{Name: at(0)}
	q := authz.NewRequest(at(1), at(2), authz.Requester{}, authz.Target{ResourceAccount: at(0)})
	q.Context = policy.NewContext()
	for i, text := range texts {
		t.header.Add("H"+text, at(i+1))
		q.Context.Add("k"+text, at(i+1))
	}
	t.questions = []*authz.Request{q, q}
	return t
}

// spelled is a tale in full, for comparing. The questions' conditions are sorted.
func spelled(t *tale) string {
	var b strings.Builder
	fmt.Fprint(&b, t.entry.RequestID, t.entry.HostID, t.asked.Part, t.asked.Operation, t.asked.Bucket, t.asked.Key, t.header)
	for _, field := range t.plain() {
		fmt.Fprintf(&b, "|%s", *field)
	}
	for _, q := range t.questions {
		fmt.Fprint(&b, q.Action, q.Resource, q.ResourceAccount)
		for name, values := range q.Context.All() {
			fmt.Fprint(&b, name, values)
		}
	}
	return b.String()
}

// holds fails where a request that is kept is told otherwise than it was.
func holds(t *testing.T, among *Samples, id string, texts []string) {
	t.Helper()
	want := tell(id, texts)
	was, host, caller := spelled(want), want.entry.Host, want.entry.Caller
	k, _ := want.keep(among)
	got := &tale{}
	k.tell(got)
	if is := spelled(got); is != was {
		t.Fatalf("kept\n%s\nwas\n%s", is, was)
	}
	if k.id() != id || k.one(hostText) != host || k.one(callerText) != caller {
		t.Fatalf("alone they are %q %q %q, want %q %q %q", k.id(), k.one(hostText), k.one(callerText), id, host, caller)
	}
}

// What is kept of a request is told as it was, whichever it is kept by.
func FuzzKept(f *testing.F) {
	f.Add("AAAA", "bucket\x00key\x00", "bucket\x00key")
	f.Add("", "", "x\x00\x00y\x00\xff")
	f.Fuzz(func(t *testing.T, id, first, second string) {
		among := &Samples{}
		for _, texts := range []string{first, second, first + "z", second[:len(second)/2], strings.ToUpper(first)} {
			holds(t, among, id, strings.Split(texts, "\x00"))
		}
	})
}

// A request like one before takes little; one that is not is a sample itself, up to a number and
// a size, and is counted with what it takes.
func TestSamples(t *testing.T) {
	among := &Samples{}
	texts := []string{strings.Repeat("a", 100), strings.Repeat("b", 100)}
	_, first := tell("1", texts).keep(among)
	texts[1] = strings.Repeat("b", 99) + "c"
	if _, second := tell("2", texts).keep(among); second > 400 || first < 10*second {
		t.Errorf("the first takes %d bytes, the second %d", first, second)
	}
	for i := range 2 * mostSamples {
		tell("3", []string{fmt.Sprint(i), "x"}).keep(among)
	}
	if n := len(*among.known.Load()); n != mostSamples {
		t.Errorf("there are %d samples", n)
	}
	_, large := tell("4", []string{strings.Repeat("l", longestSample)}).keep(among)
	if (*among.known.Load())[mostSamples-1].bytes() > longestSample || large < 10*longestSample {
		t.Errorf("a request of %d bytes became a sample", large)
	}
}
