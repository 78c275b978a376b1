package authz

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// draft is a question whose policies are still lists of statements, so that they
// can be reordered and added to.
type draft struct {
	principal          *policy.Principal
	account            string
	key, restrict      bool
	state              string
	identity, boundary [][]string // several policies
	session            []string   // nil: none
	scps, rcps         [][]string // a policy a level
	endpoint           [][]string
	resource           []string // bucket or key policy; nil: none
}

const propertyCases = 1000

func pick[T any](g *rand.Rand, of ...T) T { return of[g.IntN(len(of))] }

// statement draws one of few actions, resources and conditions, so that matches
// are frequent.
func statement(g *rand.Rand, effect, principal string) string {
	s := `{"Effect":"` + effect + `",` + principal
	s += pick(g, `"Action":"*"`, `"Action":["s3:GetObject","kms:Decrypt"]`, `"Action":"s3:Put*"`, `"NotAction":"s3:GetObject"`)
	s += pick(g, `,"Resource":"*"`, `,"Resource":["`+objectARN+`","`+keyARN+`"]`, `,"NotResource":"`+objectARN+`"`)
	return s + pick(g, `}`, `}`, `,"Condition":{"StringEquals":{"aws:PrincipalAccount":"`+ownAccount+`"}}}`)
}

func whom(g *rand.Rand) string {
	return `"Principal":` + pick(g, `"*"`, aws(userARN), aws(roleARN), aws(sessionARN), aws(federatedARN), aws(ownAccount), aws(otherAccount), `{"Service":"logging.s3.amazonaws.com"}`) + `,`
}

func nobody(*rand.Rand) string { return "" }

func statements(g *rand.Rand, principal func(*rand.Rand) string) []string {
	list := make([]string, g.IntN(4))
	for i := range list {
		list[i] = statement(g, pick(g, "Allow", "Allow", "Allow", "Deny"), principal(g))
	}
	return list
}

func policies(g *rand.Rand, most int, principal func(*rand.Rand) string) [][]string {
	list := make([][]string, g.IntN(most+1))
	for i := range list {
		list[i] = statements(g, principal)
	}
	return list
}

func newDraft(g *rand.Rand) *draft {
	d := &draft{
		principal: pick(g, user(), roleSession(), federated(), root(), service(), anonymous(), serviceLinked()),
		account:   pick(g, ownAccount, otherAccount),
		key:       g.IntN(4) == 0, restrict: g.IntN(6) == 0, state: pick(g, "Enabled", "Enabled", "Disabled"),
		identity: policies(g, 3, nobody),
	}
	if g.IntN(4) == 0 {
		d.boundary = policies(g, 2, nobody)
	}
	if g.IntN(3) == 0 {
		d.session = append([]string{}, statements(g, nobody)...)
	}
	if g.IntN(4) == 0 {
		d.scps = policies(g, 2, nobody)
	}
	if g.IntN(4) == 0 {
		d.rcps = policies(g, 2, func(*rand.Rand) string { return `"Principal":"*",` })
	}
	if g.IntN(4) == 0 {
		d.endpoint = policies(g, 2, func(*rand.Rand) string { return `"Principal":"*",` })
	}
	if g.IntN(3) > 0 {
		d.resource = append([]string{}, statements(g, whom)...)
	}
	return d
}

func compiled(policies [][]string) []Named {
	var list []Named
	for _, p := range policies {
		list = append(list, *named("p", p...))
	}
	return list
}

func levels(policies [][]string) []Level {
	var list []Level
	for _, p := range policies {
		list = append(list, level("level", p...))
	}
	return list
}

func optional(statements []string) *Named {
	if statements == nil {
		return nil
	}
	return named("p", statements...)
}

func (d *draft) request() *Request {
	r := &Request{
		Principal: d.principal, Action: "s3:GetObject", Resource: objectARN, ResourceAccount: d.account,
		Context: policy.NewContext(), Identity: compiled(d.identity), Boundaries: compiled(d.boundary),
		Session: optional(d.session), SCPs: levels(d.scps), RCPs: levels(d.rcps), Endpoint: compiled(d.endpoint),
		BucketPolicy: optional(d.resource), RestrictPublicBuckets: d.restrict,
	}
	if d.principal.Account != "" {
		r.Context.Set("aws:PrincipalAccount", d.principal.Account)
	}
	if d.key {
		r.Action, r.Resource, r.BucketPolicy = "kms:Decrypt", keyARN, nil
		r.Key = &Key{Account: d.account, State: d.state, Policy: optional(d.resource)}
	}
	return r
}

// places are all the policies of the draft that exist, each with what a statement
// of it must say of principals.
func (d *draft) places() (all []*[]string, principals []func(*rand.Rand) string) {
	add := func(principal func(*rand.Rand) string, lists ...*[]string) {
		for _, l := range lists {
			all, principals = append(all, l), append(principals, principal)
		}
	}
	for _, group := range [][][]string{d.identity, d.boundary, d.scps} {
		for i := range group {
			add(nobody, &group[i])
		}
	}
	for _, group := range [][][]string{d.rcps, d.endpoint} {
		for i := range group {
			add(func(*rand.Rand) string { return `"Principal":"*",` }, &group[i])
		}
	}
	if d.session != nil {
		add(nobody, &d.session)
	}
	add(whom, &d.resource)
	return all, principals
}

// insert adds a statement to one of the draft's policies.
func (d *draft) insert(g *rand.Rand, effect string) {
	all, principals := d.places()
	i := g.IntN(len(all))
	*all[i] = append(*all[i], statement(g, effect, principals[i](g)))
}

func (d *draft) shuffle(g *rand.Rand) {
	all, _ := d.places()
	for _, l := range all {
		s := *l
		g.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	}
	for _, group := range [][][]string{d.identity, d.boundary, d.endpoint, d.scps, d.rcps} {
		g.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
	}
}

// forEachDraft runs a property on many drafts and fails when too few of them are
// allowed, or denied, for the property to mean anything.
func forEachDraft(t *testing.T, property func(t *testing.T, g *rand.Rand, d *draft, before Decision)) {
	t.Helper()
	allowed := 0
	for seed := range uint64(propertyCases) {
		g := rand.New(rand.NewPCG(seed, 7))
		d := newDraft(g)
		before := Evaluate(d.request())
		consistent(t, &before)
		if !before.Denied() {
			allowed++
		}
		property(t, g, d, before)
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, d)
		}
	}
	if allowed < propertyCases/20 || allowed > propertyCases*19/20 {
		t.Errorf("%d of %d drafts are allowed", allowed, propertyCases)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, before Decision) {
		d.shuffle(g)
		after := Evaluate(d.request())
		if after.Verdict != before.Verdict || !slices.Equal(after.DeniedBy, before.DeniedBy) {
			t.Errorf("%s by %q, reordered %s by %q", before.Verdict, before.DeniedBy, after.Verdict, after.DeniedBy)
		}
	})
}

func TestAddingADenyNeverAllowsMore(t *testing.T) {
	changed := 0
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, before Decision) {
		d.insert(g, "Deny")
		after := Evaluate(d.request())
		if before.Denied() && !after.Denied() {
			t.Errorf("%s by %q became %s", before.Verdict, before.DeniedBy, after.Verdict)
		}
		if before.Verdict == ExplicitlyDenied && after.Verdict != ExplicitlyDenied {
			t.Errorf("an explicit deny was lost: %s", after.Verdict)
		}
		if before.Verdict != after.Verdict {
			changed++
		}
	})
	if changed == 0 {
		t.Error("no added Deny ever mattered")
	}
}

// RestrictPublicBuckets is aside: an Allow can make a policy public.
func TestAddingAnAllowNeverDeniesMore(t *testing.T) {
	changed := 0
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, _ Decision) {
		d.restrict = false
		before := Evaluate(d.request())
		d.insert(g, "Allow")
		after := Evaluate(d.request())
		if !before.Denied() && after.Denied() {
			t.Errorf("%s became %s by %q", before.Verdict, after.Verdict, after.DeniedBy)
		}
		if before.Verdict != after.Verdict {
			changed++
		}
	})
	if changed == 0 {
		t.Error("no added Allow ever mattered")
	}
}

// An explicit deny that is found anywhere is final, and what is allowed is
// allowed by somebody.
func TestDenyIsFinal(t *testing.T) {
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, before Decision) {
		explicit := slices.ContainsFunc(before.Findings, func(f Finding) bool { return f.Effect == ExplicitDeny })
		if explicit != (before.Verdict == ExplicitlyDenied) {
			t.Errorf("%s with findings %+v", before.Verdict, before.Findings)
		}
		if !before.Denied() && !slices.ContainsFunc(before.Findings, func(f Finding) bool { return f.Effect == Allow }) {
			t.Errorf("allowed, and nothing allows: %+v", before.Findings)
		}
	})
}
