package programs

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// heard is a test that keeps what it is told, and ends as one does.
type heard struct {
	testing.TB
	skipped, failed string
}

func (h *heard) Helper() {}

func (h *heard) Skip(args ...any) {
	h.skipped = fmt.Sprint(args...)
	runtime.Goexit()
}

func (h *heard) Fatal(args ...any) {
	h.failed = fmt.Sprint(args...)
	runtime.Goexit()
}

func need(names ...string) *heard {
	h, ended := &heard{}, make(chan struct{})
	go func() {
		defer close(ended)
		Need(h, names...)
	}()
	<-ended
	return h
}

// own is the one program that is surely here: this test.
func own(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNeed(t *testing.T) {
	t.Setenv(variable, "")
	if h := need(own(t)); h.failed != "" || !strings.Contains(h.skipped, variable+"="+required) {
		t.Errorf("off: skipped with %q, failed with %q", h.skipped, h.failed)
	}
	t.Setenv(variable, required)
	if h := need(own(t)); h.failed != "" || h.skipped != "" {
		t.Errorf("on: skipped with %q, failed with %q", h.skipped, h.failed)
	}
	if h := need(own(t), "no-such-program"); h.skipped != "" || !strings.Contains(h.failed, "no-such-program") {
		t.Errorf("on, and missing: skipped with %q, failed with %q", h.skipped, h.failed)
	}
}

func TestCommand(t *testing.T) {
	t.Setenv(variable, "")
	if err := Command(t.Context(), own(t), "-test.run=^$").Run(); !errors.Is(err, errOff) {
		t.Errorf("off: %v", err)
	}
	t.Setenv(variable, required)
	if err := Command(t.Context(), own(t), "-test.run=^$").Run(); err != nil {
		t.Errorf("on: %v", err)
	}
}
