package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

type callerDoc struct {
	At              *node             `yaml:"-"`
	Account         string            `yaml:"account"`
	User            string            `yaml:"user"`
	Role            string            `yaml:"role"`
	Root            bool              `yaml:"root"`
	Service         string            `yaml:"service"`
	OriginIdentity  string            `yaml:"origin_access_identity"` // of CloudFront: its id
	SessionName     string            `yaml:"session_name"`
	Federated       string            `yaml:"federated"` // a federated user's session, which user asked for
	SessionManaged  []string          `yaml:"session_managed_policies"`
	Minted          bool              `yaml:"minted"` // made by a call to AWS's APIs
	SessionPolicy   *node             `yaml:"session_policy"`
	ScopedPolicies  *node             `yaml:"scoped_policies"` // of GetScopedCredentials, call after call: a list, or by name
	Expires         *expiryDoc        `yaml:"expires"`
	AccessKeyID     string            `yaml:"access_key_id"`
	SecretAccessKey string            `yaml:"secret_access_key"`
	SessionToken    string            `yaml:"session_token"`
	Inactive        bool              `yaml:"inactive"`
	MFA             *mfaDoc           `yaml:"mfa"`
	SessionTags     map[string]string `yaml:"session_tags"`
	TransitiveTags  []string          `yaml:"transitive_tags"` // keys of session_tags
	SourceIdentity  string            `yaml:"source_identity"`
	SourceARN       string            `yaml:"source_arn"`
	SourceAccount   string            `yaml:"source_account"`
}

// mfaDoc says that a session was made with multi-factor authentication: true, or
// since when. Long-term keys never were: mfa makes temporary ones.
type mfaDoc struct {
	present bool
	since   expiryDoc
}

func (d *mfaDoc) decode(n *node) error {
	if n.kind == boolKind {
		return decode(n, &d.present)
	}
	d.present = true
	if err := d.since.decode(n); err != nil {
		return wanted(n, "true, a date or a duration from loading, like -1h,")
	}
	return nil
}

// at is when it was.
func (d *mfaDoc) at(loaded time.Time) time.Time {
	if !d.present {
		return time.Time{}
	}
	return d.since.from(loaded)
}

func (d *callerDoc) validate() error {
	switch {
	case d.AccessKeyID != "" && !accessKeyForm.MatchString(d.AccessKeyID):
		return fail(d.At.get("access_key_id"), "an access key id has 3 to 128 letters, digits and underscores")
	case d.SessionName != "" && !sessionForm.MatchString(d.SessionName):
		return fail(d.At.get("session_name"), "a session's name has 2 to 64 letters, digits and +=,.@_-")
	case d.OriginIdentity != "" && !originForm.MatchString(d.OriginIdentity):
		return fail(d.At.get("origin_access_identity"), "the id of an origin access identity has capital letters and digits, as E2EXAMPLE1OAID")
	case controls.MatchString(d.SessionToken):
		return fail(d.At.get("session_token"), "a session token has neither spaces nor characters outside ASCII")
	}
	return nil
}

// sessionOf is the name of a role's session that the file does not name: the caller's,
// made one that STS takes.
func sessionOf(caller string) string {
	if sessionForm.MatchString(caller) {
		return caller
	}
	name := "caller-" + notInSession.ReplaceAllString(caller, "-")
	return name[:min(len(name), 64)]
}

func (b *builder) callers(s *world.State) error {
	owners := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(b.doc.Callers)) {
		c, err := b.caller(s, name, b.doc.Callers[name])
		if err != nil {
			return err
		}
		if other, taken := owners[c.AccessKeyID]; taken {
			return fail(b.doc.Callers[name].At.find("access_key_id"), "callers %s and %s have the same access key %s", other, name, c.AccessKeyID)
		}
		owners[c.AccessKeyID] = name
		s.Callers[name] = c
	}
	return nil
}

func (b *builder) caller(s *world.State, name string, d *callerDoc) (*world.Caller, error) {
	at := d.At
	if err := oneIdentity(at, name, d); err != nil {
		return nil, err
	}
	account, err := b.accountOf(s, d)
	if err != nil {
		return nil, err
	}
	c := &world.Caller{
		Name: name, Account: account, User: d.User, Role: d.Role, Root: d.Root, Service: d.Service, OriginIdentity: d.OriginIdentity, Inactive: d.Inactive,
		SessionName: d.SessionName, SessionTags: d.SessionTags, TransitiveTags: d.TransitiveTags, SourceIdentity: d.SourceIdentity,
		SourceARN: d.SourceARN, SourceAccount: d.SourceAccount,
		Federated: d.Federated, SessionManaged: d.SessionManaged, Minted: d.Minted,
	}
	if d.MFA != nil {
		c.MFA, c.MFAAt = d.MFA.present, d.MFA.at(s.Clock.Now(b.options.now()))
	}
	if d.Expires != nil {
		c.Expires = d.Expires.from(s.Clock.Now(b.options.now()))
	}
	switch {
	case d.User != "" && s.Accounts[account].Users[d.User] == nil:
		return nil, unknown(at.find("user"), "user", d.User, keysOf(s.Accounts[account].Users))
	case d.Role != "" && s.Accounts[account].Roles[d.Role] == nil:
		return nil, unknown(at.find("role"), "role", d.Role, keysOf(s.Accounts[account].Roles))
	}
	if err := session(c, d, s.Accounts[account], at); err != nil {
		return nil, err
	}
	if d.Role != "" {
		c.SessionName = cmp.Or(d.SessionName, sessionOf(name))
	}
	b.credentials(c, d)
	if c.Created = s.Clock.Now(b.options.now()); c.Temporary() {
		c.Issued = c.Created
	}
	return c, nil
}

// accountOf is the account that the caller is of; empty: a service and an origin access
// identity are of none.
func (b *builder) accountOf(s *world.State, d *callerDoc) (string, error) {
	if d.Service != "" || d.OriginIdentity != "" {
		return "", nil
	}
	return b.account(s, d.Account, d.At.find("account"))
}

func oneIdentity(at *node, name string, d *callerDoc) error {
	kinds := 0
	for _, is := range []bool{d.User != "", d.Role != "", d.Root, d.Service != "", d.OriginIdentity != ""} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return fail(at, "the caller %s is one of user, role, root: true, service and origin_access_identity", name)
	case d.Federated != "" && d.User == "" && !d.Root:
		return fail(at, "federated names a session that a user or the root user asked for")
	case d.ScopedPolicies != nil && (d.Service != "" || d.OriginIdentity != "" || d.Root && d.Federated == ""):
		return fail(at, "scoped_policies belong to temporary credentials of a user or role")
	case d.Role == "" && d.Federated == "" && (d.SessionPolicy != nil || len(d.SessionManaged) > 0 || len(d.SessionTags) > 0):
		return fail(at, "session_policy, session_managed_policies and session_tags belong to a role or to federated")
	case d.Role == "" && (d.SessionName != "" || d.SourceIdentity != ""):
		return fail(at, "session_name and source_identity belong to a role")
	case d.Service == "" && (d.SourceARN != "" || d.SourceAccount != ""):
		return fail(at, "source_arn and source_account belong to a service")
	case d.Service != "" && d.Account != "":
		return fail(at.find("account"), "a service belongs to no account; the one that it acts for is its source_account")
	case d.OriginIdentity != "" && d.Account != "":
		return fail(at.find("account"), "an origin access identity belongs to no account")
	case (d.Service != "" || d.OriginIdentity != "") && d.MFA != nil:
		return fail(at, "a service has no mfa, nor has an origin access identity")
	case name == Anonymous:
		return fail(at, "the name %q is taken: it is who signs nothing", Anonymous)
	}
	return nil
}

// credentials fills in the keys: those of the document, or ones derived from the
// names of world and caller, the same at every start. Those of a private copy are
// derived from its seed, and where it is built in any case.
func (b *builder) credentials(c *world.Caller, d *callerDoc) {
	temporary := c.Role != "" || c.Federated != "" || d.Expires != nil || d.SessionToken != "" || c.MFA || len(c.ScopedPolicies) > 0
	var given callerDoc
	if !b.ownKeys {
		given = *d
	}
	seed := cmp.Or(b.options.KeySeed, b.scenario.Name)
	if temporary {
		c.SessionToken = cmp.Or(given.SessionToken, derivedToken(seed, c.Name))
	}
	c.AccessKeyID = cmp.Or(given.AccessKeyID, derivedKeyID(seed, c.Name, temporary))
	c.SecretAccessKey = cmp.Or(given.SecretAccessKey, derivedSecret(seed, c.Name))
}

func describeCaller(c *world.Caller) *node {
	n := newMapping().add("account", optional(c.Account)).add("user", optional(c.User)).add("role", optional(c.Role))
	if c.Role != "" {
		n.add("session_name", optional(c.SessionName))
	}
	n.add("federated", optional(c.Federated)).add("session_policy", describePolicy(c.SessionPolicy)).add("scoped_policies", describePolicies(c.ScopedPolicies))
	n.add("session_managed_policies", newList(c.SessionManaged)).add("minted", flag(c.Minted))
	n.add("root", flag(c.Root)).add("service", optional(c.Service))
	n.add("origin_access_identity", optional(c.OriginIdentity)).add("inactive", flag(c.Inactive))
	n.add("access_key_id", newText(c.AccessKeyID)).add("secret_access_key", newText(c.SecretAccessKey))
	n.add("session_token", optional(c.SessionToken))
	if !c.Expires.IsZero() {
		n.add("expires", newText(isoDate(c.Expires)))
	}
	if c.MFA {
		n.add("mfa", newText(isoDate(c.MFAAt)))
	}
	return n.add("session_tags", textsOf(c.SessionTags)).add("transitive_tags", newList(c.TransitiveTags)).add("source_identity", optional(c.SourceIdentity)).
		add("source_arn", optional(c.SourceARN)).add("source_account", optional(c.SourceAccount))
}
