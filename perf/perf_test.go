package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// TestMain lets the test's own program be the processes that perf starts of itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && children[os.Args[1]] != nil {
		if err := children[os.Args[1]](context.Background(), os.Args[2:]); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(2)
		}
		return
	}
	code := m.Run()
	if file, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// program is s3fault, built once for all tests here.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "s3fault-perf-test-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "s3fault")
	out, err := programs.Go(context.Background(), "build", "-o", file, "github.com/s3fault/s3fault/cmd/s3fault").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// measured runs perf and returns what it writes.
func measured(t *testing.T, args ...string) (string, error) {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	err = run(t.Context(), append([]string{"-s3fault", file}, args...), &out, &log)
	if err != nil {
		t.Log(log.String())
	}
	return out.String(), err
}

// Every cell of the table is there, and every server answered what it should.
func TestRequests(t *testing.T) {
	out, err := measured(t, "-rounds", "2", "-slice", "10ms", "-c", "4", "-only", "requests", "-many", "1500")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range append(ops, ofMany(1500)) {
		row := ""
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "| "+o.title+" ") && row == "" {
				row = line
			}
		}
		cells := strings.Split(row, "|")
		if len(cells) != len([]string{"", "title", "us", "again", "s3fault", "to reach", ""}) {
			t.Fatalf("%s: %q in\n%s", o.title, row, out)
		}
		for _, cell := range cells[3:5] {
			if !strings.Contains(cell, "(") {
				t.Errorf("%s: %q is no ratio with quartiles", o.title, cell)
			}
		}
	}
}

// A server that answers something else than it should is no comparison.
func TestWrongAnswers(t *testing.T) {
	all := &table{ops: ops[:1], servers: []*server{{subject: subject{name: "s"}}}, cells: map[cell][]sample{}}
	all.add(ops[0], all.servers[0], sample{requests: 5, wrong: 2})
	if err := all.refuse(); err == nil || !strings.Contains(err.Error(), "s, GET 1 KiB: 2 of 5 answers have another status than 200") {
		t.Errorf("said %v", err)
	}
}

func TestStartAndFlags(t *testing.T) {
	out, err := measured(t, "-only", "start", "-starts", "1")
	if err != nil || !strings.Contains(out, "| s3fault, its library |") {
		t.Errorf("%v\n%s", err, out)
	}
	for args, wanted := range map[string]string{
		"-ops get1":   `no request "get1" (did you mean "get1k"?)`,
		"-ops a,b":    `no request "a,b"; there are get1k, put1k, head`,
		"-rounds 0":   "are greater than 0",
		"-only speed": "is one of requests, start, memory",
		"fast":        `what is "fast"?`,
	} {
		if _, err := measured(t, strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestQuantiles(t *testing.T) {
	if got := spreadFrom([]float64{4, 1, 3, 2}); got != (spreadOf{1.75, 2.5, 3.25}) {
		t.Errorf("of 1 to 4: %v", got)
	}
	if got := spreadFrom([]float64{7}); got != (spreadOf{7, 7, 7}) {
		t.Errorf("of one: %v", got)
	}
	if got := spreadFrom(nil); got != (spreadOf{}) {
		t.Errorf("of none: %v", got)
	}
}
