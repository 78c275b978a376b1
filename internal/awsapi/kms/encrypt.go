package kms

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/keymaterial"
	"github.com/s3fault/s3fault/internal/world"
)

type encryptInput struct {
	KeyId               string `aws:",required"`
	Plaintext           []byte
	EncryptionAlgorithm string
	EncryptionContext   map[string]string
	GrantTokens         []string
	DryRun              bool
}

func (in *encryptInput) algorithm() string {
	return cmp.Or(in.EncryptionAlgorithm, world.SymmetricDefault)
}

type encryptOutput struct {
	CiphertextBlob      []byte
	EncryptionAlgorithm string
	KeyId               string
}

func checkEncrypt(c *awsapi.Call, in *encryptInput) ([]*authz.Request, error) {
	return asks(c, in.KeyId, in.GrantTokens, contextKeys(in.EncryptionContext, in.algorithm())...)
}

func encrypt(c *awsapi.Call, in *encryptInput) (*encryptOutput, error) {
	key, err := named(c, in.KeyId, world.EncryptDecrypt, in.algorithm(), "Encrypt")
	if err != nil {
		return nil, err
	}
	blob, _, err := seal(c, key, in.algorithm(), in.EncryptionContext, in.Plaintext)
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	used(c, "Encrypt", key)
	return &encryptOutput{blob, in.algorithm(), key.ARN}, nil
}

// seal encrypts with a key that is fit for it. material is the id of what it did it with;
// empty: the key has none.
func seal(
	c *awsapi.Call, key *world.Key, algorithm string, context map[string]string, plaintext []byte,
) (blob []byte, material string, err error) {
	if key.Encrypts() {
		past, _ := key.RotationsBy(c.Now)
		return keymaterial.Seal(key, len(past), context, plaintext), materialOf(c, key), nil
	}
	if len(context) > 0 {
		return nil, "", contextless()
	}
	blob, err = keymaterial.EncryptRSA(key, algorithm, plaintext)
	return blob, "", told(key, algorithm, err)
}

func contextless() error {
	return awsapi.Refuse("ValidationException",
		"EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.")
}

// materialOf is the id of the material that a key encrypts with now; empty: it has none,
// or KMS tells of none yet.
func materialOf(c *awsapi.Call, key *world.Key) string {
	if !key.Encrypts() || key.State == world.KeyPendingImport || !c.State().Answers.Has(world.KeyMaterialsNamed) {
		return ""
	}
	past, _ := key.RotationsBy(c.Now)
	return keymaterial.ID(keymaterial.Of(key), len(past))
}

// ciphertext is what a call is to decrypt, and how it names the key for it.
type ciphertext struct {
	blob      []byte
	keyID     string // empty: the blob says it
	algorithm string
	context   map[string]string
	modifiers []string // of a dry run
}

// ignoreCiphertext asks of a dry run only whether the caller may, of the key that it names
// (new-since-2025.md 5.3).
const ignoreCiphertext = "IGNORE_CIPHERTEXT"

// check says what the model does not: what has to be there, and when.
func (x *ciphertext) check(c *awsapi.Call, keyMember string, dry bool) error {
	switch ignored := x.ignored(); {
	case ignored && !dry:
		return awsapi.Refuse("ValidationException", "DryRunModifiers can only be specified when DryRun is true.")
	case ignored && x.keyID == "":
		return awsapi.Refuse("ValidationException", "%s is required when the ciphertext is ignored.", keyMember)
	case ignored:
		return nil
	case x.keyID == "" && x.algorithm != "" && x.algorithm != world.SymmetricDefault:
		return awsapi.Refuse("ValidationException",
			"%s is required when the ciphertext was encrypted with an asymmetric key.", keyMember)
	case x.blob == nil:
		return c.Invalid("ciphertextBlob", nil, "Member must not be null")
	}
	return nil
}

func (x *ciphertext) ignored() bool { return slices.Contains(x.modifiers, ignoreCiphertext) }

// key is the key that the call names, or else the one in the blob. Of one that is not
// here, in this region, KMS says no more than that the caller may not use it.
func (x *ciphertext) key(c *awsapi.Call) (*world.Key, error) {
	if x.keyID != "" {
		return find(c, x.keyID, withAlias)
	}
	b, ok := keymaterial.Read(x.blob)
	if !ok {
		return nil, badCiphertext()
	}
	return keyOf(c, &b), nil
}

// keyOf is the key that a blob names, or the key of the same material in this region.
func keyOf(c *awsapi.Call, b *keymaterial.Blob) *world.Key {
	region, account, id := partsOf(b.KeyARN)
	key := c.State().KeyNamed(id, account, c.Region())
	if key == nil || region != c.Region() && key.MultiRegion == "" {
		return &world.Key{ARN: b.KeyARN, Account: account, Region: region, State: world.KeyEnabled}
	}
	return key
}

func badCiphertext() error { return awsapi.Refuse("InvalidCiphertextException", "") }

// open decrypts it with a key that is fit for it. material is the id of what it was
// encrypted with; empty: there is none.
func (x *ciphertext) open(c *awsapi.Call, key *world.Key) (plain []byte, material string, err error) {
	if !key.Encrypts() {
		if len(x.context) > 0 {
			return nil, "", contextless()
		}
		plain, err = keymaterial.DecryptRSA(key, x.algorithm, x.blob)
		return plain, "", told(key, x.algorithm, err)
	}
	b, ok := keymaterial.Read(x.blob)
	if !ok {
		return nil, "", badCiphertext()
	}
	if keyOf(c, &b).ARN != key.ARN {
		return nil, "", awsapi.Refuse("IncorrectKeyException",
			"The key ID in the request does not identify a CMK that can perform this operation.")
	}
	if plain, err = b.Open(key, x.context); err != nil {
		return nil, "", badCiphertext()
	}
	if c.State().Answers.Has(world.KeyMaterialsNamed) {
		material = b.MaterialID
	}
	return plain, material, nil
}

// opened is what comes of it, with the key that did it.
func (x *ciphertext) opened(
	c *awsapi.Call, operation string,
) (key *world.Key, plain []byte, material string, err error) {
	if key, err = x.key(c); err != nil {
		return nil, nil, "", err
	}
	err = firstOf(fit(key, world.EncryptDecrypt, operation), suits(key, x.algorithm))
	if err != nil || x.ignored() {
		return key, nil, "", err
	}
	plain, material, err = x.open(c, key)
	return key, plain, material, err
}

type decryptInput struct {
	CiphertextBlob      []byte
	KeyId               string
	EncryptionAlgorithm string
	EncryptionContext   map[string]string
	GrantTokens         []string
	Recipient           *recipient
	DryRun              bool
	DryRunModifiers     []string
}

func (in *decryptInput) ciphertext() *ciphertext {
	return &ciphertext{
		in.CiphertextBlob, in.KeyId, cmp.Or(in.EncryptionAlgorithm, world.SymmetricDefault),
		in.EncryptionContext, in.DryRunModifiers,
	}
}

type decryptOutput struct {
	EncryptionAlgorithm string
	KeyId               string
	KeyMaterialId       string `json:",omitempty"`
	Plaintext           []byte
}

func checkDecrypt(c *awsapi.Call, in *decryptInput) ([]*authz.Request, error) {
	x := in.ciphertext()
	if err := firstOf(x.check(c, "KeyId", in.DryRun), in.Recipient.refused()); err != nil {
		return nil, err
	}
	key, err := x.key(c)
	if err != nil {
		return nil, err
	}
	keys := contextKeys(in.EncryptionContext, x.algorithm)
	return questions(c, use{c.Permission(), in.KeyId, key, in.GrantTokens, keys})
}

func decrypt(c *awsapi.Call, in *decryptInput) (*decryptOutput, error) {
	x := in.ciphertext()
	key, plain, material, err := x.opened(c, "Decrypt")
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	used(c, "Decrypt", key)
	return &decryptOutput{x.algorithm, key.ARN, material, plain}, nil
}

type reEncryptInput struct {
	CiphertextBlob                 []byte
	SourceKeyId                    string
	SourceEncryptionAlgorithm      string
	SourceEncryptionContext        map[string]string
	DestinationKeyId               string `aws:",required"`
	DestinationEncryptionAlgorithm string
	DestinationEncryptionContext   map[string]string
	GrantTokens                    []string
	DryRun                         bool
	DryRunModifiers                []string
}

func (in *reEncryptInput) ciphertext() *ciphertext {
	return &ciphertext{
		in.CiphertextBlob, in.SourceKeyId, cmp.Or(in.SourceEncryptionAlgorithm, world.SymmetricDefault),
		in.SourceEncryptionContext, in.DryRunModifiers,
	}
}

func (in *reEncryptInput) algorithm() string {
	return cmp.Or(in.DestinationEncryptionAlgorithm, world.SymmetricDefault)
}

type reEncryptOutput struct {
	CiphertextBlob                 []byte
	KeyId                          string
	SourceKeyId                    string
	SourceEncryptionAlgorithm      string
	SourceKeyMaterialId            string `json:",omitempty"`
	DestinationEncryptionAlgorithm string
	DestinationKeyMaterialId       string `json:",omitempty"`
}

// checkReEncrypt asks for both halves, each of its own key.
func checkReEncrypt(c *awsapi.Call, in *reEncryptInput) ([]*authz.Request, error) {
	x := in.ciphertext()
	if err := x.check(c, "SourceKeyId", in.DryRun); err != nil {
		return nil, err
	}
	from, err := x.key(c)
	if err != nil {
		return nil, err
	}
	to, err := find(c, in.DestinationKeyId, withAlias)
	if err != nil {
		return nil, err
	}
	same := awsapi.Key{Name: "kms:ReEncryptOnSameKey", Values: []string{strconv.FormatBool(from.ARN == to.ARN)}}
	return questions(c,
		use{"kms:ReEncryptFrom", in.SourceKeyId, from, in.GrantTokens,
			append(contextKeys(in.SourceEncryptionContext, x.algorithm), same)},
		use{"kms:ReEncryptTo", in.DestinationKeyId, to, in.GrantTokens,
			append(contextKeys(in.DestinationEncryptionContext, in.algorithm()), same)})
}

func reEncrypt(c *awsapi.Call, in *reEncryptInput) (*reEncryptOutput, error) {
	x := in.ciphertext()
	from, plain, old, err := x.opened(c, "ReEncrypt")
	if err != nil {
		return nil, err
	}
	to, err := named(c, in.DestinationKeyId, world.EncryptDecrypt, in.algorithm(), "ReEncrypt")
	if err != nil {
		return nil, err
	}
	blob, material, err := seal(c, to, in.algorithm(), in.DestinationEncryptionContext, plain)
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	used(c, "ReEncrypt", from, to)
	return &reEncryptOutput{blob, to.ARN, from.ARN, x.algorithm, old, in.algorithm(), material}, nil
}
