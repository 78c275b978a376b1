package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// row is an effect in the table: as a rule has it at a stage before the answer, and within
// a body. An empty one is as the other.
type row struct {
	effect, within string
	silent         bool // nothing comes until the client goes
	edit           func(*http.Request)
	header         string // of which the table says whether the answer has it
	beside         string // an operation that the rule is about too, and that is called before
}

// rows are all effects. One that is not here fails TestTableOfFaults by its name.
var rows = []row{
	{effect: `error: {code: SlowDown}`, within: `error: {code: SlowDown}, after_bytes: 100`},
	{effect: `latency: 1ms`},
	{effect: `bandwidth: 1MiB`},
	{effect: `stall: 1ms`, within: `stall: 1ms, after_bytes: 100`},
	{effect: `stall: forever`, within: `stall: forever, after_bytes: 100`, silent: true},
	{effect: `continue: never`, edit: expects},
	{effect: `continue: 1h`, edit: expects},
	{effect: `reset: true`, within: `reset: true, after_bytes: 100`},
	{effect: `close: true`, within: `close: true, after_bytes: 100`},
	{effect: `truncate_after: 100`},
	{effect: `truncate_at: 100`},
	{effect: `corrupt: {at: 100}`},
	{effect: `error_in_200: {code: InternalError}`},
	{effect: `list: truncated-without-token`},
	{effect: `drop_headers: [ETag]`, header: "Etag"},
	{effect: `set_headers: {x-note: hello}`, header: "X-Note"},
	{effect: `throttle: {rate: 1, burst: 1, per: world}`, beside: "HeadBucket"},
	{effect: `redirect: {region: eu-west-1}`},
	{effect: `expire: session`}, // which the caller has none of
}

func expects(r *http.Request) { r.Header.Set("Expect", "100-continue") }

var stages = []string{"arrival", "request_body", "before_commit", "after_commit", "response_body"}

// rule is the row's at a stage of an operation.
func (r row) rule(stage, operation string) string {
	effect := r.effect
	if strings.HasSuffix(stage, "_body") && r.within != "" {
		effect = r.within
	}
	if r.beside != "" {
		operation += ", " + r.beside
	}
	return fmt.Sprintf(`[{name: f, match: {operation: [%s]}, when: {first: 1}, stage: %s, effect: {%s}}]`,
		operation, stage, effect)
}

// cell is what comes of a fault.
type cell struct {
	refused string // why there is no such rule; empty: there is
	wire    string
	bucket  string
	journal string
}

// play strikes one call in a world of its own, in which without the fault success is left.
func (r row) play(t *testing.T, c *caller, stage string, of call, success map[string]string) cell {
	t.Helper()
	request := of.request(c)
	if r.edit != nil {
		r.edit(request)
	}
	before := c.contents()
	if err := c.srv.SetFaults(c.world, []byte(r.rule(stage, of.operation))); err != nil {
		_, text, _ := strings.Cut(err.Error(), ": ")
		it := regexp.MustCompile(`\b(` + of.operation + `|HeadBucket)\b`)
		return cell{refused: it.ReplaceAllString(text, "it")}
	}
	if r.beside != "" {
		c.freeze() // or what is used up would come back
		c.do(c.request(http.MethodHead, "", ""))
	}
	got := r.send(t, c, request)
	after := c.contents()
	if request.Method == http.MethodGet {
		got.compare(t, c.do(of.request(c)).body)
	}
	return cell{wire: got.String() + r.has(got), journal: struck(t, c, stage), bucket: left(before, after, success)}
}

// has says whether the answer has the row's header.
func (r row) has(w wire) string {
	switch {
	case r.header == "" || w.answer == nil:
		return ""
	case w.answer.Header.Get(r.header) == "":
		return ", without " + r.header
	}
	return ", with " + r.header
}

// left is what is in the bucket, in words.
func left(before, after, success map[string]string) string {
	switch {
	case differs(after, before) == "":
		return "as before"
	case differs(after, success) == "":
		return "as after success"
	}
	return "as after success, but " + differs(after, success)
}

// send plays the call over a connection of its own, and says what that carried.
func (r row) send(t *testing.T, c *caller, request *http.Request) wire {
	t.Helper()
	text := c.bytes(request)
	connection := dial(t, c.base, c.trusting)
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	if !r.silent {
		return receive(connection, request.Method)
	}
	heard := &recorder{Conn: connection}
	received := make(chan wire, 1)
	go func() { received <- receive(heard, request.Method) }()
	eventually(t, "the strike is in the journal, and what comes before it has come", func() bool {
		e := entry(c)
		return e != nil && (e.Status == 0 || heard.body() >= 100)
	})
	hangUp(connection)
	return <-received
}

// hangUp closes a connection without a word: TLS would take leave of the server, whose end
// could then come before ours.
func hangUp(c net.Conn) {
	if over, ok := c.(*tls.Conn); ok {
		c = over.NetConn()
	}
	c.Close()
}

// entry is that of the struck request; nil: there is none.
func entry(c *caller) *journal.Entry {
	for _, e := range c.srv.Requests(c.world) {
		if e.Fault != nil {
			return &e
		}
	}
	return nil
}

// struck is what the journal says of the struck request.
func struck(t *testing.T, c *caller, stage string) string {
	t.Helper()
	e := entry(c)
	if e == nil {
		return "not struck"
	}
	if e.Fault.Rule != "f" || e.Fault.Stage != stage {
		t.Errorf("%s: the journal says %+v", stage, e.Fault)
	}
	text := fmt.Sprint(e.Status)
	if e.Status == 0 {
		text = "no answer"
	}
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Fault.Answered {
		text += ", the rule's"
	}
	return text
}

// TestTableOfFaults plays every effect at every stage of every call, over plain HTTP and
// over TLS, and holds what the wire carried, what the bucket held after and what the
// journal said against the page.
func TestTableOfFaults(t *testing.T) {
	for _, name := range fault.EffectNames() {
		if !slices.ContainsFunc(rows, func(r row) bool { return strings.HasPrefix(r.effect, name+":") }) {
			t.Errorf("the effect %s has no row", name)
		}
	}
	t.Run("HTTP", func(t *testing.T) { playTable(t, nil) })
	t.Run("TLS", func(t *testing.T) { playTable(t, trusting(t)) })
}

// playTable plays it with struck calls that come over TLS; nil: plainly.
func playTable(t *testing.T, over *tls.Config) {
	srv, base := serveTable(t)
	success := map[string]map[string]string{}
	for _, of := range calls {
		c := newCaller(t, srv, base)
		c.do(of.request(c))
		success[of.name] = c.contents()
	}
	var page strings.Builder
	page.WriteString(tableHead)
	for _, r := range rows {
		for _, stage := range stages {
			var cells []cell
			for _, of := range calls {
				c := newCaller(t, srv, base)
				c.trusting = over
				cells = append(cells, r.play(t, c, stage, of, success[of.name]))
			}
			writeCells(&page, r.shown(stage), stage, cells)
		}
	}
	t.Log("\n" + page.String())
	book.Hold(t, "../../docs/faults-table.md", page.String())
}

const tableHead = `# What each fault does

Every effect at every stage, in each of six calls: what the wire carries, what the bucket
holds after, and what the journal says of it (the status, the code, and whether the answer
is the rule's own). The objects, and what is put, have 300 bytes; the caller waits for what
comes. A test plays it and writes this page:
` + "`go test ./emulator/faults -run TestTableOfFaults -update`" + `.

| effect | stage | calls | on the wire | the bucket after | the journal |
| --- | --- | --- | --- | --- | --- |
`

// shown is the effect as it stands in the row's rule at the stage.
func (r row) shown(stage string) string {
	_, text, _ := strings.Cut(r.rule(stage, ""), "effect: {")
	return strings.TrimSuffix(text, "}}]")
}

// writeCells writes the cells of a stage, those that are alike together.
func writeCells(page *strings.Builder, effect, stage string, cells []cell) {
	done := map[cell]bool{}
	for _, one := range cells {
		if done[one] {
			continue
		}
		done[one] = true
		var alike []string
		for i, other := range cells {
			if other == one {
				alike = append(alike, calls[i].name)
			}
		}
		what := []string{one.wire, one.bucket, one.journal}
		if one.refused != "" {
			what = []string{"no such rule: " + one.refused, "", ""}
		}
		fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", effect, stage, strings.Join(alike, ", "),
			book.Cell(what[0])+" | "+book.Cell(what[1])+" | "+what[2])
	}
}

// ours is who the servers and the clients of these tests trust.
var ours = sync.OnceValue(func() *authority.Authority {
	a, err := authority.New()
	if err != nil {
		panic(err)
	}
	return a
})

// trusting is how a client speaks TLS with them.
func trusting(t *testing.T) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ours().PEM()) {
		t.Fatal("there is no authority")
	}
	return &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

// serveTable serves the table's world on a free port.
func serveTable(t *testing.T) (srv *emulator.Server, base string) {
	t.Helper()
	file, err := scenarios.Parse("table.yaml", []byte(plainWorld))
	if err != nil {
		t.Fatal(err)
	}
	srv, err = emulator.New(emulator.Config{File: file, TLS: ours().Config()})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := srv.Loopback(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return srv, base
}
