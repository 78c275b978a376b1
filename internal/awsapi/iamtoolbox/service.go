// Package iamtoolbox is IAM Access Troubleshooter: what was evaluated for a refused call
// of IAM, by the authorization ID in its message. AWS's CLI and SDKs have it as
// iam-toolbox, and sign its requests for iam. The answers come of the same Decisions
// as `s3fault why`.
package iamtoolbox

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// Service is IAM Toolbox (API version 2018-05-10).
var Service = &awsapi.Service{
	Name: "iam-toolbox", Prefix: "iam", Protocol: awsapi.RESTJSON,
	Paths: []string{"/authorization-details"},
	Actions: []*awsapi.Action{
		awsapi.NewAction("GetRequestAuthorizationDetails", awsapi.AskAll[detailsInput], getDetails).
			Reads().At("GET", "/authorization-details/{authorizationId}").Since(world.AuthorizationIDs),
		awsapi.NewAction("GetRequestAuthorizationPolicy", awsapi.AskAll[policyInput], getPolicy).
			Reads().At("GET", "/authorization-details/{authorizationId}/policy").Since(world.AuthorizationPolicies),
	},
}

// find is the record of an authorization ID, as the caller may see it. IAM is in
// us-east-1, and so are its denials; a client that signs for the region of its world is
// answered too.
func find(c *awsapi.Call, id string) (*authdetails.View, error) {
	r := c.Details.Find(id, c.Now)
	if r == nil || c.Region() != homeRegion && c.Region() != r.Region {
		return nil, notFound()
	}
	if v := r.For(c.Asker()); v != nil {
		return v, nil
	}
	return nil, notFound()
}

const homeRegion = "us-east-1"

// notFound tells those who may not see something what it tells where there is nothing.
// [unsure: the message, made of the API Reference's words on the error]
func notFound() error {
	return awsapi.RefuseWith(http.StatusNotFound, "ResourceNotFoundException", "The requested authorization details do not exist in this region or have expired.")
}
