package s3api

import (
	"encoding/xml"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// change makes the next moment of the world from the one that the call was
// decided against.
func (c *Call) change(f func(*store.Moment) (*world.State, error)) *s3err.Error {
	err := c.Live.Change(c.Moment, f)
	var refused *s3err.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, store.ErrBucketNotEmpty):
		return s3err.New(s3err.BucketNotEmpty, s3err.E("BucketName", c.Bucket))
	default:
		return moved
	}
}

// changeBucket changes the configuration of the call's bucket.
func (c *Call) changeBucket(edit func(*world.Bucket)) *s3err.Error {
	b, refused := c.bucket()
	if refused != nil {
		return refused
	}
	edited := *b
	edit(&edited)
	return c.change(func(m *store.Moment) (*world.State, error) { return m.State.WithBucket(&edited), nil })
}

func serveHeadBucket(c *Call) (*Reply, *s3err.Error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	reply := done(http.StatusOK)
	reply.Header.Set(bucketRegionHeader, b.Region)
	reply.Header.Set("x-amz-access-point-alias", "false")
	reply.Header.Set("Content-Type", "application/xml")
	return reply, nil
}

// locationXML is empty for us-east-1 (S3 API Reference, "GetBucketLocation").
type locationXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Region  string   `xml:",chardata"`
}

func serveGetBucketLocation(c *Call) (*Reply, *s3err.Error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	location := locationXML{Region: b.Region}
	if b.Region == "us-east-1" {
		location.Region = ""
	}
	return xmlReply(nil, location), nil
}

func serveDeleteBucket(c *Call) (*Reply, *s3err.Error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	err := c.change(func(m *store.Moment) (*world.State, error) {
		return m.State.WithoutBucket(c.Bucket), m.Index.Drop(c.Bucket)
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}

// createBody is the most bytes of CreateBucket's body.
const createBody = 64 << 10

type createXML struct {
	LocationConstraint string
}

// creation is what CreateBucket is asked to make.
type creation struct {
	constraint string
	ownership  world.ObjectOwnership
	err        *s3err.Error // the request cannot be read
}

// readCreation reads the body and headers of CreateBucket.
func (c *Call) readCreation() creation {
	made := creation{ownership: c.State().NewBuckets.Ownership}
	if c.Unproved != nil {
		return made
	}
	text, err := c.wholeBody(createBody)
	if err == nil && len(text) > 0 {
		var body createXML
		err = c.readXML("CreateBucketConfiguration", createBody, &body)
		made.constraint = strings.TrimSpace(body.LocationConstraint)
	}
	made.err = err
	if v := c.header("x-amz-object-ownership"); v != "" {
		made.ownership = world.ObjectOwnership(v)
		if made.err == nil && !knownOwnership(made.ownership) {
			made.err = s3err.Argument("Invalid x-amz-object-ownership header: "+v, "x-amz-object-ownership", v)
		}
	}
	return made
}

// checksCreateBucket asks for the bucket and for what its headers set besides
// (authorization.md 2). A request that cannot be read is refused by serve.
func checksCreateBucket(c *Call) ([]*authz.Request, *s3err.Error) {
	made := c.readCreation()
	c.location = made.constraint
	questions := []*authz.Request{c.newBucketQuestion("s3:CreateBucket")}
	if acl := c.aclInHeaders(); acl.how != "" && c.header(cannedACL) != privateACL {
		questions = append(questions, c.newBucketQuestion("s3:PutBucketAcl"))
	}
	if c.header("x-amz-object-ownership") != "" {
		questions = append(questions, c.newBucketQuestion("s3:PutBucketOwnershipControls"))
	}
	return questions, nil
}

func serveCreateBucket(c *Call) (*Reply, *s3err.Error) {
	made := c.readCreation()
	region := c.EndpointRegion()
	if err := c.creatable(made, region); err != nil {
		return nil, err
	}
	if b := c.State().Bucket(c.Bucket); b != nil {
		return c.alreadyThere(b, region)
	}
	b := c.State().NewBucket(c.Bucket, c.account(), region, c.Now)
	b.Ownership = made.ownership
	err := c.change(func(m *store.Moment) (*world.State, error) {
		m.Index.Create(c.Bucket)
		return m.State.WithBucket(b), nil
	})
	if err != nil {
		return nil, err
	}
	return c.created(), nil
}

func (c *Call) created() *Reply {
	reply := done(http.StatusOK)
	reply.Header.Set("Location", "/"+c.Bucket)
	return reply
}

// creatable refuses what cannot be made: rows R4 to R6 and R11, and ACLs.
func (c *Call) creatable(made creation, region string) *s3err.Error {
	switch {
	case c.account() == "":
		return s3err.New(s3err.AccessDenied)
	case !bucketName(c.Bucket):
		return s3err.New(s3err.InvalidBucketName, s3err.E("BucketName", c.Bucket))
	case made.err != nil:
		return made.err
	}
	if err := locationAllowed(made.constraint, region); err != nil {
		return err
	}
	acl := c.aclInHeaders()
	if acl.how == "" || c.header(cannedACL) == privateACL {
		return nil
	}
	if made.ownership == world.BucketOwnerEnforced {
		return s3err.New(s3err.InvalidBucketACLWithObjectOwnership)
	}
	return s3err.New(s3err.NotImplemented)
}

var regionName = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`)

// locationAllowed holds a LocationConstraint against the endpoint's region. The
// old name EU is eu-west-1.
func locationAllowed(constraint, region string) *s3err.Error {
	named := constraint
	if named == "EU" {
		named = "eu-west-1"
	}
	switch {
	case named == "" && region == "us-east-1":
		return nil
	case named == "":
		return illegalLocation("unspecified")
	case region == "us-east-1" && (named == "us-east-1" || !regionName.MatchString(named)):
		return s3err.New(s3err.InvalidLocationConstraint, s3err.E("LocationConstraint", constraint))
	case named != region:
		return illegalLocation(constraint)
	}
	return nil
}

func illegalLocation(name string) *s3err.Error {
	return s3err.New(s3err.IllegalLocationConstraintException).
		WithMessage("The " + name + " location constraint is incompatible for the region specific endpoint this request was sent to.")
}

// alreadyThere is the answer when the name is taken (rows R8 and R9).
func (c *Call) alreadyThere(b *world.Bucket, region string) (*Reply, *s3err.Error) {
	name := s3err.E("BucketName", c.Bucket)
	switch {
	case b.Owner != c.account():
		return nil, s3err.New(s3err.BucketAlreadyExists, name)
	case region == "us-east-1" && b.Region == region:
		return c.created(), nil
	default:
		return nil, s3err.New(s3err.BucketAlreadyOwnedByYou, name)
	}
}

var (
	bucketForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	addressForm   = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
	reservedFront = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedEnd   = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// bucketName says whether a bucket may be given that name (S3 User Guide,
// "General purpose bucket naming rules").
func bucketName(name string) bool {
	if !bucketForm.MatchString(name) || addressForm.MatchString(name) || strings.Contains(name, "..") {
		return false
	}
	for _, p := range reservedFront {
		if strings.HasPrefix(name, p) {
			return false
		}
	}
	for _, p := range reservedEnd {
		if strings.HasSuffix(name, p) {
			return false
		}
	}
	return true
}
