package clients

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/finding"
)

const reactionsIntro = `# How clients take faults

What real clients do about each of the built-in fault sets and fault scenarios, from real runs: what they ask, roughly
how long that takes, what the user sees, what there is in the end, and what ` + "`s3fault run --all`" + ` would find.

- A built-in set ([faults.md](faults.md)) is met in a job in the world ` + "`plain`" + `: one put, one download (as the
  client downloads files), one upload in parts of 5 MiB, one copy, a delete of three keys. Most sets strike the first
  request for each key. The others are scenarios of the library; "for ever" strikes each time.
- Names say what decides: version, and for the AWS SDKs the retry mode. *on* and *off* are the retries of 2026, by
  AWS_NEW_RETRIES_2026 (for JavaScript SMITHY_NEW_RETRIES_2026 too); aws-sdk-go-v2 1.48 and @smithy/core 3.40 have no
  others. A boto3 without a word about its mode is *legacy*.
- All else is as the client has it by default, but for: path style, plain HTTP, a region, parts of 5 MiB, five seconds
  of patience in *stalled* (of the client's own: read timeout, HTTP client's timeout, deadline). minio-js, opendal and
  restic can be given no such patience, and wait as long as the server does: they have no row there. Neither have
  clients that were not seen to end in three minutes: rclone where puts are throttled, a 502 or an error behind a 200
  stays, or credentials expire; restic and lancedb "for ever".
- *in the end* is the bucket for what is written, the file for what is read. restic and lancedb keep what only they can
  read: it is empty. The clock of *throttled* and *throttled-prefix* stands still, so that no token comes back.
- *finding* says what the record of the run shows ([audit.md](audit.md)), without pauses: seconds are no part of what is
  held.

A test holds requests, outcome, end and finding of every row: another version of a client that does something else fails
it, with both. [ADDING.md](ADDING.md) says how the table is written.
`

// reactionsPage is docs/reactions.md.
func reactionsPage(all map[cell]reaction) string {
	var b strings.Builder
	b.WriteString(reactionsIntro)
	glance(&b, all)
	givingUp(&b, all)
	for _, m := range meetings() {
		fmt.Fprintf(&b, "\n## %s\n\n", m.name)
		b.WriteString("| client | requests | seconds | what the user sees | in the end | finding |\n" +
			"| --- | --- | --- | --- | --- | --- |\n")
		for _, client := range clientsOf(all, m.name) {
			r := all[cell{m.name, client}]
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n",
				client, r.requests, r.seconds, book.Cell(r.outcome), r.truth, r.finding)
		}
	}
	return b.String()
}

// glance is who does what, by the findings.
func glance(b *strings.Builder, all map[cell]reaction) {
	b.WriteString("\n## At a glance\n\n| fault | finding | clients |\n| --- | --- | --- |\n")
	for _, m := range meetings() {
		by := map[string][]string{}
		for _, client := range clientsOf(all, m.name) {
			found := all[cell{m.name, client}].finding
			by[found] = append(by[found], client)
		}
		for _, found := range slices.Sorted(maps.Keys(by)) {
			who := strings.Join(by[found], ", ")
			if found == string(finding.Good) {
				who = fmt.Sprint(len(by[found]), " of ", len(clientsOf(all, m.name)))
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", m.name, found, who)
		}
	}
}

// givingUp is how often the same was asked where nothing gets better.
func givingUp(b *strings.Builder, all map[cell]reaction) {
	faults := []string{"slow-down", "proxy-html-502", "reset-on-upload", "complete-error-in-200"}
	b.WriteString("\n## When nothing gets better\n\nHow often the same is asked, and in how many seconds, until it is " +
		"given up.\n\n| client | 503 SlowDown | 502 in HTML | reset | 200 and an error |\n| --- | --- | --- | --- | --- |\n")
	seen := map[string]bool{}
	for at := range all {
		if strings.HasSuffix(at.fault, ", for ever") {
			seen[at.client] = true
		}
	}
	for _, client := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(b, "| %s |", client)
		for _, fault := range faults {
			r, ok := all[cell{fault + ", for ever", client}]
			if !ok {
				b.WriteString(" |")
				continue
			}
			fmt.Fprintf(b, " %d (%s) |", r.most(), r.seconds)
		}
		b.WriteString("\n")
	}
}
