package world

import (
	"testing"
	"time"
)

func TestRegionalNames(t *testing.T) {
	for name, want := range map[string][2]string{
		"data-123456789012-us-east-1-an":  {"123456789012", "us-east-1"},
		"123456789012-us-east-1-an":       {},
		"data-12345678901-us-east-1-an":   {},
		"data-123456789012-us-east-an":    {},
		"data-123456789012-us-east-1":     {},
		"data-123456789012-us-east-1-an1": {},
		"data-an":                         {},
	} {
		account, region, ok := RegionalName(name)
		if account != want[0] || region != want[1] || ok != (want[0] != "") {
			t.Errorf("%s: %q, %q, %v", name, account, region, ok)
		}
	}
	if name := "x" + RegionalSuffix("123456789012", "eu-west-1"); name != "x-123456789012-eu-west-1-an" {
		t.Errorf("made %s", name)
	}
}

func TestInNamespace(t *testing.T) {
	for _, row := range []struct {
		name string
		asOf time.Time
		want bool
	}{
		{"data-123456789012-us-east-1-an", day(2026, time.March, 12), true},
		{"data-123456789012-us-east-1-an", day(2026, time.March, 11), false},
		{"data", day(2026, time.March, 12), false},
	} {
		s := &State{Answers: NewAnswers(ResponsesAWS, row.asOf, row.asOf)}
		if s.InNamespace(row.name) != row.want {
			t.Errorf("%s on %v: %v", row.name, row.asOf, !row.want)
		}
	}
}
