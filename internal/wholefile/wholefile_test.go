package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWriteAndMake(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	holds := func(text string, mode fs.FileMode) {
		t.Helper()
		has, err := os.ReadFile(path)
		if string(has) != text || err != nil {
			t.Errorf("it has %q, %v; want %q", has, err, text)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != mode {
			t.Errorf("it is %v, %v; want %v", info.Mode(), err, mode)
		}
		if files, _ := os.ReadDir(dir); len(files) != 1 {
			t.Errorf("there are %v", files)
		}
	}
	if err := Make(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	holds("one", 0o600)
	if err := Make(path, []byte("two"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("it is made twice: %v", err)
	}
	holds("one", 0o600)
	if err := Write(path, []byte("three"), 0o644); err != nil {
		t.Fatal(err)
	}
	holds("three", 0o644)
	if err := Write(filepath.Join(path, "below"), nil, 0o600); err == nil {
		t.Error("it is below a file")
	}
}

// What cannot be put in place leaves nothing behind.
func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("one"), 0o600); err == nil {
		t.Error("a folder is replaced")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("there are %v", files)
	}
}

// What is no file is written to, and is there as before.
func TestDeviceStays(t *testing.T) {
	link := filepath.Join(t.TempDir(), "null")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Skip(err)
	}
	if err := Write(link, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
