package build

import (
	"cmp"
	"iter"
	"regexp"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Callers are the credentials that clients have, by name.
var Callers = facts.Many("callers", facts.Names{}, caller, (*making).addCaller,
	func(w *making) iter.Seq2[string, *callerIn] {
		return facts.ByName(w.Callers, func(_ string, c *world.Caller) *callerIn { return &callerIn{w, c, nil} })
	}).
	Says("who has keys, by the name that calls and commands use")

// callerIn is a caller in its world, and where it is read.
type callerIn struct {
	world *making
	*world.Caller
	node *tree.Node
}

var caller = facts.New("caller",
	facts.Field("account", facts.Text, func(c *callerIn) *string { return &c.Account }).
		Says("the account of the user, the role or the root user", "the only account"),
	facts.Field("user", facts.Text, func(c *callerIn) *string { return &c.User }).
		Says("the IAM user that the caller is"),
	facts.Field("role", facts.Text, func(c *callerIn) *string { return &c.Role }).
		Says("the role whose session the caller has"),
	facts.Field("session_name", sessionName,
		func(c *callerIn) *string { return &c.SessionName }).
		Says("the name of the role's session", "the caller's name; of an instance's, its id").Unless(func(c *callerIn) bool { return c.Role == "" }),
	facts.Field("federated", facts.Text,
		func(c *callerIn) *string { return &c.Federated }).
		Says("the name of a federated session that the user or the root user asked for"),
	SessionPolicy,
	ScopedPolicies,
	SessionManaged,
	facts.Field("minted", facts.Boolean, func(c *callerIn) *bool { return &c.Minted }).
		Says("says that a call to AWS's APIs made the caller", "false"), // made by a call to AWS's APIs
	door, ttl, refreshIn, authorizationToken, handedTo, handedUntil,
	facts.Field("root", facts.Boolean, func(c *callerIn) *bool { return &c.Root }).
		Says("whether the caller is the account's root user", "false"),
	facts.Field("service", facts.Text, func(c *callerIn) *string { return &c.Service }).
		Says("the AWS service that the caller is, as cloudtrail.amazonaws.com"),
	facts.Field("origin_access_identity", originIdentity, func(c *callerIn) *string { return &c.OriginIdentity }).
		Says("the id of CloudFront's origin access identity that the caller is"),
	facts.Field("inactive", facts.Boolean, func(c *callerIn) *bool { return &c.Inactive }).
		Says("whether the access key is turned off", "false"),
	facts.Field("access_key_id", accessKeyID, func(c *callerIn) *string { return &c.AccessKeyID }).
		Says("the access key id", "derived from the names of the scenario and the caller"),
	facts.Field("secret_access_key", facts.Text, func(c *callerIn) *string { return &c.SecretAccessKey }).
		Says("the secret access key", "derived"),
	facts.Field("session_token", sessionToken, func(c *callerIn) *string { return &c.SessionToken }).
		Says("the session token of temporary credentials", "derived, where the credentials are temporary"),
	facts.Fact("expires", facts.When, (*callerIn).setExpires,
		func(c *callerIn) facts.Moment { return facts.Moment{At: c.Expires} }).
		Says("when temporary credentials end: a date, or a time from loading (-1h is past)"),
	MFA,
	facts.Field("session_tags", facts.Tags, func(c *callerIn) *map[string]string { return &c.SessionTags }).
		Says("the tags of the session, which policies see as aws:PrincipalTag"),
	facts.Field("transitive_tags", facts.Texts,
		func(c *callerIn) *[]string { return &c.TransitiveTags }).
		Says("which of the session's tags go along when it assumes another role"), // keys of session_tags
	facts.Field("source_identity", facts.Text, func(c *callerIn) *string { return &c.SourceIdentity }).
		Says("the source identity that the session was made with"),
	WebIdentity,
	facts.Field("source_arn", facts.Text, func(c *callerIn) *string { return &c.SourceARN }).
		Says("the resource that a service acts for: aws:SourceArn"),
	facts.Field("source_account", facts.Text, func(c *callerIn) *string { return &c.SourceAccount }).
		Says("the account that a service acts for: aws:SourceAccount"),
).Then((*callerIn).finish)

// Facts of a session that are changed to let a request pass.
var (
	SessionPolicy = facts.Fact("session_policy", document, (*callerIn).setSessionPolicy,
		func(c *callerIn) *tree.Node { return described(c.SessionPolicy) }).
		Says("the session policy that the session was made with")
	// ScopedPolicies are those of GetScopedCredentials, call after call: a list, or by name.
	ScopedPolicies = facts.Fact("scoped_policies", documents, (*callerIn).setScoped, (*callerIn).describeScoped).
			Says("the policies of GetScopedCredentials, call after call")
	SessionManaged = facts.Field("session_managed_policies", facts.Texts,
		func(c *callerIn) *[]string { return &c.SessionManaged }).
		Says("managed policies that the session was made with, by name")
	MFA = facts.Fact("mfa", mfaKind, (*callerIn).setMFA,
		func(c *callerIn) mfa { return mfa{c.MFA, facts.Moment{At: c.MFAAt}} }).
		Says("whether the session was made with MFA, or since when", "false")
)

// documents are policies, in a list or by name.
var documents = facts.TreeOf(facts.Any(facts.Schema{"type": []string{"array", "object"}}))

var (
	sessionName    = facts.Matching(sessionForm, "a session's name has 2 to 64 letters, digits and +=,.@_-")
	originIdentity = facts.Matching(pattern.New(`^[A-Z0-9]{1,64}$`),
		"the id of an origin access identity has capital letters and digits, as E2EXAMPLE1OAID")
	// accessKeyID is what a client can send in any signature: other emulators' clients have
	// minio-admin or test, where AWS has letters and digits.
	accessKeyID = facts.Matching(pattern.New(`^[!-+\-.0-9;-~]{1,128}$`),
		"an access key id has 1 to 128 characters of ASCII, and no space, slash, comma or colon")
	sessionToken = facts.Matching(pattern.New(`^[!-~]+$`),
		"a session token has neither spaces nor characters outside ASCII")

	sessionForm  = pattern.New(`^[\w+=,.@-]{2,64}$`)
	notInSession = regexp.MustCompile(`[^\w+=,.@-]`)
)

// sessionOf is the name of a role's session that the file does not name: the caller's,
// made one that STS takes.
func sessionOf(caller string) string {
	if sessionForm.MatchString(caller) {
		return caller
	}
	name := "caller-" + notInSession.ReplaceAllString(caller, "-")
	return name[:min(len(name), 64)]
}

func (w *making) addCaller(name string, n *tree.Node) (*callerIn, error) {
	c := &world.Caller{Name: name, Created: w.now()}
	w.Callers[name] = c
	return &callerIn{w, c, n}, nil
}

func (c *callerIn) setSessionPolicy(doc *tree.Node, _ *tree.Node) (err error) {
	c.SessionPolicy, err = compile(doc, "session", "", policy.Rules{Kind: policy.Session})
	return err
}

func (c *callerIn) setExpires(m facts.Moment, n *tree.Node) error {
	if n != nil {
		c.Expires = m.From(c.Created)
	}
	return nil
}

// mfa says that a session was made with multi-factor authentication: true, or since
// when. Long-term keys never were: it makes temporary ones.
type mfa struct {
	present bool
	since   facts.Moment
}

var mfaKind = facts.Kind[mfa]{
	Form: facts.Simple(facts.Schema{"anyOf": []facts.Schema{facts.Boolean.Schema(), facts.When.Schema()}}, readMFA),
	Read: readMFA, Write: func(m mfa) *tree.Node { return facts.When.Write(m.since) },
}

func readMFA(n *tree.Node) (mfa, error) {
	if n.Kind == tree.Bool {
		present, err := facts.Boolean.Read(n)
		return mfa{present: present}, err
	}
	since, err := facts.When.Read(n)
	if err != nil {
		return mfa{}, tree.Wanted(n, "true, a date or a duration from loading, like -1h,")
	}
	return mfa{true, since}, nil
}

func (c *callerIn) setMFA(m mfa, _ *tree.Node) error {
	if c.MFA = m.present; c.MFA {
		c.MFAAt = m.since.From(c.Created)
	}
	return nil
}

// finish holds a caller's facts against each other and the world, and fills in those
// that follow.
func (c *callerIn) finish(n *tree.Node) error {
	if err := c.oneIdentity(); err != nil {
		return err
	}
	if err := c.find(); err != nil {
		return err
	}
	if err := c.checkSession(); err != nil {
		return err
	}
	if err := c.checkWebIdentity(); err != nil {
		return err
	}
	if err := c.checkDoor(); err != nil {
		return err
	}
	if c.From == world.FromInstance {
		c.SessionName = cmp.Or(c.SessionName, world.InstanceID(c.world.scene.Name, c.Name))
	}
	if c.Role != "" {
		c.SessionName = cmp.Or(c.SessionName, sessionOf(c.Name))
	}
	c.credentials()
	if c.Temporary() {
		c.Issued = c.Created
	}
	if other, taken := c.world.owners[c.AccessKeyID]; taken {
		return tree.Fail(n.Find("access_key_id"), "callers %s and %s have the same access key %s", other, c.Name,
			c.AccessKeyID)
	}
	c.world.owners[c.AccessKeyID] = c.Name
	return nil
}

// oneIdentity refuses what does not go together.
func (c *callerIn) oneIdentity() error {
	at, nobody := c.node, c.Service != "" || c.OriginIdentity != ""
	limited := c.SessionPolicy != nil || len(c.SessionManaged) > 0 || len(c.SessionTags) > 0
	kinds := 0
	for _, is := range []bool{c.User != "", c.Role != "", c.Root, c.Service != "", c.OriginIdentity != ""} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return tree.Fail(at, "the caller %s is one of user, role, root: true, service and origin_access_identity", c.Name)
	case c.Federated != "" && c.User == "" && !c.Root:
		return tree.Fail(at, "federated names a session that a user or the root user asked for")
	case at.Get(ScopedPolicies.Key()) != nil && (nobody || c.Root && c.Federated == ""):
		return tree.Fail(at, "scoped_policies belong to temporary credentials of a user or role")
	case c.Role == "" && c.Federated == "" && limited:
		return tree.Fail(at, "session_policy, session_managed_policies and session_tags belong to a role or to federated")
	case c.Role == "" && (c.SessionName != "" || c.SourceIdentity != ""):
		return tree.Fail(at, "session_name and source_identity belong to a role")
	case c.Service == "" && (c.SourceARN != "" || c.SourceAccount != ""):
		return tree.Fail(at, "source_arn and source_account belong to a service")
	case c.Service != "" && c.Account != "":
		return tree.Fail(at.Find("account"),
			"a service belongs to no account; the one that it acts for is its source_account")
	case c.OriginIdentity != "" && c.Account != "":
		return tree.Fail(at.Find("account"), "an origin access identity belongs to no account")
	case nobody && at.Get("mfa") != nil:
		return tree.Fail(at, "a service has no mfa, nor has an origin access identity")
	case c.Name == world.Anonymous:
		return tree.Fail(at, "the name %q is taken: it is who signs nothing", world.Anonymous)
	}
	return nil
}

// find looks the caller up in its account. A service and an origin access identity are
// of none.
func (c *callerIn) find() (err error) {
	if c.Service != "" || c.OriginIdentity != "" {
		return nil
	}
	if c.Account, err = c.world.account(c.Account, c.node.Find("account")); err != nil {
		return err
	}
	switch a := c.world.Accounts[c.Account]; {
	case c.User != "" && a.Users[c.User] == nil:
		return tree.Unknown(c.node.Find("user"), "user", c.User, keysOf(a.Users))
	case c.Role != "" && a.Roles[c.Role] == nil:
		return tree.Unknown(c.node.Find("role"), "role", c.Role, keysOf(a.Roles))
	}
	return nil
}
