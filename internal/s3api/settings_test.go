package s3api

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// A setting of a bucket is held against its schema: what it does not have, and what comes twice,
// is refused before anything changes. once is an element that may stand once.
func TestSettingsKeepTheirSchema(t *testing.T) {
	grants := "<Owner><ID>" + world.CanonicalID(ownAccount) + "</ID><DisplayName>me</DisplayName></Owner>" +
		"<AccessControlList></AccessControlList>"
	for _, row := range []struct {
		what, root, body, once string
		code                   s3err.Code
	}{
		{"versioning", "VersioningConfiguration", "<Status>Enabled</Status>", "Status", s3err.MalformedXML},
		{"ownershipControls", "OwnershipControls", "<Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule>",
			"ObjectOwnership", s3err.MalformedXML},
		{"encryption", "ServerSideEncryptionConfiguration", "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256" +
			"</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>", "SSEAlgorithm", s3err.MalformedXML},
		{"publicAccessBlock", "PublicAccessBlockConfiguration", "<BlockPublicAcls>true</BlockPublicAcls>",
			"BlockPublicAcls", s3err.MalformedXML},
		{"requestPayment", "RequestPaymentConfiguration", "<Payer>Requester</Payer>", "Payer", s3err.MalformedXML},
		{"object-lock", "ObjectLockConfiguration", "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>" +
			"<Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>", "Days", s3err.MalformedXML},
		{"tagging", "Tagging", "<TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet>", "Key", s3err.MalformedXML},
		{"acl", "AccessControlPolicy", grants, "AccessControlList", s3err.MalformedACLError},
		{"abac", "AbacStatus", "<Status>Enabled</Status>", "Status", s3err.MalformedXML},
	} {
		t.Run(row.what, func(t *testing.T) {
			b := newBench(t)
			b.edit(t, func(b *world.Bucket) { b.Versioning = world.VersioningEnabled })
			send := func(body string) answered {
				return b.do(t, configure(row.what, "<"+row.root+ns+">"+body+"</"+row.root+">"))
			}
			before := b.live.Now().State.Buckets["my-bucket"]
			send(row.body+"<Nope/>").refused(t, row.code, "")
			send(strings.Replace(row.body, "</"+row.once+">", "<Nope/></"+row.once+">", 1)).refused(t, row.code, "")
			element := row.body[strings.Index(row.body, "<"+row.once+">") : strings.Index(row.body, "</"+row.once+">")+
				len(row.once)+3]
			send(strings.Replace(row.body, element, element+element, 1)).refused(t, row.code, "")
			if b.live.Now().State.Buckets["my-bucket"] != before {
				t.Error("a refused setting changed the bucket")
			}
			b.must(t, configure(row.what, "<"+row.root+">"+row.body+"</"+row.root+">"))
		})
	}
}
