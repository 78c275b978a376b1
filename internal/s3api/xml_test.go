package s3api

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
)

func FuzzParseXML(f *testing.F) {
	f.Add(`<Delete><Object><Key>k</Key></Object></Delete>`)
	f.Add(`<AccessControlPolicy><AccessControlList><Grant/></AccessControlList></AccessControlPolicy>`)
	f.Add(`<CreateBucketConfiguration><LocationConstraint>x</LocationConstraint></CreateBucketConfiguration>`)
	f.Fuzz(func(t *testing.T, doc string) {
		for root, into := range map[string]any{
			"Delete": &deleteXML{}, "AccessControlPolicy": &wire.ACLXML{}, "CreateBucketConfiguration": &createXML{},
			"OwnershipControls": &ownershipXML{}, "ServerSideEncryptionConfiguration": &encryptionXML{},
		} {
			if wire.ParseXML(strings.NewReader(doc), root, into) == nil && !strings.Contains(doc, root) {
				t.Fatalf("%q was read as %s", doc, root)
			}
		}
	})
}
