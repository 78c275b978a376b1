package authz

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
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
	session            [][]string // a policy a level
	scps, rcps         [][]string // a policy a level
	endpoint           [][]string
	resource           []string // bucket or key policy; nil: none
	// What is in no policy. acls says that ACLs are in force.
	action                 string
	acls, ignorePublic     bool
	bucketACL, objectACL   ACL
	objectOwner            string // empty: an anonymous writer
	missing                bool   // there is no object
	grants                 []KeyGrant
	offers, pays, enforced bool
	expected               string
	lock                   *Lock
}

var propertyCases = rounds.Of(500, 100_000)

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

// known gives a principal of the own account its canonical user id.
func known(p *policy.Principal) *policy.Principal {
	p.CanonicalID = ownCanonicalID
	return p
}

func newDraft(g *rand.Rand) *draft {
	d := &draft{
		principal: pick(g, known(user()), known(roleSession()), known(federated()), known(root()), service(), anonymous(), known(serviceLinked())),
		account:   pick(g, ownAccount, otherAccount),
		key:       g.IntN(4) == 0, restrict: g.IntN(6) == 0, state: pick(g, "Enabled", "Enabled", "Disabled"),
		identity: policies(g, 3, nobody),
	}
	if g.IntN(4) == 0 {
		d.boundary = policies(g, 2, nobody)
	}
	if g.IntN(3) == 0 {
		d.session = policies(g, 3, nobody)
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
	d.drawFacts(g)
	return d
}

// drawFacts draws what is in no policy.
func (d *draft) drawFacts(g *rand.Rand) {
	rarely := func() bool { return g.IntN(12) == 0 }
	d.action = pick(g, "s3:GetObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl", "s3:ListBucket")
	d.acls, d.ignorePublic, d.missing = g.IntN(2) == 0, g.IntN(3) == 0, rarely()
	d.objectOwner = pick(g, ownAccount, otherAccount, thirdAccount, "")
	d.bucketACL, d.objectACL = drawACL(g), drawACL(g)
	for range g.IntN(3) {
		d.grants = append(d.grants, drawKeyGrant(g))
	}
	d.pays, d.offers, d.enforced = rarely(), g.IntN(2) == 0, rarely()
	if rarely() {
		d.expected = pick(g, ownAccount, otherAccount)
	}
	if rarely() {
		d.lock = &Lock{LegalHold: g.IntN(4) == 0, Mode: pick(g, "", Governance, Compliance), Bypass: g.IntN(2) == 0}
	}
}

func drawGrant(g *rand.Rand) Grant {
	to := pick(g, byID(ownCanonicalID), byID(otherCanonicalID), group(AllUsers), group(AuthenticatedUsers), group(LogDelivery))
	return Grant{Grantee: to, Permission: pick(g, Read, Write, ReadACP, WriteACP, FullControl)}
}

func drawACL(g *rand.Rand) ACL {
	var list ACL
	for range g.IntN(3) {
		list = append(list, drawGrant(g))
	}
	return list
}

func drawKeyGrant(g *rand.Rand) KeyGrant {
	kg := KeyGrant{ID: "g", Grantee: pick(g, userARN, roleARN, sessionARN, federatedARN, "logging.s3.amazonaws.com"), Operations: pick(g, []string{"Decrypt"}, []string{"Encrypt"})}
	pair := map[string]string{"department": pick(g, "Finance", "IT")}
	switch g.IntN(4) {
	case 0:
		kg.ContextEquals = pair
	case 1:
		kg.ContextSubset = pair
	}
	return kg
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
	r := NewRequest(d.action, objectARN, Requester{
		Principal: d.principal, Identity: compiled(d.identity), Boundaries: compiled(d.boundary),
		Session: levels(d.session), SCPs: levels(d.scps),
	}, Target{
		ResourceAccount: d.account, RCPs: levels(d.rcps), BucketPolicy: optional(d.resource), RestrictPublicBuckets: d.restrict,
	})
	r.Context, r.Endpoint = policy.NewContext(), compiled(d.endpoint)
	if d.principal.Account != "" {
		r.Context.Set("aws:PrincipalAccount", d.principal.Account)
	}
	if d.key {
		r.Action, r.Resource, r.BucketPolicy = "kms:Decrypt", keyARN, nil
		r.Key = &Key{Account: d.account, State: d.state, Policy: optional(d.resource), Grants: d.grants}
		encryptedWith(r.Context, map[string]string{"department": "Finance"})
		return r
	}
	d.facts(r)
	return r
}

// facts fills in what is in no policy.
func (d *draft) facts(r *Request) {
	if d.acls {
		r.ACLs = &AccessLists{Bucket: d.bucketACL, IgnorePublic: d.ignorePublic}
	}
	if !d.missing {
		r.Object = &Object{Owner: d.objectOwner, ACL: d.objectACL}
	}
	if d.pays {
		r.Payment = &Payment{Offered: d.offers}
	}
	if d.enforced {
		r.Ownership = &Ownership{Mode: bucketOwnerEnforced}
	}
	r.ExpectedOwner, r.Lock = d.expected, d.lock
}

// layered are the policies of each layer.
func (d *draft) layered() map[Layer][]*[]string {
	all := map[Layer][]*[]string{}
	for l, group := range map[Layer][][]string{
		Identity: d.identity, PermissionsBoundary: d.boundary, Session: d.session, SCP: d.scps, RCP: d.rcps, VPCEndpoint: d.endpoint,
		BucketPolicy: {d.resource},
	} {
		if d.key && (l == BucketPolicy || l == Identity) {
			l = KMS
		}
		for i := range group {
			all[l] = append(all[l], &group[i])
		}
	}
	return all
}

// places are all the policies of the draft that exist, each with what a statement
// of it must say of principals.
func (d *draft) places() (all []*[]string, principals []func(*rand.Rand) string) {
	add := func(principal func(*rand.Rand) string, lists ...*[]string) {
		for _, l := range lists {
			all, principals = append(all, l), append(principals, principal)
		}
	}
	for _, group := range [][][]string{d.identity, d.boundary, d.session, d.scps} {
		for i := range group {
			add(nobody, &group[i])
		}
	}
	for _, group := range [][][]string{d.rcps, d.endpoint} {
		for i := range group {
			add(func(*rand.Rand) string { return `"Principal":"*",` }, &group[i])
		}
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
	for _, group := range [][][]string{d.identity, d.boundary, d.session, d.endpoint, d.scps, d.rcps} {
		shuffled(g, group)
	}
	shuffled(g, d.bucketACL)
	shuffled(g, d.objectACL)
	shuffled(g, d.grants)
}

func shuffled[T any](g *rand.Rand, list []T) {
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
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

// neverDeniesMore holds a change that gives something against the law that it
// takes nothing away. RestrictPublicBuckets is aside: an Allow can make a policy
// public.
func neverDeniesMore(t *testing.T, give func(g *rand.Rand, d *draft)) {
	t.Helper()
	changed := 0
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, _ Decision) {
		d.restrict = false
		before := Evaluate(d.request())
		give(g, d)
		after := Evaluate(d.request())
		if !before.Denied() && after.Denied() {
			t.Errorf("%s became %s by %q", before.Verdict, after.Verdict, after.DeniedBy)
		}
		if before.Verdict != after.Verdict {
			changed++
		}
	})
	if changed == 0 {
		t.Error("what was added never mattered")
	}
}

func TestAddingAnAllowNeverDeniesMore(t *testing.T) {
	neverDeniesMore(t, func(g *rand.Rand, d *draft) { d.insert(g, "Allow") })
}

func TestAddingAGrantNeverDeniesMore(t *testing.T) {
	neverDeniesMore(t, func(g *rand.Rand, d *draft) {
		acl := pick(g, &d.bucketACL, &d.objectACL)
		*acl = append(*acl, drawGrant(g))
	})
}

func TestAddingAKeyGrantNeverDeniesMore(t *testing.T) {
	neverDeniesMore(t, func(g *rand.Rand, d *draft) { d.grants = append(d.grants, drawKeyGrant(g)) })
}

// Every fact that restricts takes away and gives nothing.
func TestRestrictingNeverAllowsMore(t *testing.T) {
	for _, row := range []struct {
		name     string
		restrict func(*Request)
	}{
		{"RestrictPublicBuckets", func(r *Request) { r.RestrictPublicBuckets = true }},
		{"IgnorePublicAcls", func(r *Request) {
			if r.ACLs != nil {
				r.ACLs.IgnorePublic = true
			}
		}},
		{"BlockPublicAcls", func(r *Request) { r.BlockedACL = true }},
		{"BlockPublicPolicy", func(r *Request) { r.BlockedPolicy = true }},
		{"Requester Pays", func(r *Request) { r.Payment = &Payment{} }},
		{"an expected owner", func(r *Request) { r.ExpectedOwner = thirdAccount }},
		{"a legal hold", func(r *Request) { r.Lock = &Lock{LegalHold: true} }},
		{"an ACL is set", func(r *Request) { r.Ownership = &Ownership{Mode: bucketOwnerEnforced} }},
		{"a VPC endpoint", func(r *Request) { r.Endpoint = append(r.Endpoint[:0:0], list("vpce-1", allowNothing)...) }},
		{"a boundary", func(r *Request) { r.Boundaries = list("boundary", allowNothing) }},
		{"an organization", func(r *Request) { r.SCPs = append(r.SCPs, level("account", allowNothing)) }},
		{"a disabled key", func(r *Request) {
			if r.Key != nil {
				r.Key.State = "Disabled"
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			restricted := 0
			forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, _ Decision) {
				if len(d.endpoint) > 0 || len(d.boundary) > 0 {
					return // of several any may allow: one more is no restriction
				}
				before := Evaluate(d.request())
				r := d.request()
				row.restrict(r)
				after := Evaluate(r)
				if before.Denied() && !after.Denied() {
					t.Errorf("%s by %q became %s", before.Verdict, before.DeniedBy, after.Verdict)
				}
				if !before.Denied() && after.Denied() {
					restricted++
				}
			})
			if restricted == 0 {
				t.Error("it never restricted anything")
			}
		})
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
