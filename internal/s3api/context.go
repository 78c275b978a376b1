package s3api

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3api/wire"
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
	// who is the requester, as long as the world and the signature stay the same.
	who *asker.Asker
}

// condition is one key that only some actions see, with its values.
type condition struct {
	key    string
	values []string
}

// contextOf is the condition keys of a question about a resource of the given
// account (empty: nobody's), and of extra ones. The result is shared: clone it
// before changing it.
func contextOf(c *Call, account string, extra []condition) *policy.Context {
	if c.contexts.of != c.Moment || c.contexts.shared == nil {
		shared := globalKeys(c, account)
		c.contexts = contexts{of: c.Moment, account: account, shared: shared, who: c.contexts.who}
	}
	ctx := c.contexts.shared
	if account == c.contexts.account && len(extra) == 0 {
		return ctx
	}
	ctx = ctx.Clone()
	if account != c.contexts.account {
		c.asker().SetBucketOwner(ctx, account)
	}
	for _, e := range extra {
		ctx.Set(e.key, e.values...)
	}
	return ctx
}

// asker is who asks, and the way that the request took.
func (c *Call) asker() *asker.Asker {
	if w := c.contexts.who; w != nil && w.State == c.InForce() && w.Principal == c.Principal &&
		w.Presented == c.Presented {
		return w
	}
	a := &asker.Asker{
		State: c.InForce(), Uses: c.Moment.Uses, Now: c.Now, Caller: c.Caller, Principal: c.Principal, Presented: c.Presented,
		SourceIP: c.SourceIP, UserAgent: c.Request.Header.Get("User-Agent"), Referer: c.Request.Header.Get("Referer"),
		Secure: c.Secure(), Region: endpointRegion(c), Endpoint: endpointOf(c),
	}
	c.contexts.who = a
	return a
}

// The keys that most requests have.
var (
	tlsVersionKey       = policy.KeyOf("s3:TlsVersion")
	payloadHashKey      = policy.KeyOf("s3:x-amz-content-sha256")
	signatureVersionKey = policy.KeyOf("s3:signatureversion")
	authTypeKey         = policy.KeyOf("s3:authType")
	signatureAgeKey     = policy.KeyOf("s3:signatureAge")
)

// globalKeys is every key that does not depend on the action.
func globalKeys(c *Call, account string) *policy.Context {
	ctx := c.asker().Keys()
	c.asker().SetBucketOwner(ctx, account)
	setSignatureKeys(c, ctx)
	if v, _ := c.Secured(); v != "" {
		ctx.Put(tlsVersionKey, v)
	}
	return ctx
}

// payloadHash is what the request says that its body is; a URL of Signature Version 4 has
// always an unsigned one (S3 API Reference, "Amazon S3 Signature Version 4 Authentication
// Specific Policy Keys").
func payloadHash(c *Call) string {
	hash := c.header("X-Amz-Content-Sha256")
	if p := c.Presented; hash == "" && p != nil && p.Location == sigv4.Query && p.Scheme == sigv4.V4 {
		return sigv4.UnsignedPayload
	}
	return hash
}

// setSignatureKeys says how the request was signed.
func setSignatureKeys(c *Call, ctx *policy.Context) {
	p := c.Presented
	if v := payloadHash(c); v != "" {
		ctx.Put(payloadHashKey, v)
	}
	if p == nil {
		return
	}
	ctx.Put(signatureVersionKey, p.Algorithm)
	switch p.Location {
	case sigv4.Header:
		ctx.Put(authTypeKey, "REST-HEADER")
	case sigv4.Query:
		ctx.Put(authTypeKey, "REST-QUERY-STRING")
		ctx.Put(signatureAgeKey, signatureAge(c))
	case sigv4.FormFields:
		ctx.Put(authTypeKey, "POST")
		ctx.Put(signatureAgeKey, signatureAge(c))
	}
}

// signatureAge is in milliseconds; Version 2 does not say when it signed.
func signatureAge(c *Call) string {
	if c.Presented.Scheme != sigv4.V4 {
		return "0"
	}
	return strconv.FormatInt(c.Age().Milliseconds(), 10)
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
	{"s3:x-amz-server-side-encryption-customer-algorithm", "X-Amz-Server-Side-Encryption-Customer-Algorithm"},
	{"s3:x-amz-object-annotation-directive", "X-Amz-Object-Annotation-Directive"},
	{"s3:x-amz-object-if-match", "X-Amz-Object-If-Match"},
	{"s3:if-match", "If-Match"},
	{"s3:if-none-match", "If-None-Match"},
}

// queryKeys are the condition keys that repeat a parameter of the query. An
// empty one that was sent is present.
var queryKeys = []struct{ key, param string }{
	{"s3:prefix", "prefix"},
	{"s3:delimiter", "delimiter"},
	{"s3:versionid", "versionId"},
	{"s3:annotation-prefix", "annotation-prefix"},
	{"s3:max-annotation-results", "max-annotation-results"},
}

// conditions are the keys that the request's own headers and parameters give a
// question about the action. asked is the encryption that is asked for.
func conditions(c *Call, action string, asked store.Encryption) []condition {
	var found []condition
	for _, k := range headerKeys {
		if v := c.header(k.header); v != "" {
			found = append(found, condition{k.key, []string{v}})
		}
	}
	found = append(found, encryptionConditions(asked)...)
	for _, k := range queryKeys {
		if v, ok := c.Query.Lookup(k.param); ok {
			found = append(found, condition{k.key, []string{v}})
		}
	}
	if c.Op.lists {
		// Even where the request does not say how many (IAM User Guide, "Numeric condition
		// operators"). HeadBucket, which asks for s3:ListBucket too, returns none [unsure].
		most := cmp.Or(c.Query.Get("max-keys"), wire.Decimal(wire.PageSize))
		found = append(found, condition{"s3:max-keys", []string{most}})
	}
	found = append(found, lockHeaders(c.header, c.State().Answers).conditions(c.Now)...)
	found = append(found, tagConditions(c.header("X-Amz-Tagging"))...)
	if c.Op.creation != createsNot {
		// S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
		found = append(found, condition{"s3:ObjectCreationOperation", truths[c.Op.creation == creates]})
	}
	return seen(found[:0], action, found)
}

// truths are shared by conditions, which do not change their values.
var truths = map[bool][]string{true: {"true"}, false: {"false"}}

// ownConditions are the keys that the request gives a question about the action: those
// of its headers and parameters, and extra, which its body brings.
func ownConditions(c *Call, action string, extra []condition) []condition {
	return seen(conditions(c, action, requestedEncryption(c)), action, extra)
}

// seen adds those of the conditions that the action has.
func seen(into []condition, action string, all []condition) []condition {
	for _, f := range all {
		if keyApplies(action, f.key) {
			into = append(into, f)
		}
	}
	return into
}

// keyARN is the ARN of the KMS key that a request names: the condition key holds
// ARNs however the key was named.
func keyARN(c *Call, ref string) string {
	if k := c.InForce().KeyNamed(ref, keyAccount(c), bucketRegion(c)); k != nil {
		return k.ARN
	}
	return ref
}

// keyAccount is where a key without an account in its name is looked for: the
// caller's own account (authorization.md 4).
func keyAccount(c *Call) string {
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
	tags, ok := wire.ParseQuery(header)
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
