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

// Where the system has its authorities in no file, no program trusts ours in their place.
func TestKeepWithoutTheSystems(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "")
	defer func(files []string) { systemFiles = files }(systemFiles)
	systemFiles = nil
	files, err := Keep(t.TempDir(), []byte("one\n"))
	if err != nil || files.All != "" {
		t.Errorf("the files are %+v, %v", files, err)
	}
	for _, s := range Trust(files) {
		if s.Name == "SSL_CERT_FILE" || s.Name == "REQUESTS_CA_BUNDLE" || s.Name == "CURL_CA_BUNDLE" {
			t.Errorf("%s is %q", s.Name, s.Value)
		}
	}
}
