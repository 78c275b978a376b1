package iamtoolbox

import (
	"context"
	"maps"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
)

// The members of the API (IAM Toolbox API Reference, version 2018-05-10), under the names
// that the SDK for Go gives them: its client is in no registry that our tests reach. Of
// the policy's answer the member is not known. [unsure]
type (
	client     struct{}
	modelInput struct{ AuthorizationId, NextToken, PolicyUri *string }
	detailed   struct {
		RequestContext map[string]any
		Evaluations    []struct {
			Action, Resource *string
			Context          map[string]any
			EvaluatedEffect  string
			MatchedPolicies  []struct {
				Uri               *string
				MatchedStatements []struct {
					Sid             *string
					EvaluatedEffect string
				}
			}
		}
		Policies []struct {
			Type       string
			Inline     *bool
			Uri        *string
			AttachedTo []struct{ Arn *string }
		}
		NextToken *string
	}
	document struct{ PolicyDocument any }
)

func (client) GetRequestAuthorizationDetails(context.Context, *modelInput) (*detailed, error) {
	return nil, nil
}

func (client) GetRequestAuthorizationPolicy(context.Context, *modelInput) (*document, error) {
	return nil, nil
}

func TestWireStructs(t *testing.T) { wiretest.Hold(t, Service, client{}) }

// Every layer with policies has a type of AWS's, and no other.
func TestEveryPolicyHasAType(t *testing.T) {
	without := map[authz.Layer]bool{
		authz.Authentication: true, authz.RequestForm: true, authz.Region: true, authz.CORS: true, authz.ExpectedOwner: true,
		authz.RequesterPays: true, authz.ACLs: true, authz.BlockPublicAccess: true, authz.ObjectOwnership: true,
		authz.ObjectLock: true, authz.Masking: true, authz.Fault: true,
	}
	for _, l := range authz.Layers() {
		if (types[l] == "") != without[l] {
			t.Errorf("the type of the layer %s is %q", l, types[l])
		}
	}
}

func TestTell(t *testing.T) {
	got := map[string]string{}
	each := tell(got)
	for name, values := range map[string][]string{
		"aws:SourceIp": {"2001:db8::1"}, "aws:VpcSourceIp": {"none"}, "aws:CurrentTime": {"2026-11-29T12:00:00Z"},
		"aws:EpochTime":        {"1795953600"},
		"aws:ResourceOrgPaths": {"o-exampleorgid/r-ab12/"}, "s3:many": {"a", "b"}, "aws:userid": {"AIDAEXAMPLE"},
	} {
		each(name, values)
	}
	want := map[string]string{
		"aws:SourceIp": "2001:db8::1/128", "aws:VpcSourceIp": "none", "aws:CurrentTime": "2026-11-29T12:00:00Z",
		"aws:EpochTime":        "2026-11-29T12:00:00Z",
		"aws:ResourceOrgPaths": "[o-exampleorgid/r-ab12/]", "s3:many": "[a, b]", "aws:UserId": "AIDAEXAMPLE",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
