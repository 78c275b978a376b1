package emulator_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// refusal is one row of the matrix: the one fact, or the one thing in the request,
// with which a layer refuses what nothing else is in the way of.
type refusal struct {
	layer authz.Layer
	name  string // tells the rows of a layer apart
	// by is the caller; "app" when empty: a role's session of the owner's account,
	// which has a boundary and a session policy. "guest" is another account's user,
	// "keeper" the owner's root user, "logger" a service, "anonymous" nobody.
	by string
	// world is what the row's world has besides matrixWorld, one line each. In it
	// nothing is in the way.
	world string
	// fact is what it has besides, once the request is prepared, where it is to be
	// refused; empty: nothing.
	fact string
	// prepare changes the request in both worlds, spoil where it is to be refused.
	prepare, spoil func(*sent)
	// only are the operations that the layer can refuse; empty: all but the silent.
	only []string
	// silent are those that it has nothing to say of, and why. "" is the reason for
	// all that are not in only.
	silent map[string]string
	// exempt is why the layer refuses this caller nothing.
	exempt string
	// whole: DeleteObjects is refused as a request, not key by key.
	whole bool
	// shared are operations of which it refuses one question and another layer the
	// next, in the open world too, and why.
	shared map[string]string
	// always are operations that it refuses in the open world too, and why.
	always    map[string]string
	responses string            // in which alone the row holds; empty: in both
	status    int               // of the refusal; 403 when 0
	code      string            // "AccessDenied" when empty
	codes     map[string]string // of single operations, where they have their own
	// words are what the message ends with, ACTION being the action that is refused;
	// empty: they are not looked at.
	words string
	// absent: what is asked for is not there, which the open world says.
	absent bool
	// answers are codes with which an operation refuses in the open world; those of ""
	// all may.
	answers map[string][]string
}

func (r *refusal) String() string { return strings.TrimSpace(string(r.layer) + " " + r.name) }

// notAsked are the layers that answer no question, and why.
var notAsked = map[authz.Layer]string{
	authz.TrustPolicy: "it answers calls of STS: controls/trust_test.go",
	authz.Fault:       "it is an answer that a fault rule made, which asks nobody: emulator/faults",
}

// Every layer has a row, or a reason why not, and every name in a row is that of
// an operation.
func TestMatrixHasEveryLayer(t *testing.T) {
	rows, names := map[authz.Layer]bool{}, map[string]bool{}
	for _, r := range refusals {
		if names[r.String()] {
			t.Errorf("two rows are called %s", &r)
		}
		names[r.String()] = true
		rows[r.layer] = rows[r.layer] || r.exempt == ""
		for _, name := range r.only {
			mustName(t, &r, name)
		}
		for _, reasons := range []map[string]string{r.silent, r.shared, r.always, r.codes} {
			for name, reason := range reasons {
				mustName(t, &r, name)
				op, _, way := strings.Cut(name, " ")
				if reason == "" && !(way && reasons[op] != "") {
					t.Errorf("%s does not refuse %q alone, without a reason", &r, name)
				}
			}
		}
		if _, ok := r.silent[""]; ok != (len(r.only) > 0) {
			t.Errorf("%s: a row with only has a reason for the others, and no other row has one", &r)
		}
	}
	for _, l := range authz.Layers() {
		if _, skipped := notAsked[l]; rows[l] == skipped {
			t.Errorf("the layer %s has a row: %v, a reason to have none: %v", l, rows[l], skipped)
		}
	}
}

func mustName(t *testing.T, r *refusal, name string) {
	t.Helper()
	if name == "" && len(r.only) > 0 {
		return
	}
	for _, a := range everyOperation() {
		if name == a.op.Name || name == a.String() {
			return
		}
	}
	t.Errorf("%s names %q, which nobody asks for", r, name)
}

// isSilent is why the layer has nothing to say of the operation; empty: it has.
func (r *refusal) isSilent(a *asked) string {
	reason := or(r.exempt, a.in(r.silent))
	switch {
	case a.op.Name == "Preflight" && r.layer != authz.CORS:
		return or(reason, "nobody signs it, and it needs no permission")
	case a.in(r.always) != "":
		return ""
	case reason == "" && len(r.only) > 0 && !slices.ContainsFunc(r.only, a.named):
		return r.silent[""]
	}
	return reason
}

// inPart is why the layer is not alone in refusing the operation, or never allows it.
func (r *refusal) inPart(a *asked) string { return or(a.in(r.shared), a.in(r.always)) }

func (a *asked) named(name string) bool { return name == a.op.Name || name == a.String() }

// in is what a table has for this way to ask for the operation, else for all.
func (a *asked) in(table map[string]string) string {
	if reason, ok := table[a.String()]; ok {
		return reason
	}
	return table[a.op.Name]
}

// TestMatrix asks for every operation in the world of every layer's refusal: it
// is refused by this layer and no other, and without the one fact it is not.
func TestMatrix(t *testing.T) { runMatrix(t, "aws") }

// The article's words differ, and its code is nearly always AccessDenied. Which layer
// refuses does not. Where it is silent is not asked again.
func TestMatrixInTheArticlesResponses(t *testing.T) { runMatrix(t, "article") }

func runMatrix(t *testing.T, responses string) {
	operations := everyOperation()
	var count tally
	t.Cleanup(func() {
		t.Logf("%d rows, %d operations in %d ways: %d cells refused, %d of them allowed without the fact; %d silent",
			len(refusals), distinct(operations), len(operations), count.refused.Load(), count.allowed.Load(), count.silent.Load())
	})
	for _, r := range refusals {
		if r.responses != "" && r.responses != responses {
			continue
		}
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			refusing, open := serve(t, r.world, responses), serve(t, r.world, responses)
			for _, a := range operations {
				if responses == "aws" || r.isSilent(a) == "" {
					t.Run(a.String(), func(t *testing.T) { r.cell(t, refusing, open, a, &count) })
				}
			}
		})
	}
}

// tally counts the cells.
type tally struct{ refused, allowed, silent atomic.Int64 }

func (r *refusal) cell(t *testing.T, refusing, open *matrixServer, a *asked, count *tally) {
	if reason := r.isSilent(a); reason != "" {
		r.deniesNothing(t, refusing, a, reason)
		count.silent.Add(1)
		return
	}
	r.refuses(t, refusing, a)
	count.refused.Add(1)
	r.lets(t, open, a)
	if r.inPart(a) == "" {
		count.allowed.Add(1)
	}
}

// distinct is how many operations there are.
func distinct(all []*asked) int {
	names := map[string]bool{}
	for _, a := range all {
		names[a.op.Name] = true
	}
	return len(names)
}

// serve starts the world that has facts besides matrixWorld's.
func serve(t testing.TB, facts, responses string) *matrixServer {
	t.Helper()
	var scenario strings.Builder
	scenario.WriteString("    responses: " + responses + "\n")
	for line := range strings.Lines(facts) {
		scenario.WriteString("    " + line)
	}
	return &matrixServer{emulatortest.Start(t, "matrix", emulatortest.YAML(matrixWorld+scenario.String())), responses, false}
}

// refuses: with the fact the layer refuses the operation, and no other does.
func (r *refusal) refuses(t *testing.T, w *matrixServer, a *asked) {
	t.Helper()
	got, decisions := r.spoilt(t, w, a)
	r.isCause(t, a, decisions)
	if w.responses == "aws" || r.responses != "" {
		r.answered(t, a, got)
		r.said(t, a, got, decisions)
	}
}

// lets: without the fact nothing is in the way.
func (r *refusal) lets(t *testing.T, w *matrixServer, a *asked) {
	t.Helper()
	s := w.fresh(t, a, or(r.by, "app"), "")
	r.change(s, r.prepare)
	got := w.send(t, s)
	decisions := w.decisions(t, got)
	denied := slices.ContainsFunc(decisions, func(d authz.Decision) bool { return slices.Contains(d.DeniedBy, r.layer) })
	switch {
	case r.inPart(a) == "":
		isAllowed(t, decisions)
		r.served(t, a, got)
	case denied != (a.in(r.always) != ""):
		t.Errorf("without the fact the layer denies: %v; want the opposite: %s", denied, r.inPart(a))
	}
}

// deniesNothing: the layer does not deny where it is said to have nothing to say,
// and nobody denies where it has an exemption.
func (r *refusal) deniesNothing(t *testing.T, w *matrixServer, a *asked, reason string) {
	t.Helper()
	_, decisions := r.spoilt(t, w, a)
	if r.exempt != "" {
		isAllowed(t, decisions)
	}
	for _, d := range decisions {
		// What it asks for besides is judged where an operation asks for that.
		if d.Action == a.op.Action() && slices.Contains(d.DeniedBy, r.layer) {
			t.Errorf("%s on %s is denied by the layer, although: %s", d.Action, d.Resource, reason)
		}
	}
}

// spoilt is what comes of the request where the layer is to refuse it.
func (r *refusal) spoilt(t *testing.T, w *matrixServer, a *asked) (*answer, []authz.Decision) {
	t.Helper()
	s := w.fresh(t, a, or(r.by, "app"), r.fact)
	r.change(s, r.prepare, r.spoil)
	got := w.send(t, s)
	return got, w.decisions(t, got)
}

func (r *refusal) change(s *sent, changes ...func(*sent)) {
	for _, change := range changes {
		if change != nil {
			change(s)
		}
	}
}

// fresh is the request for the operation, in the world as it was loaded and with the
// fact.
func (w *matrixServer) fresh(t testing.TB, a *asked, caller, fact string) *sent {
	t.Helper()
	if w.untouched && !a.upload {
		return a.request(t, w, caller)
	}
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	s := a.request(t, w, caller)
	if fact != "" {
		if err := w.Patch("{" + fact + "}"); err != nil {
			t.Fatal(err)
		}
	}
	w.untouched = !a.upload
	return s
}

// decisions is what the journal has of the answered request.
func (w *matrixServer) decisions(t *testing.T, got *answer) []authz.Decision {
	t.Helper()
	id := got.header.Get("x-amz-request-id")
	all := w.Requests()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].RequestID == id {
			return all[i].Decisions
		}
	}
	t.Fatalf("the journal does not know the request %q", id)
	return nil
}

// isCause: the layer refuses every question that is refused, and no other does.
func (r *refusal) isCause(t *testing.T, a *asked, decisions []authz.Decision) {
	t.Helper()
	shared, denied := a.in(r.shared) != "", false
	for _, d := range decisions {
		if !d.Denied() {
			continue
		}
		denied = denied || slices.Contains(d.DeniedBy, r.layer)
		if !shared && !slices.Equal(d.DeniedBy, []authz.Layer{r.layer}) {
			t.Errorf("%s on %s is denied by %q", d.Action, d.Resource, d.DeniedBy)
		}
	}
	if !denied {
		t.Errorf("the layer denies nothing: %s", asLine(decisions))
	}
}

// answered holds the reply against the layer's status and code. DeleteObjects says
// of each key what was denied, unless nobody is served at all.
func (r *refusal) answered(t *testing.T, a *asked, got *answer) {
	t.Helper()
	status, code := r.status, or(a.in(r.codes), or(r.code, "AccessDenied"))
	if status == 0 {
		status = 403
	}
	switch {
	case a.op.Name == "DeleteObjects" && !r.whole:
		if got.status != 200 || !bytes.Contains(got.body, []byte("<Code>"+code+"</Code>")) {
			t.Errorf("got %d %s, want %s of the key", got.status, got.body, code)
		}
	case got.status != status || a.op.Shape().Method != "HEAD" && got.Code != code:
		t.Errorf("got %d %s (%s), want %d %s", got.status, got.Code, got.Message, status, code)
	}
}

// said holds the message against the layer's words.
func (r *refusal) said(t *testing.T, a *asked, got *answer, decisions []authz.Decision) {
	t.Helper()
	at := slices.IndexFunc(decisions, func(d authz.Decision) bool { return d.Denied() })
	if r.words == "" || at < 0 || a.op.Shape().Method == "HEAD" {
		return
	}
	words := strings.ReplaceAll(r.words, "ACTION", decisions[at].Action) + "</Message>"
	if !bytes.Contains(got.body, []byte(words)) {
		t.Errorf("got %s, want the words %s", got.body, words)
	}
}

func isAllowed(t *testing.T, decisions []authz.Decision) {
	t.Helper()
	if len(decisions) == 0 {
		t.Error("nobody was asked")
	}
	for _, d := range decisions {
		if d.Denied() {
			t.Errorf("%s on %s is denied by %q", d.Action, d.Resource, d.DeniedBy)
		}
	}
}

// served: the operation does what it does, or refuses it in its own words.
func (r *refusal) served(t *testing.T, a *asked, got *answer) {
	t.Helper()
	own := slices.Concat(r.answers[""], r.answers[a.op.Name], a.answers)
	switch head := a.op.Shape().Method == "HEAD"; {
	case head && r.absent:
		got.want(t, 404, "")
	case !a.op.Implemented() && !slices.Contains(own, got.Code):
		got.want(t, 501, "NotImplemented")
	case a.op.Implemented() && got.status >= 300 && !slices.Contains(own, got.Code), bytes.Contains(got.body, []byte("<Error><Key>")):
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// asLine is decisions in short, for a failure.
func asLine(decisions []authz.Decision) string {
	var all []string
	for _, d := range decisions {
		all = append(all, fmt.Sprintf("%s %s %q", d.Action, d.Verdict, d.DeniedBy))
	}
	return strings.Join(all, "; ")
}
