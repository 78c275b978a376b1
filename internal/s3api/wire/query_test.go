package wire

import (
	"net/url"
	"slices"
	"testing"
)

func TestParseQuery(t *testing.T) {
	for _, row := range []struct {
		raw  string
		want []Param
	}{
		{"", nil},
		{"&&", nil},
		{"policy", []Param{{"policy", "", true}}},
		{"policy=", []Param{{"policy", "", false}}},
		{"a=1&a=2&b", []Param{{"a", "1", false}, {"a", "2", false}, {"b", "", true}}},
		{"prefix=a+b%2Bc%20d", []Param{{"prefix", "a b+c d", false}}},
		{"a=b=c;d", []Param{{"a", "b=c;d", false}}},
		{"=x", []Param{{"", "x", false}}},
		{"%70olicy", []Param{{"policy", "", true}}},
	} {
		q, ok := ParseQuery(row.raw)
		if !ok || !slices.Equal(q.params, row.want) {
			t.Errorf("%q is %v, %v; want %v", row.raw, q.params, ok, row.want)
		}
	}
	for _, raw := range []string{"%", "a=%2", "a=%zz", "%g0=1"} {
		if q, ok := ParseQuery(raw); ok {
			t.Errorf("%q is %v", raw, q.params)
		}
	}
}

func TestQueryAsksForTheFirst(t *testing.T) {
	q, _ := ParseQuery("a=1&a=2&x-AMZ-acl=private")
	if v, ok := q.Lookup("a"); v != "1" || !ok {
		t.Errorf("a is %q, %v", v, ok)
	}
	if q.Has("A") || !q.Has("a") || q.Get("missing") != "" {
		t.Error("names are compared as they are")
	}
	if q.Amz("x-amz-acl") != "private" {
		t.Error("the case of x-amz- parameters does not matter")
	}
}

// What url.QueryEscape writes is what ParseQuery reads.
func FuzzParseQuery(f *testing.F) {
	f.Add("policy", "a b", "%2F+&=")
	f.Fuzz(func(t *testing.T, raw, name, value string) {
		ParseQuery(raw)
		q, ok := ParseQuery(url.QueryEscape(name) + "=" + url.QueryEscape(value))
		if got, sent := q.Lookup(name); !ok || !sent || got != value {
			t.Fatalf("%q=%q was read as %v", name, value, q.params)
		}
	})
}
