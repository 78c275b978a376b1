// Package world holds every fact that a decision can depend on: accounts and
// their principals, callers and their keys, the buckets' configuration, KMS
// keys, the network and the clock. A State is one consistent snapshot: it and
// all that hangs on it is never changed once published, a change makes a new
// State.
package world

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// State is a whole world at one moment. Treat it, and everything reachable from
// it, as read-only: change it with the With... methods, which copy.
type State struct {
	Name       string
	Region     string // what clients are told; the default region of buckets and keys
	Answers    Answers
	Network    Network
	Clock      Clock
	SigV2      SigV2
	Accounts   map[string]*Account // by 12-digit number
	Callers    map[string]*Caller  // by name
	Buckets    map[string]*Bucket  // by name
	Keys       map[string]*Key     // KMS keys by ARN
	NewBuckets BucketDefaults
	// Organization is the AWS organization that some of the accounts are in; nil:
	// there is none.
	Organization *Organization
	Endpoints    map[string]*VPCEndpoint // VPC endpoints by id
	RouteTables  map[string]*RouteTable  // by id
	OwnVPCs      map[string]*VPC         // by id; VPCsOf has all
	Subnets      map[string]*Subnet      // by id, of the world's own VPCs
	Trails       map[string]*Trail       // of CloudTrail, by name
	AccessPoints AccessPoints            // by ARN
	Propagation  Propagation
	Metadata     Metadata // the instance metadata service's

	// Seal makes these.
	credentials map[string]*Caller // by access key id
	managed     map[string]*Key    // the aws/s3 keys that the world declares, by region and account
	aliases     map[string]*Key    // KMS keys by the ARN of each alias
	deletion    time.Time          // of the KMS key that goes next; zero: none does

	recent []change // those that need not count yet, the oldest first
}

// Network is where requests seem to come from.
type Network struct {
	SourceIP        string // empty: the real peer's address
	SecureTransport *bool  // nil: what the connection really is
	VPC             string // that the requests come out of; empty: none, or the endpoint's
	RouteTable      string // of the subnet that they come out of; empty: none
	VPCEndpoint     string // that they take, named outright; empty: see State.EndpointTo
}

// SigV2 says which regions take Signature Version 2.
type SigV2 string

// The settings of SigV2.
const (
	SigV2LegacyRegions SigV2 = "legacy-regions" // as AWS: regions from before 2014-01-30
	SigV2Accept        SigV2 = "accept"
	SigV2Refuse        SigV2 = "refuse"
)

// Account is an AWS account with its IAM principals.
type Account struct {
	ID                string // 12 digits
	Name              string // display name; may be empty
	CanonicalID       string // 64 hex digits
	Users             map[string]*User
	Roles             map[string]*Role
	Groups            map[string]*Group
	ManagedPolicies   map[string]*authz.Named
	PolicyDetails     map[string]*PolicyDetails // of the managed policies
	OIDCProviders     map[string]*OIDCProvider  // OpenID Connect providers by URL
	InstanceProfiles  map[string]*InstanceProfile
	PasswordPolicy    *PasswordPolicy // nil: there is none
	PublicAccessBlock *PublicAccessBlock
	// Membership is the account's place in the organization; nil: it is in none.
	// Seal makes it.
	Membership *Membership `json:"-"`
}

// User is an IAM user.
type User struct {
	Name, Path, ARN, ID string // ID: AIDA..., derived if empty
	Created             time.Time
	Inline              []authz.Named // in order of name
	Managed             []string      // names, or ARNs, of managed policies: PolicyRef
	Groups              []string
	Boundary            *authz.Named
	Tags                map[string]string
	LoginProfile        *LoginProfile // nil: no password for the console
	// Policies is every identity policy that binds the user: inline, managed and
	// those of the groups, compiled and collected when the State was made.
	Policies []authz.Named
}

// Group is an IAM group.
type Group struct {
	Name, Path, ARN, ID string // ID: AGPA..., derived if empty
	Created             time.Time
	Inline              []authz.Named
	Managed             []string
	// Policies is both, collected when the State was made.
	Policies []authz.Named
}

// Role is an IAM role.
type Role struct {
	Name, Path, ARN, ID string // ID: AROA..., derived if empty
	Description         string
	Created             time.Time
	Inline              []authz.Named
	Managed             []string
	Boundary            *authz.Named
	Trust               *authz.Named
	MaxSession          time.Duration
	Tags                map[string]string
	Policies            []authz.Named
}

// Caller is a set of credentials that the scenario file names.
type Caller struct {
	Name            string
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string // empty for long-term keys
	Inactive        bool
	Created         time.Time // of long-term keys
	Expires         time.Time // of temporary credentials; zero: never
	Issued          time.Time // of temporary credentials
	SessionName     string
	Account         string
	User            string // one of User, Role, Root, Service, OriginIdentity says who it is
	Role            string
	Root            bool
	Service         string
	// OriginIdentity is the id of an origin access identity of CloudFront, which reads
	// for the distribution that it belongs to and is of no account.
	OriginIdentity string
	// Federated is the name of a federated user's session, which User asked for;
	// empty: it is no such session.
	Federated string
	// SessionPolicy was passed to the call that made the session, SessionManaged are
	// the names of managed policies that were.
	SessionPolicy  *authz.Named
	SessionManaged []string
	// ScopedPolicies are those of GetScopedCredentials, call after call: each takes
	// away from what is left.
	ScopedPolicies []authz.Named
	// SessionPolicies is all of them, collected when the State was made: what the session
	// began with is one level, each scoped policy is another.
	SessionPolicies []authz.Level
	// Minted says that a call made the credentials: the scenario does not name them.
	Minted bool
	Handing

	SessionTags map[string]string
	// TransitiveTags are the keys of those that go along to every role that the session
	// assumes (IAM User Guide, "Pass session tags in AWS STS").
	TransitiveTags []string
	SourceIdentity string
	// WebIdentity is whom the token named that a role's session was exchanged for, or is
	// to be; nil: it is of no token.
	WebIdentity *WebIdentity
	// MFA says that the session was made with multi-factor authentication, MFAAt
	// when.
	MFA   bool
	MFAAt time.Time
	// SourceARN and SourceAccount are what a service principal acts for.
	SourceARN     string
	SourceAccount string
	Principal     policy.Principal
	// UserID is the aws:userid of the caller.
	UserID string
}

// ObjectOwnership is a bucket's ownership setting (authorization.md 1.6).
type ObjectOwnership string

// The modes of Object Ownership; empty means that a bucket has no ownership
// controls, which behaves like ObjectWriter.
const (
	BucketOwnerEnforced  ObjectOwnership = "BucketOwnerEnforced"
	BucketOwnerPreferred ObjectOwnership = "BucketOwnerPreferred"
	ObjectWriter         ObjectOwnership = "ObjectWriter"
)

// PublicAccessBlock is the four settings of S3 Block Public Access.
type PublicAccessBlock struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

// Encryption is a bucket's default encryption.
type Encryption struct {
	Algorithm string // AES256, aws:kms, aws:kms:dsse
	KMSKey    string // ARN, or as the configuration gave it; empty with aws:kms: the account's aws/s3 key
	BucketKey bool
	BlockSSEC bool // BlockedEncryptionTypes has SSE-C: uploads that bring their own key are refused
	// Inherited says that nobody configured it: it is what all buckets have.
	Inherited bool
}

// Bucket is a bucket's configuration; its objects are the store's.
type Bucket struct {
	Name              string
	Owner             string // account number
	Region            string
	Created           time.Time
	Policy            *authz.Named
	Ownership         ObjectOwnership
	PublicAccessBlock *PublicAccessBlock // nil: no configuration
	Encryption        Encryption
	// ACL is what the bucket's ACL grants; nil: its owner FULL_CONTROL, nobody else
	// anything. It is kept, and not in force, while Ownership is BucketOwnerEnforced.
	ACL           authz.ACL
	Versioning    Versioning
	MFADelete     bool        // a version is only deleted with a code of the root user's MFA device
	ObjectLock    *ObjectLock // nil: the bucket has no Object Lock
	RequesterPays bool
	Tags          map[string]string
	ABAC          bool // attribute-based access control: policies see the tags (AccessTags)
	// Configurations that say who does what beside requests, or how; nil: none.
	Acceleration *Acceleration
	Lifecycle    *Lifecycle
	CORS         *CORS
	Website      *Website
	Logging      *Logging
	Notification *Notification
	Replication  *Replication
	// Constraint is the LocationConstraint that the bucket was made with, where that is not
	// the name of its Region: ConstraintEU; empty: it is.
	Constraint string
}

// Versioning is a bucket's versioning state; empty: it never had any.
type Versioning string

// The states of versioning (S3 API Reference, PutBucketVersioning).
const (
	VersioningEnabled   Versioning = "Enabled"
	VersioningSuspended Versioning = "Suspended"
)

// ObjectLock is the Object Lock configuration of a bucket that has it: the
// retention that new versions get. An empty Mode is no default retention.
type ObjectLock struct {
	Mode        string // GOVERNANCE, COMPLIANCE
	Days, Years int    // one of them at most, with a Mode
	// EventHold is on every new version; zero: none. With a Mode there is a period, an
	// event hold, or both.
	EventHold EventHold
}

// Until is when a retention that begins at t ends; zero: there is no period.
func (l *ObjectLock) Until(t time.Time) time.Time {
	if l.Days == 0 && l.Years == 0 {
		return time.Time{}
	}
	return t.AddDate(l.Years, 0, l.Days).UTC()
}

// EventHold is how long a version is kept from the day on which its event hold is
// released, in days or in years (S3 User Guide, "Object Lock considerations"). The
// zero EventHold is none.
type EventHold struct{ Days, Years int }

// On says that there is an event hold.
func (h EventHold) On() bool { return h != EventHold{} }

// InDays is its length, of which a year has 365.
func (h EventHold) InDays() int { return h.Days + 365*h.Years }

// After is when the protection of a hold that is released at t ends.
func (h EventHold) After(t time.Time) time.Time { return t.AddDate(0, 0, h.InDays()).UTC() }

// BucketDefaults is what CreateBucket gives.
type BucketDefaults struct {
	Ownership         ObjectOwnership
	PublicAccessBlock *PublicAccessBlock
	Encryption        Encryption
}

// Key is a KMS key.
type Key struct {
	ID, ARN, Account, Region string
	// KeyKind is zero for a key of another account that is not there.
	KeyKind
	Policy       *authz.Named // of an AWS managed key: its fixed policy
	Grants       []authz.KeyGrant
	State        string // Enabled, Disabled, PendingDeletion, ...
	AWSManaged   bool   // the account's aws/s3 key
	Description  string
	Created      time.Time
	DeletionDate time.Time // of one that is PendingDeletion; zero: it is none
	LastUse      KeyUse    // before the world was loaded; Uses.LastOfKey is the present one
	Rotation     KeyRotation
	Tags         map[string]string
	Aliases      []Alias // in order of name; alias/aws/s3 is not among them
}

// Alias is another name of a KMS key, in the key's account and region.
type Alias struct {
	Name             string // alias/my-key
	Created, Updated time.Time
}
