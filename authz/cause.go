package authz

import "slices"

// reportRow is a kind of refusal.
type reportRow struct {
	layer        Layer
	part         string // empty: any but that of a Bar
	effect       Effect
	beforeRegion bool // only where S3 notices it before it compares regions
}

// reportOrder is the order in which refusals are reported when there are
// several: the first is the cause that the reply names. S3 names one reason only
// (s3-errors.md 2.1). Explicit denies come in the order of AWS's chart
// (authorization.md 1.1). Among implicit ones S3 asks the requester's account
// before the bucket's (1.5). KMS looks at a key's state after its permissions.
var reportOrder = []reportRow{
	{layer: Authentication, effect: ExplicitDeny, beforeRegion: true},
	{layer: Region, effect: ExplicitDeny},
	{layer: Authentication, effect: ExplicitDeny},
	{layer: RequestForm, effect: ExplicitDeny},
	{layer: CORS, effect: ExplicitDeny},
	{layer: ExpectedOwner, effect: ExplicitDeny},
	{layer: RequesterPays, effect: ExplicitDeny},
	{layer: Session, part: PartCredentials, effect: ExplicitDeny},
	{layer: Identity, part: PartCaller, effect: ExplicitDeny},

	{layer: RCP, effect: ExplicitDeny},
	{layer: SCP, effect: ExplicitDeny},
	{layer: VPCEndpoint, effect: ExplicitDeny},
	{layer: AccessPoints, effect: ExplicitDeny},
	{layer: BucketPolicy, effect: ExplicitDeny},
	{layer: TrustPolicy, effect: ExplicitDeny},
	{layer: BlockPublicAccess, effect: ExplicitDeny},
	{layer: KMS, part: PartKeyPolicy, effect: ExplicitDeny},
	{layer: Identity, effect: ExplicitDeny},
	{layer: KMS, part: PartIdentity, effect: ExplicitDeny},
	{layer: PermissionsBoundary, effect: ExplicitDeny},
	{layer: Session, effect: ExplicitDeny},

	{layer: ObjectOwnership, effect: ExplicitDeny},

	{layer: SCP, effect: ImplicitDeny},
	{layer: VPCEndpoint, effect: ImplicitDeny},
	{layer: Identity, effect: ImplicitDeny},
	{layer: PermissionsBoundary, effect: ImplicitDeny},
	{layer: Session, effect: ImplicitDeny},
	{layer: AccessPoints, effect: ImplicitDeny},
	{layer: BucketPolicy, effect: ImplicitDeny},
	{layer: TrustPolicy, effect: ImplicitDeny},
	{layer: ACLs, effect: ImplicitDeny},
	{layer: BlockPublicAccess, effect: ImplicitDeny},
	{layer: KMS, part: PartKeyPolicy, effect: ImplicitDeny},
	{layer: KMS, part: PartIdentity, effect: ImplicitDeny},
	{layer: KMS, part: PartKeyState, effect: ExplicitDeny},
	{layer: Session, part: PartCaller, effect: ExplicitDeny},

	{layer: ObjectLock, effect: ExplicitDeny},

	{layer: Masking, effect: ImplicitDeny},
}

// sortForReport puts the answers in the way into the order of reportOrder.
func sortForReport(answers []answer, way []int) {
	slices.SortStableFunc(way, func(i, j int) int { return rank(&answers[i]) - rank(&answers[j]) })
}

// rank is an answer's place in reportOrder; one without a row comes last.
func rank(a *answer) int {
	for i, row := range reportOrder {
		if row.layer == a.Layer && row.effect == a.Effect &&
			(row.part == a.Part || row.part == "" && !barred(a.Layer, a.Part)) && (!row.beforeRegion || a.beforeRegion) {
			return i
		}
	}
	return len(reportOrder)
}
