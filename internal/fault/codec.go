package fault

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Item is an entry of a list of rules as it is written: a rule, or the name of a set of
// rules that stands for them.
type Item struct {
	Rule
	Use string // the name of a set; empty: it is a rule
}

// Items is the kind of a list of rules. What it reads is not held against the catalogue
// yet: see Known.Rules.
var Items = facts.List(facts.Record(item))

// item is a rule's entry in a list.
var item = facts.New("fault rule",
	facts.Field("use", facts.Text, func(i *Item) *string { return &i.Use }).
		Says("the name of a fault set, in place of a rule"),
	facts.Field("name", ruleNames, func(i *Item) *string { return &i.Name }).
		Says("the rule's name", "fault-1, fault-2, ..."),
	facts.Field("match", facts.Record(match).Unless(Match.empty), func(i *Item) *Match { return &i.Match }).
		Says("which requests it means", "all"),
	facts.Field("when", facts.Record(when).Unless(When.always), func(i *Item) *When { return &i.When }).
		Says("which of those it strikes", "each"),
	facts.Field("stage", stageNames, func(i *Item) *Stage { return &i.Stage }).
		Says("where on a request's path it strikes", "the first at which the effect can"),
	facts.Fact("effect", step, (*Item).setStep, (*Item).step).
		Says("what goes wrong; pass: nothing"),
	facts.Field("effects", steps, func(i *Item) *[]Step { return &i.Steps }).
		Says("what goes wrong the first time, the second, and so on").
		Unless(func(i *Item) bool { return len(i.Steps) == 1 }),
	facts.Field("must_fire", facts.Boolean, func(i *Item) *bool { return &i.MustFire }).
		Says("whether check fails if the rule never strikes", "false"),
).Rule(isWhole)

var stageNames = facts.Is[Stage](facts.OneOf("stage", stages...))

// ruleNames is the kind of a rule's name, which stands in paths and in lists.
var ruleNames = facts.Matching(regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`),
	"the rule's name %q may have letters, digits, dots, hyphens and underscores, and begins with a letter or a digit")

// isWhole says of an entry that it is a rule with something to do, or a set's name alone.
func isWhole(n *tree.Node) error {
	use, effect, effects := given(n, "use"), given(n, "effect"), given(n, "effects")
	switch {
	case use != nil && len(n.Keys) > 1:
		return tree.Fail(use, "an entry with use has nothing else: it stands for the rules of the set")
	case use != nil && use.Text == "":
		return tree.Fail(use, "use is the name of a fault set")
	case use != nil:
		return nil
	case effect == nil && effects == nil:
		return tree.Fail(n, "a fault rule needs an effect, or effects")
	case effect != nil && effects != nil:
		return tree.Fail(effects, "a fault rule has effect or effects, not both")
	case effects != nil && len(effects.Items) == 0:
		return tree.Fail(effects, "effects are a list with at least one effect")
	}
	return nil
}

// given is the value of a key; nil: it is absent, or null.
func given(n *tree.Node, key string) *tree.Node {
	v := n.Get(key)
	if v == nil || v.Kind == tree.Null {
		return nil
	}
	return v
}

func (i *Item) setStep(s Step, n *tree.Node) error {
	if n != nil {
		i.Steps = []Step{s}
	}
	return nil
}

// step is the only one; none is written where there are more.
func (i *Item) step() Step {
	if len(i.Steps) != 1 {
		return Step{}
	}
	return i.Steps[0]
}

// describe is the rule as it is written.
func (r *Rule) describe() *tree.Node { return item.Write(&Item{Rule: *r}) }

// Describe is rules as they are written; nil: there are none.
func Describe(rules []*Rule) *tree.Node {
	items := make([]Item, len(rules))
	for i, r := range rules {
		items[i] = Item{Rule: *r}
	}
	if len(items) == 0 {
		return nil
	}
	return Items.Write(items)
}

var match = facts.New("match",
	facts.Field("operation", operations, func(m *Match) *[]string { return &m.Operations }).
		Says("the operations: names, globs like Put*, or classes", "all"),
	facts.Field("bucket", bucketGlobs, func(m *Match) *Glob { return &m.Bucket }).
		Says("the bucket, or a glob"),
	facts.Field("key", globs, func(m *Match) *Glob { return &m.Key }).
		Says("the key, or a glob"),
	facts.Field("caller", facts.Text, func(m *Match) *string { return &m.Caller }).
		Says("who asks: a caller, or anonymous"),
	facts.Field("method", methods, func(m *Match) *string { return &m.Method }).
		Says("the HTTP method"),
	facts.Field("header", facts.Map(globs), func(m *Match) *map[string]Glob { return &m.Header }).
		Says("headers of the request, each a value or a glob"),
	facts.Field("part", spans, func(m *Match) *Span { return &m.Part }).
		Says("the number of an upload's part, or a range like 2-5"),
	facts.Field("range", facts.Boolean, func(m *Match) *bool { return &m.Range }).
		Says("whether a part of an object is asked for", "false"),
	facts.Field("attempt", positive, func(m *Match) *int { return &m.Attempt }).
		Says("which attempt of a call it is, as SDKs say"),
).Then((*Match).ready)

// ready works out what requests are held against.
func (m *Match) ready(*tree.Node) error {
	for _, text := range m.Operations {
		m.operations = append(m.operations, patternOf(text))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		m.headers = append(m.headers, headed{http.CanonicalHeaderKey(name), m.Header[name]})
	}
	return nil
}

func (m Match) empty() bool { return match.Write(&m).IsEmpty() }

// operations is the kind of the names that a rule matches: a text, or a list.
var operations = oneOrMore(facts.Texts)

func oneOrMore(list facts.Kind[[]string]) facts.Kind[[]string] {
	k := facts.Or(list, facts.Text.Form, (*tree.Node).Scalar, func(n *tree.Node) ([]string, error) {
		return []string{n.Text}, nil
	})
	return k.Written(func(names []string) *tree.Node {
		if len(names) == 1 {
			return tree.NewText(names[0])
		}
		return list.Write(names)
	})
}

var methods = facts.OneOf("method", http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete)

// maxPart is the highest number of a part (S3 User Guide, "Multipart upload limits").
const maxPart = 10_000

// spans is the kind of a part's number, or of a range of them: 3, 2-5.
var spans = facts.Kind[Span]{
	Form: facts.Simple(facts.Schema{"type": []string{"integer", "string"}, "pattern": `^[0-9]+(-[0-9]+)?$`}, readSpan),
	Read: readSpan,
	Write: func(s Span) *tree.Node {
		switch {
		case s == Span{}:
			return nil
		case s.From == s.To:
			return tree.NewNumber(s.String())
		}
		return tree.NewText(s.String())
	},
}

func readSpan(n *tree.Node) (Span, error) {
	first, last, ranged := strings.Cut(n.Text, "-")
	if !ranged {
		last = first
	}
	from, err1 := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if !n.Scalar() || err1 != nil || err2 != nil {
		return Span{}, tree.Wanted(n, "a part's number, or a range like 2-5,")
	}
	if from < 1 || to < from || to > maxPart {
		return Span{}, tree.Fail(n, "parts are numbered from 1 to %d, and %s are none", maxPart, n.Text)
	}
	return Span{from, to}, nil
}

var when = facts.New("when",
	facts.Field("per", facts.Is[Per](facts.OneOf("value", pers...)),
		func(w *When) *Per { return &w.Per }).
		Says("of what the requests are counted", "world"),
	facts.Field("after", natural, func(w *When) *int { return &w.After }).
		Says("lets so many pass before", "0"),
	facts.Field("first", positive, func(w *When) *int { return &w.First }).
		Says("strikes so many, and no more", "all"),
	facts.Field("every", positive, func(w *When) *int { return &w.Every }).
		Says("strikes each second with 2, each third with 3", "1"),
	facts.Field("probability", chances, func(w *When) *float64 { return &w.Probability }).
		Says("strikes by chance, 0 to 1", "1"),
	facts.Field("between", windows, func(w *When) *[]facts.Moment { return &w.Between }).
		Says("strikes between two times only"),
)

func (w When) always() bool { return when.Write(&w).IsEmpty() }

var positive, natural = facts.AtLeast(1), facts.AtLeast(0)

// chances is the kind of a probability.
var chances = facts.Kind[float64]{
	Form: facts.Simple(facts.Schema{"type": []string{"number"}, "exclusiveMinimum": 0, "maximum": 1}, readChance),
	Read: readChance,
	Write: func(p float64) *tree.Node {
		if p == 0 {
			return nil
		}
		return tree.NewNumber(strconv.FormatFloat(p, 'g', -1, 64))
	},
}

func readChance(n *tree.Node) (float64, error) {
	p, err := strconv.ParseFloat(n.Text, 64)
	if n.Kind != tree.Number || err != nil || !(p > 0 && p <= 1) {
		return 0, tree.Wanted(n, "a probability above 0, at most 1,")
	}
	return p, nil
}

// windows is the kind of a time with a beginning and an end.
var windows = facts.Checked(facts.List(moment), func(w []facts.Moment, n *tree.Node) error {
	if len(w) != 2 {
		return tree.Fail(n, "between is two times, or durations since loading: [T1, T2]")
	}
	if w[0].At.IsZero() == w[1].At.IsZero() && !w[0].From(time.Time{}).Before(w[1].From(time.Time{})) {
		return tree.Fail(n.Items[1], "the window ends before it begins")
	}
	return nil
})

// moment is a When of which durations are written too.
var moment = facts.When.Written(func(m facts.Moment) *tree.Node {
	if m.At.IsZero() {
		return tree.NewText(m.After.String())
	}
	return facts.When.Write(m)
})

// asType is a kind as one of another type.
func asType[V, W any](k facts.Kind[V], from func(W) V, to func(V) W) facts.Kind[W] {
	return facts.Kind[W]{
		Form:  k.Form,
		Read:  func(n *tree.Node) (W, error) { v, err := k.Read(n); return to(v), err },
		Write: func(w W) *tree.Node { return k.Write(from(w)) },
	}
}
