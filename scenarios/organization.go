package scenarios

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type organizationDoc struct {
	At                *node                    `yaml:"-"`
	ID                string                   `yaml:"id"`
	ManagementAccount string                   `yaml:"management_account"`
	SCPs              map[string]*guardrailDoc `yaml:"scps"`
	RCPs              map[string]*guardrailDoc `yaml:"rcps"`
	S3Policies        map[string]*guardrailDoc `yaml:"s3_policies"`
	S3PoliciesEnabled *bool                    `yaml:"s3_policies_enabled"`
	Root              *unitDoc                 `yaml:"root"`
}

// guardrailDoc is an SCP, an RCP or an S3 policy.
type guardrailDoc struct {
	At          *node  `yaml:"-"`
	ID          string `yaml:"id"`
	Description string `yaml:"description"`
	Policy      *node  `yaml:"policy"`
}

// attachedDoc is what is attached at one level. No scps at all is FullAWSAccess,
// as AWS begins; an empty list is nothing.
type attachedDoc struct {
	At         *node    `yaml:"-"`
	SCPs       []string `yaml:"scps"`
	RCPs       []string `yaml:"rcps"`
	S3Policies []string `yaml:"s3_policies"`
}

type unitDoc struct {
	attachedDoc
	Accounts map[string]*attachedDoc `yaml:"accounts"`
	Units    map[string]*unitDoc     `yaml:"units"`
}

// The forms of Organizations' ids (Organizations API Reference, "Organization",
// "PolicySummary").
var (
	organizationForm = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	guardrailForm    = regexp.MustCompile(`^p-[0-9a-zA-Z_]{8,128}$`)
)

func (d *organizationDoc) validate() error {
	if d.ID != "" && !organizationForm.MatchString(d.ID) {
		return fail(d.At.get("id"), "%q is no organization's id, like o-a1b2c3d4e5", d.ID)
	}
	return nil
}

func (d *guardrailDoc) validate() error {
	if d.ID != "" && !guardrailForm.MatchString(d.ID) {
		return fail(d.At.get("id"), "%q is no policy's id, like p-a1b2c3d4", d.ID)
	}
	return nil
}

// organization makes the organization that some of the accounts are in.
func (b *builder) organization(s *world.State) error {
	d := b.doc.Organization
	if d == nil {
		return nil
	}
	management, err := b.account(s, d.ManagementAccount, b.at("organization", "management_account"))
	if err != nil {
		return err
	}
	o := &organizing{
		builder: b, state: s, placed: map[string]bool{},
		made: &world.Organization{ID: cmp.Or(d.ID, "o-"+strings.ToLower(world.Letters(10, "organization", s.Name))), ManagementAccount: management, Descriptions: map[string]string{}},
	}
	if o.made.SCPs, err = o.guardrails(d.SCPs, "scp", policy.SCP); err != nil {
		return err
	}
	if o.made.RCPs, err = o.guardrails(d.RCPs, "rcp", policy.RCP); err != nil {
		return err
	}
	if err := o.s3Policies(); err != nil {
		return err
	}
	if d.Root != nil {
		if o.made.Root, err = o.unit(d.Root); err != nil {
			return err
		}
	}
	s.Organization = o.made
	return nil
}

// organizing makes one organization.
type organizing struct {
	*builder
	state  *world.State
	made   *world.Organization
	placed map[string]bool // the accounts met so far
}

// guardrailKinds are the kinds of policies as their ARNs have them.
var guardrailKinds = map[string]string{"scp": "service_control_policy", "rcp": "resource_control_policy", "s3": "s3_policy"}

func (o *organizing) guardrails(docs map[string]*guardrailDoc, what string, kind policy.Kind) (map[string]*authz.Named, error) {
	all := map[string]*authz.Named{}
	for _, name := range keysOf(docs) {
		d := docs[name]
		if d.Policy == nil {
			return nil, fail(d.At, "the %s %s has no policy", strings.ToUpper(what), name)
		}
		arn := o.arn(d, what, name)
		p, err := compile(d.Policy, name, arn, policy.Rules{Kind: kind})
		if err != nil {
			return nil, err
		}
		all[name] = p
	}
	return all, nil
}

// arn is a policy's, whose description it keeps.
func (o *organizing) arn(d *guardrailDoc, what, name string) string {
	id := cmp.Or(d.ID, "p-"+strings.ToLower(world.Letters(10, what, o.made.ID, name)))
	arn := world.OrganizationPolicyARN(o.made.ManagementAccount, o.made.ID, guardrailKinds[what], id)
	if d.Description != "" {
		o.made.Descriptions[arn] = d.Description
	}
	return arn
}

// s3Policies makes the S3 policies. A file that has the key, if without one, has the
// policy type enabled, unless it says otherwise.
func (o *organizing) s3Policies() error {
	docs, enabled := o.doc.Organization.S3Policies, o.doc.Organization.S3PoliciesEnabled
	o.made.S3Enabled = docs != nil && enabled == nil || enabled != nil && *enabled
	if docs == nil {
		return nil
	}
	o.made.S3Policies = map[string]*world.S3Policy{}
	for _, name := range keysOf(docs) {
		d := docs[name]
		if d.Policy == nil {
			return fail(d.At, "the S3 policy %s has no policy", name)
		}
		tree, text, err := policyTree(d.Policy)
		if err != nil {
			return err
		}
		document, err := world.ParseS3Policy(text)
		if err != nil {
			return fail(tree, "%v", err)
		}
		o.made.S3Policies[name] = &world.S3Policy{Name: name, ARN: o.arn(d, "s3", name), Document: document}
	}
	return nil
}

func (o *organizing) unit(d *unitDoc) (*world.Unit, error) {
	attached, err := o.attached(&d.attachedDoc)
	if err != nil {
		return nil, err
	}
	u := &world.Unit{Attached: *attached, Accounts: map[string]*world.Attached{}, Units: map[string]*world.Unit{}}
	for _, number := range keysOf(d.Accounts) {
		if u.Accounts[number], err = o.member(number, d); err != nil {
			return nil, err
		}
	}
	for _, name := range keysOf(d.Units) {
		if u.Units[name], err = o.unit(d.Units[name]); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// member is an account's place, of which it has one.
func (o *organizing) member(number string, d *unitDoc) (*world.Attached, error) {
	at := d.At.find("accounts", number)
	switch {
	case o.state.Accounts[number] == nil:
		return nil, unknown(at, "account", number, keysOf(o.state.Accounts))
	case o.placed[number]:
		return nil, fail(at, "the account %s has another place in the organization already", number)
	}
	o.placed[number] = true
	return o.attached(d.Accounts[number])
}

func (o *organizing) attached(d *attachedDoc) (*world.Attached, error) {
	for i, name := range d.SCPs {
		if o.made.SCPs[name] == nil && name != world.FullAWSAccess {
			return nil, unknown(d.At.get("scps").items[i], "SCP", name, append(keysOf(o.made.SCPs), world.FullAWSAccess))
		}
	}
	for i, name := range d.RCPs {
		if o.made.RCPs[name] == nil {
			return nil, unknown(d.At.get("rcps").items[i], "RCP", name, keysOf(o.made.RCPs))
		}
	}
	for i, name := range d.S3Policies {
		if !o.made.S3Enabled {
			return nil, fail(d.At.get("s3_policies"), "S3 policies are not enabled in the organization (s3_policies_enabled), and cannot be attached")
		}
		if o.made.S3Policies[name] == nil {
			return nil, unknown(d.At.get("s3_policies").items[i], "S3 policy", name, keysOf(o.made.S3Policies))
		}
	}
	return &world.Attached{SCPs: d.SCPs, RCPs: slices.Clone(d.RCPs), S3Policies: slices.Clone(d.S3Policies)}, nil
}

func describeOrganization(o *world.Organization) *node {
	if o == nil {
		return nil
	}
	n := newMapping().add("id", newText(o.ID)).add("management_account", newText(o.ManagementAccount)).
		add("scps", mapOf(o.SCPs, describeGuardrail(o))).add("rcps", mapOf(o.RCPs, describeGuardrail(o)))
	if o.S3Enabled || o.S3Policies != nil {
		n.add("s3_policies", mapOf(o.S3Policies, func(p *world.S3Policy) *node { return describeS3Policy(o, p) }))
	}
	if o.S3Policies != nil && !o.S3Enabled {
		n.add("s3_policies_enabled", newBool(false))
	}
	if o.Root != nil {
		n.add("root", describeUnit(o.Root))
	}
	return n
}

// describeGuardrail describes the organization's SCPs and RCPs.
func describeGuardrail(o *world.Organization) func(*authz.Named) *node {
	return func(p *authz.Named) *node {
		return describeOrganizationPolicy(o, p.ARN, describePolicy(p))
	}
}

func describeOrganizationPolicy(o *world.Organization, arn string, policy *node) *node {
	return newMapping().add("id", newText(world.LastName(arn))).add("description", optional(o.Descriptions[arn])).add("policy", policy)
}

// describeS3Policy writes the document as a tree, so that a patch can reach into it.
func describeS3Policy(o *world.Organization, p *world.S3Policy) *node {
	document := newText(p.Document.Source())
	if tree, err := parseJSON(p.Name, []byte(p.Document.Source())); err == nil {
		moveTo(tree, place{})
		document = tree
	}
	return describeOrganizationPolicy(o, p.ARN, document)
}

func describeUnit(u *world.Unit) *node {
	return describeAttached(&u.Attached).add("accounts", mapOf(u.Accounts, describeAttached)).add("units", mapOf(u.Units, describeUnit))
}

func describeAttached(a *world.Attached) *node {
	n := newMapping()
	if a.SCPs != nil {
		n.add("scps", listOf(a.SCPs, newText))
	}
	return n.add("rcps", newList(a.RCPs)).add("s3_policies", newList(a.S3Policies))
}
