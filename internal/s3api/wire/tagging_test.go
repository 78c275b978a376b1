package wire

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
)

func TestParseTagging(t *testing.T) {
	tags, err := ParseTagging("a=1&b%20c=%C3%A9+x&d")
	if err != nil || len(tags) != 3 || tags["a"] != "1" || tags["b c"] != "\u00e9 x" || tags["d"] != "" {
		t.Errorf("%v %v", tags, err)
	}
	bad := map[string]string{
		"a=1&a=2": "InvalidArgument", "=1": "InvalidArgument", "a=%zz": "InvalidArgument", "a=1,b=2": "InvalidArgument",
		"aws:a=1": "InvalidTag", strings.Repeat("k", 129) + "=1": "InvalidTag", "a=" + strings.Repeat("v",
			257): "InvalidTag",
		"a&b&c&d&e&f&g&h&i&j&k": "BadRequest",
	}
	for value, code := range bad {
		if tags, err := ParseTagging(value); err == nil || s3err.Of(err).Code.String() != code {
			t.Errorf("%q: %v %v, want %s", value, tags, err, code)
		}
	}
}
