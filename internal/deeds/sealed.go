package deeds

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// keyQuestion is what KMS is asked of a deed with the contents of an object, as far as that
// is encrypted with a KMS key: for its own, or for the one that the bucket gives to a new
// one. nil: KMS is not asked.
func (c *court) keyQuestion(d deed) *authz.Request {
	a, t := &c.acts[d.act], &c.things[d.thing]
	region, _, ok := c.place(t)
	if !ok {
		return nil
	}
	who := c.asker(seat{d.person, region, c.ways[d.way].internet}, true)
	key, enc := c.sealing(a, t, who)
	if who == nil || key == nil {
		return nil
	}
	arn := t.arn
	if enc.BucketKey {
		arn = world.BucketARN + t.bucket
	}
	action := "kms:Decrypt"
	if a.creates {
		action = "kms:GenerateDataKey"
	}
	q := who.SealQuestion(action, key, enc.Context, arn)
	c.bind(q, d)
	return q
}

// sealing is the KMS key of an object, or of one that is to be made, and how it is used; nil:
// none is.
func (c *court) sealing(a *act, t *thing, who *asker.Asker) (*world.Key, store.Encryption) {
	b, o := c.bucket(t), c.object(t)
	s := c.m.State
	if o != nil && !a.creates {
		if !o.Encryption.ByKMS() {
			return nil, store.Encryption{}
		}
		return s.KeyNamed(o.Encryption.KeyARN, b.Owner, b.Region), o.Encryption
	}
	e := b.Encryption
	if !strings.HasPrefix(e.Algorithm, "aws:kms") || who == nil {
		return nil, store.Encryption{}
	}
	account := who.Account()
	if account == "" {
		account = b.Owner
	}
	return s.KeyNamed(e.KMSKey, account, b.Region), store.Encryption{BucketKey: e.BucketKey}
}

// bind gives somebody invented his policies.
func (c *court) bind(q *authz.Request, d deed) {
	if invented := c.people[d.person].policies; invented != nil {
		q.Identity = invented
	}
}
