package s3api

import (
	"errors"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// Checks are the questions that the call must be allowed, at least one. They are
// put even where the signer or the region is refused, so that every layer is
// heard. An error means that the questions cannot be put.
func (c *Call) Checks() ([]*authz.Request, error) {
	wrongRegion := regionRefused(c)
	c.wrongRegion = wrongRegion
	early := c.Unproved != nil || wrongRegion != nil
	c.unread = nil
	questions, err := questionsOf(c)
	if c.unread != nil {
		return nil, c.unread
	}
	if err == nil && !early {
		err = streamingAllowed(c)
	}
	if err == nil && !early {
		err = accelerated(c)
	}
	if err == nil && !early {
		err = expectedOwnersReadable(c)
	}
	if err != nil && !early {
		return nil, c.located(err)
	}
	if err != nil || len(questions) == 0 {
		questions = []*authz.Request{c.ownQuestion()}
	}
	for _, q := range questions {
		q.Authentication = authenticationRefusal(c)
		q.Region = wrongRegion.refusal()
	}
	return questions, nil
}

// questionsOf are those of the operation, or one when the bucket that it needs is
// not there: then no other can be answered.
func questionsOf(c *Call) (questions []*authz.Request, err error) {
	c.doing = nil
	if bucketMissing(c) {
		return []*authz.Request{c.ownQuestion()}, nil
	}
	c.doing, questions, err = beginOf(c)(c)
	return questions, err
}

// beginOf begins the operation: at a website endpoint as a website does.
func beginOf(c *Call) begin {
	if c.Address.Website && !c.Op.unsigned {
		return beginVisit
	}
	return c.Op.begin
}

func bucketMissing(c *Call) bool {
	if c.point != "" && c.State().AccessPoints[c.point] == nil {
		return true
	}
	return c.Op.match.on != onService && !c.Op.makes && c.State().Buckets[c.Bucket] == nil
}

// authenticationRefusal is what Unproved means to a Decision.
func authenticationRefusal(c *Call) *authz.Refusal {
	if c.Unproved == nil {
		return nil
	}
	return &authz.Refusal{
		Detail:       c.Unproved.Error(),
		BeforeRegion: c.Presented == nil || authentication.NoticedFirst(sigv4.ReasonOf(c.Unproved)),
	}
}

// Refused is the answer to the first question that was answered with no; nil
// when the call is to be served. An operation that answers key by key is served
// whatever was said of its keys.
func (c *Call) Refused() error {
	for _, d := range c.Decisions {
		if d.Denied() && !answersByKey(c, d) {
			return refusalOf(c, &d)
		}
	}
	return nil
}

// answersByKey says that a no becomes an entry of the reply. What is refused
// before any policy is read is the request (S3 API Reference, "DeleteObjects", on
// x-amz-expected-bucket-owner: "the request fails with 403 Forbidden"; the same of
// Requester Pays [unsure]).
func answersByKey(c *Call, d authz.Decision) bool {
	switch d.Cause {
	case authz.Authentication, authz.Region, authz.RequestForm, authz.ExpectedOwner, authz.RequesterPays:
		return false
	}
	list, ok := c.doing.(byKey)
	return ok && list.answersByKey()
}

// permits puts a question whose no refuses nothing, but leaves something out of the
// reply. It is no part of why a request was refused, so it is not in the journal.
func permits(q *authz.Request) bool { return authz.Allows(q) }

// Serve does what the operation does, once it is allowed.
func (c *Call) Serve() (*Reply, error) {
	if bucketMissing(c) {
		return nil, noSuchBucket(c)
	}
	if err := c.document.settle(c); err != nil {
		return nil, c.located(err)
	}
	reply, err := c.doing.serve(c)
	if err != nil {
		return nil, c.located(err)
	}
	charge(c, reply)
	noteKeyUses(c)
	return c.signed(reply), nil
}

// noteKeyUses remembers with which KMS keys S3 did what the call asked for.
func noteKeyUses(c *Call) {
	for i := range c.Decisions {
		if operation, ok := strings.CutPrefix(c.Decisions[i].Action, "kms:"); ok {
			c.Moment.Uses.NoteKey(c.Decisions[i].Resource, world.KeyUse{At: c.Now, Operation: operation})
		}
	}
}

// located tells where the bucket is with every answer to HeadBucket, whatever its
// status (S3 API Reference, "HeadBucket").
func (c *Call) located(err error) error {
	b := c.State().Buckets[c.Bucket]
	var refused *s3err.Error
	if b == nil || !c.Op.locates || !errors.As(err, &refused) {
		return err
	}
	return cause.Keep(refused.WithHeader(bucketRegionHeader, b.Region), err)
}

// lengthTold refuses a body that has no length, which S3 takes from nobody: neither a
// Content-Length nor, behind Transfer-Encoding: chunked, x-amz-decoded-content-length.
// It is seen in the headers alone, before anything is asked of the signature [unsure].
func lengthTold(c *Call) error {
	r := c.Request
	if r.ContentLength >= 0 || r.Header.Get("X-Amz-Decoded-Content-Length") != "" {
		return nil
	}
	return s3err.New(s3err.NotImplemented, s3err.E("Header", "Transfer-Encoding"))
}

// streamingAllowed refuses aws-chunked framing for what is no upload (s3-errors.md A33).
func streamingAllowed(c *Call) error {
	if c.Presented == nil || !c.Presented.Payload.Chunked() || c.Op.streams {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The value of x-amz-content-sha256 header is invalid.")
}
