package audit

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
)

// Known are findings that somebody has accepted, so that only new ones fail.
type Known struct{ all []*acceptance }

// acceptance is one of them.
type acceptance struct {
	of      string // the case's name
	kind    finding.Kind
	keys    []string // globs, one of which each key of the finding fits; nil: any keys
	written string   // the file and line where it stands
}

// LoadKnown reads a file of accepted findings: a report in JSON, of which all findings but good
// are known whatever their keys, or YAML:
//
//	accept:
//	  - {case: PutObject denied, finding: lost-write, keys: ["logs/tmp-*"]}
//
// Errors have the line, the column and the nearest name.
func LoadKnown(file string) (*Known, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ParseKnown(file, text)
}

// ParseKnown is LoadKnown of a file's text.
func ParseKnown(file string, text []byte) (*Known, error) {
	n, err := tree.ParseYAML(file, text)
	if err != nil {
		return nil, err
	}
	switch {
	case n.Kind != tree.Mapping:
		return nil, tree.Fail(n, "%s is no report in JSON, and no mapping with `accept`", file)
	case n.Get("accept") != nil:
		return acceptances(n)
	case n.Get("cases") != nil:
		return reported(n)
	}
	return nil, tree.Fail(n, "%s has neither `accept` nor the `cases` of a report", file)
}

func acceptances(n *tree.Node) (*Known, error) {
	for _, key := range n.Keys {
		if key.Text != "accept" {
			return nil, tree.Unknown(key, "key", key.Text, []string{"accept"})
		}
	}
	k, list := &Known{}, n.Get("accept")
	if list.Kind != tree.List {
		return nil, tree.Wanted(list, "a list")
	}
	var errs []error
	for _, item := range list.Items {
		a, err := acceptanceOf(item)
		errs = append(errs, err)
		k.all = append(k.all, a)
	}
	return k, tree.Join(errs...)
}

func acceptanceOf(n *tree.Node) (*acceptance, error) {
	if n.Kind != tree.Mapping {
		return nil, tree.Wanted(n, "a mapping with `case` and `finding`")
	}
	a := &acceptance{written: fmt.Sprintf("%s:%d", n.At.File, n.At.Line)}
	for i, key := range n.Keys {
		value := n.Items[i]
		switch key.Text {
		case "case":
			a.of = value.Text
		case "finding":
			a.kind = finding.Kind(value.Text)
			if !slices.Contains(finding.Kinds(), a.kind) {
				return nil, tree.Unknown(value, "finding", value.Text, kindNames())
			}
		case "keys":
			if err := a.globs(value); err != nil {
				return nil, err
			}
		default:
			return nil, tree.Unknown(key, "key", key.Text, []string{"case", "finding", "keys"})
		}
	}
	if a.of == "" || a.kind == "" {
		return nil, tree.Fail(n, "an accepted finding needs `case` and `finding`")
	}
	return a, nil
}

func (a *acceptance) globs(list *tree.Node) error {
	if list.Kind != tree.List {
		return tree.Wanted(list, "a list of globs of BUCKET/KEY")
	}
	for _, glob := range list.Items {
		if _, err := path.Match(glob.Text, ""); err != nil || glob.Text == "" {
			return tree.Fail(glob, "%q is no glob of BUCKET/KEY", glob.Text)
		}
		a.keys = append(a.keys, glob.Text)
	}
	return nil
}

// reported are all findings of a report.
func reported(n *tree.Node) (*Known, error) {
	k, cases := &Known{}, n.Get("cases")
	if cases.Kind != tree.List {
		return nil, tree.Wanted(cases, "a list")
	}
	for _, of := range cases.Items {
		name, findings := of.Get("name"), of.Get("findings")
		if name == nil || findings == nil {
			return nil, tree.Fail(of, "a case of a report has `name` and `findings`")
		}
		if findings.Kind != tree.List {
			return nil, tree.Wanted(findings, "a list")
		}
		for _, f := range findings.Items {
			kind := f.Get("finding")
			if kind == nil {
				return nil, tree.Fail(f, "a finding of a report has `finding`")
			}
			if !slices.Contains(finding.Kinds(), finding.Kind(kind.Text)) {
				return nil, tree.Unknown(kind, "finding", kind.Text, kindNames())
			}
			if kind.Text != string(finding.Good) {
				at := fmt.Sprintf("%s:%d", kind.At.File, kind.At.Line)
				k.all = append(k.all, &acceptance{of: name.Text, kind: finding.Kind(kind.Text), written: at})
			}
		}
	}
	return k, nil
}

func kindNames() (names []string) {
	for _, k := range finding.Kinds() {
		names = append(names, string(k))
	}
	return names
}

// of is what accepts a finding of that case; nil: nothing does.
func (k *Known) of(name string, f finding.Finding) *acceptance {
	if k == nil {
		return nil
	}
	for _, a := range k.all {
		if a.of == name && a.kind == f.Kind && a.allOf(f.Keys) {
			return a
		}
	}
	return nil
}

// allOf says whether each key fits one of the globs.
func (a *acceptance) allOf(keys []string) bool {
	return a.keys == nil || !slices.ContainsFunc(keys, func(key string) bool {
		return !slices.ContainsFunc(a.keys, func(glob string) bool {
			ok, _ := path.Match(glob, key) // the glob was tried when it was read
			return ok
		})
	})
}

// notMet names those that no finding is of.
func (k *Known) notMet(met map[*acceptance]bool) (stale []string) {
	if k == nil {
		return nil
	}
	for _, a := range k.all {
		if !met[a] {
			stale = append(stale, fmt.Sprintf("%s: %s of %q", a.written, a.kind, a.of))
		}
	}
	return stale
}

// ParseKinds reads the kinds of findings of --fail-on. Error: the nearest name.
func ParseKinds(names []string) ([]finding.Kind, error) {
	known := slices.DeleteFunc(kindNames(), func(name string) bool { return name == string(finding.Good) })
	var all []finding.Kind
	for _, name := range names {
		switch near := nearest.Name(name, known); {
		case slices.Contains(known, name):
			all = append(all, finding.Kind(name))
		case near != "":
			return nil, fmt.Errorf("there is no finding %q (did you mean %q?)", name, near)
		default:
			return nil, fmt.Errorf("there is no finding %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return all, nil
}
