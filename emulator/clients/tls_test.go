package clients

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// TestTLS: a bucket that wants TLS refuses every client over plain HTTP, and lets it in at
// the https address of the very same port, to which nothing was changed but the address
// and whom the client trusts.
func TestTLS(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		srv := emulatortest.Start(t, "tls-only-policy", emulatortest.TLS())
		folder := t.TempDir()
		file := func(name string) string { return filepath.Join(folder, name) }
		get := step{Do: "get", Bucket: "my-bucket", Key: "file.txt", File: file("got")}
		over := appOf(srv)
		plain := over
		plain.Endpoint = strings.Replace(over.Endpoint, "https://", "http://", 1)
		if refused := c.run(t, plain, []step{get})[0]; refused.Code != "AccessDenied" {
			t.Errorf("over plain HTTP: %+v", refused)
		}
		// Over TLS the SDKs sign no body, and send its checksum behind it.
		writeFile(t, file("small"), noise(70000, 1))
		writeFile(t, file("large"), noise(multipartSize, 2))
		c.runAll(t, over, []step{
			get,
			{Do: "put", Bucket: "my-bucket", Key: "a+b c.txt", File: file("small")},
			{Do: "get", Bucket: "my-bucket", Key: "a+b c.txt", File: file("small came")},
			{Do: "upload", Bucket: "my-bucket", Key: "large", File: file("large")},
			{Do: "download", Bucket: "my-bucket", Key: "large", File: file("large came")},
		})
		if text, err := os.ReadFile(file("got")); string(text) != "hello\n" || err != nil {
			t.Errorf("over TLS: %q, %v", text, err)
		}
		for _, name := range []string{"small", "large"} {
			if sumOf(t, file(name)) != sumOf(t, file(name+" came")) {
				t.Errorf("the %s body is not what was sent", name)
			}
		}
	})
}
