package sigv4

import (
	"errors"
	"fmt"
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
