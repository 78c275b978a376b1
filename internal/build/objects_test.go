package build_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

// An object of nobody's account, as an anonymous upload leaves it, can be written
// down and changed.
func TestObjectsOfNobody(t *testing.T) {
	text := strings.Replace(text(t, "full"), "big: {size: 5MiB, owner: 111111111111,", "big: {size: 5MiB, owner: anonymous,", 1)
	s := scenario(t, parse(t, text), "full")
	m := patched(t, s, built(t, s), `{"buckets": {"my-bucket": {"objects": {"big": {"tags": {"a": "b"}}}}}}`)
	if o := m.Index.Bucket("my-bucket").Current("big"); o.Owner != world.Anonymous || o.Tags["a"] != "b" {
		t.Errorf("big: %+v", o)
	}
}
