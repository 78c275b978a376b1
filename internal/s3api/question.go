package s3api

import (
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// bucketARN is the ARN of the call's bucket, or of the access point that the call takes to it.
func (c *Call) bucketARN() string {
	if c.point != "" {
		return c.point
	}
	return world.BucketARN + c.Bucket
}

// objectARN is the ARN of the call's object.
func (c *Call) objectARN() string { return c.keyARN(c.Key) }

// keyARN is the ARN of an object in the call's bucket.
func (c *Call) keyARN(key string) string {
	if c.point != "" {
		return c.point + "/object/" + key
	}
	return world.BucketARN + c.Bucket + "/" + key
}

// Resource is the ARN that the operation's own action is asked about; "*" where it
// is about none.
func (c *Call) Resource() string {
	switch c.Op.match.on {
	case onBucket:
		return c.bucketARN()
	case onObject:
		return c.objectARN()
	default:
		return "*"
	}
}

// bucket is the configuration of the call's bucket; NoSuchBucket when nobody has
// one of that name.
func (c *Call) bucket() (*world.Bucket, error) {
	if b := c.State().Buckets[c.Bucket]; b != nil {
		return b, nil
	}
	return nil, wire.NoSuchBucket(c.Bucket)
}

// contents is the objects of the call's bucket; nil when there is no such bucket.
func (c *Call) contents() *store.Bucket { return c.Moment.Index.Bucket(c.Bucket) }

// surely is the contents once all of them survive: nobody is shown what a power cut could take
// back. Errors: store.ErrMoved when there is no such bucket; they will not.
func surely(c *Call) (*store.Bucket, error) {
	contents := c.contents()
	if contents == nil {
		return nil, store.ErrMoved
	}
	if err := contents.Sure(c.Request.Context()); err != nil {
		return nil, unkept(err)
	}
	return contents, nil
}

// asked is what the questions of a call, and its answers, are made from besides
// the request itself.
type asked struct {
	contexts contexts
	// form is the one that the request came as: its fields stand in the place of headers.
	form     *wire.Form
	document document
	// signedAs is the request as its signature is to be, where that is not as it came.
	signedAs      *http.Request
	headerLengths wire.Lengths
	lengthsOf     *http.Request
	// hoisted are the headers that a presigned URL carries as parameters.
	hoisted   http.Header
	hoistedOf *sigv4.Presented
	// wrongRegion is why the request belongs elsewhere; nil: it does not.
	wrongRegion *elsewhere
}

// header is a request header, or what stands for it: the field of a form, or a
// query parameter, because a presigned URL may carry x-amz- headers as
// parameters.
func (c *Call) header(name string) string {
	if c.form != nil {
		return wire.Get(c.form.Header, name)
	}
	if lengths(c).Has(name) {
		if v := wire.Get(c.Request.Header, name); v != "" {
			return v
		}
	}
	if c.Query.Len() == 0 || len(name) <= 6 || !strings.EqualFold(name[:6], "x-amz-") {
		return ""
	}
	return c.hoistedHeader(name)
}

// lengths are those of the names of the headers of the request.
func lengths(c *Call) wire.Lengths {
	if c.lengthsOf != c.Request {
		c.headerLengths, c.lengthsOf = wire.LengthsOf(c.Request.Header), c.Request
	}
	return c.headerLengths
}

// sent says that the request has the header, which may be empty.
func (c *Call) sent(name string) bool {
	return c.form == nil && len(c.Request.Header[http.CanonicalHeaderKey(name)]) > 0
}

// hoistedHeader is a header that a presigned URL carries as a parameter. Before
// the signature is read, the look of the query must do.
func (c *Call) hoistedHeader(name string) string {
	if c.Presented == nil {
		if c.Query.Has("X-Amz-Signature") || c.Query.Has("AWSAccessKeyId") {
			return c.Query.Amz(name)
		}
		return ""
	}
	if c.hoistedOf != c.Presented {
		c.hoisted, c.hoistedOf = c.Presented.HoistedHeaders(c.Request), c.Presented
	}
	return wire.Get(c.hoisted, name)
}

// question asks whether the caller may do action to resource: an ARN of a bucket
// or object, which need not be the call's own (the source of a copy is not), or
// "*". What the resource's own side knows is filled in from its bucket.
// extra are the condition keys that the call's body adds.
func (c *Call) question(action, resource string, extra ...condition) *authz.Request {
	return c.about(action, resource, ownConditions(c, action, extra))
}

// ownQuestion asks for the operation's own permission, on its own resource.
func (c *Call) ownQuestion() *authz.Request { return c.question(c.Op.action, c.Resource()) }

// objectQuestion is question about an object that exists (nil: it does not): its
// owner and ACL are known, and its tags are in the context where the action sees
// them (authorization.md 3.1b).
func (c *Call) objectQuestion(action, resource string, o *store.Object, extra ...condition) *authz.Request {
	r := c.question(action, resource, extra...)
	if o == nil {
		return r
	}
	r.Object = objectFacts(c.State(), o)
	if len(o.Tags) == 0 || !asker.SeesObjectTags(action) {
		return r
	}
	r.Context = r.Context.Clone()
	asker.SetObjectTags(r.Context, o.Tags)
	return r
}

// about is question without the condition keys that the request's own headers and
// parameters add: it puts the identity's side and the resource's side together.
func (c *Call) about(action, resource string, extra []condition) *authz.Request {
	who := c.asker()
	point, name := behind(who.State, resource)
	b := who.State.Buckets[name]
	switch {
	case name == "":
		r := who.Question(action, resource, ownSide(c))
		r.Context = contextOf(c, c.account(), extra)
		return r
	case b == nil:
		r := who.Question(action, resource, noBucket(c, name))
		r.Context = contextOf(c, "", extra)
		return r
	}
	r := who.Question(action, resource, bucketSide(c, b))
	r.ExpectedOwner = c.header(expectedBucketOwner)
	r.Context = contextOf(c, b.Owner, extra)
	if point != nil {
		throughPoint(c, r, point, b)
	}
	if who.State.AccessTags(b) != nil {
		r.Context = r.Context.Clone()
		who.SetBucketTags(r.Context, b)
	}
	return r
}

// ownSide is that of what the caller's account has; an anonymous caller has none.
func ownSide(c *Call) authz.Target {
	account := c.account()
	return authz.Target{ResourceAccount: account, Unowned: account == ""}
}

// noBucket is the side of a bucket that nobody has.
func noBucket(c *Call, name string) authz.Target {
	masked := c.State().Answers.Has(world.MissingBucketMasked)
	return authz.Target{Missing: &authz.Missing{Bucket: true, Masked: masked, Name: name}}
}

// bucketSide is what a bucket says of a question.
func bucketSide(c *Call, b *world.Bucket) authz.Target {
	t := asker.BucketSide(c.State(), b)
	if t.Payment != nil {
		t.Payment.Offered = offersToPay(c)
	}
	return t
}

// objectFacts is what a question needs to know of an object.
func objectFacts(s *world.State, o *store.Object) *authz.Object {
	return asker.ObjectSide(s, o.Owner, o.ACL)
}

// endpointOf is the VPC endpoint that the request came through; nil: it came over
// the internet.
func endpointOf(c *Call) *world.VPCEndpoint { return c.State().EndpointTo(bucketRegion(c)) }

// account is the caller's account, or empty.
func (c *Call) account() string {
	if c.Principal == nil {
		return ""
	}
	return c.Principal.Account
}

// maskedQuestion asks what decides between 404 and 403 for an object that is not
// there: may the caller list the bucket, or the versions where the call names one?
// It is asked as if of a listing whose s3:prefix is the object's key (authorization.md
// 6: ceph#68577, kopia#3072); such a listing has neither s3:delimiter
// nor s3:max-keys [unsure].
func (c *Call) maskedQuestion() *authz.Request {
	return c.maskedQuestionOn(c.bucketARN(), c.Key, c.versioned(listObjects, listVersions))
}

// maskedQuestionOn is maskedQuestion for another object, in the bucket with that ARN: the
// source of a copy.
func (c *Call) maskedQuestionOn(bucket, key, action string) *authz.Request {
	r := c.about(action, bucket, []condition{{"s3:prefix", []string{key}}})
	if r.Missing == nil {
		r.Missing = &authz.Missing{Masked: true, Name: key}
	}
	return r
}
