package deeds

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// court is a world that deeds are put to. What many questions share is made once.
type court struct {
	*catalogue
	m        *store.Moment
	now      time.Time
	askers   map[seat]*asker.Asker
	contexts map[shared]*policy.Context
	sides    map[side]authz.Target
}

// seat is somebody who asks, from where, and in which region.
type seat struct {
	person   int
	region   string
	internet bool // not by the VPC endpoint that the world's requests take
}

// shared is what questions with the same condition keys have in common.
type shared struct {
	seat
	account       string // of the resource
	bucket        string
	over          string // the circumstances, by their places
	tagsOf        int    // the object whose tags are seen, and one more; 0: none
	creates, list bool
}

// side is a resource's side of a question, which depends on what is done to it.
type side struct {
	thing int
	put   bool
}

func newCourt(c *catalogue, m *store.Moment, now time.Time) *court {
	return &court{
		catalogue: c, m: m, now: now,
		askers: map[seat]*asker.Asker{}, contexts: map[shared]*policy.Context{}, sides: map[side]authz.Target{},
	}
}

// question is what S3, KMS, STS or IAM would ask of a deed; nil: there is nobody to ask it,
// nothing to ask about, or the service does not ask.
func (c *court) question(d deed) *authz.Request {
	a, t := &c.acts[d.act], &c.things[d.thing]
	region, account, ok := c.place(t)
	if !ok {
		return nil
	}
	s := seat{d.person, region, c.ways[d.way].internet}
	who := c.asker(s, t.bucket != "")
	if who == nil || a.owners && who.Account() != account || who.Caller == nil && t.bucket == "" {
		return nil // of the services, S3 alone answers who does not sign
	}
	q := c.ask(who, s, d, a, t)
	c.bind(q, d)
	return q
}

// place is where a resource is, and whose; false: it is not there.
func (c *court) place(t *thing) (region, account string, ok bool) {
	s := c.m.State
	switch {
	case t.bucket != "":
		if b := c.bucket(t); b != nil {
			return b.Region, b.Owner, true
		}
		return "", "", false
	case t.kind == keys:
		if k := c.key(t); k != nil {
			return k.Region, k.Account, true
		}
		return "", "", false
	}
	return s.Region, t.account, true
}

func (c *court) bucket(t *thing) *world.Bucket {
	if t.asBucket != nil {
		return t.asBucket
	}
	return c.m.State.Buckets[t.bucket]
}

func (c *court) key(t *thing) *world.Key {
	if t.asKey != nil {
		return t.asKey
	}
	return c.m.State.Keys[t.arn]
}

// asker is who asks; nil: this world does not have him.
func (c *court) asker(s seat, ofS3 bool) *asker.Asker {
	if !ofS3 {
		s.internet = true
	}
	if a, known := c.askers[s]; known {
		return a
	}
	a := c.newAsker(s)
	c.askers[s] = a
	return a
}

// Where requests come from unless the world says so.
const ownAddress, internetAddress = "127.0.0.1", "203.0.113.77"

func (c *court) newAsker(s seat) *asker.Asker {
	state := c.m.State
	caller := c.people[s.person].find(state)
	if caller == nil {
		return nil
	}
	a := &asker.Asker{
		State: state, Uses: c.m.Uses, Now: c.now, Caller: caller, Principal: &caller.Principal,
		SourceIP: ownAddress, Region: s.region,
	}
	if caller == nobody {
		a.Caller = nil
	}
	if ip := state.Network.SourceIP; ip != "" {
		a.SourceIP = ip
	}
	if secure := state.Network.SecureTransport; secure != nil {
		a.Secure = *secure
	}
	if !s.internet {
		a.Endpoint = state.EndpointTo(s.region)
	}
	return a
}

// ask makes the question.
func (c *court) ask(who *asker.Asker, s seat, d deed, a *act, t *thing) *authz.Request {
	switch t.kind {
	case buckets, objects:
		return c.askS3(who, s, d, a, t)
	case keys:
		return c.askKMS(who, d, a, t)
	}
	q := who.Question(a.name, t.arn, c.controlSide(who, a, t))
	q.Context = c.context(shared{seat: s, account: q.ResourceAccount}, who, d)
	if t.kind == roles && who.Principal.Kind == policy.Root && q.Trust != nil {
		q.Barred = &authz.Bar{Layer: authz.Identity, Part: authz.PartCaller, Detail: "the root user assumes no role"}
	}
	return q
}

// controlSide is the side of what is no bucket and no key.
func (c *court) controlSide(who *asker.Asker, a *act, t *thing) authz.Target {
	account := t.account
	if t.kind == everything {
		account = who.Account()
	}
	side := authz.Target{ResourceAccount: account, Unowned: account == ""}
	if a.name == assumeRole {
		side.Trust, side.RCPs = c.trust(t), c.m.State.RCPs(account)
	}
	return side
}

const assumeRole = "sts:AssumeRole"

// trust is a role's trust policy; of a role that is not there, one that trusts nobody.
func (c *court) trust(t *thing) *authz.Named {
	r := t.asRole
	if r == nil {
		r = c.m.State.RoleAt(t.arn)
	}
	if r == nil || r.Trust == nil {
		return &authz.Named{Name: "trust"}
	}
	return r.Trust
}

// askS3 makes a question about a bucket, or about an object in it.
func (c *court) askS3(who *asker.Asker, s seat, d deed, a *act, t *thing) *authz.Request {
	b := c.bucket(t)
	o := c.object(t)
	q := who.Question(a.name, t.arn, c.s3Side(d.thing, a, t, b, o))
	if o != nil && a.lock != nil {
		q.Lock = a.lock(o, c.now)
	}
	key := shared{seat: s, account: b.Owner, bucket: b.Name, creates: a.creates, list: a.lists}
	if o != nil && len(o.Tags) > 0 && asker.SeesObjectTags(a.name) {
		key.tagsOf = d.thing + 1
	}
	q.Context = c.context(key, who, d)
	c.put(q, d.draft, b)
	return q
}

// s3Side is that of a bucket, and of an object in it. An object that might be there is its
// owner's.
func (c *court) s3Side(i int, a *act, t *thing, b *world.Bucket, o *store.Object) authz.Target {
	at := side{i, a.creates}
	if known, ok := c.sides[at]; ok {
		return known
	}
	target := asker.BucketSide(c.m.State, b)
	if target.Payment != nil {
		target.Payment.Offered = true
	}
	switch {
	case o != nil:
		target.Object = asker.ObjectSide(c.m.State, o.Owner, o.ACL)
	case t.kind == objects && !a.creates:
		target.Object = asker.ObjectSide(c.m.State, b.Owner, nil)
	}
	c.sides[at] = target
	return target
}

// object is the newest record of an object; nil: there is none.
func (c *court) object(t *thing) *store.Object {
	contents := c.m.Index.Bucket(t.bucket)
	if t.key == "" || contents == nil {
		return nil
	}
	if o := contents.Latest(t.key); o != nil && !o.Marker {
		return o
	}
	return nil
}

// put says what the request would put, where that is what might be refused.
func (c *court) put(q *authz.Request, what draft, b *world.Bucket) {
	block := c.m.State.PublicAccess(b)
	switch what {
	case publicPolicy:
		q.BlockedPolicy = block.BlockPublicPolicy
	case publicACL, ownerACL:
		q.BlockedACL = what == publicACL && block.BlockPublicAcls
		q.Ownership = &authz.Ownership{
			Mode: string(cmp.Or(b.Ownership, world.ObjectWriter)), Sets: "x-amz-acl: " + what.told()[0].values[0],
			OwnerFullControl: what == ownerACL, RefusesAny: c.m.State.Answers.Has(world.AnyACLRefused),
		}
	}
}

// askKMS makes a question about a KMS key.
func (c *court) askKMS(who *asker.Asker, d deed, a *act, t *thing) *authz.Request {
	key := c.key(t)
	q := who.KeyQuestion(a.name, key)
	for _, o := range c.over(d) {
		q.Context.Set(o.key, o.values...)
	}
	return q
}
