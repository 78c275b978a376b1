package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server that was told --while-stdin serves until its pipe closes, and then ends with 0.
func TestWhileStdin(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stdin, hold := io.Pipe()
	var told strings.Builder
	ready := filepath.Join(t.TempDir(), "ready.json")
	ended := make(chan error, 1)
	go func() {
		root := newRoot()
		root.SetIn(stdin)
		root.SetOut(io.Discard)
		root.SetErr(&told)
		root.SetArgs([]string{"serve", "--addr", "127.0.0.1:0", "--while-stdin", "--ready-file", ready})
		ended <- root.ExecuteContext(ctx)
	}()
	// A pipe takes what is written when it is read: the server heeds none of it.
	if _, err := io.WriteString(hold, "whatever stands there\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended (%v) while standard input was open: %s", err, told.String())
	default:
	}
	hold.Close()
	if err := <-ended; err != nil || ctx.Err() != nil {
		t.Errorf("%v, %v", err, ctx.Err())
	}
	if !strings.Contains(told.String(), "--while-stdin") {
		t.Errorf("it told %q", told.String())
	}
}
