package s3api

import (
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// contexts keeps the condition keys that every question of a call shares, for as
// long as the moment lasts that they were read from.
type contexts struct {
	of      *store.Moment
	account string
	shared  *policy.Context
}

// condition is one key that only some actions see, with its values.
type condition struct {
	key    string
	values []string
}

// contextOf is the condition keys of a question about a resource of the given
// account (empty: nobody's), and of extra ones. The result is shared: clone it
// before changing it.
func (c *Call) contextOf(account string, extra []condition) *policy.Context {
	if c.contexts.of != c.Moment || c.contexts.shared == nil {
		c.contexts = contexts{of: c.Moment, account: account, shared: c.globalKeys(account)}
	}
	ctx := c.contexts.shared
	if account == c.contexts.account && len(extra) == 0 {
		return ctx
	}
	ctx = ctx.Clone()
	if account != c.contexts.account {
		c.setOwner(ctx, account)
	}
	for _, e := range extra {
		ctx.Set(e.key, e.values...)
	}
	return ctx
}

// ownerKeys name the resource's account.
var ownerKeys = []string{"aws:ResourceAccount", "s3:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths"}

// setOwner sets the keys that name the resource's account and its organization.
func (c *Call) setOwner(ctx *policy.Context, account string) {
	for _, k := range ownerKeys {
		ctx.Delete(k)
	}
	if account == "" {
		return
	}
	ctx.Set("aws:ResourceAccount", account)
	ctx.Set("s3:ResourceAccount", account)
	if m := c.membership(account); m != nil {
		ctx.Set("aws:ResourceOrgID", m.Organization)
		ctx.Set("aws:ResourceOrgPaths", m.Path)
	}
}

// membership is the account's place in an organization; nil: it has none.
func (c *Call) membership(account string) *world.Membership {
	if a := c.State().Accounts[account]; a != nil {
		return a.Membership
	}
	return nil
}

// globalKeys is every key that does not depend on the action, each present
// exactly when AWS has it (authorization.md 3.1).
func (c *Call) globalKeys(account string) *policy.Context {
	ctx := policy.NewContext()
	now := c.Now.UTC()
	ctx.Set("aws:CurrentTime", now.Format(time.RFC3339))
	ctx.Set("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
	ctx.Set("aws:SecureTransport", strconv.FormatBool(c.secure()))
	ctx.Set("aws:RequestedRegion", c.EndpointRegion())
	ctx.Set("aws:ViaAWSService", "false")
	c.setOwner(ctx, account)
	c.setNetworkKeys(ctx)
	if v := c.Request.Header.Get("User-Agent"); v != "" {
		ctx.Set("aws:UserAgent", v)
	}
	if v := c.Request.Header.Get("Referer"); v != "" {
		ctx.Set("aws:Referer", v)
	}
	c.setPrincipalKeys(ctx)
	c.setSignatureKeys(ctx)
	if c.Request.TLS != nil {
		if v := tlsVersion(c.Request.TLS.Version); v != "" {
			ctx.Set("s3:TlsVersion", v)
		}
	}
	return ctx
}

// endpointKeys say which VPC endpoint a request came through.
var endpointKeys = []string{"aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"}

// setNetworkKeys sets where the request comes from: an address of the internet,
// or a VPC endpoint and an address behind it (authorization.md 1.9).
func (c *Call) setNetworkKeys(ctx *policy.Context) {
	e := c.endpoint()
	if e == nil {
		if c.SourceIP != "" {
			ctx.Set("aws:SourceIp", c.SourceIP)
		}
		return
	}
	ctx.Set("aws:SourceVpce", e.ID)
	ctx.Set("aws:SourceVpc", e.VPC)
	if c.SourceIP != "" {
		ctx.Set("aws:VpcSourceIp", c.SourceIP)
	}
	if e.Account == "" {
		return
	}
	ctx.Set("aws:SourceVpcArn", "arn:aws:ec2:"+e.Region+":"+e.Account+":vpc/"+e.VPC)
	ctx.Set("aws:VpceAccount", e.Account)
	if m := c.membership(e.Account); m != nil {
		ctx.Set("aws:VpceOrgID", m.Organization)
		ctx.Set("aws:VpceOrgPaths", m.Path)
	}
}

// secure says whether the request came over TLS, or is to be taken as if it had.
func (c *Call) secure() bool {
	if s := c.State().Network.SecureTransport; s != nil {
		return *s
	}
	return c.Request.TLS != nil
}

func tlsVersion(v uint16) string {
	// The minor version of the record layer counts TLS versions from 1.0 = 0x0301.
	if v < 0x0301 || v > 0x0304 {
		return ""
	}
	return "1." + strconv.Itoa(int(v-0x0301))
}

// setPrincipalKeys sets the keys that say who asks. Nobody that could be named
// has none of them.
func (c *Call) setPrincipalKeys(ctx *policy.Context) {
	p := c.Principal
	if p == nil {
		return
	}
	if p.Kind == policy.Anonymous {
		ctx.Set("aws:PrincipalAccount", "anonymous")
		ctx.Set("aws:PrincipalType", "Anonymous")
		ctx.Set("aws:userid", "anonymous")
		return
	}
	ctx.Set("aws:PrincipalIsAWSService", strconv.FormatBool(p.Kind == policy.Service))
	if p.Kind == policy.Service {
		ctx.Set("aws:PrincipalServiceName", p.Service)
		ctx.Set("aws:PrincipalServiceNamesList", p.Service)
		c.setSourceKeys(ctx)
		return
	}
	ctx.Set("aws:PrincipalAccount", p.Account)
	ctx.Set("aws:PrincipalArn", principalARN(p))
	ctx.Set("aws:PrincipalType", principalTypes[p.Kind])
	if m := c.membership(p.Account); m != nil {
		ctx.Set("aws:PrincipalOrgID", m.Organization)
		ctx.Set("aws:PrincipalOrgPaths", m.Path)
	}
	if c.Caller == nil {
		return
	}
	c.setCallerKeys(ctx)
}

var principalTypes = map[policy.PrincipalKind]string{
	policy.Root:          "Account",
	policy.User:          "User",
	policy.RoleSession:   "AssumedRole",
	policy.FederatedUser: "FederatedUser",
}

// principalARN is the value of aws:PrincipalArn: for a role's session the role,
// for everybody else what messages call them.
func principalARN(p *policy.Principal) string {
	if p.Kind == policy.RoleSession && p.RoleARN != "" {
		return p.RoleARN
	}
	return p.ARN
}

// setSourceKeys sets what a service principal acts for.
func (c *Call) setSourceKeys(ctx *policy.Context) {
	if c.Caller == nil {
		return
	}
	if c.Caller.SourceARN != "" {
		ctx.Set("aws:SourceArn", c.Caller.SourceARN)
	}
	account := c.Caller.SourceAccount
	if account == "" {
		return
	}
	ctx.Set("aws:SourceAccount", account)
	if m := c.membership(account); m != nil {
		ctx.Set("aws:SourceOrgID", m.Organization)
		ctx.Set("aws:SourceOrgPaths", m.Path)
	}
}

func (c *Call) setCallerKeys(ctx *policy.Context) {
	s := c.State()
	if c.Caller.UserID != "" {
		ctx.Set("aws:userid", c.Caller.UserID)
	}
	var tags map[string]string
	if u := s.UserOf(c.Caller); u != nil {
		ctx.Set("aws:username", u.Name)
		tags = u.Tags
	} else if r := s.RoleOf(c.Caller); r != nil {
		tags = r.Tags
	}
	for k, v := range tags {
		ctx.Set("aws:PrincipalTag/"+k, v)
	}
	if c.Caller.Temporary() {
		c.setSessionKeys(ctx)
	}
}

// setSessionKeys sets the keys that only temporary credentials have. A session
// tag stands before a role's tag of the same name (IAM User Guide, "Pass session
// tags in AWS STS").
func (c *Call) setSessionKeys(ctx *policy.Context) {
	caller := c.Caller
	for k, v := range caller.SessionTags {
		ctx.Set("aws:PrincipalTag/"+k, v)
	}
	ctx.Set("aws:MultiFactorAuthPresent", strconv.FormatBool(caller.MFA))
	if caller.MFA {
		age := max(c.Now.Sub(caller.MFAAt), 0)
		ctx.Set("aws:MultiFactorAuthAge", strconv.FormatInt(int64(age/time.Second), 10))
	}
	if !caller.Issued.IsZero() {
		ctx.Set("aws:TokenIssueTime", caller.Issued.UTC().Format(time.RFC3339))
	}
	if caller.SourceIdentity != "" {
		ctx.Set("aws:SourceIdentity", caller.SourceIdentity)
	}
}

// signatureKeys say how the request was signed.
var signatureKeys = []string{"s3:authType", "s3:signatureversion", "s3:signatureAge", "s3:x-amz-content-sha256"}

func (c *Call) setSignatureKeys(ctx *policy.Context) {
	if v := c.header("X-Amz-Content-Sha256"); v != "" {
		ctx.Set("s3:x-amz-content-sha256", v)
	}
	p := c.Presented
	if p == nil {
		return
	}
	ctx.Set("s3:signatureversion", p.Algorithm)
	switch p.Location {
	case sigv4.Header:
		ctx.Set("s3:authType", "REST-HEADER")
	case sigv4.Query:
		ctx.Set("s3:authType", "REST-QUERY-STRING")
		ctx.Set("s3:signatureAge", signatureAge(p, c.Now))
	case sigv4.FormFields:
		ctx.Set("s3:authType", "POST")
		ctx.Set("s3:signatureAge", signatureAge(p, c.Now))
	}
}

// signatureAge is in milliseconds; Version 2 does not say when it signed.
func signatureAge(p *sigv4.Presented, now time.Time) string {
	if p.Scheme != sigv4.V4 || p.Time.IsZero() {
		return "0"
	}
	return strconv.FormatInt(max(now.Sub(p.Time), 0).Milliseconds(), 10)
}

// headerKeys are the condition keys that repeat a header of the request, whose
// name is in the form that net/http looks up without making a string.
var headerKeys = []struct{ key, header string }{
	{"s3:x-amz-acl", "X-Amz-Acl"},
	{"s3:x-amz-grant-read", "X-Amz-Grant-Read"},
	{"s3:x-amz-grant-write", "X-Amz-Grant-Write"},
	{"s3:x-amz-grant-read-acp", "X-Amz-Grant-Read-Acp"},
	{"s3:x-amz-grant-write-acp", "X-Amz-Grant-Write-Acp"},
	{"s3:x-amz-grant-full-control", "X-Amz-Grant-Full-Control"},
	{"s3:x-amz-object-ownership", "X-Amz-Object-Ownership"},
	{"s3:x-amz-copy-source", "X-Amz-Copy-Source"},
	{"s3:x-amz-metadata-directive", "X-Amz-Metadata-Directive"},
	{"s3:x-amz-storage-class", "X-Amz-Storage-Class"},
	{"s3:x-amz-website-redirect-location", "X-Amz-Website-Redirect-Location"},
	{"s3:x-amz-server-side-encryption", "X-Amz-Server-Side-Encryption"},
	{"s3:x-amz-server-side-encryption-customer-algorithm", "X-Amz-Server-Side-Encryption-Customer-Algorithm"},
	{"s3:object-lock-mode", "X-Amz-Object-Lock-Mode"},
	{"s3:object-lock-retain-until-date", "X-Amz-Object-Lock-Retain-Until-Date"},
	{"s3:object-lock-legal-hold", "X-Amz-Object-Lock-Legal-Hold"},
	{"s3:if-match", "If-Match"},
	{"s3:if-none-match", "If-None-Match"},
}

// queryKeys are the condition keys that repeat a parameter of the query. An
// empty one that was sent is present.
var queryKeys = []struct{ key, param string }{
	{"s3:prefix", "prefix"},
	{"s3:delimiter", "delimiter"},
	{"s3:max-keys", "max-keys"},
	{"s3:versionid", "versionId"},
}

// conditions are the keys that the request's own headers and parameters give a
// question about the action.
func (c *Call) conditions(action string) []condition {
	var found []condition
	for _, k := range headerKeys {
		if v := c.header(k.header); v != "" {
			found = append(found, condition{k.key, []string{v}})
		}
	}
	if ref := c.header("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"); ref != "" {
		found = append(found, condition{"s3:x-amz-server-side-encryption-aws-kms-key-id", []string{c.keyARN(ref)}})
	}
	for _, k := range queryKeys {
		if v, ok := c.Query.Lookup(k.param); ok {
			found = append(found, condition{k.key, []string{v}})
		}
	}
	if until := c.header("X-Amz-Object-Lock-Retain-Until-Date"); until != "" {
		found = append(found, c.retentionDays(until)...)
	}
	found = append(found, tagConditions(c.header("X-Amz-Tagging"))...)
	found = append(found, c.tags.conditions()...)
	if creates, ok := creations[c.operation()]; ok {
		found = append(found, condition{"s3:ObjectCreationOperation", []string{strconv.FormatBool(creates)}})
	}
	if l := c.location; l != "" {
		found = append(found, condition{"s3:locationconstraint", []string{l}})
	}
	return seenBy(action, found)
}

// retentionDays is how many days a retention would last, rounded up; none for a
// date that cannot be read, which the operation refuses.
func (c *Call) retentionDays(until string) []condition {
	t, err := time.Parse(time.RFC3339, until)
	if err != nil {
		return nil
	}
	const day = 24 * time.Hour
	days := (t.Sub(c.Now) + day - 1) / day
	return []condition{{"s3:object-lock-remaining-retention-days", []string{strconv.FormatInt(int64(days), 10)}}}
}

// seenBy keeps the conditions that the action has.
func seenBy(action string, found []condition) []condition {
	kept := found[:0]
	for _, f := range found {
		if keyApplies(action, f.key) {
			kept = append(kept, f)
		}
	}
	return kept
}

// creations says which of the operations that ask for s3:PutObject make the
// object; the others only prepare it (S3 User Guide, "Enforce conditional writes
// on Amazon S3 buckets").
var creations = map[string]bool{
	"PutObject": true, "CopyObject": true, "PostObject": true, "CompleteMultipartUpload": true,
	"CreateMultipartUpload": false, "UploadPart": false, "UploadPartCopy": false,
}

func (c *Call) operation() string {
	if c.Op == nil {
		return ""
	}
	return c.Op.Name
}

// keyARN is the ARN of the key that a request names: the condition key holds
// ARNs however the key was named.
func (c *Call) keyARN(ref string) string {
	if k := c.State().KeyNamed(ref, c.keyAccount(), c.bucketRegion()); k != nil {
		return k.ARN
	}
	return ref
}

// keyAccount is where a key without an account in its name is looked for: the
// caller's own account (authorization.md 4).
func (c *Call) keyAccount() string {
	if a := c.account(); a != "" && world.IsAccountID(a) {
		return a
	}
	if b := c.State().Buckets[c.Bucket]; b != nil {
		return b.Owner
	}
	return ""
}

// tagConditions are the keys of x-amz-tagging: a query of its own. A broken one
// gives none; the operation refuses it.
func tagConditions(header string) []condition {
	if header == "" {
		return nil
	}
	tags, ok := ParseQuery(header)
	if !ok || tags.Len() == 0 {
		return nil
	}
	found := make([]condition, 0, tags.Len()+1)
	names := make([]string, 0, tags.Len())
	for t := range tags.All() {
		found = append(found, condition{"s3:RequestObjectTag/" + t.Name, []string{t.Value}})
		names = append(names, t.Name)
	}
	return append(found, condition{"s3:RequestObjectTagKeys", names})
}

// keyApplies says whether questions about the action see the condition key.
func keyApplies(action, key string) bool {
	return policy.KeyApplies(action, strings.TrimSpace(key)) == policy.Evaluable
}
