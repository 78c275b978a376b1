package rounds

import "testing"

func TestOf(t *testing.T) {
	for variable, want := range map[string]int{"": 1, "1": 2} {
		t.Setenv("S3FAULT_LONG", variable)
		if got := Of(1, 2); got != want {
			t.Errorf("S3FAULT_LONG=%q: %d, want %d", variable, got, want)
		}
	}
}
