package metrics_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// scraped is the page of metrics of the test's server.
func scraped(t *testing.T, srv *emulatortest.Server) string {
	t.Helper()
	response, err := http.Get(srv.Endpoint + "/_s3fault/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %v\n%s", response.Status, err, text)
	}
	return string(text)
}

// refused has a client meet the bucket policy of ip-deny, and a fault rule.
func refused(t *testing.T, srv *emulatortest.Server) {
	t.Helper()
	client := sdkv2.S3(t, srv, "app", func(o *s3.Options) { o.RetryMaxAttempts = 1 })
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
	srv.WantDenied(err, "bucket-policy")
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	srv.AddFault(`{"name": "busy", "match": {"operation": "ListObjectsV2"}, "effect": {"error": {"code": "SlowDown"}}}`)
	if _, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket")}); err == nil {
		t.Error("the fault rule lets it through")
	}
	if answer, err := http.Post(srv.Endpoint+"/?Action=NobodyKnows", "", nil); err == nil {
		answer.Body.Close()
	}
}

// settled is the page once so many requests are counted: a client has its answer before.
func settled(t *testing.T, srv *emulatortest.Server) string {
	t.Helper()
	for {
		page := scraped(t, srv)
		if strings.Contains(page, "s3fault_requests_in_flight 0\n") {
			return page
		}
		if t.Context().Err() != nil {
			t.Fatal(page)
		}
	}
}

func TestScrape(t *testing.T) {
	srv := emulatortest.Start(t, "ip-deny", emulatortest.Alone())
	refused(t, srv)
	page := settled(t, srv)
	for _, line := range []string{
		`s3fault_requests_total{fault="none",layer="bucket-policy",operation="GetObject",service="s3",status="403"} 1`,
		`s3fault_requests_total{fault="error",layer="none",operation="ListObjectsV2",service="s3",status="503"} 1`,
		`s3fault_request_duration_seconds_count{operation="GetObject",service="s3"} 1`,
		`s3fault_worlds{kind="private"} 0`,
		`s3fault_panics_total 0`,
		`s3fault_build_info{`,
		`go_goroutines `,
		`process_open_fds `,
	} {
		if !strings.Contains(page, "\n"+line) {
			t.Errorf("no %s in\n%s", line, page)
		}
	}
	if strings.Contains(page, "NobodyKnows") {
		t.Error("a name of the client's is a label")
	}
}

// promtool runs it in a folder.
func promtool(t *testing.T, folder, stdin string, args ...string) {
	t.Helper()
	cmd := programs.Command(context.WithoutCancel(t.Context()), "promtool", args...)
	cmd.Dir, cmd.Stdin = folder, strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	t.Logf("promtool %s\n%s", strings.Join(args, " "), out)
	if err != nil {
		t.Errorf("promtool %s: %v", strings.Join(args, " "), err)
	}
}

// What docs/metrics.md says to give Prometheus is what Prometheus takes, and its rules
// find in a server's own numbers what a client met.
func TestPromtool(t *testing.T) {
	programs.Need(t, "promtool")
	folder := t.TempDir()
	for _, name := range []string{"prometheus.yml", "s3fault.rules.yml", "s3fault.rules.test.yml"} {
		write(t, filepath.Join(folder, name), file(t, name))
	}
	write(t, filepath.Join(folder, "s3fault.token"), "secret\n")
	srv := emulatortest.Start(t, "ip-deny", emulatortest.Alone())
	var pages []string
	for range 2 {
		refused(t, srv)
		pages = append(pages, settled(t, srv))
	}
	promtool(t, folder, pages[1], "check", "metrics")
	promtool(t, folder, "", "check", "config", "prometheus.yml")
	promtool(t, folder, "", "check", "rules", "s3fault.rules.yml")
	promtool(t, folder, "", "test", "rules", "s3fault.rules.test.yml")
	write(t, filepath.Join(folder, "scraped.yml"), fmt.Sprintf(scrapedTest, input(t, pages)))
	promtool(t, folder, "", "test", "rules", "scraped.yml")
}

// scrapedTest holds the rules against what a server told.
const scrapedTest = `
rule_files: [s3fault.rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
%s
    alert_rule_test:
      - eval_time: 2m
        alertname: S3faultRefuses
        exp_alerts:
          - exp_labels: {operation: GetObject, layer: bucket-policy}
            exp_annotations: {summary: "GetObject is refused by bucket-policy; s3fault why says more"}
      - eval_time: 2m
        alertname: S3faultFaultStruck
        exp_alerts:
          - exp_labels: {operation: ListObjectsV2, fault: error}
            exp_annotations: {summary: "ListObjectsV2 met the fault error"}
      - {eval_time: 2m, alertname: S3faultBroken, exp_alerts: []}
      - {eval_time: 2m, alertname: S3faultWorldsLeft, exp_alerts: []}
`

// input is the series of s3fault on two pages as promtool reads them: the values one after
// the other.
func input(t *testing.T, pages []string) string {
	t.Helper()
	values, order := map[string][]string{}, []string(nil)
	for _, page := range pages {
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for name, family := range families {
			if !strings.HasPrefix(name, "s3fault_requests_total") && name != "s3fault_worlds" && name != "s3fault_panics_total" {
				continue
			}
			for _, m := range family.Metric {
				var labels []string
				for _, l := range m.Label {
					labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
				}
				series := name + "{" + strings.Join(labels, ", ") + "}"
				if values[series] == nil {
					order = append(order, series)
				}
				value := m.GetCounter().GetValue() + m.GetGauge().GetValue()
				values[series] = append(values[series], fmt.Sprint(value))
			}
		}
	}
	var text strings.Builder
	for _, series := range order {
		fmt.Fprintf(&text, "      - {series: '%s', values: '%s'}\n", series, strings.Join(values[series], " "))
	}
	return text.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The metrics are a call of the control plane: who has no token reads nothing.
func TestMetricsAreGuarded(t *testing.T) {
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: library, AdminToken: "secret", SeparateControl: true})
	if err != nil {
		t.Fatal(err)
	}
	for authorization, wanted := range map[string]int{"": 401, "Bearer wrong": 401, "Bearer secret": 200} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_s3fault/metrics", nil)
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		s.Control().ServeHTTP(w, r)
		if w.Code != wanted {
			t.Errorf("with %q: %d", authorization, w.Code)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_s3fault/metrics", nil))
	if strings.Contains(w.Body.String(), "s3fault_requests_total") {
		t.Error("they are at the address of the worlds, though the control plane is elsewhere")
	}
}
