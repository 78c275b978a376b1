package clients

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// oddKeys are keys that clients and servers like to bend: each must come back as
// it was put.
var oddKeys = []string{
	"plain.txt",
	"a+b c.txt",
	" leading and trailing ",
	"a//b///c",
	"/leading slash",
	"folder/",
	"a/../b/./c",
	"..",
	"100%2Fnot a slash%",
	"?list-type=2&prefix=#fragment;=",
	`quotes"'<>&and\backslash`,
	"grüße/日本語/🪣",
	"é is not e\u0301: e\u0301",
	"~tilde!*'()[]{}|^`$@:,",
	strings.Repeat("1024 bytes ", 93) + "x",
}

// bodies are what is put under them, in turn.
var bodySizes = []int{0, 1, 17, 4096, 70000}

// multipartSize is four parts of 5 MiB.
const multipartSize = 20 << 20

func TestRoundTrip(t *testing.T) {
	if n := len(oddKeys[len(oddKeys)-1]); n != 1024 {
		t.Fatalf("the longest key has %d bytes", n)
	}
	everyClient(t, func(t *testing.T, c client) {
		srv := emulatortest.Start(t, "plain")
		t.Run("keys", func(t *testing.T) { c.roundTrip(t, appOf(srv)) })
		t.Run("multipart", func(t *testing.T) { c.largeRoundTrip(t, appOf(srv)) })
	})
}

// noise is a body that compresses badly and is the same in every run.
func noise(size int, seed uint64) []byte {
	source := rand.New(rand.NewPCG(seed, 3))
	body := make([]byte, size)
	for i := range body {
		body[i] = byte(source.Uint32())
	}
	return body
}

// copyOf is where the copy of key i goes: short, because the key may be of full length.
func copyOf(i int) string { return fmt.Sprintf("copies/%02d", i) }

func (c client) roundTrip(t *testing.T, at target) {
	const bucket = "odd-keys"
	folder := t.TempDir()
	file := func(kind string, i int) string { return filepath.Join(folder, fmt.Sprintf("%s-%d", kind, i)) }
	put := []step{{Do: "create", Bucket: bucket}}
	var read, remove []step
	for i, key := range oddKeys {
		writeFile(t, file("sent", i), noise(bodySizes[i%len(bodySizes)], uint64(i)))
		put = append(put, step{Do: c.putting(i), Bucket: bucket, Key: key, File: file("sent", i)})
		read = append(read,
			step{Do: "get", Bucket: bucket, Key: key, File: file("got", i)},
			step{Do: "copy", Bucket: bucket, Key: copyOf(i), Source: key},
			step{Do: "get", Bucket: bucket, Key: copyOf(i), File: file("copied", i)})
		remove = append(remove, step{Do: "delete", Bucket: bucket, Key: key})
	}
	list := step{Do: "list", Bucket: bucket}
	steps := slices.Concat(put, []step{list}, read, remove, []step{list})
	outcomes := c.runAll(t, at, steps)

	checkKeys(t, "after the puts", outcomes[len(put)].Keys, oddKeys)
	for i, key := range oddKeys {
		sent := sumOf(t, file("sent", i))
		if got := sumOf(t, file("got", i)); got != sent {
			t.Errorf("%q came back with SHA-256 %s, sent %s", key, got, sent)
		}
		if got := sumOf(t, file("copied", i)); got != sent {
			t.Errorf("the copy of %q has SHA-256 %s, sent %s", key, got, sent)
		}
	}
	var copies []string
	for i := range oddKeys {
		copies = append(copies, copyOf(i))
	}
	checkKeys(t, "after the deletes", outcomes[len(steps)-1].Keys, copies)
}

// putting is how body i is sent: every other one as a stream, by the clients
// that have a way of their own for that.
func (c client) putting(i int) string {
	if c.streams && i%2 == 1 {
		return "stream"
	}
	return "put"
}

// checkKeys compares a list with S3's order, that of the keys' UTF-8 bytes.
func checkKeys(t *testing.T, when string, got, want []string) {
	t.Helper()
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s the list is\n     %q\nwant %q", when, got, want)
	}
}

func (c client) largeRoundTrip(t *testing.T, at target) {
	const bucket, key = "large-objects", "twenty MiB.bin"
	folder := t.TempDir()
	sent, got, copied := filepath.Join(folder, "sent"), filepath.Join(folder, "got"), filepath.Join(folder, "copied")
	writeFile(t, sent, noise(multipartSize, 20))
	c.runAll(t, at, []step{
		{Do: "create", Bucket: bucket},
		{Do: "upload", Bucket: bucket, Key: key, File: sent},
		{Do: "download", Bucket: bucket, Key: key, File: got},
		{Do: "copy", Bucket: bucket, Key: "copy", Source: key},
		{Do: "get", Bucket: bucket, Key: "copy", File: copied},
		{Do: "delete", Bucket: bucket, Key: key},
	})
	for _, file := range []string{got, copied} {
		if sumOf(t, file) != sumOf(t, sent) {
			t.Errorf("%s differs from what was sent", filepath.Base(file))
		}
	}
}
