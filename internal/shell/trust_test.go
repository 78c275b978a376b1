package shell

import (
	"os"
	"path/filepath"
	"testing"
)

// What programs trusted before stays, and entering again adds nothing.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.pem")
	if err := os.WriteFile(mine, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", mine)
	want := "mine\n" + string(ours) + "one\n"
	for range 2 {
		files, err := Keep(dir, []byte("one\n"))
		if err != nil {
			t.Fatal(err)
		}
		own, _ := os.ReadFile(files.Own)
		all, err := os.ReadFile(files.All)
		if string(own) != "one\n" || string(all) != want || err != nil {
			t.Errorf("the files have %q and %q, %v", own, all, err)
		}
		t.Setenv("SSL_CERT_FILE", files.All)
	}
	other, err := Keep(dir, []byte("two\n"))
	if err != nil {
		t.Fatal(err)
	}
	if all, _ := os.ReadFile(other.All); string(all) != "mine\n"+string(ours)+"two\n" {
		t.Errorf("another server's file has %q", all)
	}
	if _, err := Keep(mine, nil); err == nil {
		t.Error("it is kept below a file")
	}
}
