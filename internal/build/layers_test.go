package build_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// layered is a world with facts for every layer beside the policies.

func TestLayersAreBuilt(t *testing.T) {
	m := built(t, scenario(t, parse(t, text(t, "layers")), "layers"))
	s, b := m.State, m.State.Buckets["my-bucket"]
	scps := s.Accounts["123456789012"].Membership.SCPs
	bound := len(scps) == 3 && scps[1].Policies[1].ARN == "arn:aws:organizations::111111111111:policy/o-a1b2c3d4e5/service_control_policy/p-deny12345"
	object := func(key string) *store.Object { return m.Index.Bucket("my-bucket").Current(key) }
	now := s.Clock.Now(loaded.Now)
	app, grant := s.Callers["app"], s.KeyNamed("key-1", "123456789012", "us-east-1").Grants[0]
	for fact, holds := range map[string]bool{
		"SCPs of every level":           bound,
		"an empty list is no SCP":       len(s.Accounts["222222222222"].Membership.SCPs[1].Policies) == 0,
		"RCP of the root":               len(s.Accounts["123456789012"].Membership.RCPs[0].Policies) == 1,
		"the management account is not": s.Accounts["111111111111"].Membership.Management,
		"the route leads to it":         s.EndpointTo("us-east-1") != nil && s.EndpointTo("us-east-1").ID == "vpce-1",
		"grant":                         grant.Operations[0] == "Decrypt" && grant.ContextSubset["team"] == "a" && grant.ID != "",
		"mfa an hour ago":               app.MFA && now.Sub(app.MFAAt) == time.Hour,
		"session":                       app.SessionTags["team"] == "a" && app.SourceIdentity == "alice",
		"service":                       s.Callers["logs"].SourceARN == "arn:aws:s3:::my-bucket" && s.Callers["logs"].SourceAccount == "123456789012",
		"ACL":                           b.ACL.Public() && len(b.ACL) == 2 && b.ACL[0].Grantee.CanonicalID == s.CanonicalID("123456789012"),
		"lock brings versioning":        b.Versioning == world.VersioningEnabled && *b.ObjectLock == world.ObjectLock{Mode: authz.Governance, Days: 1},
		"settings":                      b.RequesterPays && b.MFADelete && b.Tags["cost"] == "low" && b.Encryption.BlockSSEC,
		"legal hold":                    object("held").LegalHold && object("held").Retention == store.Retention{},
		"retention":                     object("kept").Retention == store.Retention{Mode: authz.Compliance, Until: now.Add(48 * time.Hour)},
		"the bucket's retention":        object("plain").Retention == store.Retention{Mode: authz.Governance, Until: now.AddDate(0, 0, 1)},
		"a version id of its own":       object("held").Version == store.NullVersion,
		"version ids":                   store.IsVersionID(object("plain").Version),
		"grants":                        slices.Equal(object("plain").ACL, authz.ACL{{Grantee: authz.Grantee{Group: authz.AuthenticatedUsers}, Permission: authz.Read}, {Grantee: authz.Grantee{CanonicalID: s.CanonicalID("222222222222")}, Permission: authz.FullControl}}),
	} {
		if !holds {
			t.Errorf("%s: not as the file has it", fact)
		}
	}
}

func TestPatchesOfLayers(t *testing.T) {
	s := scenario(t, parse(t, text(t, "layers")), "layers")
	before := built(t, s)
	m := patched(t, s, before, `{"organization":{"root":{"units":{"prod":{"scps":null}}}},"vpc_endpoints":{"vpce-1":{"policy":null}},
		"buckets":{"my-bucket":{"acl":"private","requester_pays":false,"objects":{"held":{"legal_hold":null},"kept":null,"plain":{"acl":null}}}}}`)
	if n := len(m.State.Accounts["123456789012"].Membership.SCPs[1].Policies); n != 1 || m.State.Endpoints["vpce-1"].Policy != nil {
		t.Errorf("%d SCPs, endpoint policy %v", n, m.State.Endpoints["vpce-1"].Policy)
	}
	b, contents := m.State.Buckets["my-bucket"], m.Index.Bucket("my-bucket")
	if b.ACL.Public() || b.RequesterPays || contents.Current("held").LegalHold || contents.Current("kept") != nil || contents.Current("plain").ACL != nil {
		t.Errorf("bucket %+v", b)
	}
	if was := before.Index.Bucket("my-bucket").Current("held"); contents.Current("held").Version != was.Version {
		t.Error("a patch of facts makes no version")
	}
}

// Other bytes are another version on top of the one that was there, with its lock;
// the id of a version does not change.
func TestPatchOfALockedVersion(t *testing.T) {
	s := scenario(t, parse(t, text(t, "layers")), "layers")
	before := built(t, s)
	m := patched(t, s, before, `{"buckets":{"my-bucket":{"objects":{"held":{"body":"b"}}}}}`)
	contents := m.Index.Bucket("my-bucket")
	if old := contents.Version("held", store.NullVersion); old == nil || !old.LegalHold {
		t.Errorf("the version before is %+v", old)
	}
	if o := contents.Current("held"); !store.IsVersionID(o.Version) || o.Size != 1 {
		t.Errorf("the version on top is %+v", o)
	}
	_, err := build.Of(s).Patch(loaded, before, []byte(`{"buckets":{"my-bucket":{"objects":{"held":{"version_id":"01234567890123456789012345678901"}}}}}`))
	if err == nil || !strings.Contains(err.Error(), "the version_id of an object stays") {
		t.Errorf("the id changes: %v", err)
	}
	m = patched(t, s, before, `{"buckets":{"my-bucket":{"objects":{"held":null}}}}`)
	if o := m.Index.Bucket("my-bucket").Latest("held"); o != nil {
		t.Errorf("the object is still there: %+v", o)
	}
}

// AWS's listings of what is attached have the RCP that is at every level, and so may a file.
func TestTheRCPOfEveryLevel(t *testing.T) {
	for _, list := range []string{"[RCPFullAWSAccess, tls]", "[tls]"} {
		source := strings.Replace(text(t, "layers"), "rcps: [tls]", "rcps: "+list, 1)
		built := built(t, scenario(t, parse(t, source), "layers"))
		if got := built.State.Organization.Root.RCPs; !slices.Equal(got, []string{"tls"}) {
			t.Errorf("%s: %v", list, got)
		}
	}
}

func TestBadLayers(t *testing.T) {
	for _, row := range []struct{ name, old, new, want string }{
		{"organization's id", "id: o-a1b2c3d4e5", "id: acme", `10:11: "acme" is no organization's id, like o-a1b2c3d4e5`},
		{"management account", "management_account: 111111111111", "management_account: 999999999999", `11:27: unknown account "999999999999"`},
		{"SCP's id", "id: p-deny12345", "id: x", `13:27: "x" is no policy's id, like p-a1b2c3d4`},
		{"SCP without policy", "{id: p-deny12345, policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: s3:DeleteObject, Resource: \"*\"}]}}", "{}", `13:22: the SCP deny-delete has no policy`},
		{"SCP with a principal", "Effect: Deny, Action: s3:DeleteObject", `Effect: Deny, Principal: "*", Action: s3:DeleteObject`, `13:97: The provided policy document does not meet the requirements of the specified policy type.: Policy document should not specify a principal.`},
		{"unknown SCP", "[FullAWSAccess, deny-delete]", "[FullAWSAccess, deny-delet]", `20:35: unknown SCP "deny-delet" (did you mean "deny-delete"?)`},
		{"unknown RCP", "rcps: [tls]", "rcps: [tsl]", `17:16: unknown RCP "tsl" (did you mean "tls"?)`},
		{"unknown member", "accounts: {123456789012: {}}", "accounts: {123456789013: {}}", `21:38: unknown account "123456789013" (did you mean "123456789012"?)`},
		{"two places", "accounts: {123456789012: {}}", "accounts: {222222222222: {}}", `21:38: the account 222222222222 has another place in the organization already`},
		{"route table's id", "{rtb-1: {vpc: vpc-1}}", "{table: {vpc: vpc-1}}",
			`23:27: "table" is no route table's id, like rtb-1a2b3c4d` + "\n" +
				`27:24: unknown route table "rtb-1"` + "\n" + `29:40: unknown route table "rtb-1"`},
		{"route table of no VPC", "{rtb-1: {vpc: vpc-1}}", "{rtb-1: {}}", `23:27: a vpc is wanted, like vpc-1a2b3c4d, not ""`},
		{"route table in no region", "{rtb-1: {vpc: vpc-1}}", "{rtb-1: {vpc: vpc-1, region: US}}", `23:48: "US" is no region's name`},
		{"route table of nobody", "{rtb-1: {vpc: vpc-1}}", "{rtb-1: {vpc: vpc-1, account: 999999999999}}", `23:49: unknown account "999999999999"`},
		{"endpoint's id", "      vpce-1:\n", "      endpoint:\n", `26:9: "endpoint" is no VPC endpoint's id, like vpce-1a2b3c4d`},
		{"unknown route table", "route_tables: [rtb-1]", "route_tables: [rtb-2]", `27:24: unknown route table "rtb-2" (did you mean "rtb-1"?)`},
		{"another VPC's table", "        vpc: vpc-1\n", "        vpc: vpc-2\n", `27:24: the route table rtb-1 is of vpc-1, not of vpc-2`},
		{"client in no such table", "network: {vpc: vpc-1, route_table: rtb-1}", "network: {route_table: rtb-9}", `29:28: unknown route table "rtb-9" (did you mean "rtb-1"?)`},
		{"client at no such endpoint", "network: {vpc: vpc-1, route_table: rtb-1}", "network: {vpc_endpoint: vpce-2}", `29:29: unknown VPC endpoint "vpce-2" (did you mean "vpce-1"?)`},
		{"grant for nobody", "user/my-user\", operations", "user/nobody\", operations", `33:40: there is no principal arn:aws:iam::123456789012:user/nobody`},
		{"grant of nothing", "operations: [Decrypt]", "operations: [decrypt]", `33:95: unknown operation "decrypt" (did you mean "Decrypt"?)`},
		{"mfa", "mfa: -1h", "mfa: often", `35:55: true, a date or a duration from loading, like -1h, is wanted here, not "often"`},
		{"tags of a user's session", "{account: 123456789012, user: my-user}", "{account: 123456789012, user: my-user, session_tags: {a: b}}", `36:13: session_policy, session_managed_policies and session_tags belong to a role or to federated`},
		{"scoped policies of the root user", "{account: 123456789012, user: my-user}", "{account: 123456789012, root: true, scoped_policies: []}", `36:13: scoped_policies belong to temporary credentials of a user or role`},
		{"four scoped policies", "{account: 123456789012, user: my-user}", "{account: 123456789012, user: my-user, scoped_policies: [{}, {}, {}, {}]}", `36:69: a session has at most 3 scoped policies`},
		{"a scoped policy of none", "{account: 123456789012, user: my-user}", "{account: 123456789012, user: my-user, scoped_policies: all}", `36:69: a list of policies, or policies by name, is wanted here, not "all"`},
		{"a transitive tag of none", "{account: 123456789012, user: my-user}", "{account: 123456789012, user: my-user, federated: f, session_tags: {team: red}, transitive_tags: [taem]}", `36:111: unknown session tag "taem" (did you mean "team"?)`},
		{"canned ACL", "acl: public-read", "acl: public", `42:14: unknown canned ACL "public" (did you mean "public-read"?)`},
		{"mode", "mode: GOVERNANCE", "mode: GOVERNMENT", `43:29: unknown mode "GOVERNMENT"`},
		{"mode without days", "{mode: GOVERNANCE, days: 1}", "{mode: GOVERNANCE}", `43:22: a default retention has a mode, and either days or years, or an event_hold, or both`},
		{"lock without versioning", "object_lock: {mode: GOVERNANCE, days: 1}", "versioning: Suspended\n        object_lock: {}", `43:21: object_lock needs versioning Enabled`},
		{"MFA Delete without versioning", "object_lock: {mode: GOVERNANCE, days: 1}", "region: us-east-1", `44:21: mfa_delete needs versioning`},
		{"hold without lock", "object_lock: {mode: GOVERNANCE, days: 1}", "versioning: Enabled",
			`49:59: legal_hold needs a bucket with object_lock, and my-bucket has none` + "\n" +
				`50:38: retention needs a bucket with object_lock, and my-bucket has none`},
		{"version id", `version_id: "null"`, "version_id: one", `49:39: a version id has 32 letters, digits, dots and underscores, or is "null"`},
		{"retention without end", "{mode: COMPLIANCE, until: 48h}", "{mode: COMPLIANCE}", `50:38: a retention has mode and until, or a mode and an event_hold that is on`},
		{"grantee", "grantee: AuthenticatedUsers", "grantee: Everybody", `51:53: unknown grantee "Everybody"`},
		{"permission", "permission: READ}", "permission: read}", `51:85: unknown permission "read" (did you mean "READ"?)`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if strings.Count(text(t, "layers"), row.old) != 1 {
				t.Fatalf("%q is there %d times", row.old, strings.Count(text(t, "layers"), row.old))
			}
			checkRefused(t, strings.Replace(text(t, "layers"), row.old, row.new, 1), row.want)
		})
	}
}
