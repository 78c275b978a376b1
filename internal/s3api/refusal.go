package s3api

import (
	"errors"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// refusal is S3's answer to a question that was answered with no. The Decision
// says why; this only finds the words.
func (c *Call) refusal(d *authz.Decision) *s3err.Error { return s3err.Of(c.located(wording(c, d))) }

// recorded is the message of CloudTrail's record of a refusal: S3's, with the reason
// even where the client is told none.
func recorded(c *Call, d authz.Decision) string {
	state, again := *c.State(), *c
	state.Answers = state.Answers.Recorded(c.Now)
	again.Moment = &store.Moment{State: &state, Index: c.Moment.Index, Uses: c.Moment.Uses}
	return again.refusal(&d).Message
}

func wording(c *Call, d *authz.Decision) *s3err.Error {
	switch d.Cause {
	case authz.Authentication:
		return notProved(c)
	case authz.Region:
		if c.wrongRegion != nil {
			return c.wrongRegion.err
		}
	case authz.RequestForm:
		if f, ok := c.doing.(formed); ok && f.formRefused() != nil {
			return authentication.Refusal(f.formRefused(), c.State().Answers)
		}
	case authz.ObjectOwnership:
		if !c.State().Answers.Has(world.ACLRefusedAsAccessDenied) {
			return s3err.New(s3err.AccessControlListNotSupported)
		}
	case authz.ObjectLock:
		return versionLocked(c)
	default:
		return deniedByPolicy(c, d)
	}
	return s3err.New(s3err.AccessDenied)
}

// notProved is the answer to a signer who did not prove who it is.
func notProved(c *Call) *s3err.Error {
	e, ok := errors.AsType[*sigv4.Error](c.Unproved)
	switch {
	case !ok:
		return s3err.New(s3err.AccessDenied)
	case e.Reason == sigv4.AccessKeyUnknown && e.Location == sigv4.Query && deactivated(c, e.AccessKeyID) &&
		c.State().Answers.Has(world.PresignedCredentialsAccessDenied):
		return s3err.New(s3err.AccessDenied)
	}
	err := authentication.Refusal(e, c.State().Answers)
	if b := c.State().Buckets[c.Bucket]; b != nil && e.Reason == sigv4.V2NotSupported {
		err = err.WithHeader(bucketRegionHeader, b.Region)
	}
	return err
}

func deactivated(c *Call, accessKeyID string) bool {
	caller := c.State().Credential(accessKeyID)
	return caller != nil && caller.Inactive
}

// versionLocked is the answer where Object Lock protects a version, also to a caller
// who may not bypass it (s3-errors.md 2.5). It names nobody, so everybody reads it.
func versionLocked(c *Call) *s3err.Error {
	refused := s3err.New(s3err.AccessDenied)
	if c.State().Answers.Has(world.LockInMessage) {
		return refused.WithMessage("Access Denied because object protected by object lock.")
	}
	return refused
}

// bypassNeeded says that a lock is on the object that would have been bypassed.
func bypassNeeded(c *Call, resource string) bool {
	return slices.ContainsFunc(c.Decisions, func(d authz.Decision) bool {
		return d.Resource == resource && slices.ContainsFunc(d.Findings, func(f authz.Finding) bool {
			return f.Layer == authz.ObjectLock && f.Effect != authz.NotApplicable
		})
	})
}

// deniedByPolicy is AccessDenied, with the reason for those whom S3 tells it.
func deniedByPolicy(c *Call, d *authz.Decision) *s3err.Error {
	f, ok := d.Behind()
	switch {
	case !ok:
		return s3err.New(s3err.AccessDenied)
	case f.Layer == authz.KMS && f.Part == authz.PartKeyState:
		return keyStateRefused(c, d)
	case d.Action == bypassRight && bypassNeeded(c, d.Resource):
		return versionLocked(c)
	case isKMS(d.Action):
		return keyRefused(c, d, &f)
	}
	return c.explained(actionTold(c, d, &f), d.Resource, reasonTold(c, d, &f))
}

// explained is AccessDenied that tells the caller why, or does not: reason is the
// end of the sentence, from behind the resource on; empty: there is none to tell.
func (c *Call) explained(action, resource, reason string) *s3err.Error {
	refused := s3err.New(s3err.AccessDenied)
	if reason == "" || !toldWhy(c, wire.BucketOf(resource)) {
		return refused
	}
	on := ""
	if resource != "*" {
		on = ` on resource: "` + resource + `"`
	}
	return refused.WithMessage("User: " + c.Principal.ARN + " is not authorized to perform: " + action + on + " " + reason)
}

// toldWhy says whether the caller reads the reason of a refusal about the bucket.
func toldWhy(c *Call, bucket string) bool {
	owner := ""
	if b := c.State().Buckets[bucket]; b != nil && !c.Op.makes {
		owner = b.Owner
	}
	return c.asker().ToldWhy(owner)
}
