package authz

// layer is one place that can refuse a request. It answers for itself and knows
// of no other; what the answers mean together is combine's business.
type layer struct {
	name Layer
	// answer makes something of the silent answer that it is given, where the layer has something to say.
	answer func(q *question, a *answer)
	// parts answers in its place, where a layer has more than one answer.
	parts func(q *question, answers []answer) []answer
	// unnamed: answers although nobody could be named as the requester.
	unnamed bool
	// bucketless: answers although the bucket asked for does not exist, so that it
	// has neither owner nor policies.
	bucketless bool
}

// layers is every layer that is asked, in the order of a Decision's findings. A
// new layer is one row here, its file, and its rows in reportOrder.
var layers = []layer{
	{name: Authentication, answer: authentication, unnamed: true, bucketless: true},
	{name: RequestForm, answer: requestForm, unnamed: true, bucketless: true},
	{name: Region, answer: region, unnamed: true, bucketless: true},
	{name: CORS, answer: cors, unnamed: true, bucketless: true},
	{name: ExpectedOwner, answer: expectedOwner},
	{name: RequesterPays, answer: requesterPays},
	{name: SCP, answer: serviceControl},
	{name: RCP, answer: resourceControl},
	{name: VPCEndpoint, answer: vpcEndpoint},
	{name: Identity, answer: identity},
	{name: PermissionsBoundary, answer: permissionsBoundary},
	{name: Session, answer: session},
	{name: AccessPoints, answer: accessPoint},
	{name: BucketPolicy, answer: bucketPolicy},
	{name: TrustPolicy, answer: trustPolicy},
	{name: ACLs, answer: acl},
	{name: BlockPublicAccess, answer: blockPublicAccess},
	{name: ObjectOwnership, answer: objectOwnership},
	{name: KMS, parts: kms},
	{name: ObjectLock, answer: objectLock},
	{name: Masking, answer: masking, unnamed: true, bucketless: true},
}

// ask puts the question to the layer. Where there is nothing that the layer
// could judge, it has nothing to say.
func (l *layer) ask(q *question, answers []answer) []answer {
	unasked := q.nobodys && !l.unnamed || q.nowhere && !l.bucketless
	barred := q.Barred != nil && q.Barred.speaksFor(l)
	if l.parts != nil && !unasked && !barred {
		return l.parts(q, answers)
	}
	answers = append(answers, answer{})
	a := &answers[len(answers)-1]
	a.Layer, a.Effect = l.name, NotApplicable
	switch {
	case unasked:
	case barred:
		q.Barred.answer(a)
	case l.answer != nil:
		l.answer(q, a)
	}
	return answers
}

// hear is ask without an answer of which nothing comes. Masking's may become another.
func (l *layer) hear(q *question, answers []answer) []answer {
	answers = l.ask(q, answers)
	if last := len(answers) - 1; answers[last].Effect == NotApplicable && l.name != Masking {
		answers = answers[:last]
	}
	return answers
}
