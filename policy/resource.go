package policy

import "strings"

// anyResource is the resource of an action that is about none.
const anyResource = "*"

// allOfS3 is what S3 asks about where an action has no resource, by partition: a policy that names its every resource
// covers s3:ListAllMyBuckets, as many of AWS's examples have it (IAM User Guide, "Policy evaluation logic" and
// "Condition operators"; S3 User Guide, "Controlling access to a bucket with user policies"). Other services ask about
// "*", which no ARN covers: AWS's examples never name one for such an action.
var allOfS3 = map[string]string{
	"aws": "arn:aws:s3:::*", "aws-cn": "arn:aws-cn:s3:::*", "aws-us-gov": "arn:aws-us-gov:s3:::*",
}

// resource is what Resource elements are compared with.
func (r *Request) resource() string {
	if r.Resource != anyResource || !r.withoutResource() {
		return r.Resource
	}
	return allOfS3[r.Principal.partition()]
}

// withoutResource says whether the action is one of S3's that have no resource. An action that the tables do not know
// is taken for one.
func (r *Request) withoutResource() bool {
	if len(r.Action) < 3 || !strings.EqualFold(r.Action[:3], "s3:") {
		return false
	}
	a := lookup(r.Action)
	return a == nil || len(a.Resources) == 0
}

// partition is that of the principal's ARN; "aws" where it has none.
func (p *Principal) partition() string {
	if p == nil {
		return "aws"
	}
	if name, rest, ok := strings.Cut(strings.TrimPrefix(p.ARN, "arn:"), ":"); ok && rest != "" && allOfS3[name] != "" {
		return name
	}
	return "aws"
}
