package audit

import (
	"errors"
	"slices"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// keyActions are what an operation needs of the key of an object, by its name
// (S3 User Guide, "Using server-side encryption with AWS KMS keys"). Parts are encrypted with
// the data key of their upload, which is decrypted for each.
var keyActions = map[string]string{
	"PutObject":             generateDataKey,
	"PostObject":            generateDataKey,
	"CopyObject":            generateDataKey,
	"CreateMultipartUpload": generateDataKey,
	"UploadPart":            decrypt,
	"UploadPartCopy":        decrypt,
	"GetObject":             decrypt,
}

const generateDataKey, decrypt = "kms:GenerateDataKey", "kms:Decrypt"

// auditKey is the id of the key that the audit makes.
const auditKey = "5afe0a0d-17a0-4d17-8a0d-17a0d17a0d17"

func usesKey(u *used) bool { return keyActions[u.operation] != "" }

// withoutKey is the world where all is encrypted with a key whose policy gives the callers
// everything but what the operation needs.
func withoutKey(s *subject, u *used) (change, error) {
	buckets := s.facts.at("buckets")
	account := s.account(u)
	if account == "" {
		return change{}, errors.New("nobody of an account asks for it")
	}
	patch, arn := node{}, "arn:aws:kms:"+s.region+":"+account+":key/"+auditKey
	encryption := map[string]any{"algorithm": "aws:kms", "kms_key": arn}
	kept := keyPolicy(account, s.named(u.principals()), keyActions[u.operation])
	patch.put(map[string]any{"account": account, "region": s.region, "policy": kept}, "kms_keys", auditKey)
	patch.put(encryption, "new_buckets", "encryption")
	for _, name := range buckets.names() {
		patch.put(encryption, "buckets", name, "encryption")
		if isRead(u) {
			s.encrypt(patch, name, encryption)
		}
	}
	return change{patch: patch}, nil
}

func isRead(u *used) bool { return u.any(func(e *journal.Entry) bool { return e.Method == "GET" }) }

// encrypt has the objects encrypted that are in a bucket before the program begins.
func (s *subject) encrypt(patch node, bucket string, encryption map[string]any) {
	for key, object := range s.facts.at("buckets", bucket, "objects") {
		patch.put(encrypted(object, encryption), "buckets", bucket, "objects", key)
	}
}

// encrypted is an object of the facts with that encryption, or its versions.
func encrypted(object any, encryption map[string]any) any {
	switch o := object.(type) {
	case []any:
		all := make([]any, len(o))
		for i := range o {
			all[i] = encrypted(o[i], encryption)
		}
		return all
	case map[string]any:
		next := map[string]any{}
		for key, value := range o {
			next[key] = value
		}
		next["encryption"] = encryption
		return next
	}
	return object
}

// account is that of the first who asks.
func (s *subject) account(u *used) string {
	for _, arn := range u.principals() {
		if p, err := policy.ParsePrincipal(arn); err == nil && p.InAccount() {
			return p.Account
		}
	}
	return ""
}

// keyPolicy gives the callers, and the account, everything that a key can do but one thing.
func keyPolicy(account string, callers any, missing string) map[string]any {
	actions := lessThan([]string{"kms:*"}, missing)
	root := map[string]any{"AWS": "arn:aws:iam::" + account + ":root"}
	var all []any
	for i, principal := range []any{root, callers} {
		all = append(all, map[string]any{
			"Sid": []string{"Account", "Callers"}[i], "Effect": "Allow",
			"Principal": principal, "Action": slices.Clone(actions), "Resource": "*",
		})
	}
	return map[string]any{"Version": "2012-10-17", "Statement": all}
}
