package world

import "time"

// Difference is something on which the article and today's S3, or S3 of two
// days, answer differently.
type Difference int

// The differences. Answers.Has is the only thing that knows which hold.
const (
	// ReasonInMessage: AccessDenied names principal, action, resource and reason.
	ReasonInMessage Difference = iota
	// PolicyARNInMessage: explicit denies name the policy's ARN.
	PolicyARNInMessage
	// AuthorizationIDs: refusals of IAM have an authorization ID, of which
	// GetRequestAuthorizationDetails tells what was evaluated.
	AuthorizationIDs
	// AuthorizationPolicies: GetRequestAuthorizationPolicy tells the documents too.
	AuthorizationPolicies
	// AnyACLRefused: BucketOwnerEnforced refuses bucket-owner-full-control too.
	AnyACLRefused
	// ACLRefusedAsAccessDenied: 403 AccessDenied instead of 400 AccessControlListNotSupported.
	ACLRefusedAsAccessDenied
	// PresignedRegionAccessDenied: a presigned URL for the wrong region is 403 AccessDenied.
	PresignedRegionAccessDenied
	// HeaderRegionRedirect: a header-signed request for the wrong region is 301 PermanentRedirect.
	HeaderRegionRedirect
	// PresignedCredentialsAccessDenied: presigned with expired or inactive credentials is 403 AccessDenied.
	PresignedCredentialsAccessDenied
	// MissingBucketMasked: a bucket that nobody has is 403 AccessDenied.
	MissingBucketMasked
	// NewBucketsEnforced: new buckets have BucketOwnerEnforced and all of Block Public Access (April 2023).
	NewBucketsEnforced
	// NewBucketsBlockSSEC: new buckets refuse uploads with SSE-C (April 2026).
	NewBucketsBlockSSEC
	// ReasonInOrganization: callers of the same organization are told the reason too.
	ReasonInOrganization
	// LockedObjectRefused: deleting or overwriting an object whose current version is
	// locked is 403 AccessDenied, without a version id too.
	LockedObjectRefused
	// OwnersUnnamed: no answer has the DisplayName of an owner or a grantee any more; who
	// began an upload still has one (recorded in February 2026).
	OwnersUnnamed
	// GrantsByEmailRefused: an ACL cannot name a grantee by e-mail address any more.
	GrantsByEmailRefused
	// KeyRefusalsExplained: KMS names principal, action, key and reason.
	KeyRefusalsExplained
	// KeyRefusalsVague: whom KMS does not explain a refused kms:Decrypt reads "The
	// ciphertext refers to a customer master key that does not exist, ...".
	KeyRefusalsVague
	// KeyUsageTracked: KMS tells when a key was last used, and knows
	// kms:TrailingDaysWithoutKeyUsage.
	KeyUsageTracked
	// KeyRotationFlexible: keys are rotated on demand and in a period of one's own, and
	// their rotations are listed.
	KeyRotationFlexible
	// DeletionsRecorded: CloudTrail has an event for each object of a DeleteObjects.
	DeletionsRecorded
	// KeyMaterialsNamed: the materials of a KMS key have ids, which answers tell.
	KeyMaterialsNamed
	// GrantsToServices: CreateGrant has parameters for service principals and for the
	// resource on whose behalf they ask.
	GrantsToServices
	// LockInMessage: AccessDenied says that Object Lock protects the object.
	LockInMessage
	// MoreChecksums: five more checksum algorithms: MD5, SHA512, XXHASH64, XXHASH3 and
	// XXHASH128.
	MoreChecksums
	// BucketNamespaces: an account has a namespace of its own for buckets in each region.
	BucketNamespaces
	// BucketABAC: a bucket can have attribute-based access control, be made with tags,
	// and be tagged with S3 Control.
	BucketABAC
	// BucketARNs: S3 tells the ARN of a bucket that is made, asked for by HEAD or listed.
	BucketARNs
	// OrganizationPublicAccess: an organization can have S3 policies, which set Block
	// Public Access in the place of its accounts.
	OrganizationPublicAccess
	// EncryptionTypesBlocked: a bucket's encryption may name the kinds that it takes no
	// uploads with.
	EncryptionTypesBlocked
	// ObjectEncryptionUpdates: S3 encrypts an object with another KMS key without writing it
	// anew (UpdateObjectEncryption).
	ObjectEncryptionUpdates
	// Annotations: objects have annotations.
	Annotations
	// EventHolds: Object Lock has event holds, which AWS also calls variable retention.
	EventHolds
	// SimulatorTakesSCPs: IAM's policy simulator evaluates conditions of SCPs, calls what
	// they deny an explicitDeny, and answers once for an action (July 2026).
	SimulatorTakesSCPs
	// SessionTokenSizes: STS tells how long a session token is, bounds that alone, and
	// makes it longer if it is asked to.
	SessionTokenSizes
	// ScopedCredentials: STS has GetScopedCredentials.
	ScopedCredentials
	// SmallObjectsStay: lifecycle rules that name no size transition no object below 128 KB.
	SmallObjectsStay
	// IAMFormsStrict: IAM tells neither the value of a malformed parameter nor an
	// enumeration, and takes an ARN only if it can parse it.
	IAMFormsStrict
)

// Responses is the world's `responses` setting.
type Responses string

// The values of Responses.
const (
	ResponsesAWS     Responses = "aws"
	ResponsesArticle Responses = "article"
)

// ArticleDay is the day whose S3 the article describes.
var ArticleDay = time.Date(2023, time.June, 1, 0, 0, 0, 0, time.UTC)

// Answers says how S3 answers in this world. It is the one place that knows of
// `responses` and `as_of`.
type Answers struct {
	responses Responses
	asOf      time.Time // a midnight in UTC
	defaulted bool      // asOf was not given
}

// NewAnswers joins the two settings; a zero asOf means today for aws (given as
// now) and ArticleDay for the article. Of asOf and now only the day counts,
// in UTC; an empty r is aws.
func NewAnswers(r Responses, asOf, now time.Time) Answers {
	if r == "" {
		r = ResponsesAWS
	}
	defaulted := asOf.IsZero()
	if defaulted {
		asOf = now
		if r == ResponsesArticle {
			asOf = ArticleDay
		}
	}
	asOf = asOf.UTC()
	return Answers{responses: r, asOf: day(asOf.Year(), asOf.Month(), asOf.Day()), defaulted: defaulted}
}

// Settings gives back what NewAnswers was told, for a description of the world
// that can be loaded again. It is not a way to ask how S3 answers: that is Has.
func (a Answers) Settings() (r Responses, asOf time.Time) {
	if a.defaulted {
		return a.responses, time.Time{}
	}
	return a.responses, a.asOf
}

// Recorded is how S3 answers in CloudTrail's records, which give today's reason even
// where the article's client is told none (interface.md "responses").
func (a Answers) Recorded(now time.Time) Answers {
	if a.responses == ResponsesArticle {
		return NewAnswers(ResponsesAWS, time.Time{}, now)
	}
	return a
}

// differences is the table: since when S3 has it (zero: never), and whether the
// article has it (interface.md "responses"; s3-errors.md 2.1).
var differences = [...]struct {
	since        time.Time // holds from this day, in either setting
	inArticle    bool      // holds with responses: article, whatever the day
	notInArticle bool      // never holds with responses: article
}{
	// S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors" (s3-errors.md 2.1).
	ReasonInMessage: {since: day(2024, time.August, 21)},
	// What's New at AWS, of that month (s3-errors.md 2.1).
	PolicyARNInMessage: {since: day(2026, time.August, 13)},
	// The release log of AWS's SDKs has the client that day.
	AuthorizationIDs: {since: day(2026, time.August, 25)},
	// Between October, when no SDK had it, and an article of 19 November [unsure].
	AuthorizationPolicies:            {since: day(2026, time.November, 18)},
	AnyACLRefused:                    {inArticle: true},
	ACLRefusedAsAccessDenied:         {inArticle: true},
	PresignedRegionAccessDenied:      {inArticle: true},
	HeaderRegionRedirect:             {inArticle: true},
	PresignedCredentialsAccessDenied: {inArticle: true},
	MissingBucketMasked:              {inArticle: true},
	// S3 User Guide: April 2023 (authorization.md 1.6 and 1.8); the day [unsure].
	NewBucketsEnforced: {since: day(2023, time.April, 1)},
	// S3 User Guide, "Blocking or unblocking SSE-C": April 2026; the day [unsure].
	NewBucketsBlockSSEC: {since: day(2026, time.April, 1)},
	// "Later" than the same account, says AWS, and not when [unsure].
	ReasonInOrganization: {since: day(2025, time.June, 1)},
	LockedObjectRefused:  {inArticle: true},
	// S3 API Reference, "Owner" and "Grantee"; it left names out of ever more answers
	// since July.
	OwnersUnnamed: {since: day(2025, time.November, 21)},
	// The models of AWS's SDKs: October 2025; the day [unsure].
	GrantsByEmailRefused: {since: day(2025, time.October, 1)},
	// Recorded plain in 2021, vague in 2023 and, explained, in 2024; the days are not
	// known [unsure].
	KeyRefusalsVague: {since: day(2022, time.January, 1), notInArticle: true},
	// Recorded vague in 2023 and explained in 2024; the day is not known [unsure].
	KeyRefusalsExplained: {since: day(2024, time.January, 1)},
	// What's New at AWS, and the changelog of the SDK for Go, of that day (new-since-2025.md 5.3).
	KeyUsageTracked: {since: day(2026, time.April, 27)},
	// What's New at AWS, of that day.
	KeyRotationFlexible: {since: day(2024, time.April, 12)},
	// What's New at AWS: June 2025; the day [unsure].
	DeletionsRecorded: {since: day(2025, time.June, 1)},
	// What's New at AWS: on-demand rotation of imported material (new-since-2025.md 5.3).
	KeyMaterialsNamed: {since: day(2025, time.June, 6)},
	// The changelog of the SDK for Go, of that day (new-since-2025.md 5.3).
	GrantsToServices: {since: day(2026, time.May, 20)},
	// Recorded since 2025, plain in 2023; the day is not known [unsure].
	LockInMessage: {since: day(2024, time.August, 21)},
	// The models of AWS's SDKs (new-since-2025.md 2.2).
	MoreChecksums: {since: day(2026, time.April, 22)},
	// What's New at AWS, of that day (new-since-2025.md 2.3).
	BucketNamespaces: {since: day(2026, time.March, 12)},
	// With the tags that a bucket is made with; recorded in February 2026, and since when all
	// buckets have it is not known [unsure].
	BucketARNs: {since: day(2025, time.November, 20)},
	// What's New at AWS, of that day (new-since-2025.md 2.4).
	BucketABAC: {since: day(2025, time.November, 20)},
	// Organizations User Guide, "Amazon S3 policy syntax and examples", and What's New at AWS (new-since-2025.md 3).
	OrganizationPublicAccess: {since: day(2025, time.November, 25)},
	// The day of the service's model.
	EncryptionTypesBlocked: {since: day(2025, time.November, 19)},
	// The models of AWS's SDKs (configurations.md 7.1).
	ObjectEncryptionUpdates: {since: day(2026, time.January, 28)},
	// The models of AWS's SDKs (configurations.md 6.1).
	Annotations: {since: day(2026, time.June, 16)},
	// S3 User Guide, "Object Lock considerations" (new-since-2025.md 2.5).
	EventHolds: {since: day(2026, time.September, 8)},
	// The release notes of AWS's SDKs (new-since-2025.md 1.4).
	SimulatorTakesSCPs: {since: day(2026, time.July, 30)},
	// The release notes of AWS's SDKs (new-since-2025.md 5.1).
	SessionTokenSizes: {since: day(2026, time.September, 14)},
	// The release notes of AWS's SDKs (new-since-2025.md 5.1).
	ScopedCredentials: {since: day(2026, time.November, 19)},
	// S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle"; the day (lifecycle.md 2.6).
	SmallObjectsStay: {since: day(2024, time.September, 25)},
	// Reported so in that month, and told otherwise until 2022 (control-apis.md F2 and F7);
	// the day [unsure].
	IAMFormsStrict: {since: day(2024, time.November, 1)},
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Has says whether the difference holds in this world.
func (a Answers) Has(d Difference) bool {
	row := differences[d]
	if a.responses == ResponsesArticle && (row.inArticle || row.notInArticle) {
		return row.inArticle
	}
	return !row.since.IsZero() && !a.asOf.Before(row.since)
}
