package browsers

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/sigv4"
)

// patience is what Chromium has to start and play the page, on a busy machine.
const patience = 50 * time.Second

// uploads are what the page saw of its uploads to a bucket: a presigned PUT and a POST form
// by fetch, and forms of HTML that are answered with a redirect to the page's origin and
// with a document of the bucket's.
type uploads struct{ Put, Post, Redirected, Shown string }

// Without CORS a page of another origin can upload by forms, and learns of it only where
// they lead back to it. With CORS presigned PUTs go through too, and the page can read the
// status, and the ETag if a rule exposes it. Played with Chromium 156.
func TestChromium(t *testing.T) {
	programs.Need(t, "chromium")
	const hidden, blind = "TypeError", "no ETag"
	const both, anything = "[PUT, POST]", `allowed_headers: ["*"]`
	const exposing = `allowed_headers: [content-type], expose_headers: [ETag]`
	put, post := "200 "+etag("by put"), "204 "+etag("by fetch")
	rows := map[string]struct{ origin, methods, more, put, post string }{
		"not-configured": {"", "", "", hidden, hidden},
		"wrong-origin":   {"http://127.0.0.1", both, anything, hidden, hidden},
		"with-slash":     {"ORIGIN/", both, anything, hidden, hidden},
		"no-headers":     {"ORIGIN", both, "", hidden, "204 " + blind},
		"post-alone":     {"ORIGIN", "[POST]", exposing, hidden, post},
		"put-alone":      {"ORIGIN", "[PUT]", exposing, put, hidden},
		"unexposed":      {"ORIGIN", both, anything, "200 " + blind, "204 " + blind},
		"exposed":        {"ORIGIN", both, exposing, put, post},
		"everybody":      {"*", both, exposing, put, post},
	}
	p := serve(t)
	buckets := &strings.Builder{}
	for name, row := range rows {
		cors := ""
		if row.origin != "" {
			origin := strings.Replace(row.origin, "ORIGIN", p.URL, 1)
			cors = fmt.Sprintf("cors: [{allowed_origins: [%q], allowed_methods: %s, %s}]", origin, row.methods, row.more)
		}
		fmt.Fprintf(buckets, "      %s: {%s}\n", name, cors)
	}
	srv := emulatortest.Start(t, "w", emulatortest.YAML(shared+buckets.String()))
	plan := map[string]any{}
	for name := range rows {
		plan[name] = planned(t, srv, name, p.URL+"/arrived")
	}
	p.plan <- plan
	seen := p.open(t)
	client := sdkv2.S3(t, srv, "root")
	for name, row := range rows {
		want := uploads{row.put, row.post, "/arrived by-redirected " + etag("by form"), "SecurityError"}
		if seen[name] != want {
			t.Errorf("%s: the page saw\n%+v, want\n%+v", name, seen[name], want)
		}
		there := map[string]bool{"by-put": row.put != hidden, "by-fetch": true, "by-redirected": true, "by-shown": true}
		for key, want := range there {
			_, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(name), Key: aws.String(key)})
			if (err == nil) != want {
				t.Errorf("%s: %s is there: %v, want %v (%v)", name, key, err == nil, want, err)
			}
		}
	}
}

func etag(body string) string { return fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))) }

// planned is what the page needs to upload to a bucket, as ann has signed it.
func planned(t *testing.T, srv *emulatortest.Server, bucket, arrived string) map[string]any {
	t.Helper()
	put, err := s3.NewPresignClient(sdkv2.S3(t, srv, "ann")).PresignPutObject(t.Context(),
		&s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String("by-put")})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"put":        put.URL,
		"post":       srv.Endpoint + "/" + bucket,
		"fetched":    fields(srv, bucket, "by-fetch"),
		"redirected": fields(srv, bucket, "by-redirected", sigv4.Field{Name: "success_action_redirect", Value: arrived}),
		"shown":      fields(srv, bucket, "by-shown", sigv4.Field{Name: "success_action_status", Value: "201"}),
	}
}

// fields are the names and values of a form that ann has signed, all but the file.
func fields(srv *emulatortest.Server, bucket, key string, more ...sigv4.Field) [][2]string {
	now, who := time.Now(), srv.Credentials("ann")
	scope := sigv4.Scope{Region: srv.Region, Service: "s3"}
	form := append(sigv4.Form{{Name: "key", Value: key}}, more...)
	conditions := []map[string]string{{"bucket": bucket}}
	for _, f := range append(form, sigv4.FormFieldsV4(who, scope, now)...) {
		conditions = append(conditions, map[string]string{f.Name: f.Value})
	}
	expiration := now.Add(time.Hour).UTC().Format(time.RFC3339)
	policy, _ := json.Marshal(map[string]any{"expiration": expiration, "conditions": conditions})
	form = append(form, sigv4.Field{Name: "policy", Value: base64.StdEncoding.EncodeToString(policy)})
	var all [][2]string
	for _, f := range sigv4.SignForm(form, who, scope, now) {
		all = append(all, [2]string{f.Name, f.Value})
	}
	return all
}

// site is the origin that the page is of: it gives the page its plan, and hears what it saw.
type site struct {
	*httptest.Server
	plan chan map[string]any
	seen chan map[string]uploads
}

func serve(t *testing.T) *site {
	t.Helper()
	p := &site{plan: make(chan map[string]any, 1), seen: make(chan map[string]uploads, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "testdata/upload.html")
	})
	mux.HandleFunc("GET /arrived", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /plan", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(<-p.plan); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /seen", func(_ http.ResponseWriter, r *http.Request) {
		var seen map[string]uploads
		if err := json.NewDecoder(r.Body).Decode(&seen); err != nil {
			t.Error(err)
		}
		p.seen <- seen
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// open opens the page in Chromium, and waits for what it tells. Root has no sandbox, and a
// container's /dev/shm may be small.
func (p *site) open(t *testing.T) map[string]uploads {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := programs.Command(ctx, "chromium", "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
		"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--remote-debugging-port=0", "--enable-logging=stderr", "--user-data-dir="+t.TempDir(), p.URL)
	log := &bytes.Buffer{}
	c.Stderr, c.Env = log, append(os.Environ(), "TMPDIR="+t.TempDir())
	// It ends its own processes, which would write on into the folder.
	c.Cancel, c.WaitDelay = func() error { return c.Process.Signal(syscall.SIGTERM) }, 10*time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case seen := <-p.seen:
		cancel()
		<-ended
		return seen
	case err := <-ended:
		t.Fatalf("the page told nothing: %v\n%s", err, log)
	}
	return nil
}
