package controls

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

const cryptoWorld = `
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          none: {policies: {}}
          guest: {policies: {}}
          blue: {policies: {blue: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "kms:*", Resource: "*", Condition: {StringEquals: {"kms:EncryptionContext:color": blue}, "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": [color]}}}]}}}
          named: {policies: {named: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "kms:*", Resource: "*", Condition: {StringEquals: {"kms:RequestAlias": alias/one, "kms:EncryptionAlgorithm": SYMMETRIC_DEFAULT}}}]}}}
    callers:
      all: {user: all}
      none: {user: none}
      guest: {user: guest}
      blue: {user: blue}
      named: {user: named}
    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab:
        aliases: [alias/one]
        grants: [{grantee: "arn:aws:iam::123456789012:user/guest", operations: [Decrypt, Encrypt], constraints: {subset: {color: blue}}}]
      2234abcd-12ab-34cd-56ef-1234567890ab: {aliases: [alias/two]}
      mrk-1234abcd12ab34cd56ef1234567890ab: {multi_region: true}
      off: {state: Disabled}
      going: {state: PendingDeletion}
      empty: {state: PendingImport, origin: EXTERNAL}
      mac: {spec: HMAC_256}
      sign: {spec: RSA_2048, usage: SIGN_VERIFY}
      rsa: {spec: RSA_2048, usage: ENCRYPT_DECRYPT}
      curve: {spec: ECC_NIST_P521, usage: SIGN_VERIFY}
      edwards: {spec: ECC_NIST_EDWARDS25519}
      lattice: {spec: ML_DSA_44}
`

var (
	hello = []byte("hello")
	blue  = map[string]string{"color": "blue"}
)

// crypt is calls of KMS under short names.
type crypt struct {
	t *testing.T
	c *kms.Client
}

func (k crypt) encrypt(key string, context map[string]string) ([]byte, error) {
	k.t.Helper()
	out, err := k.c.Encrypt(ctx, &kms.EncryptInput{KeyId: &key, Plaintext: hello, EncryptionContext: context})
	if err != nil {
		return nil, err
	}
	return out.CiphertextBlob, nil
}

func (k crypt) mustEncrypt(key string, context map[string]string) []byte {
	k.t.Helper()
	blob, err := k.encrypt(key, context)
	if err != nil {
		k.t.Fatal(err)
	}
	return blob
}

func (k crypt) decrypt(blob []byte, key string, context map[string]string) error {
	k.t.Helper()
	in := &kms.DecryptInput{CiphertextBlob: blob, EncryptionContext: context}
	if key != "" {
		in.KeyId = &key
	}
	out, err := k.c.Decrypt(ctx, in)
	if err == nil && !bytes.Equal(out.Plaintext, hello) {
		k.t.Errorf("decrypted %q", out.Plaintext)
	}
	return err
}

// saying holds a refusal's code and message.
func saying(t *testing.T, err error, code, message string) {
	t.Helper()
	if refused := refusedWith(t, err, code); !strings.Contains(refused.ErrorMessage(), message) {
		t.Errorf("%s says %q, want %q", code, refused.ErrorMessage(), message)
	}
}

func crypting(t *testing.T, srv *emulatortest.Server, caller string) crypt {
	return crypt{t, as(t, srv, caller).kms}
}

// A blob says which key it is of, and opens under its own encryption context alone.
func TestCiphertexts(t *testing.T) {
	t.Parallel()
	srv := start(t, cryptoWorld)
	k := crypting(t, srv, "all")
	blob := k.mustEncrypt("alias/one", blue)
	if again := k.mustEncrypt("alias/one", blue); bytes.Equal(blob, again) {
		t.Error("two ciphertexts are one")
	}
	for _, key := range []string{"", "alias/one", kmsKeyID, kmsKeyARN} {
		if err := k.decrypt(blob, key, blue); err != nil {
			t.Errorf("with %q: %v", key, err)
		}
	}
	const wrongKey = "The key ID in the request does not identify a CMK that can perform this operation."
	saying(t, k.decrypt(blob, "alias/two", blue), "IncorrectKeyException", wrongKey)
	refusedWith(t, k.decrypt(blob, "", nil), "InvalidCiphertextException")
	refusedWith(t, k.decrypt(blob, "", map[string]string{"color": "blue", "more": "x"}), "InvalidCiphertextException")
	for _, at := range []int{0, 20, len(blob) - 1} {
		changed := bytes.Clone(blob)
		changed[at] ^= 1
		if err := k.decrypt(changed, kmsKeyARN, blue); err == nil {
			t.Errorf("a blob that is changed at %d opens", at)
		}
	}
	saying(t, k.decrypt([]byte("no ciphertext"), "", nil), "InvalidCiphertextException", "")
	// Of the same file another server makes the same keys.
	if err := crypting(t, start(t, cryptoWorld), "all").decrypt(blob, "", blue); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := k.decrypt(blob, "", blue); err != nil {
		t.Errorf("after a reset: %v", err)
	}
	missing := bytes.Replace(blob, []byte(kmsKeyID), []byte("3"+kmsKeyID[1:]), 1)
	saying(t, k.decrypt(missing, "", blue), "AccessDeniedException", "kms:Decrypt on the resource associated with this ciphertext "+
		"because the resource does not exist in this Region")
}

// Rotation changes what is encrypted with, and nothing of what can be decrypted.
func TestCiphertextsOfRotatedKeys(t *testing.T) {
	t.Parallel()
	srv := start(t, cryptoWorld)
	k := crypting(t, srv, "all")
	blob := k.mustEncrypt(kmsKeyID, nil)
	first := material(t, k.c, kmsKeyID)
	if _, err := k.c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	second := material(t, k.c, kmsKeyID)
	if len(first) != 64 || first == second {
		t.Errorf("the materials are %s and %s", first, second)
	}
	out, err := k.c.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: blob})
	if err != nil || *out.KeyMaterialId != first {
		t.Errorf("what was encrypted before: %v", err)
	}
	re, err := k.c.ReEncrypt(ctx, &kms.ReEncryptInput{CiphertextBlob: blob, DestinationKeyId: keyID, DestinationEncryptionContext: blue})
	if err != nil || *re.SourceKeyMaterialId != first || *re.DestinationKeyMaterialId != second || *re.SourceKeyId != kmsKeyARN {
		t.Fatalf("encrypted again: %v, %+v", err, re)
	}
	if err := k.decrypt(re.CiphertextBlob, "", blue); err != nil {
		t.Error(err)
	}
}

func material(t *testing.T, c *kms.Client, key string) string {
	t.Helper()
	out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &key})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.KeyMetadata.CurrentKeyMaterialId)
}

// Keys of one material in two regions decrypt each other's ciphertexts; others are not
// there in another region.
func TestCiphertextsOfTwoRegions(t *testing.T) {
	t.Parallel()
	const id = "mrk-1234abcd12ab34cd56ef1234567890ab"
	srv := start(t, cryptoWorld)
	k := crypting(t, srv, "all")
	there := crypt{t, kms.New(k.c.Options(), func(o *kms.Options) { o.Region = "eu-west-1" })}
	refusedWith(t, there.decrypt(k.mustEncrypt(id, nil), "", nil), "AccessDeniedException")
	twin := strings.Replace(cryptoWorld, "multi_region: true", "multi_region: replica, region: eu-west-1", 1)
	replica := crypting(t, start(t, twin), "all")
	there = crypt{t, kms.New(replica.c.Options(), func(o *kms.Options) { o.Region = "eu-west-1" })}
	if err := there.decrypt(k.mustEncrypt(id, nil), "", nil); err != nil {
		t.Error(err)
	}
	refusedWith(t, there.decrypt(k.mustEncrypt(kmsKeyID, nil), "", nil), "AccessDeniedException")
}

// The rows are a key, a call and what KMS says; each is recorded, or in the KMS API
// Reference.
func TestCryptographyRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, cryptoWorld)
	k := crypting(t, srv, "all")
	arn := func(id string) string { return "arn:aws:kms:us-east-1:123456789012:key/" + id }
	dataKey := func(in *kms.GenerateDataKeyInput) error { _, err := k.c.GenerateDataKey(ctx, in); return err }
	encrypt := func(key string, text []byte) error {
		_, err := k.c.Encrypt(ctx, &kms.EncryptInput{KeyId: &key, Plaintext: text})
		return err
	}
	for name, row := range map[string]struct {
		err           error
		code, message string
	}{
		"disabled":                {encrypt("off", hello), "DisabledException", arn("off") + " is disabled."},
		"pending deletion":        {encrypt("going", hello), "KMSInvalidStateException", arn("going") + " is pending deletion."},
		"pending import":          {encrypt("empty", hello), "KMSInvalidStateException", arn("empty") + " is pending import."},
		"no such key":             {encrypt("alias/none", hello), "NotFoundException", "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found."},
		"a key that signs":        {encrypt("sign", hello), "InvalidKeyUsageException", arn("sign") + " key usage is SIGN_VERIFY which is not valid for Encrypt."},
		"more than 4096 bytes":    {encrypt(kmsKeyID, make([]byte, 4097)), "ValidationException", "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096"},
		"no bytes":                {encrypt(kmsKeyID, []byte{}), "ValidationException", "Member must have length greater than or equal to 1"},
		"no length of a data key": {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID}), "ValidationException", "Please specify either number of bytes or key spec."},
		"two lengths":             {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID, KeySpec: types.DataKeySpecAes256, NumberOfBytes: aws.Int32(8)}), "ValidationException", "Please specify either number of bytes or key spec."},
		"0 bytes":                 {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID, NumberOfBytes: aws.Int32(0)}), "ValidationException", "Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		"1025 bytes":              {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID, NumberOfBytes: aws.Int32(1025)}), "ValidationException", "Member must have value less than or equal to 1024"},
		"an unknown length":       {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID, KeySpec: "AES_512"}), "ValidationException", "Value 'AES_512' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: "},
		"for an enclave":          {dataKey(&kms.GenerateDataKeyInput{KeyId: keyID, KeySpec: types.DataKeySpecAes256, Recipient: &types.RecipientInfo{}}), "UnsupportedOperationException", "Recipient"},
		"a data key of RSA":       {dataKey(&kms.GenerateDataKeyInput{KeyId: aws.String("rsa"), KeySpec: types.DataKeySpecAes256}), "InvalidKeyUsageException", "You cannot generate a data key with an asymmetric CMK"},
		"an algorithm of RSA": {func() error {
			_, err := k.c.Encrypt(ctx, &kms.EncryptInput{KeyId: keyID, Plaintext: hello, EncryptionAlgorithm: types.EncryptionAlgorithmSpecRsaesOaepSha1})
			return err
		}(), "InvalidKeyUsageException", "Algorithm RSAES_OAEP_SHA_1 is incompatible with key spec SYMMETRIC_DEFAULT."},
		"a lattice": {func() error {
			_, err := k.c.Sign(ctx, &kms.SignInput{KeyId: aws.String("lattice"), Message: hello, SigningAlgorithm: types.SigningAlgorithmSpecMlDsaShake256})
			return err
		}(), "UnsupportedOperationException", "s3fault has no cryptography for keys of the spec ML_DSA_44."},
		"a made-up grant token": {func() error {
			_, err := k.c.Encrypt(ctx, &kms.EncryptInput{KeyId: keyID, Plaintext: hello, GrantTokens: []string{"x"}})
			return err
		}(), "InvalidGrantTokenException", ""},
		"a made-up grant token of a grant": {func() error {
			_, err := k.c.CreateGrant(ctx, &kms.CreateGrantInput{KeyId: keyID, GrantTokens: []string{"x"},
				GranteePrincipal: aws.String("arn:aws:iam::123456789012:root"),
				Operations:       []types.GrantOperation{types.GrantOperationDecrypt}})
			return err
		}(), "InvalidGrantTokenException", ""},
	} {
		t.Run(name, func(t *testing.T) { saying(t, row.err, row.code, row.message) })
	}
}

// DryRun says of every cryptographic call whether it would have succeeded, and does
// nothing.
func TestDryRuns(t *testing.T) {
	t.Parallel()
	srv := start(t, cryptoWorld)
	blob := crypting(t, srv, "all").mustEncrypt(kmsKeyID, nil)
	would := aws.Bool(true)
	for name, call := range map[string]func(c *kms.Client) error{
		"Encrypt": func(c *kms.Client) error {
			_, err := c.Encrypt(ctx, &kms.EncryptInput{KeyId: keyID, Plaintext: hello, DryRun: would})
			return err
		},
		"Decrypt": func(c *kms.Client) error {
			_, err := c.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: blob, DryRun: would})
			return err
		},
		"Decrypt without a ciphertext": func(c *kms.Client) error {
			_, err := c.Decrypt(ctx, &kms.DecryptInput{KeyId: keyID, DryRun: would, DryRunModifiers: []types.DryRunModifierType{"IGNORE_CIPHERTEXT"}})
			return err
		},
		"ReEncrypt": func(c *kms.Client) error {
			_, err := c.ReEncrypt(ctx, &kms.ReEncryptInput{CiphertextBlob: blob, DestinationKeyId: keyID, DryRun: would})
			return err
		},
		"GenerateDataKey": func(c *kms.Client) error {
			_, err := c.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: keyID, KeySpec: "AES_256", DryRun: would})
			return err
		},
		"GenerateDataKeyWithoutPlaintext": func(c *kms.Client) error {
			_, err := c.GenerateDataKeyWithoutPlaintext(ctx, &kms.GenerateDataKeyWithoutPlaintextInput{KeyId: keyID, KeySpec: "AES_256", DryRun: would})
			return err
		},
		"GenerateDataKeyPair": func(c *kms.Client) error {
			_, err := c.GenerateDataKeyPair(ctx, &kms.GenerateDataKeyPairInput{KeyId: keyID, KeyPairSpec: "ECC_NIST_P256", DryRun: would})
			return err
		},
		"GenerateMac": func(c *kms.Client) error {
			_, err := c.GenerateMac(ctx, &kms.GenerateMacInput{KeyId: aws.String("mac"), Message: hello, MacAlgorithm: "HMAC_SHA_256", DryRun: would})
			return err
		},
		"Sign": func(c *kms.Client) error {
			_, err := c.Sign(ctx, &kms.SignInput{KeyId: aws.String("curve"), Message: hello, SigningAlgorithm: "ECDSA_SHA_512", DryRun: would})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			saying(t, call(as(t, srv, "all").kms), "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
			refusedWith(t, call(as(t, srv, "none").kms), "AccessDeniedException")
		})
	}
	// A dry run is no use.
	used, err := as(t, srv, "all").kms.GetKeyLastUsage(ctx, &kms.GetKeyLastUsageInput{KeyId: keyID})
	if err != nil || used.KeyLastUsage.Operation != "Encrypt" {
		t.Errorf("%v %+v", err, used.KeyLastUsage)
	}
}

// Who may use a key is a matter of the encryption context, the alias and the algorithm too.
func TestCryptographyByCondition(t *testing.T) {
	t.Parallel()
	srv := start(t, cryptoWorld)
	all, b, n, g := crypting(t, srv, "all"), crypting(t, srv, "blue"), crypting(t, srv, "named"), crypting(t, srv, "guest")
	try := func(k crypt, key string, context map[string]string) error {
		_, err := k.encrypt(key, context)
		return err
	}
	bluest := map[string]string{"color": "blue", "shade": "dark"}
	for name, row := range map[string]struct {
		err  error
		code string // empty: it succeeds
	}{
		"the context":                 {try(b, kmsKeyID, blue), ""},
		"another context":             {try(b, kmsKeyID, map[string]string{"color": "red"}), "AccessDeniedException"},
		"no context":                  {try(b, kmsKeyID, nil), "AccessDeniedException"},
		"more context":                {try(b, kmsKeyID, bluest), "AccessDeniedException"},
		"the alias":                   {try(n, "alias/one", nil), ""},
		"its ARN":                     {try(n, "arn:aws:kms:us-east-1:123456789012:alias/one", nil), ""},
		"the key's id":                {try(n, kmsKeyID, nil), "AccessDeniedException"},
		"a ciphertext names no alias": {n.decrypt(all.mustEncrypt("alias/one", nil), "", nil), "AccessDeniedException"},
		"a grant's subset":            {try(g, kmsKeyID, bluest), ""},
		"a grant's subset is missing": {try(g, kmsKeyID, nil), "AccessDeniedException"},
		"a grant of another operation": {func() error {
			_, err := g.c.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: keyID, KeySpec: "AES_256", EncryptionContext: blue})
			return err
		}(), "AccessDeniedException"},
		"a grant to decrypt": {g.decrypt(all.mustEncrypt(kmsKeyID, blue), "", blue), ""},
		"who may do nothing makes no random": {func() error {
			_, err := g.c.GenerateRandom(ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(1)})
			return err
		}(), "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.code != "" {
				refusedWith(t, row.err, row.code)
			} else if row.err != nil {
				t.Error(row.err)
			}
		})
	}
}

// Keys that sign, and RSA that encrypts.
func TestAsymmetricKeys(t *testing.T) {
	t.Parallel()
	c := as(t, start(t, cryptoWorld), "all").kms
	for key, algorithms := range map[string][]types.SigningAlgorithmSpec{
		"sign": {"RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384"}, "curve": {"ECDSA_SHA_512"}, "edwards": {"ED25519_SHA_512"},
	} {
		for _, algorithm := range algorithms {
			made, err := c.Sign(ctx, &kms.SignInput{KeyId: &key, Message: hello, SigningAlgorithm: algorithm})
			if err != nil {
				t.Errorf("%s: %v", algorithm, err)
				continue
			}
			in := &kms.VerifyInput{KeyId: &key, Message: hello, Signature: made.Signature, SigningAlgorithm: algorithm}
			if out, err := c.Verify(ctx, in); err != nil || !out.SignatureValid {
				t.Errorf("%s: %v", algorithm, err)
			}
			in.Message = []byte("other")
			_, err = c.Verify(ctx, in)
			refusedWith(t, err, "KMSInvalidSignatureException")
		}
	}
	key, algorithm := aws.String("rsa"), types.EncryptionAlgorithmSpecRsaesOaepSha256
	sealed, err := c.Encrypt(ctx, &kms.EncryptInput{KeyId: key, Plaintext: hello, EncryptionAlgorithm: algorithm})
	if err != nil {
		t.Fatal(err)
	}
	open, err := c.Decrypt(ctx, &kms.DecryptInput{KeyId: key, CiphertextBlob: sealed.CiphertextBlob, EncryptionAlgorithm: algorithm})
	if err != nil || !bytes.Equal(open.Plaintext, hello) {
		t.Errorf("%v", err)
	}
	_, err = c.Encrypt(ctx, &kms.EncryptInput{KeyId: key, Plaintext: make([]byte, 200), EncryptionAlgorithm: algorithm})
	saying(t, err, "ValidationException", "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.")
}

// Every cryptographic call is the key's last use.
func TestCryptographyIsAUse(t *testing.T) {
	t.Parallel()
	c := as(t, start(t, cryptoWorld), "all").kms
	if _, err := c.GenerateDataKeyWithoutPlaintext(ctx, &kms.GenerateDataKeyWithoutPlaintextInput{KeyId: keyID, NumberOfBytes: aws.Int32(16)}); err != nil {
		t.Fatal(err)
	}
	used, err := c.GetKeyLastUsage(ctx, &kms.GetKeyLastUsageInput{KeyId: keyID})
	if err != nil || used.KeyLastUsage.Operation != "GenerateDataKeyWithoutPlaintext" {
		t.Errorf("%v, %+v", err, used.KeyLastUsage)
	}
}
