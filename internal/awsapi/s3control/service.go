// Package s3control is Amazon S3 Control: the Block Public Access of an account, and the
// tags of buckets.
package s3control

import (
	"net/http"

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
	Protocol: awsapi.RESTXML,
	Actions: []*awsapi.Action{
		awsapi.NewAction("GetPublicAccessBlock", checkAccount[awsapi.Nothing], getPublicAccessBlock).
			Reads().Asks("GetAccountPublicAccessBlock").At("GET", path),
		awsapi.NewAction("PutPublicAccessBlock", checkChange[putInput], putPublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").At("PUT", path),
		awsapi.NewAction("DeletePublicAccessBlock", checkChange[awsapi.Nothing], deletePublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").At("DELETE", path),
		// For other resources than buckets they are older.
		awsapi.NewAction("ListTagsForResource", checkTagging[listTagsInput], listTagsForResource).
			Reads().At("GET", tagsPath).Since(world.BucketABAC),
		awsapi.NewAction("TagResource", checkTagging[tagInput], tagResource).
			At("POST", tagsPath).Answers(http.StatusNoContent).Since(world.BucketABAC),
		awsapi.NewAction("UntagResource", checkTagging[untagInput], untagResource).
			At("DELETE", tagsPath).Answers(http.StatusNoContent).Since(world.BucketABAC),
	},
}
