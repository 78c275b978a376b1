package s3fault_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	s3fault "github.com/s3fault/s3fault/packages/go"
)

// dying is how this test binary ends when it is the one that is to die.
const dying = "S3FAULT_TEST_DYING"

func TestMain(m *testing.M) {
	if how := os.Getenv(dying); how != "" {
		die(how)
	}
	os.Exit(m.Run())
}

// die starts a server, says where it is, and ends without closing anything.
func die(how string) {
	s, err := s3fault.Serve()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Endpoint)
	switch how {
	case "exit":
		os.Exit(0)
	case "panic":
		panic("the test binary panics")
	}
	select {} // until it is killed
}

// However a test binary ends, its server ends with it.
func TestServerEndsWithTheTestBinary(t *testing.T) {
	for _, how := range []string{"exit", "panic", "kill -9"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), dying+"="+how)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			lines.Scan()
			address, served := strings.CutPrefix(lines.Text(), "http://")
			if !served {
				t.Fatalf("no server: %q", lines.Text())
			}
			if how == "kill -9" {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait() // it ends as it was told
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					return
				}
				conn.Close()
				if time.Now().After(deadline) {
					t.Fatalf("%s still answers", address)
				}
			}
		})
	}
}
