package deeds

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// context is the condition keys of a question, which many questions share.
func (c *court) context(of shared, who *asker.Asker, d deed) *policy.Context {
	over := c.over(d)
	of.over = c.placesOf(d, over)
	if known, ok := c.contexts[of]; ok {
		return known
	}
	ctx := who.Keys()
	if of.bucket == "" {
		who.SetOwner(ctx, of.account)
	} else {
		c.setS3(ctx, of, who)
	}
	for _, o := range over {
		ctx.Set(o.key, o.values...)
	}
	c.contexts[of] = ctx
	return ctx
}

// setS3 sets what S3's questions have besides.
func (c *court) setS3(ctx *policy.Context, of shared, who *asker.Asker) {
	who.SetBucketOwner(ctx, of.account)
	if who.Caller != nil {
		ctx.Set("s3:signatureversion", sigv4.AlgorithmV4)
		ctx.Set("s3:authType", "REST-HEADER")
	}
	if who.Secure {
		ctx.Set("s3:TlsVersion", asker.AssumedTLS)
	}
	if b := c.m.State.Buckets[of.bucket]; b != nil {
		who.SetBucketTags(ctx, b)
	}
	if of.list {
		ctx.Set("s3:max-keys", "1000")
	}
	if of.creates {
		ctx.Set("s3:ObjectCreationOperation", "true")
	}
	if of.tagsOf > 0 {
		asker.SetObjectTags(ctx, c.object(&c.things[of.tagsOf-1]).Tags)
	}
}

// over are the circumstances of a deed that its action, its person and its resource can
// have.
func (c *catalogue) over(d deed) []circumstance {
	way, own, variant := c.ways[d.way].over, c.people[d.person].with, c.variants[d.variant]
	put := d.draft.told()
	if len(way)+len(own)+len(variant)+len(put) == 0 {
		return nil
	}
	var all []circumstance
	for _, o := range way {
		all = c.having(all, d, o)
	}
	all = append(all, own...)
	for _, o := range variant {
		all = c.having(all, d, o)
	}
	for _, o := range put {
		all = c.having(all, d, o)
	}
	return c.implied(all)
}

func (c *catalogue) having(all []circumstance, d deed, o circumstance) []circumstance {
	if c.applies(d.act, o.key) && c.people[d.person].mayHave(o.key) && c.things[d.thing].mayHave(o.key) {
		return append(all, o)
	}
	return all
}

// applied is an action and a condition key.
type applied struct {
	act int
	key string
}

// applies says whether requests of the action can have the key.
func (c *catalogue) applies(a int, key string) bool {
	at := applied{a, key}
	yes, known := c.applys[at]
	if !known {
		yes = policy.KeyApplies(c.acts[a].name, key) == policy.Evaluable || !strings.HasPrefix(c.acts[a].name, "s3:") &&
			!strings.HasPrefix(c.acts[a].name, "kms:")
		c.applys[at] = yes
	}
	return yes
}

// placesOf tells circumstances apart.
func (c *catalogue) placesOf(d deed, over []circumstance) string {
	if len(over) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(strconv.Itoa(d.way))
	b.WriteByte('.')
	b.WriteString(strconv.Itoa(d.variant))
	b.WriteByte('.')
	b.WriteString(strconv.Itoa(int(d.draft)))
	for _, o := range over {
		b.WriteByte(' ')
		b.WriteString(o.key)
	}
	return b.String()
}

// Keys that a circumstance cannot change, because they say who asks, or what of.
var (
	ofPrincipals = []string{
		"aws:principal", "aws:userid", "aws:username", "aws:federatedprovider", "aws:sourceidentity", "aws:tokenissuetime",
	}
	ofServices  = []string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceorg", "aws:sourceowner"}
	ofResources = []string{
		"aws:resource", "s3:resourceaccount", "s3:existingobjecttag/", "s3:buckettag/", "kms:resourcealiases", "kms:key",
		"kms:multiregion", "kms:customermaster", "kms:calleraccount",
	}
	// unchanging are those that every request has in the one way that it can.
	unchanging = []string{"aws:requestedregion", "s3:signatureversion"}
)

func among(key string, prefixes []string) bool {
	key = strings.ToLower(key)
	for _, p := range prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// mayHave says whether requests of somebody can have a key in another value.
func (p *person) mayHave(key string) bool {
	return !among(key, ofPrincipals) && (!among(key, ofServices) || p.service)
}

// mayHave says whether requests for the resource can have a key in another value: what is
// not there might be anything.
func (t *thing) mayHave(key string) bool {
	if among(key, unchanging) {
		return t.invented && t.kind == buckets
	}
	return t.invented || t.key == missingKey || !among(key, ofResources)
}
