package s3api

import (
	"errors"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// refusalOf is S3's answer to a question that was answered with no. The Decision
// says why; this only finds the words.
func refusalOf(c *Call, d *authz.Decision) *s3err.Error {
	return s3err.Of(c.located(refusing{c, d}.wording()))
}

// recorded is the message of CloudTrail's record of a refusal: S3's, with the reason
// even where the client is told none.
func recorded(c *Call, d *authz.Decision) string {
	state, again := *c.State(), *c
	state.Answers = state.Answers.Recorded(c.Now)
	again.Moment = &store.Moment{State: &state, Index: c.Moment.Index, Uses: c.Moment.Uses}
	return refusalOf(&again, d).Message
}

// refusing is a question of the call that was answered with no.
type refusing struct {
	*Call
	no *authz.Decision
}

func (r refusing) wording() *s3err.Error {
	switch r.no.Cause {
	case authz.Authentication:
		return notProved(r.Call)
	case authz.Region:
		if r.wrongRegion != nil {
			return r.wrongRegion.err
		}
	case authz.RequestForm:
		if f, ok := r.doing.(formed); ok && f.formRefused() != nil {
			return authentication.Refusal(f.formRefused(), r.State().Answers)
		}
	case authz.ObjectOwnership:
		if !r.State().Answers.Has(world.ACLRefusedAsAccessDenied) {
			return s3err.New(s3err.AccessControlListNotSupported)
		}
	case authz.ObjectLock:
		return r.locked()
	case authz.CORS:
		return r.corsRefused()
	default:
		return r.byPolicy()
	}
	return s3err.New(s3err.AccessDenied)
}

// notProved is the answer to a signer who did not prove who it is.
func notProved(c *Call) *s3err.Error {
	e, ok := errors.AsType[*sigv4.Error](c.Unproved)
	switch {
	case !ok:
		return s3err.New(s3err.AccessDenied)
	case e.Reason == sigv4.AccessKeyUnknown && e.Location == sigv4.Query && deactivated(c.InForce(), e.AccessKeyID) &&
		c.State().Answers.Has(world.PresignedCredentialsAccessDenied):
		return s3err.New(s3err.AccessDenied)
	}
	err := authentication.Refusal(e, c.State().Answers)
	if b := c.State().Buckets[c.Bucket]; b != nil && e.Reason == sigv4.V2NotSupported {
		err = err.WithHeader(bucketRegionHeader, b.Region)
	}
	return err
}

func deactivated(s *world.State, accessKeyID string) bool {
	caller := s.Credential(accessKeyID)
	return caller != nil && caller.Inactive
}

// locked is the answer where Object Lock protects a version, also to a caller
// who may not bypass it (s3-errors.md 2.5). It names nobody, so everybody reads it.
func (r refusing) locked() *s3err.Error {
	refused := s3err.New(s3err.AccessDenied)
	if r.State().Answers.Has(world.LockInMessage) {
		return refused.WithMessage("Access Denied because object protected by object lock.")
	}
	return refused
}

// bypassNeeded says that a lock is on the object that would have been bypassed.
func (r refusing) bypassNeeded() bool {
	return slices.ContainsFunc(exchange.Explain(r.Questions), func(d authz.Decision) bool {
		return d.Resource == r.no.Resource && slices.ContainsFunc(d.Findings, func(f authz.Finding) bool {
			return f.Layer == authz.ObjectLock && f.Effect != authz.NotApplicable
		})
	})
}

// byPolicy is AccessDenied, with the reason for those whom S3 tells it.
func (r refusing) byPolicy() *s3err.Error {
	f, ok := r.no.Behind()
	switch {
	case !ok:
		return s3err.New(s3err.AccessDenied)
	case f.Layer == authz.KMS && f.Part == authz.PartKeyState:
		return r.byKeyState()
	case r.no.Action == bypassRight && r.bypassNeeded():
		return r.locked()
	case isKMS(r.no.Action):
		return r.byKey(&f)
	}
	return explained(r.Call, r.actionTold(&f), r.no.Resource, r.reason(&f))
}

// explained is AccessDenied that tells the caller why, or does not: reason is the
// end of the sentence, from behind the resource on; empty: there is none to tell.
func explained(c *Call, action, resource, reason string) *s3err.Error {
	refused := s3err.New(s3err.AccessDenied)
	if reason == "" || !toldWhy(c, resource) {
		return refused
	}
	on := ""
	if resource != "*" {
		on = ` on resource: "` + resource + `"`
	}
	return refused.WithMessage("User: " + c.Principal.ARN + " is not authorized to perform: " + action + on + " " + reason)
}

// toldWhy says whether the caller reads the reason of a refusal about the resource: it is
// told to the account of the bucket, also behind an access point.
func toldWhy(c *Call, resource string) bool {
	owner := ""
	_, bucket := behind(c.State(), resource)
	if b := c.State().Buckets[bucket]; b != nil && !c.Op.makes {
		owner = b.Owner
	}
	return c.asker().ToldWhy(owner)
}

// actionTold is the action that the message names: the one that was asked for. Of
// what BlockPublicAcls refuses it is the operation where that is CopyObject
// (s3-errors.md 2.1 and 2.3).
func (r refusing) actionTold(f *authz.Finding) string {
	if f.Setting == authz.BlockPublicACLs {
		return r.Op.blocked(r.no.Action)
	}
	return r.no.Action
}

// reason is the end of the message about a denial by a policy, from behind the
// resource on (s3-errors.md 2.1).
func (r refusing) reason(f *authz.Finding) string {
	// The organization's other accounts are not told of the endpoint's policy.
	_, name := behind(r.State(), r.no.Resource)
	b := r.State().Buckets[name]
	if f.Layer == authz.VPCEndpoint && b != nil && b.Owner != r.account() {
		return ""
	}
	return reason.Of(r.no.Action, f, r.State().Answers)
}
