package build

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/policy"
)

// document is a policy: AWS's JSON as YAML, a text that holds the JSON, or {file: path}
// relative to the scenario file.
var document = facts.TreeOf(facts.Any(facts.Schema{"type": []string{"object", "string"}}))

// policyTree is a policy as written, and its JSON.
func policyTree(n *tree.Node) (*tree.Node, []byte, error) {
	if n.Scalar() {
		written, err := tree.ParseJSON(n.At.File, []byte(n.Text))
		if err != nil {
			return nil, nil, tree.Fail(n, "the text is no JSON: %s", message(err))
		}
		tree.MoveTo(written, n.At)
		return written, []byte(n.Text), nil
	}
	if path := n.Get("file"); path != nil && len(n.Keys) == 1 && path.Scalar() {
		return policyFile(path)
	}
	return n, n.TextJSON(), nil
}

// policyFile reads the policy of a file.
func policyFile(path *tree.Node) (*tree.Node, []byte, error) {
	if path.At.File == patchName || path.At.File == BodyName {
		return nil, nil, tree.Fail(path, "a patch reads no files: write the policy out")
	}
	name := path.Text
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(path.At.File), name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, tree.Fail(path, "%v", err)
	}
	written, err := tree.ParseJSON(name, text)
	return written, text, err
}

// message is an error's own words, without a place that is none of the file's.
func message(err error) string {
	if e, ok := err.(*tree.Error); ok {
		return e.Message
	}
	return err.Error()
}

// compile parses and validates a policy as AWS would when it is put there, and names all
// that it would refuse; of none there is none. One that a world has already is not
// validated again: AWS keeps a policy whose principals are gone.
func compile(n *tree.Node, name, arn string, r policy.Rules) (*authz.Named, error) {
	if n == nil {
		return nil, nil
	}
	if made, ok := n.Made.(*authz.Named); ok {
		return made, nil
	}
	if p, ok := n.Made.(*policy.Policy); ok && len(p.Problems(r)) == 0 {
		return &authz.Named{Name: name, ARN: arn, Policy: p}, nil
	}
	written, text, err := policyTree(n)
	if err != nil {
		return nil, err
	}
	compiled, err := policy.Load(text, r)
	if err == nil {
		return &authz.Named{Name: name, ARN: arn, Policy: compiled}, nil
	}
	var all []error
	for _, problem := range policy.Check(text, r) {
		all = append(all, refused(locate(written, problem.Path), problem))
	}
	return nil, tree.Join(all...)
}

// refused is what AWS would not take of a policy, as an error at a node.
func refused(at *tree.Node, problem *policy.Error) error {
	e := tree.Fail(at, "%s", problem.Message)
	if problem.Detail != "" && !strings.Contains(problem.Message, problem.Detail) {
		e.Message += ": " + problem.Detail
	}
	e.Nearest = problem.Nearest
	return e
}

// prepare compiles the policies that are written out in a tree, once for all worlds that are
// made of it. Whether each is good where it stands is judged there.
func prepare(n *tree.Node) {
	if n == nil || n.Made != nil {
		return
	}
	if n.Get("Statement") != nil {
		if p, err := policy.Parse(n.TextJSON()); err == nil {
			n.Made = p
		}
		return
	}
	for _, item := range n.Items {
		prepare(item)
	}
}

// described is the policy as a tree, so that a patch can reach into it.
func described(p *authz.Named) *tree.Node {
	if p == nil {
		return nil
	}
	n := sourceTree(p.Name, p.Policy.Source())
	n.Made = p
	return n
}

// sourceTree is the tree of a policy's text. It was compiled: it is JSON.
func sourceTree(name, source string) *tree.Node {
	n, err := tree.ParseJSON(name, []byte(source))
	if err != nil {
		return tree.NewText(source)
	}
	tree.MoveTo(n, tree.Place{})
	return n
}

// inline is the policies that belong to a principal alone, by name.
func inline[T any](at func(T) *[]authz.Named) facts.Row[T] {
	set := func(t T, docs map[string]*tree.Node, _ *tree.Node) error {
		all, err := compileAll(docs, policy.Rules{Kind: policy.Identity})
		*at(t) = all
		return err
	}
	return facts.Fact(InlinePolicies.Key(), facts.Checked(facts.Map(document), named), set,
		func(t T) map[string]*tree.Node { return describedAll(*at(t)) }).
		Says("the inline policies, by name: YAML, the JSON as a text, or {file: PATH}")
}

// named refuses a policy in the place of policies by name.
func named[V any](_ V, n *tree.Node) error {
	if n.Get("Statement") == nil {
		return nil
	}
	return tree.Fail(n, "policies stand by name here: {NAME: {Version: ..., Statement: ...}}")
}

func compileAll(docs map[string]*tree.Node, r policy.Rules) ([]authz.Named, error) {
	var all []authz.Named
	var errs []error
	for _, name := range keysOf(docs) {
		p, err := compile(docs[name], name, "", r)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, *p)
	}
	return all, tree.Join(errs...)
}

func describedAll(all []authz.Named) map[string]*tree.Node {
	docs := make(map[string]*tree.Node, len(all))
	for i := range all {
		docs[all[i].Name] = described(&all[i])
	}
	return docs
}

var pathStep = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

// locate follows a path such as Statement[0].Condition.IpAddress to the key, or
// the item, that it names, as far as there is one.
func locate(n *tree.Node, path string) *tree.Node {
	last := n
	for _, s := range pathSteps(path) {
		next, at := step(n, s)
		if next == nil {
			break
		}
		n, last = next, at
	}
	return last
}

// pathSteps splits a path; a condition key such as aws:SourceIp is one step.
func pathSteps(path string) []string { return pathStep.FindAllString(path, -1) }

// step goes one step down. at is where an error about it is to be seen: at the
// key of a mapping.
func step(n *tree.Node, step string) (next, at *tree.Node) {
	if index, ok := strings.CutPrefix(step, "["); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		switch {
		case err == nil && n.Kind == tree.List && i < len(n.Items):
			return n.Items[i], n.Items[i]
		case err == nil && i == 0 && n.Kind != tree.List:
			return n, n // one element may stand without its list
		}
		return nil, nil
	}
	for i, k := range n.Keys {
		if strings.EqualFold(k.Text, step) {
			return n.Items[i], k
		}
	}
	return nil, nil
}
