package world

import "slices"

// KeyKind is what a KMS key is for its whole life (KMS API Reference, "CreateKey").
type KeyKind struct {
	Spec   string // SYMMETRIC_DEFAULT, RSA_2048, HMAC_256, ...
	Usage  string // ENCRYPT_DECRYPT, SIGN_VERIFY, ...
	Origin string // of the key material: AWS_KMS, EXTERNAL, ...
	// MultiRegion is the key's place among those of one key material in several regions:
	// PRIMARY or REPLICA; empty: it is a single-Region key.
	MultiRegion string
}

// SymmetricDefault is the spec of keys for symmetric encryption, the only ones that S3
// encrypts with (S3 User Guide, "Using server-side encryption with AWS KMS keys").
const SymmetricDefault = "SYMMETRIC_DEFAULT"

// What keys are used for.
const (
	EncryptDecrypt    = "ENCRYPT_DECRYPT"
	SignVerify        = "SIGN_VERIFY"
	GenerateVerifyMAC = "GENERATE_VERIFY_MAC"
	KeyAgreement      = "KEY_AGREEMENT"
)

// Where key material comes from: KMS, or the key's owner.
const (
	OriginKMS      = "AWS_KMS"
	OriginExternal = "EXTERNAL"
)

// The places of a multi-Region key.
const (
	MultiRegionPrimary = "PRIMARY"
	MultiRegionReplica = "REPLICA"
)

// SymmetricKey is the kind of a key that is created without saying what it is to be.
var SymmetricKey = KeyKind{Spec: SymmetricDefault, Usage: EncryptDecrypt, Origin: OriginKMS}

// KeyOrigins are where key material can come from.
var KeyOrigins = []string{OriginKMS, OriginExternal, "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}

// KeyUsages are all usages.
var KeyUsages = []string{EncryptDecrypt, SignVerify, GenerateVerifyMAC, KeyAgreement}

// keySpecs are the specs of keys, each with the usages that it goes with and the
// algorithms of each usage, in KMS's order (KMS Developer Guide, "Key spec
// reference"). SM2 is there in the regions of China alone.
var keySpecs = []struct {
	name   string
	usages []keyUsage
}{
	{SymmetricDefault, []keyUsage{{EncryptDecrypt, []string{SymmetricDefault}}}},
	{"RSA_2048", rsaUsages}, {"RSA_3072", rsaUsages}, {"RSA_4096", rsaUsages},
	{"ECC_NIST_P256", ellipticUsages("ECDSA_SHA_256")},
	{"ECC_NIST_P384", ellipticUsages("ECDSA_SHA_384")},
	{"ECC_NIST_P521", ellipticUsages("ECDSA_SHA_512")},
	{"ECC_SECG_P256K1", []keyUsage{{SignVerify, []string{"ECDSA_SHA_256"}}}},
	{"ECC_NIST_EDWARDS25519", []keyUsage{{SignVerify, []string{"ED25519_PH_SHA_512", "ED25519_SHA_512"}}}},
	{"HMAC_224", []keyUsage{{GenerateVerifyMAC, []string{"HMAC_SHA_224"}}}},
	{"HMAC_256", []keyUsage{{GenerateVerifyMAC, []string{"HMAC_SHA_256"}}}},
	{"HMAC_384", []keyUsage{{GenerateVerifyMAC, []string{"HMAC_SHA_384"}}}},
	{"HMAC_512", []keyUsage{{GenerateVerifyMAC, []string{"HMAC_SHA_512"}}}},
	{"SM2", []keyUsage{{EncryptDecrypt, []string{"SM2PKE"}}, {SignVerify, []string{"SM2DSA"}}, {KeyAgreement, []string{"ECDH"}}}},
	{"ML_DSA_44", latticeUsages}, {"ML_DSA_65", latticeUsages}, {"ML_DSA_87", latticeUsages},
}

// keyUsage is something that a spec is good for, and how it is done.
type keyUsage struct {
	name       string
	algorithms []string
}

var (
	rsaUsages = []keyUsage{
		{EncryptDecrypt, []string{"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"}},
		{SignVerify, []string{
			"RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512",
			"RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512",
		}},
	}
	latticeUsages = []keyUsage{{SignVerify, []string{"ML_DSA_SHAKE_256"}}}
)

func ellipticUsages(signing string) []keyUsage {
	return []keyUsage{{SignVerify, []string{signing}}, {KeyAgreement, []string{"ECDH"}}}
}

// KeySpecs are the names of all specs.
func KeySpecs() []string {
	names := make([]string, len(keySpecs))
	for i := range keySpecs {
		names[i] = keySpecs[i].name
	}
	return names
}

// UsagesOf are the usages that a key spec goes with; none: there is no such spec.
func UsagesOf(spec string) []string {
	var names []string
	for _, u := range usagesOf(spec) {
		names = append(names, u.name)
	}
	return names
}

func usagesOf(spec string) []keyUsage {
	for i := range keySpecs {
		if keySpecs[i].name == spec {
			return keySpecs[i].usages
		}
	}
	return nil
}

// Algorithms are what a key of this kind can be used with.
func (k KeyKind) Algorithms() []string {
	all := usagesOf(k.Spec)
	if i := slices.IndexFunc(all, func(u keyUsage) bool { return u.name == k.Usage }); i >= 0 {
		return all[i].algorithms
	}
	return nil
}

// Encrypts says whether the key is one for symmetric encryption.
func (k KeyKind) Encrypts() bool { return k.Spec == SymmetricDefault }
