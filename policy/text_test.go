package policy_test

import (
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// A policy is its text, written down and read again.
func TestPolicyAsText(t *testing.T) {
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	first, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	written, err := first.MarshalText()
	if err != nil || string(written) != text {
		t.Fatalf("written as %s, %v", written, err)
	}
	var again policy.Policy
	if err := again.UnmarshalText(written); err != nil {
		t.Fatal(err)
	}
	if back, err := again.MarshalText(); err != nil || string(back) != text {
		t.Errorf("read as %s, %v", back, err)
	}
}

// All that a context has is told, each key once.
func TestContextIsTold(t *testing.T) {
	c := policy.NewContext()
	c.Set("aws:SourceIp", "192.0.2.1")
	c.Set("s3:prefix", "a")
	told := 0
	for range c.Unsorted() {
		told++
	}
	if c.Len() != 2 || told != c.Len() {
		t.Errorf("%d keys, told %d", c.Len(), told)
	}
}
