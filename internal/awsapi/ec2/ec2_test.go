package ec2

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/awsapi"
)

func TestLike(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "", false}, {"*", "", true}, {"?", "", false},
		{"com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.s3", true},
		{"com.amazonaws.*.s3", "com.amazonaws.us-east-1.s3", true},
		{"*s3", "com.amazonaws.us-east-1.s3", true}, {"com*", "com.amazonaws.us-east-1.s3", true},
		{"*.s?", "com.amazonaws.us-east-1.s3", true}, {"*.s??", "com.amazonaws.us-east-1.s3", false},
		{"a*b*c", "aXbXbXc", true}, {"a*b*c", "aXbXbX", false}, {"**", "a", true},
		{`a\*`, "a*", true}, {`a\*`, "ab", false}, {`\?`, "?", true}, {`\?`, "a", false}, {"A", "a", false},
	} {
		if got := like(row.pattern, row.text); got != row.want {
			t.Errorf("like(%q, %q) = %v", row.pattern, row.text, got)
		}
	}
}

// A pattern fits what the same pattern as a regular expression fits.
func FuzzLike(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add(`\**`, "*x")
	f.Add(`a\`, `a\`)
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsFunc(pattern+text, func(r rune) bool { return r >= 0x80 }) {
			return
		}
		var b strings.Builder
		for i := 0; i < len(pattern); {
			char, width := charAt(pattern, i)
			switch i += width; {
			case width == 1 && char == '*':
				b.WriteString("(?s:.*)")
			case width == 1 && char == '?':
				b.WriteString("(?s:.)")
			default:
				b.WriteString(regexp.QuoteMeta(string(char)))
			}
		}
		want := regexp.MustCompile(`\A` + b.String() + `\z`).MatchString(text)
		if got := like(pattern, text); got != want {
			t.Errorf("like(%q, %q) = %v", pattern, text, got)
		}
	})
}

func TestPages(t *testing.T) {
	all := strings.Split("abcdefgh", "")
	size := 5
	id := func(s string) string { return s }
	first, token, err := page(all, id, piece{least: 5, most: 100, size: &size})
	if err != nil || strings.Join(first, "") != "abcde" || token == "" {
		t.Fatalf("%v %q %v", first, token, err)
	}
	second, token, err := page(all, id, piece{least: 5, most: 100, size: &size, token: token})
	if err != nil || strings.Join(second, "") != "fgh" || token != "" {
		t.Errorf("%v %q %v", second, token, err)
	}
	small := 4
	for _, in := range []piece{{least: 5, most: 100, size: &small}, {least: 5, most: 100, token: "?"}} {
		if _, _, err := page(all, id, in); err == nil {
			t.Errorf("%+v is taken", in)
		}
	}
}

func TestFiltersMustBeKnown(t *testing.T) {
	_, err := attributes[int]{}.of("nothing", nil)
	if e, ok := errors.AsType[*awsapi.Error](err); !ok || e.Code != "InvalidParameterValue" {
		t.Errorf("got %v", err)
	}
	if _, none := (attributes[int]{"association.main": nil}).of("association.main", nil); none != nil {
		t.Errorf("got %v", none)
	}
}

func TestNewIDs(t *testing.T) {
	if id := newID("vpce"); !regexp.MustCompile(`^vpce-[0-9a-f]{17}$`).MatchString(id) || id == newID("vpce") {
		t.Errorf("%s", id)
	}
}
