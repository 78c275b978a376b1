// Package authz decides one question at a time: may this principal do this
// action to this resource? Every permission layer of S3 reports what it says,
// none of them knows of the others, and combine reads their reports as AWS's
// evaluation chart does. It is pure: a Request in, a Decision out, no clock, no
// I/O.
package authz

import (
	"slices"

	"github.com/s3fault/s3fault/policy"
)

// Layer names one of the places that can refuse a request. The texts are those
// of the journal, of `s3fault why` and of want.layer in a scenario file.
type Layer string

// The layers, in the order in which a Decision lists its findings. One has no row: Fault
// stands, in want.layer, for an answer that a fault rule made: it decides nothing, and no
// Decision names it.
const (
	Authentication      Layer = "authentication"
	RequestForm         Layer = "request-form"
	Region              Layer = "region"
	CORS                Layer = "cors"
	ExpectedOwner       Layer = "expected-owner"
	RequesterPays       Layer = "requester-pays"
	SCP                 Layer = "scp"
	RCP                 Layer = "rcp"
	VPCEndpoint         Layer = "vpc-endpoint"
	Identity            Layer = "identity"
	PermissionsBoundary Layer = "permissions-boundary"
	Session             Layer = "session"
	AccessPoints        Layer = "access-point"
	BucketPolicy        Layer = "bucket-policy"
	TrustPolicy         Layer = "trust-policy"
	ACLs                Layer = "acl"
	BlockPublicAccess   Layer = "block-public-access"
	ObjectOwnership     Layer = "object-ownership"
	KMS                 Layer = "kms"
	ObjectLock          Layer = "object-lock"
	Masking             Layer = "masking"
	Fault               Layer = "fault"
)

// Effect is what one layer says of one question.
type Effect string

// The effects, as `s3fault decide` prints them.
const (
	Allow         Effect = "allow"
	ExplicitDeny  Effect = "explicit-deny"
	ImplicitDeny  Effect = "implicit-deny"
	NotApplicable Effect = "not-applicable"
)

// Verdict is the outcome of a question.
type Verdict string

// The verdicts, as `s3fault decide` prints them.
const (
	Allowed          Verdict = "Allowed"
	ImplicitlyDenied Verdict = "ImplicitlyDenied"
	ExplicitlyDenied Verdict = "ExplicitlyDenied"
)

// Decision is the answer to one Request, with what every layer said. The XML
// message, `s3fault why`, the journal and the pages all read it; none of them
// works it out again.
type Decision struct {
	Action   string  `json:"action"`
	Resource string  `json:"resource"`
	Verdict  Verdict `json:"verdict"`
	// Cause is the layer that the reply names; empty when allowed.
	Cause Layer `json:"layer,omitempty"`
	// DeniedBy lists every layer that stands in the way, the Cause first.
	DeniedBy []Layer   `json:"denied_by,omitempty"`
	Findings []Finding `json:"findings"`

	behind int   // index of the finding that Behind returns; -1 or out of range: none
	way    []int // indexes of the findings that InTheWay returns
}

// Denied says whether the question was answered with no.
func (d *Decision) Denied() bool { return d.Verdict != Allowed }

// Behind is the finding whose words the reply uses: that of the Cause or, where
// a missing object is masked, of the layer that refuses s3:ListBucket. It is
// false for an allowed request, and for a Decision that Evaluate did not make.
func (d *Decision) Behind() (Finding, bool) {
	if !d.Denied() || d.Cause == "" || d.behind < 0 || d.behind >= len(d.Findings) {
		return Finding{}, false
	}
	return d.Findings[d.behind], true
}

// InTheWay are the findings that keep the request from being allowed, the Cause's
// first. Others may say no as well, and be made good by an Allow elsewhere; nobody
// but Evaluate knows which. A Decision that Evaluate did not make has none.
func (d *Decision) InTheWay() []*Finding {
	all := make([]*Finding, len(d.way))
	for i, at := range d.way {
		all[i] = &d.Findings[at]
	}
	return all
}

// addDeniedBy lists a layer once, however many of its parts deny.
func (d *Decision) addDeniedBy(l Layer) {
	if !slices.Contains(d.DeniedBy, l) {
		d.DeniedBy = append(d.DeniedBy, l)
	}
}

// Finding is what one layer said.
type Finding struct {
	Layer  Layer  `json:"layer"`
	Effect Effect `json:"effect"`
	// Part tells the sources of one layer apart: a KMS question has the parts
	// identity, key-policy, grant and key-state, Block Public Access bucket, account,
	// organization and access-point.
	Part string `json:"part,omitempty"`
	// Setting is the one of Block Public Access that refuses; Detail tells it.
	Setting string `json:"-"`
	// Policy is the name under which the deciding policy is known, PolicyARN its
	// ARN where it has one.
	Policy    string     `json:"policy,omitempty"`
	PolicyARN string     `json:"policy_arn,omitempty"`
	Statement *Statement `json:"statement,omitempty"`
	// Compared holds the values that made the deciding statement match.
	Compared []policy.Comparison `json:"compared,omitempty"`
	// Misses says, for an implicit deny, why each Allow did not match.
	Misses []Miss `json:"misses,omitempty"`
	// Detail is a sentence about facts that are in no policy.
	Detail string `json:"detail,omitempty"`
}

// Statement names a statement of Finding.Policy.
type Statement struct {
	Index int    `json:"index"`
	Sid   string `json:"sid,omitempty"`
}

// Miss says which element kept a statement from matching.
type Miss struct {
	Policy    string    `json:"policy,omitempty"`
	Statement Statement `json:"statement"`
	Element   string    `json:"element"`
	Wanted    string    `json:"wanted,omitempty"`
	Got       string    `json:"got,omitempty"`
}

// Layers lists every layer by name, those of later answers included.
func Layers() []Layer {
	return []Layer{
		Authentication, RequestForm, Region, CORS, ExpectedOwner, RequesterPays,
		SCP, RCP, VPCEndpoint, Identity, PermissionsBoundary, Session, AccessPoints,
		BucketPolicy, TrustPolicy, ACLs, BlockPublicAccess, ObjectOwnership, KMS, ObjectLock, Masking, Fault,
	}
}
