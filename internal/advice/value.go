package advice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// inValue corrects values of policies that are wrong by a hair: those that keep an Allow from the
// request, and those of a Deny that ought to spare it.
func (s *search) inValue(d *authz.Decision, f *authz.Finding) []candidate {
	if s.corrected.decision != d || s.corrected.finding != f {
		s.corrected = corrected{d, f, correctionsOf(s, d, f)}
	}
	return s.corrected.all
}

// corrected are the corrections for one refusal, for which two classes ask.
type corrected struct {
	decision *authz.Decision
	finding  *authz.Finding
	all      []candidate
}

func correctionsOf(s *search, d *authz.Decision, f *authz.Finding) []candidate {
	q := s.question(d)
	if q == nil || q.Principal == nil || f.Effect != authz.ImplicitDeny && f.Statement == nil {
		return nil
	}
	var all []candidate
	for _, p := range s.readAt(d, f) {
		if p.has != nil {
			all = append(all, s.corrections(q, f, &p)...)
		}
	}
	return all
}

// corrections are those of one policy.
func (s *search) corrections(q *authz.Request, f *authz.Finding, p *place) []candidate {
	deny := f.Effect == authz.ExplicitDeny
	if deny && !p.denies(f) {
		return nil
	}
	doc, statements := p.document()
	version, _ := doc["Version"].(string)
	var all []candidate
	for i, v := range statements {
		st, ok := v.(map[string]any)
		if !ok || (st["Effect"] == "Deny") != deny || deny && i != f.Statement.Index {
			continue
		}
		w := &wrong{search: s, q: q, version: version}
		for _, m := range w.mended(st, deny) {
			if len(m.fixes) > 0 { // otherwise it allows already, and another policy is in the way
				all = append(all, p.correct(f.Layer, i, m))
			}
		}
		if m, ok := w.ofToday(st, deny); ok {
			c := p.correct(f.Layer, i, m)
			c.Patch = join(c.Patch, at(today, append(slices.Clone(p.path), "Version")))
			all = append(all, c)
		}
	}
	return all
}

// mending is a statement with values corrected.
type mending struct {
	statement
	fixes []fix
}

// fix is one correction of a statement.
type fix struct {
	element                 string // Resource, Condition.StringEquals.aws:SourceVpce
	wanted, seen, corrected string
	beside                  bool   // the corrected value stands beside the one that was there
	why                     string // what is wrong with it
}

// wrong is a statement of a policy that ought to be about a request, and is not.
type wrong struct {
	*search
	q       *authz.Request
	version string
}

// deep is how many values of a statement are corrected at most.
const deep = 3

// mended are the statements that do what was meant: of an Allow to match the request, of a Deny to spare it.
func (w *wrong) mended(st statement, deny bool) []mending {
	if !deny {
		return w.allowing(st, deep)
	}
	var all []mending
	for _, element := range sparing(st) {
		for _, m := range w.mend(st, element) {
			all = append(all, w.sparingBy(m, element)...)
		}
	}
	return all
}

// sparingBy is the mending where it spares the request, and otherwise what one more correction of the
// element makes of it.
func (w *wrong) sparingBy(m mending, element string) []mending {
	if !w.matches(m.statement) {
		return []mending{m}
	}
	for _, more := range w.mend(m.statement, element) {
		if !w.matches(more.statement) {
			return []mending{{more.statement, append(m.fixes[:1:1], more.fixes...)}}
		}
	}
	return nil
}

func (w *wrong) allowing(st statement, depth int) []mending {
	element := w.miss(st)
	if element == "" {
		return []mending{{statement: st}}
	}
	var all []mending
	for _, m := range w.mend(st, element) {
		if depth == 0 {
			return nil
		}
		for _, rest := range w.allowing(m.statement, depth-1) {
			all = append(all, mending{rest.statement, append(m.fixes[:1:1], rest.fixes...)})
		}
	}
	return all
}

// today is the version of the policy language that has variables.
const today = "2012-10-17"

// ofToday is the statement as a policy of the newest version has it, where that makes a difference:
// those before have no variables (IAM User Guide, "IAM JSON policy elements: Version").
func (w *wrong) ofToday(st statement, deny bool) (mending, bool) {
	if w.version == today || !strings.Contains(text(st), "${") {
		return mending{}, false
	}
	newer := &wrong{search: w.search, q: w.q, version: today}
	if newer.matches(st) == deny {
		return mending{}, false
	}
	was := cmp.Or(w.version, "2008-10-17, which a policy without Version has")
	return mending{st, []fix{{element: "Version", wanted: was, seen: w.q.Resource, corrected: today,
		why: "as older versions have no variables"}}}, true
}

// sparing are the elements of a Deny that say what it is not about.
func sparing(st statement) []string {
	var elements []string
	for _, e := range []string{"NotPrincipal", "NotAction", "NotResource"} {
		if st[e] != nil {
			elements = append(elements, e)
		}
	}
	for _, c := range clausesOf(st, today) {
		if c.negated() || strings.EqualFold(c.key, "aws:SecureTransport") {
			elements = append(elements, "Condition."+c.operator+"."+c.key)
		}
	}
	return elements
}

// mend corrects an element, in each way in which it may be wrong.
func (w *wrong) mend(st statement, element string) []mending {
	switch element {
	case "Principal", "NotPrincipal":
		return w.principals(st, element)
	case "Action", "NotAction":
		return w.actions(st, element)
	case "Resource", "NotResource":
		return w.resources(st, element)
	}
	if rest, ok := strings.CutPrefix(element, "Condition."); ok {
		operator, key, _ := strings.Cut(rest, ".")
		return w.condition(st, operator, key)
	}
	return nil
}

// alone is the statement as a policy; nil: it is none.
func (w *wrong) alone(st statement) *policy.Policy {
	doc := journal.Patch{"Version": w.version, "Statement": []any{st}}
	if w.version == "" {
		delete(doc, "Version")
	}
	p, err := policy.Parse([]byte(text(doc)))
	if err != nil {
		return nil
	}
	return p
}

func (w *wrong) matches(st statement) bool {
	asked := asPolicy(w.q)
	p := w.alone(st)
	return p == nil || len(p.Matching(asked)) > 0
}

// miss is the element that keeps an Allow from matching; empty: it matches.
func (w *wrong) miss(st statement) string {
	asked := asPolicy(w.q)
	p := w.alone(st)
	if p == nil {
		return "Statement"
	}
	for _, m := range p.Misses(asked, policy.Allow) {
		return m.Element
	}
	return ""
}

// correct is the change that puts a corrected statement into the place of the one that is there.
func (p *place) correct(layer authz.Layer, index int, m mending) candidate {
	_, statements := p.document()
	all := append([]any{}, statements...)
	all[index] = map[string]any(m.statement)
	first := m.fixes[0]
	texts := make([]string, len(m.fixes))
	for i, f := range m.fixes {
		texts[i] = f.text()
	}
	return candidate{Change: journal.Change{
		Layer: layer, Text: "correct " + p.named(index) + " of " + p.what + ": " + strings.Join(texts, "; and "),
		Patch: p.with(all), Wanted: first.wanted, Seen: first.seen, Corrected: first.corrected,
	}}
}

func (f *fix) text() string {
	verb := " in the place of "
	if f.beside {
		verb = " beside "
	}
	return f.element + " " + f.corrected + verb + f.wanted + ", " + f.why
}

// readAt are the policies that decide a finding, where they can be changed. Where either side may
// allow, both are.
func (s *search) readAt(d *authz.Decision, f *authz.Finding) []place {
	switch f.Layer {
	case authz.SCP, authz.RCP:
		if l, ok := s.level(f); ok {
			return l.places(s.state().Organization, f.Layer)
		}
		return nil
	case authz.PermissionsBoundary, authz.Session, authz.VPCEndpoint:
		return s.places(d, f)
	case authz.KMS:
		return append(s.ofRequester(), s.keyPolicy(d)...)
	}
	return append(append(s.ofRequester(), s.bucketPolicy(d)...), s.trustPolicy(d)...)
}

func (s *search) ofRequester() []place {
	if who, ok := s.identity(); ok {
		return who.all()
	}
	return nil
}
