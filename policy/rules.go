package policy

// Kind is what a policy is used for, which decides what AWS accepts in it.
type Kind int

const (
	// Identity: of a user, group or role.
	Identity Kind = iota
	// Bucket: the resource policy of an S3 bucket.
	Bucket
	// SCP: a service control policy.
	SCP
	// RCP: a resource control policy that a customer writes.
	RCP
	// Endpoint: of a VPC endpoint.
	Endpoint
	// Key: of a KMS key.
	Key
	// Trust: a role's trust policy.
	Trust
	// Session: passed to AssumeRole or GetFederationToken.
	Session
	// Boundary: a permissions boundary.
	Boundary
	// AccessPoint: the resource policy of an S3 access point.
	AccessPoint
)

// Rules say by which rules a policy is validated: those of its kind, and what is known of where it is put.
type Rules struct {
	Kind   Kind
	Bucket string // of a bucket policy: its bucket's name; "" accepts every bucket
	// Point is of an access point's policy: the access point's ARN; "" accepts every access point.
	Point string

	// PrincipalExists is asked for the ARN of each account, user, role and origin access identity that a policy of a
	// resource or a trust policy names, and for each canonical user id. It returns true for principals of accounts
	// that it does not know. nil: all exist.
	PrincipalExists func(arn string) bool

	// Interface says that an endpoint is an interface endpoint; the Principal of a gateway endpoint's policy is "*".
	Interface bool

	// MaxSize replaces the kind's limit on the document's size when it is not 0.
	MaxSize int
}

// presence says whether an element must, may or must not be there.
type presence uint8

const (
	optional presence = iota
	required
	prohibited
)

// dialect is what one kind of policy may contain and how its service words a refusal.
type dialect struct {
	size      int  // limit in characters
	packed    bool // white space does not count towards it
	principal presence
	resource  presence
	sids      sidRule
	actions   func(*validation, *statement, string)
	resources func(*validation, *statement, string)
	keys      func(*validation, *statement, *condition, string)
	extra     func(*validation, *statement, string)

	code     string // of the error, MalformedPolicy when empty
	tooLarge string // of the error when the size is exceeded
	message  string // the one message of a service that does not tell its reasons apart; "" for those that do

	principalMessage  string // for an invalid principal
	noPrincipal       string // for a Principal where none may be
	noAction          string
	noResource        string
	resourceMessage   string // for a Resource where none may be
	duplicateSid      string
	badSid            string
	syntaxMessage     string
	unknownElementMsg string // "" is S3's "Unknown field X"
}

// sidRule says which characters a Sid may have.
type sidRule uint8

const (
	anySid   sidRule = iota
	alnumSid         // letters and digits
)

// Messages of IAM's and of the services that speak as it does.
const (
	msgVendor      = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	msgTrustAction = "AssumeRole policy may only specify STS AssumeRole actions."
	msgNoPrincipal = "Policy document should not specify a principal."
	msgNoARN       = `must be in ARN format or "*".` // after "Resource" and its value
	// KMS's. The first was recorded in 2022 with all three, whichever the policy had [unsure]
	// (awsdocs/aws-kms-developer-guide#47); the second is the KMS Developer Guide's.
	msgNotInKeyPolicy = "These condition keys are not permitted in a key policy: " +
		"aws:ResourceTag, kms:ResourceTag, kms:ResourceAliases"
	msgContextForAll = "OverlyPermissiveCondition:EncryptionContext: Using the ForAllValues set operator with a " +
		"single-valued condition key matches requests without the specified encryption context or with an " +
		"unspecified encryption context. To fix, remove ForAllValues."
)

// dialects holds AWS's rules by kind. Limits: S3 User Guide, "Bucket policies"; IAM User Guide, "IAM and AWS STS
// quotas"; AWS Organizations User Guide, "Quotas"; KMS Developer Guide, "Resource quotas". The rules of SCPs, RCPs
// and endpoint policies: authorization.md 1.2, 1.9 and 12.
var dialects = map[Kind]dialect{
	Bucket: {size: 20480, principal: required, resource: required,
		actions: bucketActions, resources: bucketResources, keys: bucketKey},
	AccessPoint: {size: 20480, principal: required, resource: required,
		actions: pointActions, resources: pointResources, keys: bucketKey},
	Endpoint: {size: 20480, principal: required, resource: required, actions: vendorActions, resources: anyARN,
		extra: endpointPrincipal},
	Identity: identityDialect(6144),
	Boundary: identityDialect(6144),
	Session:  identityDialect(2048),
	Trust:    trustDialect(),
	Key:      keyDialect(),
	SCP:      organizationDialect(prohibited, nil),
	RCP:      organizationDialect(required, resourceControl),
}

// identityDialect returns the rules of policies that IAM attaches to identities, with IAM's own messages.
func identityDialect(size int) dialect {
	return dialect{size: size, packed: true, principal: prohibited, resource: required, sids: alnumSid,
		actions: vendorActions, resources: anyARN, keys: vendorKey,
		code: "MalformedPolicyDocument", tooLarge: "LimitExceeded",
		noPrincipal:  msgNoPrincipal,
		noAction:     "Policy statement must contain actions.",
		noResource:   "Policy statement must contain resources.",
		duplicateSid: "Statement IDs (SID) in a single policy must be unique.",
		badSid: "Statement IDs (SID) must be alpha-numeric. " +
			"Check that your input satisfies the regular expression [0-9A-Za-z]*",
		syntaxMessage:     "Syntax errors in policy.",
		unknownElementMsg: "Syntax errors in policy.",
	}
}

func trustDialect() dialect {
	d := identityDialect(2048)
	d.principal, d.resource, d.resources = required, prohibited, nil
	d.actions = trustActions
	d.resourceMessage = "Has prohibited field Resource"
	d.noAction = ""
	return d
}

func keyDialect() dialect {
	return dialect{size: 32768, principal: required, resource: required,
		actions: vendorActions, resources: anyARN, keys: keyPolicyKey,
		code: "MalformedPolicyDocumentException", tooLarge: "LimitExceededException",
		principalMessage: "Policy contains a statement with one or more invalid principals."}
}

func organizationDialect(principal presence, extra func(*validation, *statement, string)) dialect {
	return dialect{size: 5120, principal: principal, resource: required, sids: alnumSid,
		actions: vendorActions, resources: anyARN, extra: extra,
		code: "MalformedPolicyDocumentException", tooLarge: "ConstraintViolationException",
		message: "The provided policy document does not meet the requirements of the specified policy type."}
}
