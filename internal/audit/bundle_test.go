package audit

import (
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/finding"
)

func TestNoBundle(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "it is no bundle that s3fault run --bundle has written",
		`{"version":2}`:              "it has version 2, and this s3fault reads version 1",
		`{"version":1,"run":{}}`:     "no run, no file or no scenario",
		`{"version":1,"scenario":1}`: "it is no bundle",
		`{"version":1,"run":{"baselines":[null,null]},"file":{},"scenario":"a"}`:       "one of its baselines is missing",
		`{"version":1,"run":{},"file":{},"scenario":"a","findings":[{"finding":"h"}]}`: `unknown finding "h"`,
	} {
		if _, err := parseBundle([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzParseBundle: no text panics, and no bundle's findings.
func FuzzParseBundle(f *testing.F) {
	f.Add([]byte(`{"version":1,"run":{},"file":{},"scenario":"a"}`))
	f.Add([]byte(`{"version":1,"run":{"baselines":[{},{}],"requests":[{"decisions":[{}]}]},"file":{},"scenario":"a","findings":[]}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if b, err := parseBundle(text); err == nil {
			_, _ = parseBundle(renamed(text))
			_ = finding.Of(b.Run)
		}
	})
}

// A device, which may never end, is no bundle.
func TestDeviceIsNoBundle(t *testing.T) {
	if _, err := LoadBundle(os.DevNull); err == nil || !strings.Contains(err.Error(), "is a device") {
		t.Errorf("%v", err)
	}
}
