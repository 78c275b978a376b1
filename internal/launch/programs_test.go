//go:build unix

package launch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// The programs that are run are this one: its first argument says which.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "program" {
		os.Exit(roles[os.Args[2]](os.Args[3:]))
	}
	os.Exit(m.Run())
}

var roles = map[string]func([]string) int{
	"exits": func(args []string) int {
		code, _ := strconv.Atoi(args[0])
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
		return code
	},
	"dies": func([]string) int {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	},
	"waits":  func(args []string) int { return waits(args[0]) },
	"family": family,
	"heeds":  heeds,
	"serves": serves,
	"shows": func(args []string) int {
		for _, name := range args {
			fmt.Printf("%s=%s\n", name, os.Getenv(name))
		}
		return 0
	},
	"asks": func([]string) int {
		answer, err := http.Get(os.Getenv("AWS_ENDPOINT_URL") + "/my-bucket/file.txt")
		if err != nil {
			return 1
		}
		return answer.StatusCode / 100
	},
}

// waits says that it is there, by a connection, and waits for its end.
func waits(address string) int {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, c)
	return 0
}

// family waits with a child of its own.
func family(args []string) int {
	self, _ := os.Executable()
	if _, err := os.StartProcess(self, []string{self, "program", "waits", args[0]}, &os.ProcAttr{}); err != nil {
		return 1
	}
	return waits(args[0])
}

// heeds ends with the number of the first signal that it gets.
func heeds(args []string) int {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGHUP)
	go waits(args[0])
	return int((<-c).(syscall.Signal))
}

// serves is a server that never ends; it writes its address to a file.
func serves(args []string) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || os.WriteFile(args[0], []byte(l.Addr().String()), 0o600) != nil {
		return 1
	}
	_ = http.Serve(l, http.NotFoundHandler())
	return 1
}

// program is one of them.
func program(t *testing.T, args ...string) Program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Program{Args: append([]string{self, "program"}, args...), Caller: "app"}
}

func opened(t *testing.T, patch string) *World {
	t.Helper()
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	stage, err := Open(context.Background(), Config{File: library})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stage.Close(); err != nil {
			t.Error(err)
		}
	})
	w, err := stage.World("plain", []byte(patch))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// door is an address at which programs say that they are there.
type door struct{ net.Listener }

func opensDoor(t *testing.T) door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return door{l}
}

func (d door) address() string { return d.Addr().String() }

// all are those who come, until the door is closed.
func (d door) all() <-chan net.Conn {
	came := make(chan net.Conn, 8)
	go func() {
		defer close(came)
		for {
			c, err := d.Accept()
			if err != nil {
				return
			}
			came <- c
		}
	}()
	return came
}

// setting is a variable of an environment as a program saw it.
func setting(output, name string) string {
	for line := range strings.Lines(output) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return value
		}
	}
	return "(absent)"
}
