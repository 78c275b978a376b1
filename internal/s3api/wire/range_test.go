package wire

import (
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
)

// The rows with a size of 10 are recordings of S3.
func TestRangeOf(t *testing.T) {
	rows := []struct {
		header        string
		size          int64
		first, length int64
		part, refused bool
	}{
		{"", 10, 0, 10, false, false},
		{"bytes=0-8", 10, 0, 9, true, false},
		{"bytes=1-1", 10, 1, 1, true, false},
		{"bytes=1-0", 10, 0, 10, false, false},
		{"bytes=1-", 10, 1, 9, true, false},
		{"bytes=-1-", 10, 0, 10, false, false},
		{"bytes=-2", 10, 8, 2, true, false},
		{"bytes=-15", 10, 0, 10, true, false},
		{"bytes=0-100", 10, 0, 10, true, false},
		{"bytes=0--1", 10, 0, 10, false, false},
		{"bytes=0-1,3-4", 10, 0, 10, false, false},
		{"0-8", 10, 0, 10, false, false},
		{"bytes=-", 10, 0, 10, false, false},
		{"bytes=-0", 10, 0, 0, false, true},
		{"bytes=100-200", 10, 0, 0, false, true},
		{"bytes=0-0", 0, 0, 0, false, true},
		{"bytes=99999999999999999999-", 10, 0, 0, false, true},
		{"bytes=5-99999999999999999999", 10, 5, 5, true, false},
		{"bytes=+1-2", 10, 0, 10, false, false},
		{"items=1-2", 10, 0, 10, false, false},
	}
	for _, row := range rows {
		at, part, err := RangeOf(row.header, row.size)
		if (err != nil) != row.refused {
			t.Errorf("%q of %d: %v", row.header, row.size, err)
		} else if err == nil && (at != Span{row.first, row.length} || part != row.part) {
			t.Errorf("%q of %d: %v, part %v", row.header, row.size, at, part)
		}
	}
}

// The rows are recordings of S3, with a source of 10 bytes.
func TestCopyRange(t *testing.T) {
	good := map[string]Span{"": {0, 10}, "bytes=0-8": {0, 9}, "bytes=9-9": {9, 1}}
	for value, want := range good {
		if got, err := CopyRange(value, 10); err != nil || got != want {
			t.Errorf("%q: %v %v", value, got, err)
		}
	}
	bad := map[string]string{
		"0-8": "InvalidArgument", "bytes=1-0": "InvalidArgument", "bytes=-1-": "InvalidArgument",
		"bytes=0--1":        "InvalidArgument",
		"bytes=0-1,3-4,7-9": "InvalidArgument", "bytes=-": "InvalidArgument", "bytes=-2": "InvalidArgument",
		"bytes=1-":    "InvalidArgument",
		"bytes=0-100": "InvalidArgument", "bytes=100-200": "InvalidRequest",
	}
	for value, code := range bad {
		if got, err := CopyRange(value, 10); err == nil || s3err.Of(err).Code.String() != code {
			t.Errorf("%q: %v %v, want %s", value, got, err, code)
		}
	}
}

func FuzzRange(f *testing.F) {
	f.Add("bytes=0-1", int64(2))
	f.Add("bytes=-5", int64(0))
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		at, part, err := RangeOf(header, size)
		if err == nil && (at.First < 0 || at.Length < 0 || at.First > size-at.Length || part && at.Length == 0) {
			t.Errorf("%q of %d: %v", header, size, at)
		}
		at, err = CopyRange(header, size)
		if err == nil && (at.First < 0 || at.Length < 0 || at.First > size-at.Length) {
			t.Errorf("copy %q of %d: %v", header, size, at)
		}
	})
}
