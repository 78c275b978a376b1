package kms

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// What the cryptographic calls have alike. The words are recorded, second-hand: IncorrectKey
// and InvalidKeyUsage, the constraints of blobs and the two ways to size a data key are in
// several projects' tests against AWS.

// asking is the parameters of a call that say what is to be asked for it.
type asking[In any] interface {
	*In
	check(*awsapi.Call) ([]*authz.Request, error)
}

// asked asks what the parameters say.
func asked[In any, P asking[In]](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	return P(in).check(c)
}

// contextKeys are the condition keys of a call that encrypts or decrypts.
func contextKeys(context map[string]string, algorithm string) []awsapi.Key {
	keys := []awsapi.Key{{Name: "kms:EncryptionAlgorithm", Values: []string{algorithm}}}
	if len(context) == 0 {
		return keys
	}
	names := slices.Sorted(maps.Keys(context))
	for _, name := range names {
		keys = append(keys, awsapi.Key{Name: "kms:EncryptionContext:" + name, Values: []string{context[name]}})
	}
	return append(keys, awsapi.Key{Name: "kms:EncryptionContextKeys", Values: names})
}

// use is a cryptographic call's use of one key.
type use struct {
	action string // "kms:Encrypt"
	name   string // as the call names the key; empty: the ciphertext does
	key    *world.Key
	tokens []string
	keys   []awsapi.Key
}

// ask is the question about the use. A grant whose token the call brings counts at once
// (KMS Developer Guide, "Grant tokens").
func (u use) ask(c *awsapi.Call) (*authz.Request, error) {
	keys := u.keys
	if alias := world.AliasIn(u.name); alias != "" {
		keys = append(slices.Clone(keys), awsapi.Key{Name: "kms:RequestAlias", Values: []string{alias}})
	}
	q := question(c, u.action, u.key, keys...)
	for _, token := range u.tokens {
		arn, id, ok := readToken(token)
		if !ok {
			return nil, awsapi.Refuse("InvalidGrantTokenException", "Invalid grant token")
		}
		if g := grantOf(u.key, id); g != nil && arn == u.key.ARN {
			q.Key.Grants = append(slices.Clone(q.Key.Grants), *g)
		}
	}
	return q, nil
}

// asks finds the key that a call names, and puts its one question.
func asks(c *awsapi.Call, name string, tokens []string, keys ...awsapi.Key) ([]*authz.Request, error) {
	key, err := find(c, name, withAlias)
	if err != nil {
		return nil, err
	}
	return questions(c, use{c.Permission(), name, key, tokens, keys})
}

func questions(c *awsapi.Call, uses ...use) ([]*authz.Request, error) {
	var all []*authz.Request
	for _, u := range uses {
		q, err := u.ask(c)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, nil
}

// fit refuses a key that is for something else, or in no state to be used.
func fit(k *world.Key, usage, operation string) error {
	if k.Usage != usage {
		return badUsage("%s key usage is %s which is not valid for %s.", k.ARN, k.Usage, operation)
	}
	if err := usable(k); err != nil || k.State == world.KeyEnabled {
		return err
	}
	return invalidState("%s is %s.", k.ARN, strings.ToLower(k.State))
}

// suits refuses an algorithm that is not the key's.
func suits(k *world.Key, algorithm string) error {
	if slices.Contains(k.Algorithms(), algorithm) {
		return nil
	}
	return badUsage("Algorithm %s is incompatible with key spec %s.", algorithm, k.Spec)
}

// named finds a key that is fit for the algorithm and the operation.
func named(c *awsapi.Call, name, usage, algorithm, operation string) (*world.Key, error) {
	key, err := find(c, name, withAlias)
	if err != nil {
		return nil, err
	}
	if err := fit(key, usage, operation); err != nil {
		return nil, err
	}
	return key, suits(key, algorithm)
}

func badUsage(format string, args ...any) error {
	return awsapi.Refuse("InvalidKeyUsageException", format, args...)
}

// without is the refusal of what s3fault has no cryptography for.
func without(k *world.Key) error {
	return awsapi.Refuse("UnsupportedOperationException",
		"s3fault has no cryptography for keys of the spec %s.", k.Spec)
}

// used notes a successful cryptographic operation.
func used(c *awsapi.Call, operation string, keys ...*world.Key) {
	for _, k := range keys {
		c.Moment.Uses.NoteKey(k.ARN, world.KeyUse{At: c.Now, Operation: operation})
	}
}

// recipient is a Nitro enclave, or NitroTPM, that the answer is to be encrypted for.
type recipient struct {
	AttestationDocument    []byte
	KeyEncryptionAlgorithm string
}

func (r *recipient) refused() error {
	if r == nil {
		return nil
	}
	return awsapi.Refuse("UnsupportedOperationException",
		"s3fault has no attested recipients: Recipient is not supported.")
}

// firstOf is the first error of checks that were all made.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
