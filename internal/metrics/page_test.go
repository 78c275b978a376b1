package metrics_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/metrics"
)

// folder has the files for Prometheus that the page shows.
const folder = "../../docs/prometheus/"

// TestMetricsPage: docs/metrics.md is the table of metrics, and the files beside it.
func TestMetricsPage(t *testing.T) {
	var rows, labels strings.Builder
	for _, m := range metrics.Table() {
		of := "`" + strings.Join(m.Labels, "`, `") + "`"
		if m.Labels == nil {
			of = ""
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", m.Name, m.Kind, of, book.Cell(m.Help))
	}
	for _, l := range metrics.Labels() {
		fmt.Fprintf(&labels, "| `%s` | %s |\n", l.Name, book.Cell(l.Says))
	}
	book.Hold(t, "../../docs/metrics.md", strings.NewReplacer(
		"ROWS\n", rows.String(), "LABELS\n", labels.String(),
		"CONFIG\n", file(t, "prometheus.yml"), "RULES\n", file(t, "s3fault.rules.yml"),
	).Replace(page))
}

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(folder + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const page = "# Metrics\n" + `
A server tells Prometheus of its requests at ` + "`GET /_s3fault/metrics`" + `, a call of the control plane: where that has an address of its own (` + "`--admin-addr`" + `), it is there; where it asks for a token (` + "`--admin-token`" + `), it asks for it here too; and it answers to localhost, to the address that it listens on and to the names given with ` + "`--domain`" + `, so a Prometheus in another container asks for a name that ` + "`serve --domain s3fault`" + ` gives it.

` + "```sh\ncurl -s http://127.0.0.1:9403/_s3fault/metrics | promtool check metrics\n```" + `

| metric | kind | labels | what it is |
| --- | --- | --- | --- |
ROWS

Beside them stand those of the client library: ` + "`go_…`" + ` of Go's runtime, ` + "`process_…`" + ` of the process, ` + "`promhttp_…`" + ` of reading the page itself. Calls of the control plane are not counted, nor are the requests that ` + "`grade`" + ` sends to copies of worlds.

| label | what it says |
| --- | --- |
LABELS

A label has no value that a client could make up, so there are never more series than operations, statuses, layers and effects that have come together. **The world is no label**: test suites make private worlds by the thousand, each with a name of its own, and a series would stay for each long after its world has gone; scenarios' own worlds times operations are some ten thousand. What happened in one world is in its journal (` + "`/_s3fault/worlds/{id}/requests`" + `, with filters) and in the log.

A request is counted once its answer has been written to its end, or as far as it ever will be: a client may read the metrics so soon after an answer that it is not there yet. Until then it is in ` + "`s3fault_requests_in_flight`" + `.

## Prometheus

` + "[prometheus.yml](prometheus/prometheus.yml); the token stands in a file beside it, as `serve --admin-token` or `S3FAULT_ADMIN_TOKEN` has it:" + `

` + "```yaml\nCONFIG\n```" + `

[s3fault.rules.yml](prometheus/s3fault.rules.yml), with [tests](prometheus/s3fault.rules.test.yml) for ` + "`promtool test rules`" + `:

` + "```yaml\nRULES\n```" + `

A series begins with its first request, at 1, and ` + "`rate` and `increase`" + ` see what comes after: a single refusal shows in ` + "`s3fault_requests_total`" + ` itself.
`
