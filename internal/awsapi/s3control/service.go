// Package s3control is Amazon S3 Control: the Block Public Access of an account.
package s3control

import (
	"github.com/s3fault/s3fault/internal/awsapi"
)

const (
	path      = "/v20180820/configuration/publicAccessBlock"
	namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/"
)

// Service is S3 Control. Its permissions are S3's.
var Service = &awsapi.Service{
	Name: "s3control", Prefix: "s3", Version: "2018-08-20", Namespace: namespace,
	Protocol: awsapi.RESTXML,
	Actions: []*awsapi.Action{
		awsapi.NewAction("GetPublicAccessBlock", checkAccount[awsapi.Nothing], getPublicAccessBlock).
			Reads().Asks("GetAccountPublicAccessBlock").At("GET", path),
		awsapi.NewAction("PutPublicAccessBlock", checkAccount[putInput], putPublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").At("PUT", path),
		awsapi.NewAction("DeletePublicAccessBlock", checkAccount[awsapi.Nothing], deletePublicAccessBlock).
			Asks("PutAccountPublicAccessBlock").At("DELETE", path),
	},
}
