package authz

import "github.com/s3fault/s3fault/policy"

// outcome is what the answers come to.
type outcome struct {
	verdict Verdict
	way     []int // indexes of the answers in the way, the cause first
	behind  int   // index of the answer whose words the reply uses
}

// combine reads the answers as AWS's evaluation chart does (authorization.md 1.1
// to 1.3; IAM User Guide, "Policy evaluation logic"):
//
//   - a refusal before the policies, and an explicit deny anywhere, is final;
//   - every guardrail (SCP, RCP, VPC endpoint policy) must allow;
//   - the requester's side must allow: identity, and boundary and session where
//     there are any, unless the resource's policy in the same account makes good
//     what they leave out;
//   - the resource's side, bucket policy or ACL, must allow a requester of another
//     account, or of none; a role's trust policy, and a key's policy or a grant,
//     must allow everybody;
//   - where the request takes an access point, its policy must allow whoever is not of its
//     account, whatever the bucket's says.
func combine(q *question, answers []answer) outcome {
	var way []int
	for i := range answers {
		if standsInTheWay(q, answers, &answers[i]) {
			way = append(way, i)
		}
	}
	if len(way) == 0 {
		return outcome{verdict: Allowed, behind: -1}
	}
	sortForReport(answers, way)
	behind := way[0]
	way = mask(q, answers, way)
	verdict := ImplicitlyDenied
	if strongest(answers, way) == ExplicitDeny {
		verdict = ExplicitlyDenied
	}
	return outcome{verdict: verdict, way: way, behind: behind}
}

// standsInTheWay says whether an answer keeps the request from being allowed.
func standsInTheWay(q *question, answers []answer, a *answer) bool {
	if a.Effect != ImplicitDeny {
		return a.Effect == ExplicitDeny
	}
	switch a.Layer {
	case BucketPolicy, ACLs, BlockPublicAccess:
		return resourceRefuses(q, answers) == a.Layer
	case AccessPoints:
		return !q.belongsTo(q.AccessPoint.Account) && !q.Began
	case KMS:
		// Nothing but a grant makes good a key policy that does not allow.
		return !granted(answers) && !madeGood(q, answers, policy.ByRole)
	case Identity:
		return !madeGood(q, answers, policy.ByRole)
	case PermissionsBoundary:
		return !madeGood(q, answers, policy.ByUser)
	case Session:
		return !madeGood(q, answers, policy.Direct)
	}
	return true
}

// resourceRefuses names the layer that is to blame where nothing on the resource's side
// allows. It is empty where something does, and where nothing has to: a requester of the
// resource's own account, or one that began the upload, needs no Allow there.
//
// To blame is Block Public Access, if it ignores an ACL that would allow; else the ACL,
// if there is no policy or the object is not the bucket owner's; else the policy.
func resourceRefuses(q *question, answers []answer) Layer {
	if q.own || q.Began {
		return ""
	}
	refuses := BucketPolicy
	for i := range answers {
		switch a := &answers[i]; {
		case resourceSide(a.Layer) && a.gives():
			return ""
		case a.ignores, a.Effect == ImplicitDeny && a.Layer == ACLs && (q.BucketPolicy == nil || q.foreign):
			refuses = a.Layer
		}
	}
	return refuses
}

// resourceSide says whether an Allow of the layer is the resource's.
func resourceSide(l Layer) bool { return l == BucketPolicy || l == TrustPolicy || l == ACLs }

// granted says whether a grant of the key allows, which is enough by itself
// (authorization.md 4).
func granted(answers []answer) bool {
	for i := range answers {
		if answers[i].Part == PartGrant {
			return answers[i].Effect == Allow
		}
	}
	return false
}

// madeGood says whether the resource's side allows a requester of the same
// account so directly that an implicit deny on the requester's side does not
// count (authorization.md 1.3). What names the account only leaves the decision
// to the account.
func madeGood(q *question, answers []answer, atLeast policy.Naming) bool {
	if !q.own || q.AccessPoint != nil && !pointMakesGood(q, answers, atLeast) {
		return false
	}
	for i := range answers {
		a := &answers[i]
		if a.gives() && (resourceSide(a.Layer) || a.Part == PartKeyPolicy) && a.naming >= atLeast {
			return true
		}
	}
	return false
}

// pointMakesGood says whether the access point's policy allows a requester of its own account
// as madeGood has it of the bucket's: both have to (S3 User Guide, "Configuring IAM policies
// for using access points").
func pointMakesGood(q *question, answers []answer, atLeast policy.Naming) bool {
	if !q.belongsTo(q.AccessPoint.Account) {
		return false
	}
	for i := range answers {
		if a := &answers[i]; a.Layer == AccessPoints {
			return a.gives() && a.naming >= atLeast
		}
	}
	return false
}

// strongest is ExplicitDeny when one of the answers is, else ImplicitDeny.
func strongest(answers []answer, which []int) Effect {
	for _, i := range which {
		if answers[i].Effect == ExplicitDeny {
			return ExplicitDeny
		}
	}
	return ImplicitDeny
}

// decision is the outcome as callers see it.
func (o *outcome) decision(q *question, answers []answer) Decision {
	d := Decision{
		Action: q.Action, Resource: q.Resource, Verdict: o.verdict, Findings: findings(answers),
		behind: o.behind, way: o.way,
	}
	if o.verdict != Allowed {
		for i := range answers {
			answers[i].explain(q, &d.Findings[i])
		}
	}
	o.blame(&d, answers)
	return d
}

// brief is the outcome as an answer needs it.
func (o *outcome) brief(q *question, answers []answer) Decision {
	d := Decision{Action: q.Action, Resource: q.Resource, Verdict: o.verdict}
	if o.verdict != Allowed {
		d.Findings = findings(answers[o.behind : o.behind+1])
		o.blame(&d, answers)
	}
	return d
}

// blame lists who stands in the way.
func (o *outcome) blame(d *Decision, answers []answer) {
	for _, i := range o.way {
		d.addDeniedBy(answers[i].Layer)
	}
	if len(d.DeniedBy) > 0 {
		d.Cause = d.DeniedBy[0]
	}
}

// findings are what the layers said, as callers see it. The names of all deciding
// statements are in one piece of memory.
func findings(answers []answer) []Finding {
	all := make([]Finding, len(answers))
	names := make([]Statement, 0, deciding(answers))
	for i := range answers {
		a, f := &answers[i], &all[i]
		f.Layer, f.Effect, f.Part, f.Setting, f.Detail = a.Layer, a.Effect, a.Part, a.Setting, a.Detail
		if a.by == nil {
			continue
		}
		f.Policy, f.PolicyARN = a.by.Name, a.by.ARN
		if p := a.by.Policy; p != nil {
			names = append(names, Statement{Index: a.at, Sid: p.Sid(a.at)})
			f.Statement = &names[len(names)-1]
		}
	}
	return all
}

// deciding is how many of the answers a policy decided.
func deciding(answers []answer) (n int) {
	for i := range answers {
		if answers[i].by != nil {
			n++
		}
	}
	return n
}
