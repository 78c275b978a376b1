package asker

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// The keys that most requests have.
var (
	currentTimeKey           = policy.KeyOf("aws:CurrentTime")
	epochTimeKey             = policy.KeyOf("aws:EpochTime")
	secureTransportKey       = policy.KeyOf("aws:SecureTransport")
	requestedRegionKey       = policy.KeyOf("aws:RequestedRegion")
	userAgentKey             = policy.KeyOf("aws:UserAgent")
	principalIsAWSServiceKey = policy.KeyOf("aws:PrincipalIsAWSService")
	principalArnKey          = policy.KeyOf("aws:PrincipalArn")
	principalAccountKey      = policy.KeyOf("aws:PrincipalAccount")
	principalTypeKey         = policy.KeyOf("aws:PrincipalType")
	usernameKey              = policy.KeyOf("aws:username")
	sourceIpKey              = policy.KeyOf("aws:SourceIp")
	resourceAccountKey       = policy.KeyOf("aws:ResourceAccount")
	bucketAccountKey         = policy.KeyOf("s3:ResourceAccount")
	useridKey                = policy.KeyOf("aws:userid")
)

// Keys is every condition key that depends neither on the action nor on the
// resource, each present exactly when AWS has it (authorization.md 3.1).
func (a *Asker) Keys() *policy.Context {
	ctx := policy.NewContext()
	now := secondOf(a.Now)
	ctx.Put(currentTimeKey, now.current)
	ctx.Put(epochTimeKey, now.epoch)
	ctx.Put(secureTransportKey, strconv.FormatBool(a.Secure))
	ctx.Put(requestedRegionKey, a.Region)
	a.setForwarded(ctx)
	a.setNetwork(ctx)
	if a.UserAgent != "" {
		ctx.Put(userAgentKey, a.UserAgent)
	}
	if a.Referer != "" {
		ctx.Set("aws:Referer", a.Referer)
	}
	a.setPrincipal(ctx)
	return ctx
}

// AssumedTLS is the version of TLS of a request that is taken as if it had come over TLS:
// s3:TlsVersion.
const AssumedTLS = "1.3"

// second is a second as the two condition keys of the clock have it.
type second struct {
	unix           int64
	current, epoch string
}

// lastSecond is the one that was asked for last: a server is asked many times for each.
var lastSecond atomic.Pointer[second]

func secondOf(t time.Time) *second {
	unix := t.Unix()
	if s := lastSecond.Load(); s != nil && s.unix == unix {
		return s
	}
	s := &second{unix, t.UTC().Format(time.RFC3339), strconv.FormatInt(unix, 10)}
	lastSecond.Store(s)
	return s
}

// setNetwork sets where the request comes from: an address of the internet, or a
// VPC endpoint and an address behind it (authorization.md 1.9).
func (a *Asker) setNetwork(ctx *policy.Context) {
	e := a.Endpoint
	if e == nil {
		if a.SourceIP != "" {
			ctx.Put(sourceIpKey, a.SourceIP)
		}
		return
	}
	ctx.Set("aws:SourceVpce", e.ID)
	ctx.Set("aws:SourceVpc", e.VPC)
	if a.SourceIP != "" {
		ctx.Set("aws:VpcSourceIp", a.SourceIP)
	}
	if e.Account == "" {
		return
	}
	ctx.Set("aws:SourceVpcArn", "arn:aws:ec2:"+e.Region+":"+e.Account+":vpc/"+e.VPC)
	ctx.Set("aws:VpceAccount", e.Account)
	a.setOrganization(ctx, e.Account, "aws:VpceOrgID", "aws:VpceOrgPaths")
}

// setOrganization sets the keys that name the organization of an account, if it is
// in one.
func (a *Asker) setOrganization(ctx *policy.Context, account, id, paths string) {
	if m := a.Membership(account); m != nil {
		ctx.Set(id, m.Organization)
		ctx.Set(paths, m.Path)
	}
}

// Membership is the account's place in an organization; nil: it has none.
func (a *Asker) Membership(account string) *world.Membership {
	if known := a.State.Accounts[account]; known != nil {
		return known.Membership
	}
	return nil
}

// ownerKeys name the resource's account.
var ownerKeys = []*policy.ConditionKey{
	resourceAccountKey, bucketAccountKey, policy.KeyOf("aws:ResourceOrgID"), policy.KeyOf("aws:ResourceOrgPaths"),
}

// SetOwner sets the keys that name the resource's account and its organization;
// empty: nobody's.
func (a *Asker) SetOwner(ctx *policy.Context, account string) {
	for _, k := range ownerKeys {
		ctx.Remove(k)
	}
	if account == "" {
		return
	}
	ctx.Put(resourceAccountKey, account)
	a.setOrganization(ctx, account, "aws:ResourceOrgID", "aws:ResourceOrgPaths")
}

// setPrincipal sets the keys that say who asks. Nobody that could be named has
// none of them.
func (a *Asker) setPrincipal(ctx *policy.Context) {
	p := a.Principal
	if p == nil {
		return
	}
	if p.Kind == policy.Anonymous {
		ctx.Put(principalAccountKey, "anonymous")
		ctx.Put(principalTypeKey, "Anonymous")
		ctx.Put(useridKey, "anonymous")
		return
	}
	ctx.Put(principalIsAWSServiceKey, strconv.FormatBool(p.Kind == policy.Service))
	if p.Kind == policy.Service {
		ctx.Set("aws:PrincipalServiceName", p.Service)
		ctx.Set("aws:PrincipalServiceNamesList", p.Service)
		a.setSource(ctx)
		return
	}
	if p.Kind == policy.WebIdentity {
		setFederation(ctx, p, a.Bearer)
		return
	}
	ctx.Put(principalArnKey, PrincipalARN(p))
	if p.Kind == policy.OriginAccessIdentity {
		return // it is of no account, and no kind of principal that IAM has a word for [unsure]
	}
	ctx.Put(principalAccountKey, p.Account)
	ctx.Put(principalTypeKey, principalTypes[p.Kind])
	a.setOrganization(ctx, p.Account, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
	if a.Caller != nil {
		a.setCaller(ctx)
	}
}

var principalTypes = map[policy.PrincipalKind]string{
	policy.Root:          "Account",
	policy.User:          "User",
	policy.RoleSession:   "AssumedRole",
	policy.FederatedUser: "FederatedUser",
}

// PrincipalARN is the value of aws:PrincipalArn: for a role's session the role,
// for everybody else what messages call them.
func PrincipalARN(p *policy.Principal) string {
	if p.Kind == policy.RoleSession && p.RoleARN != "" {
		return p.RoleARN
	}
	return p.ARN
}

// setSource sets what a service principal acts for.
func (a *Asker) setSource(ctx *policy.Context) {
	if a.Caller == nil {
		return
	}
	if a.Caller.SourceARN != "" {
		ctx.Set("aws:SourceArn", a.Caller.SourceARN)
	}
	if account := a.Caller.SourceAccount; account != "" {
		ctx.Set("aws:SourceAccount", account)
		a.setOrganization(ctx, account, "aws:SourceOrgID", "aws:SourceOrgPaths")
	}
}

func (a *Asker) setCaller(ctx *policy.Context) {
	if a.Caller.UserID != "" {
		ctx.Put(useridKey, a.Caller.UserID)
	}
	var tags map[string]string
	if u := a.State.UserOf(a.Caller); u != nil {
		if a.Principal.Kind == policy.User {
			ctx.Put(usernameKey, u.Name)
		}
		tags = u.Tags
	} else if r := a.State.RoleOf(a.Caller); r != nil {
		tags = r.Tags
	}
	for k, v := range tags {
		ctx.Set("aws:PrincipalTag/"+k, v)
	}
	if a.Caller.Temporary() {
		a.setSession(ctx)
	}
}

// setSession sets the keys that only temporary credentials have. A session tag
// stands before a role's tag of the same name (IAM User Guide, "Pass session tags
// in AWS STS").
func (a *Asker) setSession(ctx *policy.Context) {
	caller := a.Caller
	for k, v := range caller.SessionTags {
		ctx.Set("aws:PrincipalTag/"+k, v)
	}
	ctx.Set("aws:MultiFactorAuthPresent", strconv.FormatBool(caller.MFA))
	if caller.MFA {
		age := max(a.Now.Sub(caller.MFAAt), 0)
		ctx.Set("aws:MultiFactorAuthAge", strconv.FormatInt(int64(age/time.Second), 10))
	}
	if !caller.Issued.IsZero() {
		ctx.Set("aws:TokenIssueTime", caller.Issued.UTC().Format(time.RFC3339))
	}
	if caller.SourceIdentity != "" {
		ctx.Set("aws:SourceIdentity", caller.SourceIdentity)
	}
	if caller.WebIdentity != nil {
		setFederation(ctx, &caller.Principal, caller.WebIdentity)
	}
}

// setFederation sets the keys of a token of an identity provider, which the session has too
// that it was exchanged for (web-identity.md W7 and W8).
func setFederation(ctx *policy.Context, p *policy.Principal, who *world.WebIdentity) {
	ctx.Set("aws:FederatedProvider", p.Provider)
	for name, values := range who.Keys() {
		ctx.Set(name, values...)
	}
}

// SetBucketTags sets the condition keys of a bucket's tags, where policies see them:
// all actions on the bucket and on its objects have them then.
func (a *Asker) SetBucketTags(ctx *policy.Context, b *world.Bucket) {
	for k, v := range a.State.AccessTags(b) {
		ctx.Set("aws:ResourceTag/"+k, v)
		ctx.Set("s3:BucketTag/"+k, v)
	}
}
