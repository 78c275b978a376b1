package inquiry

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
)

// draft is a filter as it is written.
type draft struct {
	match       fault.Match
	status      *int
	code, layer string
	fault       string
	since       string
	limit       int
}

// rows are those of a filter, and of an S that has one. A limit is not among them.
func rows[S any](of func(S) *draft) []facts.Row[S] {
	return append(fault.MatchRows(func(s S) *fault.Match { return &of(s).match }),
		optional("status", status, func(s S) **int { return &of(s).status }),
		facts.Field("code", facts.Text, func(s S) *string { return &of(s).code }),
		facts.Field("layer", facts.OneOf("layer", authz.Layers()...), func(s S) *string { return &of(s).layer }),
		facts.Field("fault", facts.Text, func(s S) *string { return &of(s).fault }),
		facts.Field("since", facts.Text, func(s S) *string { return &of(s).since }),
	)
}

var (
	matcher = facts.New("matcher", rows(func(d *draft) *draft { return d })...)
	limit   = facts.Field("limit", facts.AtLeast(1), func(d *draft) *int { return &d.limit })
	whole   = facts.New("filter", append(rows(func(d *draft) *draft { return d }), limit)...)
)

// parameters are the names of those that a filter can be written in.
var parameters = func() []string {
	var names []string
	for _, r := range append(rows(func(d *draft) *draft { return d }), limit) {
		names = append(names, r.Key())
	}
	return names
}()

// optional is a fact of which none is told from a zero.
func optional[S, V any](key string, kind facts.Kind[V], at func(S) **V) facts.Row[S] {
	return facts.Fact(key, kind, func(s S, v V, n *tree.Node) error {
		if n != nil {
			*at(s) = &v
		}
		return nil
	}, func(s S) (v V) {
		if p := *at(s); p != nil {
			v = *p
		}
		return v
	})
}

// status is that of an answer, or 0 for none.
var status = facts.Checked(facts.Number, func(i int, n *tree.Node) error {
	if i != 0 && (i < 100 || i > 599) {
		return tree.Fail(n, "a status is a number from 100 to 599, or 0 where there was no answer, not %d", i)
	}
	return nil
})

// Parse reads the parameters of a query, in which others that are named may stand too.
// Errors: *tree.Error, with the parameter's name and the nearest name.
func Parse(query url.Values, known Known, others ...string) (*Filter, error) {
	n := tree.NewMapping()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		at := tree.Place{File: "parameter " + name}
		if slices.Contains(others, name) {
			continue
		}
		if !slices.Contains(parameters, name) {
			all := slices.Concat(parameters, others)
			return nil, &tree.Error{File: at.File, Message: "there is none of this name", Nearest: nearest.Name(name, all)}
		}
		n.Add(name, parameter(query[name]))
		tree.MoveTo(n.Get(name), at)
	}
	return read(n, known)
}

// parameter is what the values of a parameter are: a list, where there are several.
func parameter(values []string) *tree.Node {
	if len(values) == 1 {
		return scalar(values[0])
	}
	return tree.ListOf(values, scalar)
}

func scalar(text string) *tree.Node {
	if _, err := strconv.Atoi(text); err == nil {
		return tree.NewNumber(text)
	}
	if text == "true" || text == "false" {
		return tree.NewBool(text == "true")
	}
	return tree.NewText(text)
}

func read(n *tree.Node, known Known) (*Filter, error) {
	if err := facts.NewWhole(whole.Shape).Check(n, whole.Shape); err != nil {
		return nil, err
	}
	var d draft
	if err := whole.Read(&d, n); err != nil {
		return nil, err
	}
	return d.ready(n, known)
}

// Of is a filter of a Go program. Errors: as Parse, with the field's name.
func Of(f journal.Filter, known Known) (*Filter, error) { return read(write(f), known) }

// write is a filter as it is written.
func write(f journal.Filter) *tree.Node {
	n := tree.NewMapping()
	add := func(key string, given bool, value *tree.Node) {
		if given {
			tree.MoveTo(value, tree.Place{File: "filter's " + key})
			n.Add(key, value)
		}
	}
	texts := func(key, text string) { add(key, text != "", tree.NewText(text)) }
	numbers := func(key string, given bool, i int) { add(key, given, tree.NewNumber(strconv.Itoa(i))) }
	add("operation", len(f.Operation) > 0, tree.ListOf(f.Operation, tree.NewText))
	texts("bucket", f.Bucket)
	texts("key", f.Key)
	texts("caller", f.Caller)
	texts("method", f.Method)
	header := tree.NewMapping()
	for _, name := range slices.Sorted(maps.Keys(f.Header)) {
		header.Add(name, tree.NewText(f.Header[name]))
	}
	add("header", len(f.Header) > 0, header)
	texts("part", f.Part)
	add("range", f.Range, tree.NewBool(true))
	numbers("attempt", f.Attempt != 0, f.Attempt)
	numbers("status", f.Status != 0, max(f.Status, 0))
	texts("code", f.Code)
	texts("layer", string(f.Layer))
	texts("fault", f.Fault)
	texts("since", f.Since)
	numbers("limit", f.Limit != 0, f.Limit)
	return n
}
