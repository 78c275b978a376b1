package s3api

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

const ownershipHeader = "x-amz-object-ownership"

// createXML is the body of CreateBucket. What stands in Other is for directory buckets.
type createXML struct {
	LocationConstraint string
	Tags               []wire.TagXML                `xml:"Tags>Tag"`
	Other              []struct{ XMLName xml.Name } `xml:",any"`
}

// creation is one attempt to make a bucket: what CreateBucket is asked for.
type creation struct {
	constraint string
	ownership  world.ObjectOwnership
	acl        aclDraft
	tagSet     tagSet
	tags       map[string]string
	lock       bool  // with Object Lock, and so with versions
	err        error // the request cannot be read
}

// readCreation reads the body and headers of CreateBucket.
func readCreation(c *Call) creation {
	made := creation{ownership: c.State().NewBuckets.Ownership, acl: aclInHeaders(c)}
	made.lock = strings.EqualFold(c.header("x-amz-bucket-object-lock-enabled"), "true")
	if c.Unproved != nil {
		return made
	}
	text, err := c.wholeBody(settingsBody)
	if err == nil && len(text) > 0 {
		var body createXML
		err = readSetting(c, "CreateBucketConfiguration", &body)
		made.constraint = strings.TrimSpace(body.LocationConstraint)
		if err == nil && len(body.Other) > 0 {
			err = notCreated(body.Other[0].XMLName.Local)
		}
		if err == nil && len(body.Tags) > 0 {
			err = made.tag(c, body.Tags)
		}
	}
	made.err = err
	if v := c.header(ownershipHeader); v != "" || c.sent(ownershipHeader) {
		made.ownership = world.ObjectOwnership(v)
		if made.err == nil && !knownOwnership(made.ownership) { // S3 tells no value (recorded)
			made.err = s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", ownershipHeader)).
				WithMessage("Invalid " + ownershipHeader + " header: " + v)
		}
	}
	if made.err == nil {
		made.err = namespaceUnknown(c)
	}
	return made
}

// tag takes the tags that the bucket is to have. What S3 said of them before it
// knew any is [unsure].
func (made *creation) tag(c *Call, tags []wire.TagXML) (err error) {
	if wire.Half(tags) || !c.State().Answers.Has(world.BucketABAC) {
		return s3err.New(s3err.MalformedXML)
	}
	made.tagSet = tagSet{tags: tags, key: "aws:RequestTag/", keys: "aws:TagKeys", system: systemTagMade}
	made.tags, err = made.tagSet.of(world.MaxBucketTags, world.TooManyBucketTags)
	return err
}

// systemTagMade refuses a tag of AWS's own for a bucket that is to be made; S3 does not
// name it (recorded).
func systemTagMade(string) error {
	return s3err.New(s3err.InvalidTag).WithMessage(`User-defined tag keys can't start with "aws:". ` +
		`This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.`)
}

// notCreated refuses an element of the body: one that S3 knows, and that is not
// here, or any other.
func notCreated(element string) error {
	switch element {
	case "Location", "Bucket":
		return s3err.New(s3err.NotImplemented)
	}
	return s3err.New(s3err.MalformedXML)
}

// beginCreateBucket asks for the bucket and for what its headers set besides
// (authorization.md 2). A request that cannot be read is refused by serve.
func beginCreateBucket(c *Call) (doing, []*authz.Request, error) {
	made := readCreation(c)
	questions := made.questions(c)
	if c.State().Answers.Has(world.AnyACLRefused) {
		// S3 refuses such an ACL when it makes the bucket (see creatable), the
		// article as on a bucket that is there.
		questions[0].Ownership = made.acl.ownershipAs(c.State(), made.ownership, c.account())
	}
	return made, questions, nil
}

// questions are those about the bucket and about all that it is to have, its own
// permission first.
func (made creation) questions(c *Call) (questions []*authz.Request) {
	ask := func(actions ...string) {
		for _, action := range actions {
			questions = append(questions, newBucketQuestion(c, action, made.conditions(c)))
		}
	}
	ask("s3:CreateBucket")
	if made.acl.how != "" && made.acl.canned != privateACL {
		ask("s3:PutBucketAcl")
	}
	if c.header(ownershipHeader) != "" {
		ask("s3:PutBucketOwnershipControls")
	}
	if made.lock {
		ask("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning")
	}
	if len(made.tagSet.tags) > 0 {
		ask("s3:TagResource") // S3 API Reference, "CreateBucket": tags need it.
	}
	return questions
}

// conditions are the condition keys that the body, and the namespace, give the questions.
func (made creation) conditions(c *Call) []condition {
	found := made.tagSet.conditions()
	if made.constraint != "" {
		found = append(found, condition{"s3:locationconstraint", []string{made.constraint}})
	}
	if n := namespaceAsked(c); n != "" {
		found = append(found, condition{"s3:x-amz-bucket-namespace", []string{n}})
	}
	return found
}

// newBucketQuestion asks about a bucket that is still to be made: nobody's
// policy is on it, and the caller's account will own it, whose RCPs bind it already (S3
// User Guide, "Namespaces for general purpose buckets").
func newBucketQuestion(c *Call, action string, extra []condition) *authz.Request {
	on := ownSide(c)
	on.RCPs = c.State().RCPs(on.ResourceAccount)
	r := c.asker().Question(action, c.bucketARN(), on)
	r.Context = contextOf(c, on.ResourceAccount, ownConditions(c, action, extra))
	return r
}

func (made creation) serve(c *Call) (*Reply, error) {
	endpoint := endpointOfNew(c)
	if err := made.creatable(c); err != nil {
		return nil, err
	}
	region, refused := locationOf(made.constraint, endpoint)
	if refused == nil {
		refused = namespaced(c, region)
	}
	if refused != nil {
		return nil, refused
	}
	if b := c.State().Bucket(c.Bucket); b != nil {
		return made.again(c, b, endpoint)
	}
	b := made.bucket(c, region)
	err := c.Commit(store.World{
		State: c.State().WithBucket(b), Contents: []store.Contents{store.CreateBucket{Bucket: c.Bucket}},
	})
	if err != nil {
		return nil, err
	}
	return created(c, b), nil
}

// created names the new bucket: by its path in us-east-1 and in the account's own
// namespace, elsewhere by its host.
func created(c *Call, b *world.Bucket) *Reply {
	reply := done(http.StatusOK)
	location := "/" + b.Name
	if b.Region != usEast1 && !c.State().InNamespace(b.Name) {
		location = "http://" + b.Name + ".s3.amazonaws.com/"
	}
	reply.Header.Set("Location", location)
	return withARN(c, reply)
}

// endpointOfNew is the region of the endpoint that is to make a bucket. That of a
// bucket which has the name already does not count.
func endpointOfNew(c *Call) string {
	if c.Address.Region == "" && (c.Presented == nil || c.Presented.Region == "") {
		return c.State().Region
	}
	return endpointRegion(c)
}

// creatable refuses what cannot be made: a bucket of a bad name (s3-errors.md R11),
// and one with an ACL that it may not have.
func (made creation) creatable(c *Call) error {
	switch {
	case c.account() == "":
		return s3err.New(s3err.AccessDenied)
	case !wire.MayBeBucket(c.Bucket):
		return s3err.New(s3err.InvalidBucketName, s3err.E("BucketName", c.Bucket))
	case made.err != nil:
		return made.err
	}
	return creatableACL(c, made.bucket(c, ""), made.acl.err)
}

// bucket is the one that the request describes.
func (made creation) bucket(c *Call, region string) *world.Bucket {
	b := c.State().NewBucket(c.Bucket, c.account(), region, c.Now)
	b.Ownership, b.Tags = made.ownership, made.tags
	b.ACL = made.acl.of(c.State(), b.Owner, b.Owner)
	if made.constraint == world.ConstraintEU {
		b.Constraint = made.constraint
	}
	if made.lock {
		b.Versioning, b.ObjectLock = world.VersioningEnabled, &world.ObjectLock{}
	}
	return b
}

// creatableACL refuses an ACL for a bucket that is to be made (s3-errors.md 2.3).
func creatableACL(c *Call, b *world.Bucket, unreadable error) error {
	switch {
	case unreadable != nil:
		return unreadable
	case disablesACL(c, b):
		return s3err.New(s3err.InvalidBucketACLWithObjectOwnership)
	case b.ACL.Public() && c.State().PublicAccess(b).BlockPublicAcls:
		return s3err.New(s3err.InvalidBucketACLWithBlockPublicAccessError)
	}
	return nil
}

var regionName = pattern.New(`^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`)

// locationOf is the region in which a LocationConstraint makes a bucket
// (s3-errors.md R5 and R6). The endpoint of us-east-1 is also the global one, which makes buckets
// everywhere; the others make them at home. The old name EU is eu-west-1.
func locationOf(constraint, endpoint string) (string, error) {
	region := constraint
	if region == world.ConstraintEU {
		region = world.RegionEU
	}
	switch {
	case region == "" && endpoint == usEast1:
		return endpoint, nil
	case region == "":
		return "", illegalLocation("unspecified")
	case endpoint == usEast1 && (region == usEast1 || !regionName.MatchString(region)):
		return "", s3err.New(s3err.InvalidLocationConstraint, s3err.E("LocationConstraint", constraint))
	case endpoint != usEast1 && region != endpoint:
		return "", illegalLocation(constraint)
	}
	return region, nil
}

func illegalLocation(name string) error {
	return s3err.New(s3err.IllegalLocationConstraintException).
		WithMessage("The " + name + " location constraint is incompatible " +
			"for the region specific endpoint this request was sent to.")
}

// again is the answer when the name is taken (s3-errors.md R8 and R9).
// In us-east-1 alone the owner may make the bucket again, which sets its ACL anew (S3 API
// Reference, "CreateBucket"); not with tags (recorded), nor one in the account's namespace.
func (made creation) again(c *Call, b *world.Bucket, region string) (*Reply, error) {
	name := s3err.E("BucketName", c.Bucket)
	switch {
	case b.Owner != c.account():
		return nil, s3err.New(s3err.BucketAlreadyExists, name)
	case region != usEast1 || b.Region != region || c.State().InNamespace(b.Name), len(made.tags) > 0:
		return nil, s3err.New(s3err.BucketAlreadyOwnedByYou, name)
	}
	anew := *b
	anew.ACL = made.acl.of(c.State(), b.Owner, b.Owner)
	if err := creatableACL(c, &anew, nil); err != nil || anew.ACL == nil && b.ACL == nil {
		return created(c, b), err
	}
	return created(c, b), c.changeBucket(func(b *world.Bucket) { b.ACL = anew.ACL })
}
