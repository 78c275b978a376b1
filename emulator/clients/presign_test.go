package clients

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// expiryPatience bounds the wait for a URL that lives one second.
const expiryPatience = 30 * time.Second

// TestPresigned lets every client make presigned URLs and sends them as somebody
// without credentials would: fresh ones work, expired ones say so.
func TestPresigned(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		if !c.presigns {
			t.Skip("skipped: this client makes no presigned URLs; it sends one in TestRawExpired")
		}
		signatures := []string{""}
		if c.choosesVersion {
			signatures = []string{"", "s3v4", "s3"}
		}
		for _, responses := range []string{"article", "aws"} {
			srv := emulatortest.Start(t, "presign-expired", emulatortest.Responses(responses))
			for _, signature := range signatures {
				t.Run(responses+"/signature="+signature, func(t *testing.T) { c.presignEverywhere(t, srv, signature) })
			}
		}
	})
}

// presignEverywhere makes URLs for the plain address and for /~NAME.
func (c client) presignEverywhere(t *testing.T, srv *emulatortest.Server, signature string) {
	at := appOf(srv)
	at.Signature = signature
	c.presignAt(t, at)
	if c.hostOnly {
		return
	}
	at.Endpoint += "/~" + srv.World
	c.presignAt(t, at)
}

func (c client) presignAt(t *testing.T, at target) {
	t.Helper()
	get := step{Do: "presign", Method: "get_object", Bucket: "my-bucket", Key: "file.txt", Expires: 300}
	brief := get
	brief.Expires = 1
	steps := []step{get, brief}
	if !c.hidesStatus { // the AWS CLI presigns GET only
		steps = append(steps, step{Do: "presign", Method: "put_object", Bucket: "my-bucket", Key: "put by url.txt", Expires: 300})
	}
	made := c.runAll(t, at, steps)
	for _, o := range made {
		checkVersion(t, o.URL, at.Signature)
	}
	if status, body := fetch(t, http.MethodGet, made[0].URL, nil); status != http.StatusOK || string(body) != "hello\n" {
		t.Errorf("fresh: %d %s\n%s", status, body, made[0].URL)
	}
	awaitExpiry(t, made[1].URL)
	if len(made) > 2 {
		if status, body := fetch(t, http.MethodPut, made[2].URL, []byte("put")); status != http.StatusOK {
			t.Errorf("fresh put: %d %s\n%s", status, body, made[2].URL)
		}
	}
}

// checkVersion makes sure that a client which was told the signature version used it.
func checkVersion(t *testing.T, made, signature string) {
	t.Helper()
	parsed, err := url.Parse(made)
	if err != nil {
		t.Fatal(err)
	}
	query := parsed.Query()
	switch signature {
	case "s3":
		if !query.Has("AWSAccessKeyId") {
			t.Errorf("no SigV2 URL: %s", made)
		}
	case "s3v4":
		if !query.Has("X-Amz-Signature") {
			t.Errorf("no SigV4 URL: %s", made)
		}
	}
}

// awaitExpiry sends a URL that lives one second until it is refused. It may be
// refused the first time, so only the refusal is asserted, and that it comes.
func awaitExpiry(t *testing.T, made string) {
	t.Helper()
	deadline := time.Now().Add(expiryPatience)
	for {
		status, body := fetch(t, http.MethodGet, made, nil)
		if status != http.StatusOK {
			checkExpired(t, made, status, body)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still served %v after it was made for one second: %s", expiryPatience, made)
		}
		time.Sleep(50 * time.Millisecond) // between two looks, not for a result
	}
}

// expiredXML is the refusal of an expired URL. A SigV2 URL has no X-Amz-Expires.
type expiredXML struct {
	XMLName      xml.Name `xml:"Error"`
	Code         string
	Message      string
	XAmzExpires  string `xml:"X-Amz-Expires"`
	Expires      string
	ServerTime   string
	UnknownParts []struct {
		XMLName xml.Name
	} `xml:",any"`
}

func checkExpired(t *testing.T, made string, status int, body []byte) {
	t.Helper()
	var e expiredXML
	if err := xml.Unmarshal(body, &e); err != nil {
		t.Fatalf("%d %q: %v", status, body, err)
	}
	if status != http.StatusForbidden || e.Code != "AccessDenied" || e.Message != "Request has expired" {
		t.Errorf("expired: %d %s", status, body)
	}
	lifetime := ""
	if strings.Contains(made, "X-Amz-Signature=") {
		lifetime = "1"
	}
	if e.XAmzExpires != lifetime {
		t.Errorf("X-Amz-Expires is %q, want %q: %s", e.XAmzExpires, lifetime, body)
	}
	for name, value := range map[string]string{"Expires": e.Expires, "ServerTime": e.ServerTime} {
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			t.Errorf("%s: %v in %s", name, err, body)
		}
	}
}

// fetch sends a presigned URL as it is. No Content-Type is added, which SigV2
// would have to sign.
func fetch(t *testing.T, method, made string, body []byte) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, made, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, content
}

// TestRawExpired sends an expired URL with curl, which cannot make one.
func TestRawExpired(t *testing.T) {
	t.Parallel()
	programs.Need(t, "curl")
	var c curl
	for _, responses := range []string{"article", "aws"} {
		t.Run(responses, func(t *testing.T) {
			srv := emulatortest.Start(t, "presign-expired", emulatortest.Responses(responses))
			made := goSDK.runAll(t, appOf(srv), []step{
				{Do: "presign", Method: "get_object", Bucket: "my-bucket", Key: "file.txt", Expires: 1},
			})[0].URL
			awaitExpiry(t, made)
			got := c.send(t, made)
			checkExpired(t, made, got.status, got.body)
		})
	}
}

// TestSigV2Header lets boto3 sign its requests, not only its URLs, with SigV2.
// It lists nothing: boto3 1.26 signs list-type=2, which is no subresource.
func TestSigV2Header(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		if !c.choosesVersion {
			t.Skip("skipped: this client has SigV4 only")
		}
		srv := emulatortest.Start(t, "plain")
		file := filepath.Join(t.TempDir(), "file")
		writeFile(t, file, []byte("signed with SigV2"))
		at := appOf(srv)
		at.Signature = "s3"
		for _, prefix := range []string{"", "/~" + srv.World} {
			at.Endpoint = srv.Endpoint + prefix
			back := file + ".back"
			c.runAll(t, at, []step{
				{Do: "put", Bucket: "my-bucket", Key: "a b+c", File: file},
				{Do: "get", Bucket: "my-bucket", Key: "a b+c", File: back},
				{Do: "head", Bucket: "my-bucket", Key: "a b+c"},
			})
			if sumOf(t, back) != sumOf(t, file) {
				t.Errorf("%s: the body came back changed", at.Endpoint)
			}
		}
	})
}
