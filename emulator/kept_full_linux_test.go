package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk is a disk of its own, of size bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("SKIPPED: it wants a disk that is full, and may not mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Where the disk is full writes are InternalError, and nothing is half made; reads go on, and
// writes once there is room.
func TestFullDisk(t *testing.T) {
	disk := smallDisk(t, 4<<20)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	k := &keptServer{T: t, dir: disk + "/data", yaml: keptYAML}
	k.start()
	t.Cleanup(func() { k.end() })
	for _, size := range []int{10_000, 100_000} { // in the index, and in a file
		kept := map[string]string{}
		full := ""
		for i := 0; full == ""; i++ {
			path, body := fmt.Sprintf("/my-bucket/%d-%d", size, i), strings.Repeat(fmt.Sprint(i%10), size)
			k.do("kept", "GET", path, "", 404)
			if k.tries("PUT", path, body) == 200 {
				kept[path] = body
			} else {
				full = path
			}
		}
		e := k.server.Requests("kept")
		last := e[len(e)-1]
		if last.Code != "InternalError" || last.Cause == nil ||
			!strings.Contains(last.Cause.Text, "no space left") || !strings.Contains(last.Cause.Text, k.dir) {
			t.Errorf("the journal says %d %s, %+v", last.Status, last.Code, last.Cause)
		}
		if len(kept) == 0 {
			t.Fatalf("the disk was full at once")
		}
		for path, body := range kept {
			if got := k.do("kept", "GET", path, "", 200); got != body {
				t.Errorf("%s has %d bytes", path, len(got))
			}
		}
		if status := k.tries("PUT", full, strings.Repeat("x", size)); status != 500 {
			t.Errorf("a full disk: %d", status)
		}
		if err := os.Truncate(filler, 0); err != nil {
			t.Fatal(err)
		}
		k.do("kept", "PUT", full, "there is room", 200)
		kept[full] = "there is room"
		k.again()
		for path, body := range kept {
			if got := k.do("kept", "GET", path, "", 200); got != body {
				t.Errorf("after a restart %s has %d bytes", path, len(got))
			}
		}
		if len(k.warnings) > 0 {
			t.Errorf("warnings: %q", k.warnings)
		}
		if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// tries is the status of a request of the owner of the world.
func (k *keptServer) tries(method, path, body string) int {
	k.Helper()
	res, _ := k.send("kept", "s3", method, path, body)
	return res.StatusCode
}
