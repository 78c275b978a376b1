package iam

import (
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// policyVersion is a version of a managed policy as IAM describes it; listings leave
// the document out.
type policyVersion struct {
	Document         string `xml:",omitempty"`
	VersionId        string
	IsDefaultVersion bool
	CreateDate       string
}

func describeVersion(d *world.PolicyDetails, v *world.PolicyVersion) policyVersion {
	return policyVersion{VersionId: versionID(v.Number), IsDefaultVersion: v.Number == d.Default, CreateDate: awsapi.ISO(v.Created)}
}

// mostVersions is how many versions a managed policy can have (IAM User Guide, "IAM
// and AWS STS quotas").
const mostVersions = 5

type createVersionInput struct {
	policyARN
	PolicyDocument string `aws:",required"`
	SetAsDefault   bool
}

type versionOutput struct{ PolicyVersion policyVersion }

func createPolicyVersion(c *awsapi.Call, in *createVersionInput) (*versionOutput, error) {
	compiled, err := readPolicy(identityPolicy(in.PolicyArn, in.PolicyDocument), maxManaged, "PolicySize")
	if err != nil {
		return nil, err
	}
	var made policyVersion
	err = editPolicy(c, in.PolicyArn, func(p *authz.Named, d *world.PolicyDetails) error {
		if len(d.Versions) >= mostVersions {
			return limitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", mostVersions)
		}
		v := world.PolicyVersion{Number: d.Last + 1, Created: c.Now, Policy: compiled}
		d.Versions, d.Last, d.Updated = append(slices.Clone(d.Versions), v), v.Number, c.Now
		if in.SetAsDefault {
			d.Default, p.Policy = v.Number, compiled
		}
		made = describeVersion(d, &v)
		return nil
	})
	return &versionOutput{made}, err
}

type versionInput struct {
	policyARN
	VersionId string `aws:",required"`
}

// find is the version that the call is about.
func (in *versionInput) find(d *world.PolicyDetails) (*world.PolicyVersion, error) {
	number, err := strconv.Atoi(in.VersionId[1:])
	if v := d.Version(number); v != nil && err == nil {
		return v, nil
	}
	return nil, noSuchEntity("Policy %s version %s does not exist or is not attachable.", in.PolicyArn, in.VersionId)
}

func getPolicyVersion(c *awsapi.Call, in *versionInput) (*versionOutput, error) {
	p, err := policyAt(c, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	d := account(c).DetailsOf(p)
	v, err := in.find(d)
	if err != nil {
		return nil, err
	}
	described := describeVersion(d, v)
	described.Document = escaped(v.Policy)
	return &versionOutput{described}, nil
}

type listVersionsInput struct {
	policyARN
	paging
}

type listVersionsOutput struct {
	Versions awsapi.List[policyVersion]
	cut
}

// listPolicyVersions lists the newest version first.
func listPolicyVersions(c *awsapi.Call, in *listVersionsInput) (*listVersionsOutput, error) {
	p, err := policyAt(c, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	d := account(c).DetailsOf(p)
	list := make([]world.PolicyVersion, 0, len(d.Versions))
	for _, v := range slices.Backward(d.Versions) {
		list = append(list, v)
	}
	// The marker orders as texts: what is left to the highest number comes first.
	list, rest, err := page(c, in.paging, list, func(v world.PolicyVersion) string { return strconv.Itoa(1<<30 - v.Number) })
	out := &listVersionsOutput{cut: rest}
	for i := range list {
		out.Versions = append(out.Versions, describeVersion(d, &list[i]))
	}
	return out, err
}

func setDefaultPolicyVersion(c *awsapi.Call, in *versionInput) (*awsapi.Nothing, error) {
	err := editPolicy(c, in.PolicyArn, func(p *authz.Named, d *world.PolicyDetails) error {
		v, err := in.find(d)
		if err != nil {
			return err
		}
		d.Default, p.Policy, d.Updated = v.Number, v.Policy, c.Now
		return nil
	})
	return &awsapi.Nothing{}, err
}

func deletePolicyVersion(c *awsapi.Call, in *versionInput) (*awsapi.Nothing, error) {
	err := editPolicy(c, in.PolicyArn, func(_ *authz.Named, d *world.PolicyDetails) error {
		gone, err := in.find(d)
		switch {
		case err != nil:
			return err
		case gone.Number == d.Default:
			return deleteConflict("Cannot delete the default version of a policy.")
		}
		number := gone.Number
		d.Versions = slices.DeleteFunc(slices.Clone(d.Versions), func(v world.PolicyVersion) bool { return v.Number == number })
		d.Updated = c.Now
		return nil
	})
	return &awsapi.Nothing{}, err
}
