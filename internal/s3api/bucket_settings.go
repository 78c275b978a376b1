package s3api

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// settingsBody is the most bytes of a bucket's setting.
const settingsBody = 64 << 10

type ownershipXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ OwnershipControls"`
	Rules   []struct {
		ObjectOwnership world.ObjectOwnership
	} `xml:"Rule"`
}

func knownOwnership(o world.ObjectOwnership) bool {
	known := []world.ObjectOwnership{world.BucketOwnerEnforced, world.BucketOwnerPreferred, world.ObjectWriter}
	return slices.Contains(known, o)
}

func serveGetBucketOwnershipControls(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if b.Ownership == "" {
		return nil, s3err.New(s3err.OwnershipControlsNotFoundError, s3err.E("BucketName", b.Name))
	}
	var body ownershipXML
	body.Rules = append(body.Rules, struct{ ObjectOwnership world.ObjectOwnership }{b.Ownership})
	return xmlReply(nil, body), nil
}

func servePutBucketOwnershipControls(c *Call) (*Reply, error) {
	var body struct {
		Rules []struct {
			ObjectOwnership world.ObjectOwnership
		} `xml:"Rule"`
	}
	if err := readSetting(c, "OwnershipControls", &body); err != nil {
		return nil, err
	}
	if len(body.Rules) != 1 || !knownOwnership(body.Rules[0].ObjectOwnership) {
		return nil, s3err.New(s3err.MalformedXML)
	}
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	edited := *b
	edited.Ownership = body.Rules[0].ObjectOwnership
	if disablesACL(c, &edited) {
		return nil, s3err.New(s3err.InvalidBucketACLWithObjectOwnership)
	}
	err = c.changeBucket(func(b *world.Bucket) { b.Ownership = edited.Ownership })
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// disablesACL says that the bucket's ownership would put its ACL out of force
// although it gives others something. S3 makes nobody lose access so
// (authorization.md 1.6).
func disablesACL(c *Call, b *world.Bucket) bool {
	return b.Ownership == world.BucketOwnerEnforced && grantsOthers(c.State(), b.ACL, b.Owner)
}

func serveDeleteBucketOwnershipControls(c *Call) (*Reply, error) {
	if err := c.changeBucket(func(b *world.Bucket) { b.Ownership = "" }); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}

type encryptionRule struct {
	BucketKeyEnabled bool
	Default          *encryptionByDefault `xml:"ApplyServerSideEncryptionByDefault"`
	Blocked          *blockedXML          `xml:"BlockedEncryptionTypes"`
}

type encryptionByDefault struct {
	SSEAlgorithm   string
	KMSMasterKeyID string `xml:",omitempty"`
}

// blockedXML is the kinds of encryption that a bucket takes no uploads with: SSE-C
// or NONE (S3 API Reference, "BlockedEncryptionTypes").
type blockedXML struct {
	Types []string `xml:"EncryptionType"`
}

const (
	blockSSEC = "SSE-C"
	blockNone = "NONE"
)

type encryptionXML struct {
	XMLName xml.Name         `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ServerSideEncryptionConfiguration"`
	Rules   []encryptionRule `xml:"Rule"`
}

func serveGetBucketEncryption(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	rule := encryptionRule{
		BucketKeyEnabled: b.Encryption.BucketKey,
		Default:          &encryptionByDefault{cmp.Or(b.Encryption.Algorithm, wire.SSES3), b.Encryption.KMSKey},
	}
	if b.Encryption.BlockSSEC {
		rule.Blocked = &blockedXML{Types: []string{blockSSEC}}
	}
	return xmlReply(nil, encryptionXML{Rules: []encryptionRule{rule}}), nil
}

func servePutBucketEncryption(c *Call) (*Reply, error) {
	var body struct {
		Rules []encryptionRule `xml:"Rule"`
	}
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if err := readSetting(c, "ServerSideEncryptionConfiguration", &body); err != nil {
		return nil, err
	}
	if len(body.Rules) != 1 {
		return nil, s3err.New(s3err.MalformedXML)
	}
	e, err := ruledEncryption(c, body.Rules[0], b.Encryption)
	if err != nil {
		return nil, err
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.Encryption = e }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// ruledEncryption is the encryption that a rule gives a bucket that has had another. A rule
// that only blocks kinds of encryption leaves the bucket the default that all have
// [unsure]: it is a whole configuration, and takes the place of the one before.
func ruledEncryption(c *Call, rule encryptionRule, before world.Encryption) (e world.Encryption, err error) {
	known := c.State().Answers.Has(world.EncryptionTypesBlocked)
	switch {
	case rule.Blocked != nil && !known, rule.Blocked == nil && rule.Default == nil:
		return e, s3err.New(s3err.MalformedXML)
	case rule.Default == nil:
		rule.Default = &encryptionByDefault{SSEAlgorithm: wire.SSES3}
	}
	if e, err = defaultEncryption(rule); err != nil {
		return e, err
	}
	e.BlockSSEC, err = rule.Blocked.blocks(before.BlockSSEC)
	return e, err
}

// blocks says whether SSE-C is to be blocked; a rule that says nothing of it leaves
// it as it is [unsure].
func (x *blockedXML) blocks(now bool) (bool, error) {
	switch {
	case x == nil:
		return now, nil
	case len(x.Types) == 1 && (x.Types[0] == blockSSEC || x.Types[0] == blockNone):
		return x.Types[0] == blockSSEC, nil
	}
	return now, s3err.New(s3err.MalformedXML)
}

// defaultEncryption reads a rule. S3 takes the name of a key as it stands and
// looks for it when an object is written.
func defaultEncryption(rule encryptionRule) (world.Encryption, error) {
	e := world.Encryption{
		Algorithm: rule.Default.SSEAlgorithm, KMSKey: rule.Default.KMSMasterKeyID, BucketKey: rule.BucketKeyEnabled,
	}
	switch e.Algorithm {
	case "aws:kms", "aws:kms:dsse":
		return e, nil
	case wire.SSES3:
		if e.KMSKey != "" {
			return e, s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", "ApplyServerSideEncryptionByDefault")).
				WithMessage("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
		}
		return e, nil
	}
	return e, s3err.New(s3err.MalformedXML)
}

func serveDeleteBucketEncryption(c *Call) (*Reply, error) {
	err := c.changeBucket(func(b *world.Bucket) {
		b.Encryption = world.Encryption{Algorithm: wire.SSES3, BlockSSEC: b.Encryption.BlockSSEC, Inherited: true}
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}
