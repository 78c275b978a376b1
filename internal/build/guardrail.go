package build

import (
	"cmp"
	"iter"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// The policies of an organization by name.
var (
	SCPs = facts.Many("scps", facts.Names{}, guardrail, addTo(scp), func(o *organizing) iter.Seq2[string, *guardrailIn] {
		return facts.ByName(o.SCPs,
			func(name string, p *authz.Named) *guardrailIn { return o.found(scp, name, p.ARN, described(p)) })
	}).
		Says("the service control policies, by name").
		Before(func(o *organizing) error { o.SCPs = map[string]*authz.Named{}; return nil })

	RCPs = facts.Many("rcps", facts.Names{}, guardrail, addTo(rcp), func(o *organizing) iter.Seq2[string, *guardrailIn] {
		return facts.ByName(o.RCPs,
			func(name string, p *authz.Named) *guardrailIn { return o.found(rcp, name, p.ARN, described(p)) })
	}).
		Says("the resource control policies, by name").
		Before(func(o *organizing) error { o.RCPs = map[string]*authz.Named{}; return nil })

	// S3Policies are those of a file that has the key, if without a policy.
	S3Policies = facts.Many("s3_policies", facts.Names{}, guardrail, addTo(s3),
		func(o *organizing) iter.Seq2[string, *guardrailIn] {
			return facts.ByName(o.S3Policies, func(name string, p *world.S3Policy) *guardrailIn {
				return o.found(s3, name, p.ARN, sourceTree(p.Name, p.Document.Source()))
			})
		}).
		Says("the S3 policies, by name").Before(func(o *organizing) error {
		if o.node.Get("s3_policies") != nil {
			o.S3Policies = map[string]*world.S3Policy{}
		}
		return nil
	}).Unless(func(o *organizing) bool { return !o.S3Enabled && o.S3Policies == nil })
)

// guardrailKind is a kind of policies of an organization.
type guardrailKind struct {
	id, arn, name string // in derived ids, in ARNs and in words
	kind          policy.Kind
}

var (
	scp = guardrailKind{"scp", "service_control_policy", "SCP", policy.SCP}
	rcp = guardrailKind{"rcp", "resource_control_policy", "RCP", policy.RCP}
	s3  = guardrailKind{id: "s3", arn: "s3_policy", name: "S3 policy"}
)

// guardrailIn is a policy of the organization.
type guardrailIn struct {
	in              *organizing
	kind            guardrailKind
	name            string
	id, description string
	policy          *tree.Node
}

var guardrail = facts.New("guardrail",
	facts.Field("id", guardrailID, func(g *guardrailIn) *string { return &g.id }).
		Says("the policy's id, like p-a1b2c3d4", "derived from the name"),
	facts.Field("description", facts.Text, func(g *guardrailIn) *string { return &g.description }).
		Says("what the policy says it is for"),
	GuardrailPolicy,
).Then((*guardrailIn).finish)

// GuardrailPolicy is the policy of a guardrail.
var GuardrailPolicy = facts.Field("policy", document, func(g *guardrailIn) **tree.Node { return &g.policy }).
	Says("the policy itself")

// guardrailID has the form of Organizations' (Organizations API Reference,
// "PolicySummary").
var guardrailID = facts.Matching(pattern.New(`^p-[0-9a-zA-Z_]{8,128}$`), "%q is no policy's id, like p-a1b2c3d4")

func addTo(kind guardrailKind) func(*organizing, string, *tree.Node) (*guardrailIn, error) {
	return func(o *organizing, name string, _ *tree.Node) (*guardrailIn, error) {
		g := &guardrailIn{in: o, kind: kind, name: name}
		g.put(&authz.Named{Name: name}, &world.S3Policy{Name: name})
		return g, nil
	}
}

func (o *organizing) found(kind guardrailKind, name, arn string, doc *tree.Node) *guardrailIn {
	return &guardrailIn{o, kind, name, world.LastName(arn), o.Descriptions[arn], doc}
}

// finish compiles the policy, whose description the organization keeps.
func (g *guardrailIn) finish(n *tree.Node) error {
	if g.policy == nil {
		return tree.Fail(n, "the %s %s has no policy", g.kind.name, g.name)
	}
	o := g.in
	id := cmp.Or(g.id, "p-"+strings.ToLower(world.Letters(10, g.kind.id, o.ID, g.name)))
	arn := world.OrganizationPolicyARN(o.ManagementAccount, o.ID, g.kind.arn, id)
	if g.description != "" {
		o.Descriptions[arn] = g.description
	}
	if g.kind == s3 {
		return g.finishS3(arn)
	}
	p, err := compile(g.policy, g.name, arn, policy.Rules{Kind: g.kind.kind})
	if err != nil {
		return err
	}
	g.put(p, nil)
	return nil
}

// put gives the organization the policy. Until it is read another stands for it: who
// attaches one that is not good is not wrong.
func (g *guardrailIn) put(p *authz.Named, ofS3 *world.S3Policy) {
	switch g.kind {
	case scp:
		g.in.SCPs[g.name] = p
	case rcp:
		g.in.RCPs[g.name] = p
	default:
		g.in.S3Policies[g.name] = ofS3
	}
}

func (g *guardrailIn) finishS3(arn string) error {
	written, text, err := policyTree(g.policy)
	if err != nil {
		return err
	}
	document, err := world.ParseS3Policy(text)
	if err != nil {
		return tree.Fail(written, "%v", err)
	}
	g.put(nil, &world.S3Policy{Name: g.name, ARN: arn, Document: document})
	return nil
}
