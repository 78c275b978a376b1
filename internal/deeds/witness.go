package deeds

import (
	"encoding/json"
	"strings"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Bounds of the witnesses of one comparison, and of what is made from one statement.
const (
	maxWitnesses    = 8000
	maxOfAStatement = 2400
	maxVariants     = 12
	maxElsewhere    = 8 // of other statements
	maxActs         = 12
	maxInstances    = 6
)

// witnesses are deeds that meet all elements of a statement that only one of two worlds
// has: by everybody, and by those whom it names; what it names, or what matters of that; with
// each condition met, unmet and absent.
func (n *Net) witnesses(before, after *store.Moment) []deed {
	var all []deed
	moved := n.movedBetween(before.State, after.State)
	if len(moved) == 0 {
		return nil
	}
	elsewhere := n.elsewhere(before.State, after.State)
	for _, m := range moved {
		n.sourcesIn(m.conditions)
	}
	for _, m := range moved {
		for _, p := range m.principals {
			n.name(after.State, p)
		}
		if n.supposes {
			n.supposed(after.State, &m)
		}
		n.namedByKeys(after.State, m.conditions)
		people := n.concerned(&m, before.State, after.State)
		if len(people) == 0 {
			continue
		}
		variants := n.variantsOf(m.conditions, elsewhere)
		room := maxOfAStatement / (len(people) * len(n.witnessWays()) * len(variants))
		all = n.meeting(all, people, n.about(after, &m, room), variants)
		if len(all) > maxWitnesses {
			return all[:maxWitnesses]
		}
	}
	return all
}

// concerned are those whom a statement can be about: whose policy it is in, or whom its
// Principal means.
func (n *Net) concerned(m *moved, worlds ...*world.State) []int {
	means := m.means()
	var all []int
	for i := range n.people {
		p := &n.people[i]
		if m.of != "" && p.arn != m.of {
			continue
		}
		for _, s := range worlds {
			if c := p.find(s); c != nil && means(&c.Principal) {
				all = append(all, i)
				break
			}
		}
	}
	return all
}

// means says whether a statement's Principal means somebody; without one it means everybody.
func (s *statement) means() func(*policy.Principal) bool {
	body := map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}
	for element, who := range s.who {
		body[element] = who
	}
	doc, err := json.Marshal(map[string]any{"Statement": body})
	if err != nil {
		return func(*policy.Principal) bool { return true }
	}
	p, err := policy.Parse(doc)
	if err != nil || len(s.who) == 0 {
		return func(*policy.Principal) bool { return true }
	}
	return func(who *policy.Principal) bool {
		return p.Match(&policy.Request{Principal: who, Action: "s3:GetObject", Resource: "*"}).Allow >= 0
	}
}

// done is an action with a resource that it is done to.
type done struct{ act, thing int }

// meeting adds a deed for all whom it concerns, for all that is done, in all circumstances.
func (n *Net) meeting(all []deed, people []int, what []done, variants []int) []deed {
	for _, w := range n.witnessWays() {
		for _, p := range people {
			for _, d := range what {
				for _, v := range variants {
					all = append(all, deed{person: p, act: d.act, thing: d.thing, way: w, variant: v})
				}
			}
		}
	}
	return all
}

// witnessWays are the world's own and the easiest.
func (n *Net) witnessWays() []int {
	if last := len(n.ways) - 1; last > 0 {
		return []int{0, last}
	}
	return []int{0}
}

// about is what a statement is about: of the actions that matter and that it covers some of
// each kind, and those that it names; done to what it covers. There is room for so many.
func (n *Net) about(after *store.Moment, m *moved, room int) []done {
	covers := m.covers()
	if covers == nil {
		return nil
	}
	n.instances(after.State, m)
	var all []done
	chosen := n.actsOf(m, min(max(room/2, 4), maxActs))
	for _, a := range chosen {
		var on []done
		for t := range n.things {
			thing := &n.things[t]
			if thing.kind == n.acts[a].on && (m.on == "" || m.on == thing.arn) && covers(n.acts[a].name, thing.arn) {
				on = append(on, done{a, t})
			}
		}
		all = append(all, firstAndLast(on, min(max(room/len(chosen), 2), maxInstances))...)
	}
	return all
}

// firstAndLast are so many of a list: the first, which are in the world, and the last, which
// was made from a statement.
func firstAndLast(all []done, most int) []done {
	if len(all) <= most {
		return all
	}
	return append(all[:most-1:most-1], all[len(all)-1])
}

// covers says whether a statement is about an action and a resource, whoever asks and
// however; nil: it is about nothing.
func (s *statement) covers() func(action, resource string) bool {
	element := func(name string, not bool) string {
		if not {
			return "Not" + name
		}
		return name
	}
	body := map[string]any{"Effect": "Allow", element("Action", s.notActions): s.actions}
	if len(s.resources) > 0 {
		body[element("Resource", s.notRes)] = s.resources
	}
	doc, err := json.Marshal(map[string]any{"Statement": body})
	if err != nil {
		return nil
	}
	p, err := policy.Parse(doc)
	if err != nil {
		return nil
	}
	return func(action, resource string) bool {
		return p.Match(&policy.Request{Action: action, Resource: resource}).Allow >= 0
	}
}

// actsOf are actions that a statement names, and of the others that it covers the first of
// each kind, as many as there is room for.
func (n *Net) actsOf(m *moved, room int) []int {
	var all []int
	seen := map[int]bool{}
	add := func(i int) {
		if !seen[i] && len(all) < room {
			seen[i] = true
			all = append(all, i)
		}
	}
	if !m.notActions {
		for _, name := range m.actions {
			if i, ok := n.actOf(name); ok {
				add(i)
			}
		}
	}
	action := &statement{actions: m.actions, notActions: m.notActions}
	covers := action.covers()
	if covers == nil {
		return all
	}
	for round := range n.acts {
		for on := everything; on <= users; on++ {
			if i := n.nth(on, round); i >= 0 && covers(n.acts[i].name, "*") {
				add(i)
			}
		}
	}
	return all
}

// nth is the n-th action that is done to a kind; -1: there are not so many.
func (n *Net) nth(on kind, nth int) int {
	for i := range n.acts {
		if n.acts[i].on != on {
			continue
		}
		if nth == 0 {
			return i
		}
		nth--
	}
	return -1
}

// actOf is an action that a policy names outright.
func (n *Net) actOf(name string) (int, bool) {
	if i, known := n.index["a\x00"+name]; known {
		return i, true
	}
	if strings.ContainsAny(name, "*?") {
		return 0, false
	}
	a, ok := actNamed(name)
	if !ok {
		return 0, false
	}
	return n.act(a), true
}

// elsewhere are the circumstances in which the other statements of two worlds apply that only
// some circumstances bring about, and those in which they do not: what a statement gives or
// takes may rest on another, or another may give it already.
func (n *Net) elsewhere(before, after *world.State) [][]circumstance {
	var all [][]circumstance
	seen := map[int]bool{0: true}
	for _, s := range append(n.statementsOf(before), n.statementsOf(after)...) {
		for _, over := range append(unmetOf(s.conditions), metOf(s.conditions)) {
			if v := n.variant(over); !seen[v] && len(all) < maxElsewhere {
				seen[v] = true
				all = append(all, over)
			}
		}
	}
	return all
}

// unmetOf are circumstances in each of which one of the conditions is not met.
func unmetOf(conditions []condition) [][]circumstance {
	var all [][]circumstance
	for _, c := range conditions {
		if values := c.holdsNot; len(values) > 0 && !settled(c.key) {
			all = append(all, []circumstance{{c.key, values[0]}})
		}
	}
	return all
}

// metOf are the circumstances in which conditions are met.
func metOf(conditions []condition) []circumstance {
	var met []circumstance
	for _, c := range conditions {
		if values := c.holds; len(values) > 0 {
			met = append(met, circumstance{c.key, values[0]})
		}
	}
	return met
}

// variantsOf are the circumstances that a statement's conditions are tried in: none of
// their own; all met; all met by a service that acts for another resource; each in turn met otherwise, unmet, and absent; and all met where
// another statement applies, and where it does not.
func (n *Net) variantsOf(conditions []condition, elsewhere [][]circumstance) []int {
	met := metOf(conditions)
	all := []int{0, n.variant(met)}
	if len(met) == 0 {
		all = all[:1]
	}
	if another := n.anotherSource(conditions, met); another != nil {
		all = append(all, n.variant(instead(met, circumstance{"aws:SourceArn", another})))
	}
	for _, c := range conditions {
		tries := append(append([][]string{nil}, c.holdsNot...), c.holds...)
		for _, values := range tries {
			if len(all) < maxVariants {
				all = append(all, n.variant(instead(met, circumstance{c.key, values})))
			}
		}
	}
	for _, w := range elsewhere {
		joined := w
		for _, o := range met {
			joined = instead(joined, o)
		}
		all = append(all, n.variant(joined))
	}
	return all
}

// instead is circumstances with one in the place of that of its key.
func instead(met []circumstance, one circumstance) []circumstance {
	out := make([]circumstance, 0, len(met)+1)
	for _, o := range met {
		if !strings.EqualFold(o.key, one.key) {
			out = append(out, o)
		}
	}
	return append(out, one)
}
