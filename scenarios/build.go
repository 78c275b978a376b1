package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Build makes the scenario's world as loaded: its facts, and x filled with its
// buckets and objects. After an error x is closed.
func (s *Scenario) Build(o Options, x *store.Index) (*store.Moment, error) {
	b := &builder{scenario: s, root: s.node, doc: &s.doc.worldDoc, options: o, ownKeys: o.KeySeed != ""}
	state, err := b.state(s.answers(o))
	if err != nil {
		return nil, err
	}
	seeds, err := b.seeds(state)
	if err != nil {
		return nil, err
	}
	if err := fill(x, state, seeds); err != nil {
		x.Close()
		return nil, err
	}
	return &store.Moment{State: state, Index: x, Uses: world.NewUses()}, nil
}

// builder makes a world of a document. root is the document's tree, for the
// places of errors.
type builder struct {
	scenario *Scenario
	root     *node
	doc      *worldDoc
	options  Options
	ownKeys  bool // the document's keys are another world's
}

// at is the place of an error: the key or value that the names lead to.
func (b *builder) at(names ...string) *node { return b.root.find(names...) }

// state makes the facts. Errors that Seal would find without a place are found
// here first.
func (b *builder) state(answers world.Answers) (*world.State, error) {
	s := &world.State{
		Name: b.scenario.Name, Region: cmp.Or(b.doc.Region, "us-east-1"), Answers: answers,
		Clock:    world.Clock{Offset: b.doc.Clock.Offset, Frozen: b.doc.Clock.Now.Time},
		SigV2:    cmp.Or(world.SigV2(b.doc.SigV2), world.SigV2LegacyRegions),
		Network:  b.doc.Network.network(),
		Accounts: map[string]*world.Account{}, Callers: map[string]*world.Caller{},
		Buckets: map[string]*world.Bucket{}, Keys: map[string]*world.Key{},
		Endpoints: map[string]*world.VPCEndpoint{}, RouteTables: map[string]*world.RouteTable{},
		Trails: map[string]*world.Trail{},
	}
	steps := []func(*world.State) error{
		b.checkPlaces, b.accounts, b.identities, b.organization, b.network, b.newBuckets, b.keys, b.callers, b.buckets, b.trails,
	}
	for _, step := range steps {
		if err := step(s); err != nil {
			return nil, err
		}
	}
	sealed, err := s.Seal()
	if err != nil {
		return nil, fail(b.root, "%v", err)
	}
	return sealed, nil
}

func (b *builder) checkPlaces(s *world.State) error {
	if !world.IsRegion(s.Region) {
		return fail(b.at("region"), "%q is no region's name", s.Region)
	}
	if err := oneOf(b.at("sigv2"), "value", b.doc.SigV2, sigV2Settings); err != nil {
		return err
	}
	return oneOf(b.at("responses"), "value", b.doc.Responses, responsesKnown)
}

// accounts makes the accounts with the names of their principals, which policies
// of resources may then refer to.
func (b *builder) accounts(s *world.State) error {
	created := s.Clock.Now(b.options.now())
	for _, id := range slices.Sorted(maps.Keys(b.doc.Accounts)) {
		d := b.doc.Accounts[id]
		if !world.IsAccountID(id) {
			return fail(b.at("accounts", id), "the account number %q has not 12 digits", id)
		}
		a := &world.Account{
			ID: id, Name: d.Name, CanonicalID: d.CanonicalID, PublicAccessBlock: d.PublicAccessBlock.or(nil),
			Users: map[string]*world.User{}, Roles: map[string]*world.Role{}, Groups: map[string]*world.Group{},
			ManagedPolicies: map[string]*authz.Named{},
		}
		if d.CanonicalID != "" && !world.IsCanonicalID(d.CanonicalID) {
			return fail(b.at("accounts", id, "canonical_id"), "a canonical id has 64 hexadecimal digits")
		}
		for name, u := range d.Users {
			a.Users[name] = &world.User{Name: name, Path: u.Path, ID: u.ID, Created: created, Managed: u.Managed, Groups: u.Groups, Tags: u.Tags}
		}
		for name, r := range d.Roles {
			a.Roles[name] = &world.Role{Name: name, Path: r.Path, ID: r.ID, Created: created, Description: r.Description, Managed: r.Managed, MaxSession: r.MaxSession, Tags: r.Tags}
		}
		s.Accounts[id] = a
	}
	return nil
}

// identities compiles the policies of every account's users, groups and roles.
func (b *builder) identities(s *world.State) error {
	for _, id := range slices.Sorted(maps.Keys(b.doc.Accounts)) {
		i := identities{builder: b, state: s, account: s.Accounts[id], doc: b.doc.Accounts[id]}
		for _, step := range []func() error{i.managed, i.groups, i.users, i.roles} {
			if err := step(); err != nil {
				return err
			}
		}
	}
	return nil
}

// identities compiles one account's policies.
type identities struct {
	*builder
	state   *world.State
	account *world.Account
	doc     *accountDoc
}

func (i *identities) at(names ...string) *node {
	return i.builder.at(append([]string{"accounts", i.account.ID}, names...)...)
}

func (i *identities) managed() error {
	for _, name := range slices.Sorted(maps.Keys(i.doc.ManagedPolicies)) {
		p, err := compile(i.doc.ManagedPolicies[name], name, world.ManagedPolicyARN(i.account.ID, name), policy.Rules{Kind: policy.Identity})
		if err != nil {
			return err
		}
		i.account.ManagedPolicies[name] = p
	}
	return i.policyDetails()
}

func (i *identities) groups() error {
	for _, name := range slices.Sorted(maps.Keys(i.doc.Groups)) {
		d := i.doc.Groups[name]
		inline, err := inlinePolicies(d.Policies)
		if err != nil {
			return err
		}
		if err := i.named(d.Managed, d.At.find("managed_policies"), "managed policy", managedPolicies(i.account)); err != nil {
			return err
		}
		i.account.Groups[name] = &world.Group{
			Name: name, Path: d.Path, ID: d.ID, Created: i.state.Clock.Now(i.options.now()), Inline: inline, Managed: d.Managed,
		}
	}
	return nil
}

func inlinePolicies(docs map[string]*node) ([]authz.Named, error) {
	var all []authz.Named
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		p, err := compile(docs[name], name, "", policy.Rules{Kind: policy.Identity})
		if err != nil {
			return nil, err
		}
		all = append(all, *p)
	}
	return all, nil
}

func (i *identities) users() error {
	for _, name := range slices.Sorted(maps.Keys(i.doc.Users)) {
		d, u := i.doc.Users[name], i.account.Users[name]
		var err error
		if u.Inline, err = inlinePolicies(d.Policies); err != nil {
			return err
		}
		if u.Boundary, err = i.boundary(d.Boundary); err != nil {
			return err
		}
		if err := i.named(d.Managed, d.At.find("managed_policies"), "managed policy", managedPolicies(i.account)); err != nil {
			return err
		}
		if err := i.named(d.Groups, d.At.find("groups"), "group", keysOf(i.account.Groups)); err != nil {
			return err
		}
	}
	return nil
}

func (i *identities) roles() error {
	for _, name := range slices.Sorted(maps.Keys(i.doc.Roles)) {
		d, r := i.doc.Roles[name], i.account.Roles[name]
		var err error
		if r.Inline, err = inlinePolicies(d.Policies); err != nil {
			return err
		}
		if r.Boundary, err = i.boundary(d.Boundary); err != nil {
			return err
		}
		if d.Trust != nil {
			if r.Trust, err = compile(d.Trust, "trust", "", policy.Rules{Kind: policy.Trust, PrincipalExists: i.state.PrincipalPossible}); err != nil {
				return err
			}
		}
		if err := i.named(d.Managed, d.At.find("managed_policies"), "managed policy", managedPolicies(i.account)); err != nil {
			return err
		}
	}
	return nil
}

// boundary is a policy, or the name of a managed one.
func (i *identities) boundary(n *node) (*authz.Named, error) {
	if n == nil {
		return nil, nil
	}
	if n.scalar() && !strings.HasPrefix(strings.TrimSpace(n.text), "{") {
		if p := i.account.ManagedPolicy(n.text); p != nil {
			return p, nil
		}
		return nil, unknown(n, "managed policy", n.text, keysOf(i.account.ManagedPolicies))
	}
	return compile(n, "permissions-boundary", "", policy.Rules{Kind: policy.Boundary})
}

func (i *identities) named(names []string, list *node, what string, known []string) error {
	for at, name := range names {
		if !slices.Contains(known, name) {
			return unknown(list.items[at], what, name, known)
		}
	}
	return nil
}

// managedPolicies are the names of the policies that an account can attach: its own
// and AWS's, which have their ARNs too.
func managedPolicies(a *world.Account) []string {
	known := slices.Concat(keysOf(a.ManagedPolicies), keysOf(world.AWSManagedPolicies()))
	for _, p := range world.AWSManagedPolicies() {
		known = append(known, p.ARN)
	}
	return known
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (b *builder) newBuckets(s *world.State) error {
	s.NewBuckets = world.NewBucketsOf(s.Answers)
	d := b.doc.NewBuckets
	s.NewBuckets.Ownership = ownershipOr(d.ObjectOwnership, s.NewBuckets.Ownership)
	s.NewBuckets.PublicAccessBlock = d.PublicAccessBlock.or(s.NewBuckets.PublicAccessBlock)
	s.NewBuckets.Encryption = d.Encryption.or(s.NewBuckets.Encryption)
	return checkSettings(d.At)
}

// or is the configuration that the document gives, or otherwise where it says
// nothing.
func (d *publicAccessDoc) or(otherwise *world.PublicAccessBlock) *world.PublicAccessBlock {
	if d == nil {
		return otherwise
	}
	return d.block
}

func ownershipOr(mode string, otherwise world.ObjectOwnership) world.ObjectOwnership {
	switch mode {
	case "":
		return otherwise
	case none:
		return ""
	}
	return world.ObjectOwnership(mode)
}

// The values that some keys can have.
var (
	ownershipModes = []string{string(world.BucketOwnerEnforced), string(world.BucketOwnerPreferred), string(world.ObjectWriter), none}
	algorithms     = []string{"AES256", "aws:kms", "aws:kms:dsse"}
	sigV2Settings  = []string{string(world.SigV2LegacyRegions), string(world.SigV2Accept), string(world.SigV2Refuse)}
	storageClasses = []string{"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"}
)

// oneOf refuses a value that is none of those known; empty is absent.
func oneOf(at *node, what, value string, known []string) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	return unknown(at, what, value, known)
}

// checkSettings holds the settings of a bucket, or of new ones, against the
// values that there are.
func checkSettings(at *node) error {
	if mode := at.get("object_ownership"); mode != nil {
		if err := oneOf(mode, "value", mode.text, ownershipModes); err != nil {
			return err
		}
	}
	return checkAlgorithm(at)
}

func checkAlgorithm(at *node) error {
	if e := at.get("encryption").get("algorithm"); e != nil {
		return oneOf(e, "value", e.text, algorithms)
	}
	return nil
}

func (e *encryptionDoc) or(otherwise world.Encryption) world.Encryption {
	if e == nil {
		return otherwise
	}
	return world.Encryption{Algorithm: cmp.Or(e.Algorithm, "AES256"), KMSKey: e.KMSKey, BucketKey: e.BucketKey, BlockSSEC: e.BlockSSEC}
}

// account is the account that is named, or the world's only one.
func (b *builder) account(s *world.State, name string, at *node) (string, error) {
	if name != "" {
		if s.Accounts[name] == nil {
			return "", unknown(at, "account", name, keysOf(s.Accounts))
		}
		return name, nil
	}
	if len(s.Accounts) == 1 {
		return keysOf(s.Accounts)[0], nil
	}
	return "", fail(at, "the world has %d accounts: say which", len(s.Accounts))
}

func (b *builder) buckets(s *world.State) error {
	for _, name := range slices.Sorted(maps.Keys(b.doc.Buckets)) {
		d := b.doc.Buckets[name]
		owner, err := b.account(s, d.Owner, d.At.find("owner"))
		if err != nil {
			return err
		}
		w := s.NewBucket(name, owner, d.Region, s.Clock.Now(b.options.now()))
		w.Ownership = ownershipOr(d.ObjectOwnership, w.Ownership)
		w.PublicAccessBlock = d.PublicAccessBlock.or(w.PublicAccessBlock)
		w.Encryption = d.Encryption.or(w.Encryption)
		w.ACL, w.RequesterPays, w.Tags = d.ACL.acl(s, owner, owner), d.RequesterPays, d.Tags
		w.ABAC = d.ABAC
		if err := d.protect(w); err != nil {
			return err
		}
		if err := d.check(s, w); err != nil {
			return err
		}
		if d.Policy != nil {
			p, err := compile(d.Policy, name, "", policy.Rules{Kind: policy.Bucket, Bucket: name, PrincipalExists: s.PrincipalPossible})
			if err != nil {
				return err
			}
			w.Policy = p
		}
		s.Buckets[name] = w
	}
	return nil
}

func (d *bucketDoc) check(s *world.State, w *world.Bucket) error {
	switch {
	case len(w.Name) < 3 || len(w.Name) > 63 || strings.Trim(w.Name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "":
		return fail(d.At, "%q is no bucket's name: 3 to 63 of a-z, 0-9, hyphen and dot", w.Name)
	case !world.IsRegion(w.Region):
		return fail(d.At.find("region"), "%q is no region's name", w.Region)
	}
	if account, region, ok := world.RegionalName(w.Name); ok && s.InNamespace(w.Name) && (account != w.Owner || region != w.Region) {
		return fail(d.At, "%q is a name of the account %s in %s, and this bucket belongs to %s in %s", w.Name, account, region, w.Owner, w.Region)
	}
	if err := checkSettings(d.At); err != nil {
		return err
	}
	return checkKey(s, w.Encryption, w.Owner, w.Region, d.At)
}

// checkKey refuses a KMS key that the world does not have, for what is encrypted at a
// node of the document.
func checkKey(s *world.State, e world.Encryption, account, region string, at *node) error {
	if !strings.HasPrefix(e.Algorithm, "aws:kms") || s.KeyNamed(e.KMSKey, account, region) != nil {
		return nil
	}
	return unknown(at.find("encryption", "kms_key"), "KMS key", e.KMSKey, keysOf(s.Keys))
}
