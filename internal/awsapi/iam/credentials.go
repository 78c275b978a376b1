package iam

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// Credentials of users, and other things in an account, of which this world holds none and no
// call makes one: the lists are empty, of users and pages that there are.

// ofUserInput is a listing of what a user has; without a name, the caller.
type ofUserInput struct {
	UserName string
	paging
}

func (in ofUserInput) user() string { return in.UserName }

// none is a page of nothing, of a user that there is.
func (in ofUserInput) none(c *awsapi.Call) (cut, error) {
	if _, err := existingUser(c, in.UserName); err != nil {
		return cut{}, err
	}
	return in.page(c)
}

// page is a page of nothing.
func (in paging) page(c *awsapi.Call) (cut, error) {
	_, rest, err := page(c, in, nil, func(string) string { return "" })
	return rest, err
}

// nothing is what a list that is always empty is of.
type nothing = awsapi.List[struct{}]

type (
	sshKeysOutput struct {
		SSHPublicKeys nothing
		cut
	}
	signingOutput struct {
		Certificates nothing
		cut
	}
	mfaOutput struct {
		MFADevices nothing
		cut
	}
	virtualMFAOutput struct {
		VirtualMFADevices nothing
		cut
	}
	serverCertificatesOutput struct {
		ServerCertificateMetadataList nothing
		cut
	}
	samlOutput     struct{ SAMLProviderList nothing }
	specificOutput struct {
		ServiceSpecificCredentials nothing
		cut
	}
)

func listSSHKeys(c *awsapi.Call, in *ofUserInput) (*sshKeysOutput, error) {
	rest, err := in.none(c)
	return &sshKeysOutput{nil, rest}, err
}

func listSigning(c *awsapi.Call, in *ofUserInput) (*signingOutput, error) {
	rest, err := in.none(c)
	return &signingOutput{nil, rest}, err
}

func listMFA(c *awsapi.Call, in *ofUserInput) (*mfaOutput, error) {
	rest, err := in.none(c)
	return &mfaOutput{nil, rest}, err
}

type virtualMFAInput struct {
	AssignmentStatus string
	paging
}

func checkVirtualMFA(c *awsapi.Call, _ *virtualMFAInput) ([]*authz.Request, error) {
	return c.Ask("arn:aws:iam::" + c.CallerAccount() + ":mfa/")
}

func listVirtualMFA(c *awsapi.Call, in *virtualMFAInput) (*virtualMFAOutput, error) {
	rest, err := in.page(c)
	return &virtualMFAOutput{nil, rest}, err
}

type specificInput struct {
	ofUserInput
	ServiceName string
	AllUsers    bool
}

// listSpecific lists credentials of one service, as for Git. The words are [unsure].
func listSpecific(c *awsapi.Call, in *specificInput) (*specificOutput, error) {
	if in.AllUsers && in.UserName != "" {
		return nil, awsapi.Refuse("ValidationError", "UserName cannot be specified when AllUsers is true")
	}
	if in.AllUsers {
		rest, err := in.page(c)
		return &specificOutput{nil, rest}, err
	}
	rest, err := in.none(c)
	return &specificOutput{nil, rest}, err
}

func listServerCertificates(c *awsapi.Call, in *listInput) (*serverCertificatesOutput, error) {
	rest, err := in.page(c)
	return &serverCertificatesOutput{nil, rest}, err
}

func listSAML(*awsapi.Call, *awsapi.Nothing) (*samlOutput, error) { return &samlOutput{}, nil }
