package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Refusal is S3's answer to a question that was answered with no. The Decision
// says why; this only finds the words.
func (c *Call) Refusal(d authz.Decision) *s3err.Error {
	return c.located(c.refusal(&d))
}

func (c *Call) refusal(d *authz.Decision) *s3err.Error {
	switch d.Cause {
	case authz.Authentication:
		return c.notProved()
	case authz.Region:
		if c.wrongRegion != nil {
			return c.wrongRegion.err
		}
	case authz.RequestForm:
		if c.form != nil && c.form.refused != nil {
			return AuthError(c.form.refused, c.State().Answers)
		}
	case authz.ObjectOwnership:
		if !c.State().Answers.Has(world.ACLRefusedAsAccessDenied) {
			return s3err.New(s3err.AccessControlListNotSupported)
		}
	default:
		return c.deniedByPolicy(d)
	}
	return s3err.New(s3err.AccessDenied)
}

// notProved is the answer to a signer who did not prove who it is.
func (c *Call) notProved() *s3err.Error {
	e := c.Unproved
	switch {
	case e == nil:
		return s3err.New(s3err.AccessDenied)
	case e.Reason == sigv4.AccessKeyUnknown && e.Location == sigv4.Query && c.deactivated(e.AccessKeyID) &&
		c.State().Answers.Has(world.PresignedCredentialsAccessDenied):
		return s3err.New(s3err.AccessDenied)
	}
	err := AuthError(e, c.State().Answers)
	if b := c.State().Buckets[c.Bucket]; b != nil && e.Reason == sigv4.V2NotSupported {
		err = err.WithHeader(bucketRegionHeader, b.Region)
	}
	return err
}

func (c *Call) deactivated(accessKeyID string) bool {
	caller := c.State().Credential(accessKeyID)
	return caller != nil && caller.Inactive
}

// deniedByPolicy is AccessDenied, with the reason for those whom S3 tells it.
func (c *Call) deniedByPolicy(d *authz.Decision) *s3err.Error {
	generic := s3err.New(s3err.AccessDenied)
	f, ok := d.Behind()
	if !ok {
		return generic
	}
	if f.Layer == authz.KMS && f.Part == authz.PartKeyState {
		return c.keyStateRefused(d.Resource)
	}
	if !c.toldWhy(d) {
		return generic
	}
	why := c.reason(d, &f)
	if why == "" {
		return generic
	}
	return generic.WithMessage("User: " + c.Principal.ARN + " is not authorized to perform: " + d.Action + why)
}

func (c *Call) keyStateRefused(arn string) *s3err.Error {
	if key := c.State().KeyNamed(arn, "", ""); key != nil {
		return keyStateError(arn, key.State)
	}
	return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + arn + "' does not exist")
}

// toldWhy says whether the caller reads the reason: only principals of the
// resource's own account do (s3-errors.md 2.1). KMS tells everybody whom it can
// name (2.4).
func (c *Call) toldWhy(d *authz.Decision) bool {
	p := c.Principal
	if p == nil || p.Kind == policy.Anonymous || p.Kind == policy.Service || !c.State().Answers.Has(world.ReasonInMessage) {
		return false
	}
	if isKMS(d.Action) || c.Op.makesBucket() {
		return true
	}
	b := c.State().Buckets[bucketOf(d.Resource)]
	return b == nil || b.Owner == p.Account
}

func isKMS(action string) bool { return len(action) > 4 && action[:4] == "kms:" }

// sources are what messages call the policies of each layer.
var sources = map[authz.Layer]struct {
	name string
	an   bool // "an", not "a"
	arn  bool // an explicit deny tells the policy's ARN
}{
	authz.Identity:            {name: "identity-based policy", an: true, arn: true},
	authz.BucketPolicy:        {name: "resource-based policy"},
	authz.BlockPublicAccess:   {name: "resource-based policy"},
	authz.PermissionsBoundary: {name: "permissions boundary", arn: true},
	authz.Session:             {name: "session policy", arn: true},
	authz.SCP:                 {name: "service control policy", arn: true},
	authz.RCP:                 {name: "resource control policy", arn: true},
	authz.VPCEndpoint:         {name: "VPC endpoint policy"},
	authz.KMS:                 {name: "identity-based policy", an: true, arn: true},
}

// reason is the end of the message, from the resource on: s3-errors.md 2.1, and
// 2.4 for KMS.
func (c *Call) reason(d *authz.Decision, f *authz.Finding) string {
	source, ok := sources[f.Layer]
	if !ok {
		return ""
	}
	on := named(d)
	if f.Layer == authz.BlockPublicAccess && d.Action == "s3:PutBucketPolicy" {
		return on + " because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
	}
	if isKMS(d.Action) {
		if f.Layer == authz.KMS && f.Part == authz.PartKeyPolicy {
			return unnamedKey(d.Action) + " because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
		}
		if f.Effect == authz.ImplicitDeny && d.Action == decrypt && c.foreignKey(d.Resource) {
			on = unnamedKey(d.Action)
		}
	}
	if f.Effect == authz.ImplicitDeny {
		return on + " because no " + source.name + " allows the " + d.Action + " action"
	}
	article := "a "
	if source.an {
		article = "an "
	}
	text := on + " with an explicit deny in " + article + source.name
	if source.arn && f.PolicyARN != "" && c.State().Answers.Has(world.PolicyARNInMessage) {
		text += ": " + f.PolicyARN
	}
	return text
}

const decrypt = "kms:Decrypt"

// named names the resource: in quotes for S3, without for KMS, not at all where
// the action has none.
func named(d *authz.Decision) string {
	switch {
	case d.Resource == "*":
		return ""
	case isKMS(d.Action):
		return " on resource: " + d.Resource
	default:
		return ` on resource: "` + d.Resource + `"`
	}
}

// unnamedKey is how KMS speaks of a key that it does not name to the caller.
func unnamedKey(action string) string {
	if action == decrypt {
		return " on the resource associated with this ciphertext"
	}
	return " on this resource"
}

// foreignKey says whether the key belongs to another account than the caller.
func (c *Call) foreignKey(arn string) bool {
	key := c.State().KeyNamed(arn, "", "")
	return key == nil || key.Account != c.account()
}
