package clients

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
)

// meeting is one fault scenario as every client meets it.
type meeting struct {
	name     string // the scenario's or the set's, and what is particular
	set      string // a built-in fault set, in the world `plain`; empty: a scenario's own rules
	scenario string // empty: the name
	patch    string // of the world; empty: none
	steps    []step
	prepare  func(*testing.T, *emulatortest.Server) target // empty: the app's keys
	brisk    bool                                          // also for costly clients

	// What holds for every SDK, also for a version that the table does not know: how it
	// ends, and how many requests it takes at the least.
	ends  end
	least int
}

// end is how the last step goes.
type end string

const (
	well   end = "well"
	badly  end = "badly"
	either end = "either"
)

// encounter is a client in the world where it meets something.
type encounter struct {
	meeting meeting
	reactor reactor
	srv     *emulatortest.Server
	target  target
	folder  string

	first, steps []step
	before       int              // requests that came before any fault
	was          finding.Contents // what was in the buckets then
}

// patience is what clients have where something stalls, in seconds. A machine with much to
// do must not use it up.
const patience = 5

func (m meeting) encounter(t *testing.T, r reactor) *encounter {
	t.Helper()
	scenario := cmp.Or(m.scenario, m.name)
	if m.set != "" {
		scenario = "plain"
	}
	srv := emulatortest.Start(t, scenario, emulatortest.Responses("aws"))
	e := &encounter{meeting: m, reactor: r, srv: srv, target: appOf(srv), folder: t.TempDir()}
	e.change(t, m.patch)
	if m.prepare != nil {
		e.target = m.prepare(t, srv)
	}
	if m.set == "stalled" {
		e.target.Patience = patience
	}
	e.steps = e.placed(t, "", m.stepsOf(r))
	if r.first != nil {
		e.first = e.placed(t, "first", r.first(m))
	}
	return e
}

func (e *encounter) change(t *testing.T, patch string) {
	t.Helper()
	if patch == "" {
		return
	}
	if err := e.srv.Patch(patch); err != nil {
		t.Fatal(err)
	}
}

// begin does what comes before, and lets the faults in. A throttle's clock stands still, so
// that no second goes by in which it lets more through.
func (e *encounter) begin(t *testing.T, run func([]step)) {
	t.Helper()
	if e.meeting.set != "" {
		e.keep(t, "own.bin", "d/1", "d/2", "d/3")
		if len(e.first) > 0 {
			run(e.first)
		}
		patch := `{"faults": [{"use": "` + e.meeting.set + `"}]}`
		if e.meeting.set == "throttled" {
			patch = `{"clock": {"rate": 0}, "faults": [{"use": "throttled"}]}`
		}
		e.change(t, patch)
	}
	e.before, e.was = len(e.srv.Requests()), e.contents(t)
}

func (e *encounter) contents(t *testing.T) finding.Contents {
	t.Helper()
	told, err := launch.Digested(t.Context(), e.srv.Contents())
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// keep keeps objects as an SDK of today does: with their checksum.
func (e *encounter) keep(t *testing.T, keys ...string) {
	t.Helper()
	for i, key := range keys {
		body := bytes.NewReader(noise(70000, uint64(i)))
		in := &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key), Body: body}
		if _, err := e.admin().PutObject(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

func (e *encounter) admin() *s3.Client {
	at, admin := appOf(e.srv), e.srv.Caller("admin")
	at.AccessKeyID, at.SecretAccessKey, at.SessionToken = admin.AccessKeyID, admin.SecretAccessKey, admin.SessionToken
	return newGoSDK(at)
}

// stepsOf are the steps as the client has them: many puts are a folder for commands.
func (m meeting) stepsOf(r reactor) []step {
	if m.set == "throttled" && strings.Contains(r.does, "folder") {
		return []step{{Do: "folder", Key: "logs/"}}
	}
	return m.steps
}

// before is steps that make what the meeting's steps read, if these are of such a kind.
func (m meeting) before(kind string, made step) []step {
	if i := slices.IndexFunc(m.steps, func(s step) bool { return s.Do == kind }); i >= 0 {
		made.Key = m.steps[i].Key
		return []step{made}
	}
	return nil
}

// placed are steps with their bucket, and with their files in a folder.
func (e *encounter) placed(t *testing.T, name string, steps []step) []step {
	t.Helper()
	sizes := map[string]int{"put": 1024, "new": 1024, "upload": partSize + 1024}
	if e.meeting.set != "" {
		sizes["put"], sizes["new"] = 70000, 70000
	}
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Bucket = "my-bucket"
		steps[i].File = filepath.Join(e.folder, fmt.Sprint(name, i))
		if size, sends := sizes[steps[i].Do]; sends {
			writeFile(t, steps[i].File, noise(size, uint64(i)))
		}
		if steps[i].Do == "folder" {
			fillFolder(t, steps[i].File)
		}
	}
	return steps
}

func fillFolder(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		writeFile(t, filepath.Join(folder, fmt.Sprintf("%02d", i+1)), noise(1000, uint64(i)))
	}
}

// seen is what the client did, said, and left.
func (e *encounter) seen(t *testing.T, o outcome) reaction {
	t.Helper()
	requests := e.srv.Requests()[e.before:]
	e.change(t, `{"faults": []}`)
	r := reaction{requests: requestsOf(requests), outcome: e.said(o), seconds: secondsOf(requests)}
	if !e.reactor.opaque {
		r.truth = e.truth(t)
	}
	r.finding = e.found(t, requests, o, r.truth)
	return r
}

// found is what s3fault run --all would find, and is held: what hangs on which of two came
// first is not, on a machine with much to do.
func (e *encounter) found(t *testing.T, requests []emulator.Entry, o outcome, truth string) string {
	t.Helper()
	run := &finding.Run{
		Case: finding.Case{Name: e.meeting.name, Faults: cmp.Or(e.meeting.set, e.meeting.name)}, Requests: requests,
		Before: e.was, After: e.contents(t),
	}
	if o.refused() {
		run.Ending = finding.Ending{Exit: 1, Printed: 1, Output: o.Error + o.Code + o.Message}
	}
	struck := func(e emulator.Entry) bool { return e.Fault != nil }
	if e.meeting.set != "" && !slices.ContainsFunc(requests, struck) {
		return string(finding.RuleNeverStruck)
	}
	var kinds []string
	for _, f := range finding.Of(run) {
		if kind := string(f.Kind); !hangsOnTime(f.Kind, truth) && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return cmp.Or(strings.Join(kinds, ", "), string(finding.Good))
}

// hangsOnTime: pauses do, joining requests of no id does, and so does whether a read came of the
// end of another; that it did, who has the whole file knows.
func hangsOnTime(k finding.Kind, truth string) bool {
	switch k {
	case finding.RetryWithoutDelay, finding.CannotSay:
		return true
	case finding.BadRead:
		return truth == "whole" || truth == ""
	}
	return false
}

// requestsOf counts what the journal has, by operation in the order of their first.
func requestsOf(entries []emulator.Entry) string {
	var order []string
	count := map[string]int{}
	for _, e := range entries {
		if count[e.Operation] == 0 {
			order = append(order, e.Operation)
		}
		count[e.Operation]++
	}
	for i, operation := range order {
		order[i] = fmt.Sprint(count[operation], " ", operation)
	}
	return strings.Join(order, ", ")
}

// secondsOf is roughly how long it took from the first request to the last.
func secondsOf(entries []emulator.Entry) string {
	if len(entries) == 0 {
		return "-"
	}
	took := entries[len(entries)-1].Time.Sub(entries[0].Time)
	for _, limit := range []time.Duration{1, 3, 10, 30, 60} {
		if took < limit*time.Second {
			return fmt.Sprint("< ", int(limit))
		}
	}
	return "60 and more"
}

// said is an outcome in short.
func (e *encounter) said(o outcome) string {
	text := cmp.Or(o.Error, o.Code, o.Message)
	switch {
	case text != "":
		return e.plainly(text)
	case len(o.Keys) > 0:
		return "ok, but not " + strings.Join(o.Keys, ", ")
	case o.Note != "":
		return "ok, and says: " + e.plainly(o.Note)
	}
	return "ok"
}

// changing is what texts have that is another each time.
var changing = []struct {
	what *regexp.Regexp
	word string
}{
	{regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `), ""},
	{regexp.MustCompile(`(\bDIR/\d/|logs/)\d\d\b`), "${1}NN"}, // whichever of several is the last
	{regexp.MustCompile(`(\.\./)*\.\.DIR`), "DIR"},
	{regexp.MustCompile(`\b127\.0\.0\.1:\d+`), "HOST"},
	{regexp.MustCompile(`\b[0-9A-Z]{16}\b|[A-Za-z0-9+/]{60,}=*`), "ID"},
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}\b|\b[0-9a-f]{8,}\b`), "HEX"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ms|µs|s)\b`), "TIME"},
	{regexp.MustCompile(`(\S+ request canceled|context deadline exceeded)( \(Client\.Timeout .*\))?`), "out of time"},
	{regexp.MustCompile(`\s+`), " "},
}

// plainly is a text without what is another each time, and no longer than a row bears.
func (e *encounter) plainly(text string) string {
	text = strings.ReplaceAll(text, e.folder, "DIR")
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.word)
	}
	const head, tail = 70, 90
	if runes := []rune(text); len(runes) > head+tail {
		text = string(runes[:head]) + " ... " + string(runes[len(runes)-tail:])
	}
	return strings.TrimSpace(text)
}

// truth is what there is in the end: of what was to be written, in the bucket; of what was
// to be read, in the file.
func (e *encounter) truth(t *testing.T) string {
	t.Helper()
	s := e.steps[len(e.steps)-1]
	text := ""
	switch s.Do {
	case "put", "new", "upload":
		text = compared(e.object(t, s.Key), e.file(t, s.File), "not there")
	case "copy":
		text = compared(e.object(t, s.Key), e.object(t, s.Source), "not there")
	case "get", "download":
		text = compared(e.file(t, s.File), e.object(t, s.Key), "no file")
	case "several", "folder":
		text = e.listed(t, s)
	}
	if left := e.uploads(t); left > 0 {
		text += fmt.Sprintf(", uploads left behind: %d", left)
	}
	return text
}

// compared says what came of something; nil: nothing did.
func compared(came, sent []byte, nothing string) string {
	switch {
	case came == nil:
		return nothing
	case bytes.Equal(came, sent):
		return "whole"
	case bytes.HasPrefix(sent, came):
		return "a part"
	}
	return "other bytes"
}

// listed is which of several objects there are.
func (e *encounter) listed(t *testing.T, s step) string {
	t.Helper()
	prefix := cmp.Or(s.Key, "d/")
	in := &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket"), Prefix: &prefix}
	out, err := e.admin().ListObjectsV2(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if s.Do == "folder" {
		return fmt.Sprintf("%d of 12 there", len(out.Contents))
	}
	if len(out.Contents) == 0 {
		return "gone"
	}
	return fmt.Sprintf("%d of %d still there", len(out.Contents), len(s.Keys))
}

func (e *encounter) uploads(t *testing.T) int {
	t.Helper()
	out, err := e.admin().ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String("my-bucket")})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Uploads)
}

// object is what is in the bucket; nil: nothing.
func (e *encounter) object(t *testing.T, key string) []byte {
	t.Helper()
	out, err := e.admin().GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: &key})
	if missing := (*types.NoSuchKey)(nil); errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	content, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// file is what is in a file; nil: there is none.
func (e *encounter) file(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return content
}
