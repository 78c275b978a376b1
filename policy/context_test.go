package policy

import (
	"slices"
	"testing"
)

func TestContextNamesFoldExceptObjectTags(t *testing.T) {
	for _, row := range []struct {
		set, get string
		want     bool
	}{
		{"aws:SourceIp", "AWS:SOURCEIP", true},
		{"aws:PrincipalTag/Team", "aws:principaltag/TEAM", true},
		{"s3:ExistingObjectTag/Team", "S3:existingobjecttag/Team", true},
		{"s3:ExistingObjectTag/Team", "s3:ExistingObjectTag/team", false},
		{"s3:RequestObjectTag/Team", "s3:RequestObjectTag/team", false},
		{"kms:EncryptionContext:App", "kms:EncryptionContext:app", true},
	} {
		c := NewContext()
		c.Set(row.set, "v")
		if _, ok := c.Get(row.get); ok != row.want {
			t.Errorf("%s set, %s present: %v", row.set, row.get, ok)
		}
	}
}

func TestContextChanges(t *testing.T) {
	c := NewContext()
	c.Add("aws:TagKeys", "a")
	c.Add("AWS:tagkeys", "b", "c")
	clone := c.Clone()
	clone.Add("aws:TagKeys", "d")
	c.Add("aws:TagKeys", "e")
	if got, _ := c.Get("aws:TagKeys"); !slices.Equal(got, []string{"a", "b", "c", "e"}) {
		t.Errorf("original: %q", got)
	}
	if got, _ := clone.Get("aws:TagKeys"); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("clone: %q", got)
	}
	c.Set("aws:TagKeys")
	if _, ok := c.Get("aws:TagKeys"); ok {
		t.Error("a key without values is present")
	}
	clone.Delete("aws:tagKEYS")
	if _, ok := clone.Get("aws:TagKeys"); ok {
		t.Error("a deleted key is present")
	}
}

func TestContextKeysReadBefore(t *testing.T) {
	c := NewContext()
	c.Set("AWS:sourceip", "192.0.2.1")
	c.Put(KeyOf("aws:SourceIp"), "192.0.2.2")
	if got, _ := c.Get("aws:SourceIp"); c.Len() != 1 || !slices.Equal(got, []string{"192.0.2.2"}) {
		t.Errorf("%d keys, %q", c.Len(), got)
	}
	c.Put(KeyOf("s3:ExistingObjectTag/Team"), "a")
	c.Put(KeyOf("s3:ExistingObjectTag/team"), "b")
	if got, _ := c.Get("S3:existingobjecttag/Team"); c.Len() != 3 || !slices.Equal(got, []string{"a"}) {
		t.Errorf("%d keys, %q", c.Len(), got)
	}
	c.Remove(KeyOf("AWS:SourceIP"))
	if _, ok := c.Get("aws:SourceIp"); ok {
		t.Error("a removed key is present")
	}
}

func TestContextIsUsableWithoutNewContext(t *testing.T) {
	var missing *Context
	if _, ok := missing.Get("aws:x"); ok {
		t.Error("a nil Context has a key")
	}
	for range missing.All() {
		t.Error("a nil Context yields a key")
	}
	missing.Clone().Set("aws:x", "1")
	var zero Context
	zero.Delete("aws:x")
	zero.Add("aws:x", "1")
	if got, _ := zero.Get("aws:x"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("zero Context: %q", got)
	}
}

func TestContextAllIsSorted(t *testing.T) {
	c := NewContext()
	for _, k := range []string{"s3:prefix", "aws:userid", "aws:SourceIp", "AWS:EpochTime"} {
		c.Set(k, k)
	}
	var names []string
	for k, values := range c.All() {
		if !slices.Equal(values, []string{k}) {
			t.Errorf("%s has %q", k, values)
		}
		names = append(names, k)
	}
	if want := []string{"AWS:EpochTime", "aws:SourceIp", "aws:userid", "s3:prefix"}; !slices.Equal(names, want) {
		t.Errorf("order %q", names)
	}
	for range c.All() {
		break
	}
}
