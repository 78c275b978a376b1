package sigv4

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestReasonOf(t *testing.T) {
	refused := (&Presented{}).Refuse(Expired, "")
	for _, row := range []struct {
		err  error
		want Reason
	}{{nil, 0}, {refused, Expired}, {fmt.Errorf("upload: %w", refused), Expired}, {errors.New("reset"), 0}} {
		if got := ReasonOf(row.err); got != row.want {
			t.Errorf("%v: %v, want %v", row.err, got, row.want)
		}
	}
}

// A text has a token's beginning, never the whole.
func TestErrorKeepsTokens(t *testing.T) {
	token := "FwoGZXIvYXdzEBYaDKxyz/abcdefghijklmnopqrstuvwxyz=="
	for _, reason := range []Reason{TokenExpired, TokenInvalid} {
		text := (&Presented{}).Refuse(reason, token).Error()
		if strings.Contains(text, token[:12]) || !strings.Contains(text, `"FwoGZXIv..."`) {
			t.Errorf("%v: %s", reason, text)
		}
	}
	if text := (&Presented{}).Refuse(Expired, token).Error(); !strings.Contains(text, token) {
		t.Errorf("another value is cut: %s", text)
	}
}
