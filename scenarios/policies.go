package scenarios

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// policyTree is a policy as written, and its JSON: AWS's JSON as YAML, a text
// that holds the JSON, or {file: path} relative to the scenario file.
func policyTree(n *node) (*node, []byte, error) {
	if n.scalar() {
		tree, err := parseJSON(n.at.file, []byte(n.text))
		if err != nil {
			return nil, nil, fail(n, "the text is no JSON: %s", message(err))
		}
		moveTo(tree, n.at)
		return tree, []byte(n.text), nil
	}
	if path := n.get("file"); path != nil && len(n.keys) == 1 && path.scalar() {
		if n.at.file == patchName {
			return nil, nil, fail(path, "a patch reads no files: write the policy out")
		}
		name := path.text
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(n.at.file), name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, fail(path, "%v", err)
		}
		tree, err := parseJSON(name, text)
		return tree, text, err
	}
	return n, n.policyJSON(), nil
}

// message is an error's own words, without a place that is none of the file's.
func message(err error) string {
	if e, ok := err.(*Error); ok {
		return e.Message
	}
	return err.Error()
}

// moveTo gives every node of a tree that was read out of a text the text's place.
func moveTo(n *node, at place) {
	n.at = at
	for _, k := range n.keys {
		k.at = at
	}
	for _, item := range n.items {
		moveTo(item, at)
	}
}

// compile parses and validates a policy as AWS would when it is put there. One
// that a world has already is not validated again: AWS keeps a policy whose
// principals are gone.
func compile(n *node, name, arn string, r policy.Rules) (*authz.Named, error) {
	if n.policy != nil {
		return n.policy, nil
	}
	tree, text, err := policyTree(n)
	if err != nil {
		return nil, err
	}
	compiled, err := policy.Load(text, r)
	if err == nil {
		return &authz.Named{Name: name, ARN: arn, Policy: compiled}, nil
	}
	problem := policy.ProblemOf(err)
	e := fail(locate(tree, problem.Path), "%s", problem.Message)
	if problem.Detail != "" && !strings.Contains(problem.Message, problem.Detail) {
		e.Message += ": " + problem.Detail
	}
	e.Nearest = problem.Nearest
	return nil, e
}

var pathStep = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

// locate follows a path such as Statement[0].Condition.IpAddress to the key, or
// the item, that it names, as far as there is one.
func locate(n *node, path string) *node {
	last := n
	for _, step := range pathSteps(path) {
		next, at := n.step(step)
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
func (n *node) step(step string) (next, at *node) {
	if index, ok := strings.CutPrefix(step, "["); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		switch {
		case err == nil && n.kind == listKind && i < len(n.items):
			return n.items[i], n.items[i]
		case err == nil && i == 0 && n.kind != listKind:
			return n, n // one element may stand without its list
		}
		return nil, nil
	}
	for i, k := range n.keys {
		if strings.EqualFold(k.text, step) {
			return n.items[i], k
		}
	}
	return nil, nil
}
