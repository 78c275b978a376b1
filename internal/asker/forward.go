package asker

import "github.com/s3fault/s3fault/policy"

// domain ends the names of AWS's services.
const domain = ".amazonaws.com"

// Forwarded is the requester as another service sees it, to whose endpoint in the
// region the service that it asked turns on its behalf (IAM User Guide, "Forward
// access sessions"). service is "s3".
//
// Contested: what came to a public endpoint is forwarded with the same aws:SourceIp,
// says that page; what came through a VPC endpoint without aws:SourceVpce, aws:SourceVpc
// and aws:VpcSourceIp. "Condition operators" in the same guide has it that the target
// sees the address of the calling service, and aws/copilot-cli#5500 was refused
// kms:GenerateDataKey under an Allow by address.
func (a *Asker) Forwarded(service, region string) *Asker {
	f := *a
	f.Via, f.Region = service, region
	f.Secure = true // whatever the requester's own way: KMS takes nothing else [unsure]
	if f.Endpoint != nil {
		f.Endpoint, f.SourceIP = nil, ""
	}
	return &f
}

var viaKey = policy.KeyOf("aws:ViaAWSService")

// setForwarded says whether, and by which service, the request is forwarded.
func (a *Asker) setForwarded(ctx *policy.Context) {
	if a.Via == "" {
		ctx.Put(viaKey, "false")
		return
	}
	ctx.Put(viaKey, "true")
	for _, key := range []string{"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"} {
		ctx.Set(key, a.Via+domain)
	}
}
