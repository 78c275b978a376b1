package authz

// layer is one place that can refuse a request. It answers for itself and knows
// of no other; what the answers mean together is combine's business.
type layer struct {
	name   Layer
	answer func(q *question, answers []answer) []answer
	// unnamed: answers although nobody could be named as the requester.
	unnamed bool
	// bucketless: answers although the bucket asked for does not exist, so that it
	// has neither owner nor policies.
	bucketless bool
}

// layers is every layer that is asked, in the order of a Decision's findings. A
// new layer is one row here, its file, and its rows in reportOrder.
var layers = []layer{
	{name: Authentication, answer: one(authentication), unnamed: true, bucketless: true},
	{name: RequestForm, answer: one(requestForm), unnamed: true, bucketless: true},
	{name: Region, answer: one(region), unnamed: true, bucketless: true},
	{name: CORS, answer: one(cors), unnamed: true, bucketless: true},
	{name: ExpectedOwner, answer: one(expectedOwner)},
	{name: RequesterPays, answer: one(requesterPays)},
	{name: SCP, answer: one(serviceControl)},
	{name: RCP, answer: one(resourceControl)},
	{name: VPCEndpoint, answer: one(vpcEndpoint)},
	{name: Identity, answer: one(identity)},
	{name: PermissionsBoundary, answer: one(permissionsBoundary)},
	{name: Session, answer: one(session)},
	{name: AccessPoints, answer: one(accessPoint)},
	{name: BucketPolicy, answer: one(bucketPolicy)},
	{name: TrustPolicy, answer: one(trustPolicy)},
	{name: ACLs, answer: one(acl)},
	{name: BlockPublicAccess, answer: one(blockPublicAccess)},
	{name: ObjectOwnership, answer: one(objectOwnership)},
	{name: KMS, answer: kms},
	{name: ObjectLock, answer: one(objectLock)},
	{name: Masking, answer: one(masking), unnamed: true, bucketless: true},
}

// one makes a layer of a function with a single finding.
func one(f func(*question) answer) func(*question, []answer) []answer {
	return func(q *question, answers []answer) []answer { return append(answers, f(q)) }
}

// ask puts the question to the layer. Where there is nothing that the layer
// could judge, it has nothing to say.
func (l *layer) ask(q *question, answers []answer) []answer {
	if (q.Principal == nil || q.Free) && !l.unnamed || q.missingBucket() && !l.bucketless {
		return append(answers, silent(l.name))
	}
	if q.Barred.speaksFor(l) {
		return append(answers, q.Barred.answer(l.name))
	}
	return l.answer(q, answers)
}
