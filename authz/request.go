package authz

import "github.com/s3fault/s3fault/policy"

// Named is a policy with the name and, where it has one, the ARN by which
// findings and messages speak of it.
type Named struct {
	Name   string
	ARN    string
	Policy *policy.Policy
}

// Level is policies of which one must allow, where every level must: those attached
// at one level of an organization (the root, an organizational unit, the account),
// or those that a session was limited by in one call.
type Level struct {
	Name     string
	Policies []Named
}

// Request is one question, with every fact that an answer can depend on. NewRequest
// makes it of the two sides that every question has; all that is then left out is
// taken to be absent: no condition keys, no VPC endpoint, no upload that was begun.
type Request struct {
	Action   string // as in policies, "s3:GetObject"
	Resource string // ARN, or "*" for an action without one
	Context  *policy.Context

	Requester
	Target

	// Refusals that are established before any policy is read.
	Authentication *Refusal
	RequestForm    *Refusal
	Region         *Refusal
	// CORS is what the bucket's CORS configuration says of a preflight request; nil: it is
	// none.
	CORS *Crossing
	// Free says that the action needs no permission: no policy is asked, and no setting that
	// depends on who asks.
	Free bool
	// Barred is set where requesters of this kind may not do the action at all.
	Barred *Bar

	// Endpoint is the policies of the VPC endpoint that the request came through; nil:
	// it came through none.
	Endpoint []Named
	// BlockedPolicy and BlockedACL say that the request would put a public policy
	// or a public ACL where BlockPublicPolicy or BlockPublicAcls is on.
	BlockedPolicy, BlockedACL bool
	// Managed says that the request would change the Block Public Access of an account
	// whose organization sets it.
	Managed bool
	// ExpectedOwner is the account that the request expects the bucket to belong
	// to; empty: it does not say.
	ExpectedOwner string
	// Creates says that the action is done to the object that the request is about
	// to make: the ACL to ask is the bucket's.
	Creates bool
	// Began says that the requester began the multipart upload that the action is
	// about: the bucket's side need not allow it then, only not deny it (S3 User
	// Guide, "Multipart upload and permissions").
	Began bool
	// Ownership is set when the request writes an ACL.
	Ownership *Ownership

	made bool // by NewRequest
}

// Requester is the side of who asks: the principal, and all that binds it. What is left
// out is taken to be absent: no boundary, no organization.
type Requester struct {
	// Principal is who asks. Nil means that nobody could be named, because the
	// signature could not be read or its key is unknown; only the layers before
	// the policies can then answer.
	Principal  *policy.Principal
	Identity   []Named
	Boundaries []Named // several: any may allow
	// Session is what limits temporary credentials, first what they were made with:
	// each later level takes away from what the earlier ones leave. A federated user's
	// that were made with no policy have a first level without one. nil: nothing does.
	Session []Level
	SCPs    []Level // root first, account last; nil: no organization, or not bound
}

// Target is the side of the resource: whose it is, what has been put on it, and what is
// there. What is left out is taken to be absent: no bucket policy, no key.
type Target struct {
	ResourceAccount string // 12 digits of the resource's owner
	// Unowned says that the resource is of no account.
	Unowned               bool
	RCPs                  []Level
	BucketPolicy          *Named
	RestrictPublicBuckets bool
	// PublicAccessParts says where the settings of Block Public Access are on; empty: it
	// is not known.
	PublicAccessParts PublicAccessParts
	// ACLs are the access control lists in force; nil: they are disabled.
	ACLs *AccessLists
	// Payment is set when the bucket is Requester Pays.
	Payment *Payment
	// Object is the object, or version, that is there; nil: there is none, or the
	// question is about no object.
	Object *Object
	// Lock is what Object Lock holds against the action; nil: nothing.
	Lock *Lock
	// Trust is the trust policy of the role that is to be assumed, which must allow
	// even the role's own account: Action is sts:AssumeRole, Resource the role's ARN.
	Trust *Named
	// Key makes this a question to KMS: Action is kms:..., Resource the key's ARN.
	Key *Key
	// AccessPoint is the one that the request takes to the bucket: Resource is then its ARN, or
	// that of an object behind it. nil: it asks the bucket.
	AccessPoint *AccessPoint
	// Missing says that what was asked for is not there.
	Missing *Missing
}

// NewRequest asks whether a requester may do action to resource, an ARN or "*". Both
// sides must be given. Where the Requester has no Principal, or the Target of an ARN says
// nothing of its owner, the answer is no.
func NewRequest(action, resource string, by Requester, on Target) *Request {
	return &Request{Action: action, Resource: resource, Requester: by, Target: on, made: true}
}

// unsaid is what nobody said of the two sides; empty: both were given. A bucket that is
// missing is nobody's.
func (r *Request) unsaid() string {
	switch {
	case !r.made:
		return "the question has neither side: NewRequest did not make it"
	case r.ResourceAccount == "" && !r.Unowned && r.Resource != "*" && (r.Missing == nil || !r.Missing.Bucket):
		return "nobody said to which account the resource belongs"
	}
	return ""
}

// Refusal is a no that was established before the policies are asked, with the
// words for `why`.
type Refusal struct {
	Detail string
	// BeforeRegion says that S3 notices it before it compares regions: the
	// signature could not be read at all.
	BeforeRegion bool
}

// Ownership is what the object-ownership layer needs to know of a request that
// sets an ACL (authorization.md 1.6).
type Ownership struct {
	Mode string // BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter
	// Sets says how the ACL is set, for `why`: "x-amz-acl: public-read".
	Sets string
	// OwnerFullControl says that the ACL only gives the bucket owner full control.
	OwnerFullControl bool
	// RefusesAny says that bucket-owner-full-control is refused as well (the article's rule).
	RefusesAny bool
}

// Key is what a KMS question needs to know of the key (authorization.md 4).
type Key struct {
	Account    string
	State      string // Enabled, Disabled, PendingDeletion, ...
	Unfit      string // why it is no good for the action, in any state; empty: it is
	Policy     *Named
	Grants     []KeyGrant
	AWSManaged bool
}

// Object is what a question needs to know of an object that is there.
type Object struct {
	Owner string // account number; empty: no account's, an anonymous request wrote it
	ACL   ACL
}

func (o *Object) owner() string {
	if o.Owner == "" {
		return "an anonymous writer"
	}
	return "the account " + o.Owner
}

// Missing says that the bucket or the object asked for does not exist.
type Missing struct {
	// Bucket: the bucket itself is missing, so it has no owner and no policies.
	Bucket bool
	// Masked: the answer hides it. For an object the question itself decides:
	// Action is s3:ListBucket and a no turns 404 into 403. For a bucket the world
	// says so (responses: article).
	Masked bool
	Name   string
}
