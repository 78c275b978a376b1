package emulator_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// The same object is reached by every form of address, signed as it is sent.
func TestAddresses(t *testing.T) {
	srv := emulatortest.Start(t, "plain", emulatortest.Domain("s3.test"))
	port := srv.Endpoint[strings.LastIndexByte(srv.Endpoint, ':'):]
	for _, row := range []struct{ host, path string }{
		{"", "/my-bucket/file.txt"},
		{"", "/~plain/my-bucket/file.txt"},
		{"s3.localhost" + port, "/my-bucket/file.txt"},
		{"s3.us-east-1.localhost" + port, "/my-bucket/file.txt"},
		{"my-bucket.s3.localhost" + port, "/file.txt"},
		{"my-bucket.s3.us-east-1.localhost" + port, "/file.txt"},
		{"plain.scenario.localhost" + port, "/my-bucket/file.txt"},
		{"my-bucket.plain.scenario.localhost" + port, "/file.txt"},
		{"my-bucket.plain.scenario.s3.test", "/file.txt"},
		{"s3.amazonaws.com", "/my-bucket/file.txt"},
		{"my-bucket.s3.us-east-1.amazonaws.com", "/file.txt"},
		{"anything.example", "/my-bucket/file.txt"},
	} {
		t.Run(row.host+row.path, func(t *testing.T) {
			r := request(t, srv, "GET", row.path, nil)
			if row.host != "" {
				r.Host = row.host
			}
			sign(srv, r, "app", nil, time.Now())
			got := do(t, r)
			got.want(t, 200, "")
			if string(got.body) != "hello\n" {
				t.Errorf("body %q", got.body)
			}
		})
	}
}

// As an HTTP proxy the emulator answers for AWS's own names.
func TestAbsoluteForm(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	r, err := http.NewRequest("GET", "http://my-bucket.s3.amazonaws.com/file.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	sign(srv, r, "app", nil, time.Now())
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Endpoint, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := r.WriteProxy(conn); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("got %s", resp.Status)
	}
}

func TestUnknownWorld(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	got := send(t, srv, "app", "GET", "/~ip-dney/my-bucket/file.txt", nil)
	got.want(t, 400, "InvalidRequest")
	if !strings.Contains(got.Message, `"ip-deny"`) {
		t.Errorf("the message does not name the nearest world: %s", got.Message)
	}
}

// A host name with a region is that region's endpoint.
func TestRegionOfHost(t *testing.T) {
	srv := emulatortest.Start(t, "wrong-region", emulatortest.Responses("aws"))
	r := request(t, srv, "GET", "/my-bucket/file.txt", nil)
	r.Host = "s3.us-east-1.amazonaws.com"
	sign(srv, r, "app", nil, time.Now())
	got := do(t, r)
	got.want(t, 301, "")
	if !bytes.Contains(got.body, []byte("<Code>PermanentRedirect</Code>")) || got.header.Get("x-amz-bucket-region") != "eu-west-1" {
		t.Errorf("got %v %s", got.header, got.body)
	}
}

// What the control plane tells is complete, and wrong names are refused by name.
func TestControlPlane(t *testing.T) {
	srv := emulatortest.Start(t, "ip-deny")
	var health struct {
		Status    string
		Scenarios int
	}
	control(t, srv, "GET", "/health", 200, &health)
	if health.Status != "ok" || health.Scenarios < 7 {
		t.Errorf("health is %+v", health)
	}
	var sc struct {
		Endpoint, Region string
		Callers          map[string]struct {
			AccessKeyID     string `json:"access_key_id"`
			SecretAccessKey string `json:"secret_access_key"`
			ARN             string
		}
		Buckets     []string
		Expect      []any
		FixCommands []any `json:"fix_commands"`
	}
	control(t, srv, "GET", "/scenarios/ip-deny", 200, &sc)
	app := sc.Callers["app"]
	if sc.Endpoint != srv.Endpoint+"/~ip-deny" || app.SecretAccessKey == "" || app.ARN != "arn:aws:iam::123456789012:user/my-user" ||
		fmt.Sprint(sc.Buckets) != "[my-bucket]" || len(sc.Expect) == 0 || len(sc.FixCommands) == 0 {
		t.Errorf("the scenario is %+v", sc)
	}
	var refused struct{ Error string }
	control(t, srv, "GET", "/scenarios/ip-dney", 404, &refused)
	if !strings.Contains(refused.Error, `did you mean "ip-deny"`) {
		t.Errorf("error %q", refused.Error)
	}
	control(t, srv, "GET", "/requests/none", 404, &refused)
	control(t, srv, "GET", "/nothing", 404, &refused)
	control(t, srv, "GET", "/worlds/ip-deny/reset", 405, &refused)
	control(t, srv, "POST", "/worlds/none/reset", 404, &refused)
}

func control(t testing.TB, srv *emulatortest.Server, method, path string, status int, into any) {
	t.Helper()
	tell(t, srv, method, path, nil, status, into)
}

// tell is control with a body.
func tell(t testing.TB, srv *emulatortest.Server, method, path string, body []byte, status int, into any) {
	t.Helper()
	r := request(t, srv, method, "/_s3fault"+path, body)
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != status {
		t.Errorf("%s %s: %s, want %d", method, path, resp.Status, status)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
}

// The journal has the entry before the client has the answer, and reply,
// journal and Why speak of one decision.
func TestJournal(t *testing.T) {
	srv := emulatortest.Start(t, "ip-deny")
	got := send(t, srv, "app", "GET", "/my-bucket/file.txt", nil)
	got.want(t, 403, "AccessDenied")
	id := got.header.Get("x-amz-request-id")
	if id != got.RequestId || got.header.Get("x-amz-id-2") != got.HostId {
		t.Errorf("headers and body name the request differently")
	}
	d := srv.Why(id)
	if d == nil || d.Cause != "bucket-policy" {
		t.Fatalf("Why is %+v", d)
	}
	all := srv.Requests()
	if len(all) != 1 || all[0].RequestID != id || all[0].Caller != "app" || all[0].Operation != "GetObject" || all[0].Code != "AccessDenied" {
		t.Errorf("the journal has %+v", all)
	}
}

// HEAD is refused without a body, and everything else about it is the same.
func TestHead(t *testing.T) {
	srv := emulatortest.Start(t, "ip-deny")
	got := send(t, srv, "app", "HEAD", "/my-bucket/file.txt", nil)
	if got.status != 403 || len(got.body) != 0 || len(got.header.Get("x-amz-request-id")) != 16 {
		t.Errorf("got %d, %d bytes, %v", got.status, len(got.body), got.header)
	}
}

// A reset brings everything back as it was loaded, at once, whatever is running.
func TestReset(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	send(t, srv, "app", "PUT", "/my-bucket/file.txt", []byte("changed")).want(t, 200, "")
	send(t, srv, "app", "PUT", "/my-bucket/more", []byte("more")).want(t, 200, "")
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 20 {
				got := send(t, srv, "app", "PUT", fmt.Sprint("/my-bucket/w", i), []byte("w"))
				got.want(t, 200, "")
			}
		})
	}
	for range 10 {
		if err := srv.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	got := send(t, srv, "app", "GET", "/my-bucket/file.txt", nil)
	if string(got.body) != "hello\n" {
		t.Errorf("after a reset file.txt is %q", got.body)
	}
	send(t, srv, "app", "GET", "/my-bucket/more", nil).want(t, 404, "NoSuchKey")
	send(t, srv, "app", "GET", "/my-bucket/w0", nil).want(t, 404, "NoSuchKey")
}

// An object keeps the key that it was written with: changing the bucket's
// encryption cures no old object.
func TestObjectKeepsItsKey(t *testing.T) {
	srv := emulatortest.Start(t, "kms-missing")
	send(t, srv, "app", "GET", "/my-bucket/file.txt", nil).want(t, 403, "AccessDenied")
	body := []byte(`<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`)
	send(t, srv, "admin", "PUT", "/my-bucket?encryption=", body).want(t, 200, "")
	send(t, srv, "app", "PUT", "/my-bucket/new.txt", []byte("new")).want(t, 200, "")
	send(t, srv, "app", "GET", "/my-bucket/new.txt", nil).want(t, 200, "")
	got := send(t, srv, "app", "GET", "/my-bucket/file.txt", nil)
	got.want(t, 403, "AccessDenied")
	if d := srv.Why(got.RequestId); d == nil || d.Cause != "kms" {
		t.Errorf("Why is %+v", d)
	}
}

// A public policy that Block Public Access keeps out is refused by that layer,
// and the journal says so.
func TestBlockPublicPolicy(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	body := []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`)
	got := send(t, srv, "app", "PUT", "/my-bucket?policy=", body)
	got.want(t, 403, "AccessDenied")
	if !strings.HasSuffix(got.Message, "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.") {
		t.Errorf("message %q", got.Message)
	}
	if d := srv.Why(got.RequestId); d == nil || d.Cause != "block-public-access" {
		t.Errorf("Why is %+v", d)
	}
}

// A form's key, which stands in its fields, is in the journal like any other.
func TestFormInJournal(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	body := "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nposted.txt\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n"
	got := send(t, srv, "", "POST", "/my-bucket", []byte(body), header("Content-Type", "multipart/form-data; boundary=b"))
	got.want(t, 403, "AccessDenied")
	all := srv.Requests()
	if len(all) != 1 || all[0].Operation != "PostObject" || all[0].Key != "posted.txt" || all[0].Caller != "" {
		t.Errorf("the journal has %+v", all)
	}
}
