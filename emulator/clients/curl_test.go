package clients

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// curl is curl with --aws-sigv4: SigV4 without an SDK, a process for each request.
type curl struct {
	env []string // beside the usual
}

var curlClient = client{name: "curl", run: curl{}.run, headRefusal: outcome{Status: 403}}

// exchange is one answer as curl received it.
type exchange struct {
	status int
	header http.Header
	body   []byte
}

// errorXML is S3's error document.
type errorXML struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	RequestID string `xml:"RequestId"`
	HostID    string `xml:"HostId"`
}

func (c curl) run(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	c.env = at.trusting(t)
	outcomes := make([]outcome, len(steps))
	for i, s := range steps {
		switch s.Do {
		case "upload":
			outcomes[i] = c.upload(t, at, s)
		case "tell":
			outcomes[i] = tell(t, s)
		default:
			args, path := curlArguments(s)
			got := c.do(t, at, path, args...)
			if s.Do == "head" {
				got.body = nil // curl --head writes the headers where the body goes
			}
			outcomes[i] = got.outcome(t)
			if (s.Do == "get" || s.Do == "download") && !outcomes[i].refused() {
				writeFile(t, s.File, got.body)
			}
		}
	}
	return outcomes
}

// curlArguments is a step as curl's options and the path, with its query.
func curlArguments(s step) (args []string, path string) {
	object := "/" + s.Bucket + "/" + escapeKey(s.Key)
	switch s.Do {
	case "create":
		return []string{"-X", "PUT"}, "/" + s.Bucket
	case "put":
		args := curlBody("PUT", s.File)
		if s.ACL != "" {
			args = append(args, "-H", "x-amz-acl: "+s.ACL)
		}
		return args, object
	case "get", "download":
		return nil, object
	case "head":
		return []string{"--head"}, object
	case "list":
		return nil, "/" + s.Bucket + "?list-type=2"
	case "copy":
		return []string{"-X", "PUT", "-H", "x-amz-copy-source: " + s.Bucket + "/" + escapeKey(s.Source)}, object
	case "delete":
		return []string{"-X", "DELETE"}, object
	default:
		panic(fmt.Sprintf("no request for %q", s.Do))
	}
}

// curlBody sends a file. It is not --upload-file, which adds the file's name to
// an address that ends with a slash or dots.
func curlBody(method, file string) []string {
	return []string{"-X", method, "-H", "Content-Type: application/octet-stream", "--data-binary", "@" + file}
}

// escapeKey writes a key as SigV4 wants it in a path: every byte that is not
// unreserved is escaped, the slashes stay.
func escapeKey(key string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
	var b strings.Builder
	for i := range len(key) {
		if strings.IndexByte(unreserved, key[i]) >= 0 {
			b.WriteByte(key[i])
			continue
		}
		fmt.Fprintf(&b, "%%%02X", key[i])
	}
	return b.String()
}

// do sends one signed request. curl 7.88 sends no x-amz-content-sha256 by
// itself, so it is given.
func (c curl) do(t *testing.T, at target, path string, args ...string) exchange {
	t.Helper()
	if at.SessionToken != "" {
		args = append(args, "-H", "x-amz-security-token: "+at.SessionToken)
	}
	return c.send(t, at.Endpoint+path, append([]string{
		"--aws-sigv4", "aws:amz:" + at.Region + ":s3",
		"--user", at.AccessKeyID + ":" + at.SecretAccessKey,
		"-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
	}, args...)...)
}

// send runs curl once. --path-as-is keeps the dots in a path, -g the brackets.
func (c curl) send(t *testing.T, url string, args ...string) exchange {
	t.Helper()
	folder := t.TempDir()
	headers, body := filepath.Join(folder, "headers"), filepath.Join(folder, "body")
	args = append([]string{"-q", "-sS", "-g", "--path-as-is", "-D", headers, "-o", body}, args...)
	_, stderr, exit := execute(t, append(environment(t, ""), c.env...), nil, "curl", append(args, url)...)
	if exit != 0 {
		t.Fatalf("curl %q: exit %d\n%s", url, exit, stderr)
	}
	got := readHeaders(t, headers)
	content, err := os.ReadFile(body)
	if err != nil && !os.IsNotExist(err) { // curl makes no file for an empty body
		t.Fatal(err)
	}
	got.body = content
	return got
}

// readHeaders reads what curl -D wrote, past the interim answers (100 Continue).
func readHeaders(t *testing.T, path string) exchange {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	from := bufio.NewReader(bytes.NewReader(content))
	for {
		answer, err := http.ReadResponse(from, &http.Request{Method: http.MethodHead})
		if err != nil {
			t.Fatalf("headers %q: %v", content, err)
		}
		if answer.StatusCode >= 200 {
			return exchange{status: answer.StatusCode, header: answer.Header}
		}
	}
}

// outcome reads the answer as a person would: a refusal's XML, a list's keys.
func (x exchange) outcome(t *testing.T) outcome {
	t.Helper()
	if x.status >= 300 {
		refused := outcome{Status: x.status}
		if len(x.body) > 0 && x.header.Get("Content-Type") == "application/xml" {
			var e errorXML
			if err := xml.Unmarshal(x.body, &e); err != nil {
				t.Fatalf("status %d with %q: %v", x.status, x.body, err)
			}
			refused.Code, refused.Message = e.Code, e.Message
		}
		return refused
	}
	var page struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []struct{ Key string }
	}
	var o outcome
	if xml.Unmarshal(x.body, &page) == nil {
		for _, object := range page.Contents {
			o.Keys = append(o.Keys, object.Key)
		}
	}
	return o
}

// upload does a multipart upload by hand.
func (c curl) upload(t *testing.T, at target, s step) outcome {
	t.Helper()
	object := "/" + s.Bucket + "/" + escapeKey(s.Key)
	started := c.do(t, at, object+"?uploads=", "-X", "POST")
	var upload struct{ UploadId string }
	if err := xml.Unmarshal(started.body, &upload); err != nil || started.status != 200 {
		t.Fatalf("CreateMultipartUpload: %d %s (%v)", started.status, started.body, err)
	}
	content, err := os.ReadFile(s.File)
	if err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(t.TempDir(), "part")
	var list strings.Builder
	for number, offset := 1, 0; offset < len(content); number, offset = number+1, offset+partSize {
		writeFile(t, part, content[offset:min(offset+partSize, len(content))])
		query := "?partNumber=" + strconv.Itoa(number) + "&uploadId=" + escapeKey(upload.UploadId)
		sent := c.do(t, at, object+query, curlBody("PUT", part)...)
		if sent.status != 200 {
			return sent.outcome(t)
		}
		fmt.Fprintf(&list, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", number, sent.header.Get("ETag"))
	}
	return c.do(t, at, object+"?uploadId="+escapeKey(upload.UploadId), "-H", "Content-Type: application/xml",
		"--data-binary", "<CompleteMultipartUpload>"+list.String()+"</CompleteMultipartUpload>").outcome(t)
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
