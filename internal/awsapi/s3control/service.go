// Package s3control is Amazon S3 Control: the Block Public Access of an account, access points,
// and the tags of buckets.
package s3control

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	path      = "/v20180820/configuration/publicAccessBlock"
	tagsPath  = "/v20180820/tags/{ResourceArn+}"
	namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/"
)

// Service is S3 Control. Its permissions are S3's.
var Service = &awsapi.Service{
	Name: "s3control", Prefix: "s3", Version: "2018-08-20", Namespace: namespace,
	Protocol: awsapi.RESTXML, Unexplained: unexplained,
	Actions: append([]*awsapi.Action{
		awsapi.NewAction("GetPublicAccessBlock", checkAccount[awsapi.Nothing], getPublicAccessBlock).
			Reads().Asks("GetAccountPublicAccessBlock").Logged("GetAccountPublicAccessBlock").At("GET", path),
		awsapi.NewAction("PutPublicAccessBlock", checkChange[putInput], putPublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").Logged("PutAccountPublicAccessBlock").At("PUT", path),
		awsapi.NewAction("DeletePublicAccessBlock", checkChange[awsapi.Nothing], deletePublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").Logged("DeleteAccountPublicAccessBlock").
			At("DELETE", path).Answers(http.StatusNoContent),
		// For other resources than buckets they are older.
		awsapi.NewAction("ListTagsForResource", checkTagging[listTagsInput], listTagsForResource).
			Reads().At("GET", tagsPath).Since(world.BucketABAC).Told(quoted),
		awsapi.NewAction("TagResource", checkTagging[tagInput], tagResource).
			At("POST", tagsPath).Answers(http.StatusNoContent).Since(world.BucketABAC).Told(quoted),
		awsapi.NewAction("UntagResource", checkTagging[untagInput], untagResource).
			At("DELETE", tagsPath).Answers(http.StatusNoContent).Since(world.BucketABAC).Told(quoted),
	}, accessPoints...),
}

// unexplained is S3's plain refusal of whom it does not tell the reason: S3 Control
// speaks as S3 does, and said no more in 2020 (boto3#2332).
func unexplained(c *awsapi.Call, resource string) error {
	owner := c.Account
	if b := c.State().Bucket(strings.TrimPrefix(resource, bucketARN)); b != nil {
		owner = b.Owner
	}
	if c.Asker().ToldWhy(owner) {
		return nil
	}
	return plainRefusal()
}

func plainRefusal() error {
	return awsapi.RefuseWith(http.StatusForbidden, "AccessDenied", "Access Denied")
}

// quoted names a resource as S3's refusals do [unsure: recorded of S3's own calls].
func quoted(_ any, resource string) string { return strconv.Quote(resource) }
