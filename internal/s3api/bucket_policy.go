package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// policyBody is the most bytes of a policy that is read; what S3 takes is less,
// and policy knows how much.
const policyBody = 1 << 20

func readPolicy(c *Call) (*policy.Policy, error) {
	text, err := c.wholeBody(policyBody)
	if err != nil {
		return nil, err
	}
	p, err := policy.Load(text, policy.Rules{
		Kind: policy.Bucket, Bucket: c.Bucket, PrincipalExists: c.InForce().PrincipalExists,
	})
	if err != nil {
		return nil, refusedDocument(c, text).Refused(malformedPolicy(policy.ProblemOf(err)), err)
	}
	return p, nil
}

// refusedDocument is a policy that the bucket was to have.
func refusedDocument(c *Call, text []byte) cause.Document {
	return cause.Document{
		What: "the bucket policy of " + c.Bucket, Text: string(text), Kind: policy.Bucket, Bucket: c.Bucket,
		State: c.InForce(),
		Put: func(document string) string {
			return cause.Command("aws", "s3api", "put-bucket-policy", "--bucket", c.Bucket, "--policy", document)
		},
	}
}

// settingPolicy is one attempt to put a policy. What is wrong with it is told to those
// who may put one.
type settingPolicy struct {
	read   bool
	policy *policy.Policy
	err    error
}

// draft reads the policy of the body, once an attempt.
func (p *settingPolicy) draft(c *Call) (*policy.Policy, error) {
	if !p.read {
		p.read = true
		p.policy, p.err = readPolicy(c)
	}
	return p.policy, p.err
}

// beginPutBucketPolicy also says whether the policy is one that Block Public Access keeps
// out (s3-errors.md 2.3).
func beginPutBucketPolicy(c *Call) (doing, []*authz.Request, error) {
	p, own := &settingPolicy{}, c.ownQuestion()
	b, missing := ownPolicy(c)
	if missing == nil && c.Unproved == nil && c.State().PublicAccess(b).BlockPublicPolicy {
		draft, err := p.draft(c)
		own.BlockedPolicy = err == nil && draft.IsPublic()
	}
	return p, []*authz.Request{own}, nil
}

// ownPolicy is the bucket whose policy the call is about. Only principals of the
// owner's account may touch it, whatever they are allowed (authorization.md 2).
func ownPolicy(c *Call) (*world.Bucket, error) {
	b, err := c.bucket()
	if err == nil && b.Owner != c.account() {
		err = s3err.New(s3err.MethodNotAllowed, s3err.E("Method", c.Request.Method), s3err.E("ResourceType", "BUCKETPOLICY"))
	}
	return b, err
}

func serveGetBucketPolicy(c *Call) (*Reply, error) {
	b, err := ownPolicy(c)
	if err != nil {
		return nil, err
	}
	if b.Policy == nil {
		return nil, noSuchBucketPolicy(b.Name)
	}
	return textReply(nil, "application/json", []byte(b.Policy.Policy.Source())), nil
}

func noSuchBucketPolicy(bucket string) error {
	return s3err.New(s3err.NoSuchBucketPolicy, s3err.E("BucketName", bucket))
}

func (p *settingPolicy) serve(c *Call) (*Reply, error) {
	if _, err := ownPolicy(c); err != nil {
		return nil, err
	}
	draft, err := p.draft(c)
	if err != nil {
		return nil, err
	}
	err = c.changeBucket(func(b *world.Bucket) { b.Policy = world.BucketPolicy(b.Name, draft) })
	if err != nil {
		return nil, err
	}
	c.Warnings = c.State().Doubts(draft)
	return done(http.StatusNoContent), nil
}

// malformedPolicy is the answer to a policy that S3 does not take. Detail names
// the value at fault, as S3 does for principals; a text that is no JSON has none (recorded).
func malformedPolicy(problem policy.Error) error {
	code, known := s3err.Lookup(problem.Code)
	if !known {
		code = s3err.MalformedPolicy
	}
	err := s3err.New(code).WithMessage(problem.Message)
	if problem.Detail != "" && !problem.Unreadable() {
		err = err.With(s3err.E("Detail", problem.Detail))
	}
	return err
}

func serveDeleteBucketPolicy(c *Call) (*Reply, error) {
	if _, err := ownPolicy(c); err != nil {
		return nil, err
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.Policy = nil }); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}
