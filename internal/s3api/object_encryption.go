package s3api

import (
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// reencryption is one attempt to encrypt an object with another key, without writing it
// anew (S3 API Reference, "UpdateObjectEncryption").
type reencryption struct {
	found
	to  store.Encryption
	key *world.Key // nil: none of that ARN
	err error      // of the document
}

// reencryptionXML is the document. Other is every kind of encryption that it cannot be
// changed to.
type reencryptionXML struct {
	KMS *struct {
		KMSKeyArn        string
		BucketKeyEnabled *string
	} `xml:"SSE-KMS"`
	Other []struct{ XMLName xml.Name } `xml:",any"`
}

// S3's texts, of which the reference has no codes but these (configurations.md 7.3).
const (
	notFromKind = "The UpdateObjectEncryption operation doesn't support source objects with the encryption type " +
		"DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported."
	notToKind = "The UpdateObjectEncryption operation doesn't support updating the encryption type to " +
		"DSSE-KMS or SSE-C. Modify the request to specify SSE-KMS for the updated encryption type, and then try again."
	notByV4 = "Requests that modify an object encryption configuration require AWS Signature Version 4. " +
		"Modify the request to use AWS Signature Version 4, and then try again."
	noKind = "Requests that modify an object encryption configuration require a valid new encryption type. " +
		"Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, " +
		"and then try again."
	noKeyARN = "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon " +
		"Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again."
	badKeyARN = "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon " +
		"Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, " +
		"and then try again."
	badBucketKey = "The BucketKeyEnabled value isn't valid. Valid values are true or false. " +
		"Modify the request to specify a valid value, and then try again."
	foreignKey = "The AWS KMS key in the request must be owned by the same account as the bucket. " +
		"Modify the request to specify a KMS key from the same account, and then try again."
	lockedKey = "The encryption type for the specified object can\u2019t be updated because that object is protected " +
		"by S3 Object Lock. If the object has a governance-mode retention period or a legal hold, you must " +
		"first remove the Object Lock status on the object before you issue your UpdateObjectEncryption request. " +
		"You can't use the UpdateObjectEncryption operation with objects that have an Object Lock " +
		"compliance mode retention period applied to them."
)

// keyARNForm is a key's ARN as the reference has it.
var keyARNForm = pattern.New(`^arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:[0-9]{12}:key/.+$`)

// beginUpdateObjectEncryption also asks KMS: of the old key whether it may be decrypted
// with, of the new one whether it may be encrypted with (configurations.md 7.2).
func beginUpdateObjectEncryption(c *Call) (doing, []*authz.Request, error) {
	if !c.State().Answers.Has(world.ObjectEncryptionUpdates) {
		_, questions := c.asks(c.Op.action, c.Op.action)
		return act(unknownYet), questions, nil
	}
	var p reencryption
	var brought []condition
	if c.Unproved == nil {
		if p.err = p.read(c); p.err == nil {
			brought = encryptionConditions(p.to)
			p.key = c.InForce().KeyNamed(p.to.KeyARN, "", "")
		}
	}
	var questions []*authz.Request
	p.found, questions = c.asks(c.Op.action, c.Op.action, brought...)
	if p.object == nil {
		return p, questions, nil
	}
	questions = append(questions, c.question("s3:PutObject", c.objectARN(), brought...))
	return p, append(questions, p.keyQuestions(c)...), nil
}

// unknownYet is the answer to an operation on a day before S3 had it.
func unknownYet(*Call) (*Reply, error) { return nil, s3err.New(s3err.NotImplemented) }

// keyQuestions are none where no key, or no good signature, comes into it.
func (p reencryption) keyQuestions(c *Call) (questions []*authz.Request) {
	if p.err != nil || p.key == nil || !provedByV4(c) {
		return nil
	}
	ask := func(k *world.Key, enc store.Encryption, actions ...string) {
		for _, action := range actions {
			questions = append(questions, kmsQuestion(c, action, k, enc, c.Bucket, c.Key))
		}
	}
	if before := p.object.Encryption; before.ByKMS() {
		if k := c.InForce().KeyNamed(before.KeyARN, "", ""); k != nil {
			ask(k, before, "kms:Decrypt", "kms:ReEncryptFrom")
		}
	}
	ask(p.key, p.to, "kms:GenerateDataKey", "kms:Encrypt", "kms:ReEncryptTo")
	return questions
}

func (p *reencryption) read(c *Call) error {
	var body reencryptionXML
	if err := c.readXML("ObjectEncryption", settingsBody, &body); err != nil {
		return err
	}
	refused := s3err.New(s3err.InvalidRequest)
	for _, other := range body.Other {
		if name := other.XMLName.Local; name == "DSSE-KMS" || name == "SSE-C" {
			return refused.WithMessage(notToKind)
		}
	}
	switch {
	case body.KMS == nil || len(body.Other) > 0:
		return refused.WithMessage(noKind)
	case body.KMS.KMSKeyArn == "":
		return refused.WithMessage(noKeyARN)
	case !keyARNForm.MatchString(body.KMS.KMSKeyArn):
		return refused.WithMessage(badKeyARN)
	}
	p.to = store.Encryption{Algorithm: "aws:kms", KeyARN: body.KMS.KMSKeyArn}
	if flag := body.KMS.BucketKeyEnabled; flag != nil {
		if *flag != "true" && *flag != "false" {
			return refused.WithMessage(badBucketKey)
		}
		p.to.BucketKey = *flag == "true"
	}
	return nil
}

func (p reencryption) serve(c *Call) (*Reply, error) {
	o, err := p.unmarked(c)
	if err != nil {
		return nil, err
	}
	if err := p.refused(c, o); err != nil {
		return nil, err
	}
	changed := *o
	changed.Encryption = p.to
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// refused is why the object cannot be encrypted so; in which order S3 looks is [unsure].
func (p reencryption) refused(c *Call, o *store.Object) error {
	refused, b := s3err.New(s3err.InvalidRequest), c.State().Buckets[c.Bucket]
	switch {
	case !provedByV4(c):
		return refused.WithMessage(notByV4)
	case p.err != nil:
		return p.err
	case o.Encryption.CustomerKeyMD5 != "" || o.Encryption.Algorithm == "aws:kms:dsse":
		return refused.WithMessage(notFromKind)
	case p.key == nil:
		_, err := kmsKey(c.InForce(), p.to.KeyARN, b.Owner, b.Region)
		return err
	case p.key.Account != b.Owner:
		return s3err.New(s3err.AccessDenied).WithMessage(foreignKey)
	case lockOf(c, o) != nil:
		return s3err.New(s3err.AccessDenied).WithMessage(lockedKey)
	}
	_, err := kmsKey(c.InForce(), p.to.KeyARN, b.Owner, b.Region)
	return err
}
