package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// byAction leaves the action out: of a list that has it, of NotAction, or of a pattern, in
// whose place all other actions stand that it means.
func (g *guard) byAction() []cut {
	action := g.asked.Action
	text := fmt.Sprintf("take %s out of the actions of %s", action, g.in())
	if listed, not := g.statement[notActions]; not {
		return []cut{{kind: "action", text: text, rest: g.having(notActions, values(append(list(listed), action)))}}
	}
	if all := list(g.statement[actionElement]); len(all) == 1 && (all[0] == "*" || g.speaksOf(all[0])) {
		return []cut{{kind: "action", text: text, rest: g.having(actionElement, nil).having(notActions, action)}}
	}
	var rest []string
	many := false
	for _, pattern := range list(g.statement[actionElement]) {
		if !(statement{actionElement: pattern}).fits(g.asked, actionElement) {
			rest = append(rest, pattern)
			continue
		}
		but := g.allBut(pattern, action)
		many = many || len(but) > readable
		rest = append(rest, but...)
	}
	if slices.Sort(rest); len(rest) == 0 {
		return []cut{{none: true}}
	}
	return []cut{{kind: "action", text: text, hidden: many, rest: g.having(actionElement, values(slices.Compact(rest)))}}
}

// speaksOf says whether a pattern means all actions that the statement can be about: of S3 where its
// resources are.
func (g *guard) speaksOf(pattern string) bool {
	resources := list(g.statement[resourceElement])
	ofS3 := len(resources) > 0 && len(without(resources, func(r string) bool {
		return strings.HasPrefix(r, world.BucketARN)
	})) == 0
	return pattern == "s3:*" && (g.bucket != "" || g.anyone || ofS3) || pattern == "kms:*" && g.star
}

// readable is how many patterns an expert still writes in the place of one.
const readable = 8

// allBut are patterns for the actions that a pattern means, without one: of each other that
// has the statement's condition keys the shortest beginning that tells it from that one.
func (g *guard) allBut(pattern, action string) []string {
	if strings.EqualFold(pattern, action) {
		return nil
	}
	service, _, _ := strings.Cut(action, ":")
	var meant, others []string
	for _, a := range policy.Actions(service) {
		if !strings.EqualFold(a.Name, action) && policy.MatchAction(pattern, a.Name) && g.hasKeys(a.Name) {
			meant = append(meant, a.Name)
		} else {
			others = append(others, a.Name)
		}
	}
	var all []string
	for _, name := range meant {
		if !slices.ContainsFunc(all, func(p string) bool { return policy.MatchAction(p, name) }) {
			all = append(all, beginning(name, others, len(service)+2))
		}
	}
	return all
}

// hasKeys says whether an action can have the condition keys of the statement: with one
// that it never has the statement does not match it.
func (g *guard) hasKeys(action string) bool {
	return !slices.ContainsFunc(g.conditions(), func(c condition) bool {
		return policy.KeyApplies(action, c.key) == policy.Refused
	})
}

// beginning is the shortest pattern from n letters on that means a name and none of the
// others.
func beginning(name string, others []string, n int) string {
	for ; n < len(name); n++ {
		p := name[:n] + "*"
		if !slices.ContainsFunc(others, func(o string) bool { return policy.MatchAction(p, o) }) {
			return p
		}
	}
	return name
}

// byResource leaves the resource out: of a list that has it, or of NotResource. A pattern
// becomes a NotResource of all that it does not mean, as far as the world knows it.
func (g *guard) byResource() []cut {
	if g.itself || g.star {
		return []cut{{none: true}}
	}
	resource := g.asked.Resource
	text := fmt.Sprintf("take %s out of the resources of %s", resource, g.in())
	if listed, not := g.statement[notResources]; not {
		return []cut{{kind: "resource", text: text, rest: g.having(notResources, values(append(list(listed), resource)))}}
	}
	all := list(g.statement[resourceElement])
	rest := without(all, func(p string) bool { return (statement{resourceElement: p}).fits(g.asked, resourceElement) })
	patterns := len(all) - len(rest)
	switch {
	case slices.Contains(all, resource) && patterns == 1 && len(rest) == 0:
		return []cut{{none: true}}
	case slices.Contains(all, resource) && patterns == 1:
		return []cut{{kind: "resource", text: text, rest: g.having(resourceElement, values(rest))}}
	}
	not := append([]string{resource}, g.elsewhere()...)
	text = fmt.Sprintf("have %s deny it on everything but %s", g.in(), strings.Join(not, ", "))
	return []cut{{kind: "resource", text: text, rest: g.having(resourceElement, nil).having(notResources, values(not))}}
}

// elsewhere are the buckets of the world, and what is in them, that the statement is not
// about: in a bucket's policy the bucket alone can be.
func (g *guard) elsewhere() []string {
	if g.bucket != "" {
		return g.outside(g.bucket)
	}
	var all []string
	for _, name := range sortedKeys(g.state.Buckets) {
		all = append(all, g.outside(name)...)
	}
	return all
}

// outside is a bucket, where the statement is not about it, and its objects, where it is
// about none of them.
func (g *guard) outside(name string) []string {
	var all []string
	bucket, q := world.BucketARN+name, *g.asked
	if q.Resource = bucket; !g.fits(&q, resourceElement) && bucket != g.asked.Resource {
		all = append(all, bucket)
	}
	about := func(p string) bool { return strings.HasPrefix(p, bucket+"/") }
	if q.Resource = bucket + "/-"; !g.fits(&q,
		resourceElement) && !slices.ContainsFunc(list(g.statement[resourceElement]), about) {
		all = append(all, bucket+"/*")
	}
	return all
}
