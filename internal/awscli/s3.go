package awscli

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var (
	anyBucket = build.BucketAt(any1)
	anyObject = anyBucket.At(build.Objects, any1)
)

var writersOfS3 = []writer{
	{anyBucket.At(build.BucketPolicy), (*typing).policyOfBucket},
	{build.Path{}.At(build.AccessPoints, any1).At(build.PointPolicy), (*typing).policyOfPoint},
	{anyBucket.At(build.BucketBlock), (*typing).blockOfBucket},
	{anyAccount.At(build.AccountBlock), (*typing).blockOfAccount},
	{anyBucket.At(build.Ownership), (*typing).ownership},
	{anyBucket.At(build.BucketACL), (*typing).aclOfBucket},
	{anyBucket.At(build.BucketABAC), (*typing).abac},
	{anyBucket.At(build.BucketCORS), (*typing).cors},
	{anyBucket.At(key("encryption")), (*typing).encryption},
	{anyBucket.At(key("requester_pays")), (*typing).payer},
	{anyObject.At(build.ObjectACL), (*typing).aclOfObject},
	{anyObject.At(build.LegalHold), (*typing).legalHold},
}

// onBucket writes a call of s3api about a bucket, for its owner.
func (t *typing) onBucket(name, call string, more ...string) bool {
	b := t.State.Buckets[name]
	if b == nil {
		return false
	}
	t.as(b.Owner, t.s3api(b, call, more...)...)
	return true
}

// onObject writes a call about an object, by its bucket's name and its key, for an account.
func (t *typing) onObject(account string, names []string, call string, more ...string) bool {
	b := t.State.Buckets[names[0]]
	if b == nil {
		return false
	}
	command := cause.OnObject(call, b.Name, names[1], append(more, t.in(b.Region)...)...)
	if command == "" {
		return false
	}
	t.line(account, command)
	return true
}

func (t *typing) s3api(b *world.Bucket, call string, more ...string) []string {
	return slices.Concat([]string{"aws", "s3api", call, "--bucket", b.Name}, more, t.in(b.Region))
}

// policyOfBucket is for the root user where the policy that stands there lets nobody else change it.
func (t *typing) policyOfBucket(names []string, value any) bool {
	b := t.State.Buckets[names[0]]
	if b == nil {
		return false
	}
	action, words := "s3:PutBucketPolicy", t.s3api(b, "put-bucket-policy", "--policy", text(value))
	if value == nil {
		action, words = "s3:DeleteBucketPolicy", t.s3api(b, "delete-bucket-policy")
	}
	if deniedToAll(b, action) {
		t.asRoot(b.Owner, words...)
	} else {
		t.as(b.Owner, words...)
	}
	return true
}

// policyOfPoint is for the access point's account.
func (t *typing) policyOfPoint(names []string, value any) bool {
	for _, p := range t.State.AccessPoints {
		if build.PointKey(t.State.AccessPoints, p) != names[0] {
			continue
		}
		words := []string{"aws", "s3control", "put-access-point-policy", "--account-id", p.Account, "--name", p.Name, "--policy", text(value)}
		if value == nil {
			words = append([]string{"aws", "s3control", "delete-access-point-policy"}, words[3:7]...)
		}
		t.as(p.Account, append(words, t.in(p.Region)...)...)
		return true
	}
	return false
}

func (t *typing) blockOfBucket(names []string, value any) bool {
	b := t.State.Buckets[names[0]]
	switch {
	case b == nil:
		return false
	case value == nil, value == tree.None:
		return t.onBucket(b.Name, "delete-public-access-block")
	}
	settings := blockWith(b.PublicAccessBlock, value)
	return t.onBucket(b.Name, "put-public-access-block", "--public-access-block-configuration", settings)
}

func (t *typing) blockOfAccount(names []string, value any) bool {
	a := t.State.Accounts[names[0]]
	switch {
	case a == nil:
		return false
	case value == nil, value == tree.None:
		t.as(a.ID, "aws", "s3control", "delete-public-access-block", "--account-id", a.ID)
	default:
		t.as(a.ID, "aws", "s3control", "put-public-access-block", "--account-id", a.ID,
			"--public-access-block-configuration", blockWith(a.PublicAccessBlock, value))
	}
	return true
}

// blockWith is the settings of Block Public Access as the AWS CLI takes them, with those
// of a patch.
func blockWith(now *world.PublicAccessBlock, patch any) string {
	if now == nil {
		now = &world.PublicAccessBlock{}
	}
	changed, _ := patch.(map[string]any)
	setting := func(name string, row build.Keyed, on bool) string {
		if v, ok := changed[row.Key()].(bool); ok {
			on = v
		}
		return name + "=" + strconv.FormatBool(on)
	}
	return setting("BlockPublicAcls", build.BlockPublicACLs, now.BlockPublicAcls) + "," +
		setting("IgnorePublicAcls", build.IgnorePublicACLs, now.IgnorePublicAcls) + "," +
		setting("BlockPublicPolicy", build.BlockPublicPolicy, now.BlockPublicPolicy) + "," +
		setting("RestrictPublicBuckets", build.RestrictPublicBuckets, now.RestrictPublicBuckets)
}

func (t *typing) ownership(names []string, value any) bool {
	mode, ok := value.(string)
	if !ok || mode == tree.None {
		return t.onBucket(names[0], "delete-bucket-ownership-controls")
	}
	return t.onBucket(names[0], "put-bucket-ownership-controls", "--ownership-controls",
		"Rules=[{ObjectOwnership="+mode+"}]")
}

func (t *typing) abac(names []string, value any) bool {
	status := "Disabled"
	if value == true {
		status = "Enabled"
	}
	return t.onBucket(names[0], "put-bucket-abac", "--abac-status", "Status="+status)
}

func (t *typing) payer(names []string, value any) bool {
	payer := "BucketOwner"
	if value == true {
		payer = "Requester"
	}
	return t.onBucket(names[0], "put-bucket-request-payment", "--request-payment-configuration", "Payer="+payer)
}

func (t *typing) encryption(names []string, value any) bool {
	b := t.State.Buckets[names[0]]
	if b == nil {
		return false
	}
	patch, _ := value.(map[string]any)
	rule := map[string]any{"SSEAlgorithm": textOr(patch["algorithm"], cmp.Or(b.Encryption.Algorithm, "AES256"))}
	if arn := textOr(patch["kms_key"], b.Encryption.KMSKey); arn != "" && rule["SSEAlgorithm"] != "AES256" {
		rule["KMSMasterKeyID"] = arn
	}
	blocked := "NONE"
	if boolOr(patch["block_ssec"], b.Encryption.BlockSSEC) {
		blocked = "SSE-C"
	}
	return t.onBucket(b.Name, "put-bucket-encryption", "--server-side-encryption-configuration", text(map[string]any{
		"Rules": []any{map[string]any{
			"ApplyServerSideEncryptionByDefault": rule,
			"BucketKeyEnabled":                   boolOr(patch["bucket_key"], b.Encryption.BucketKey),
			"BlockedEncryptionTypes":             map[string]any{"EncryptionType": []string{blocked}},
		}},
	}))
}

func textOr(value any, otherwise string) string {
	if s, ok := value.(string); ok {
		return s
	}
	return otherwise
}

func boolOr(value any, otherwise bool) bool {
	if b, ok := value.(bool); ok {
		return b
	}
	return otherwise
}

func (t *typing) aclOfBucket(names []string, value any) bool {
	b := t.State.Buckets[names[0]]
	if b == nil {
		return false
	}
	words, ok := t.acl(value, b.Owner)
	return ok && t.onBucket(b.Name, "put-bucket-acl", words...)
}

func (t *typing) aclOfObject(names []string, value any) bool {
	contents := t.Index.Bucket(names[0])
	if contents == nil || contents.Current(names[1]) == nil {
		return false
	}
	o := contents.Current(names[1])
	words, ok := t.acl(value, o.Owner)
	if !ok {
		return false
	}
	return t.onObject(o.Owner, names, "put-object-acl", words...)
}

// acl is an ACL, canned or of grants, as the AWS CLI takes one.
func (t *typing) acl(value any, owner string) (words []string, ok bool) {
	if canned, is := value.(string); is {
		return []string{"--acl", canned}, true
	}
	facts, _ := value.(map[string]any)
	list, ok := facts["grants"].([]any)
	grants := []any{}
	for _, one := range list {
		g, _ := one.(map[string]any)
		grants = append(grants, map[string]any{
			"Grantee": t.grantee(textOr(g["grantee"], "")), "Permission": g["permission"],
		})
	}
	return []string{"--access-control-policy", text(map[string]any{
		"Owner": map[string]any{"ID": t.State.CanonicalID(owner)}, "Grants": grants,
	})}, ok
}

// grantee is who has the name in a file, as the AWS CLI takes one.
func (t *typing) grantee(name string) map[string]any {
	switch name {
	case "AllUsers":
		return map[string]any{"Type": "Group", "URI": authz.AllUsers}
	case "AuthenticatedUsers":
		return map[string]any{"Type": "Group", "URI": authz.AuthenticatedUsers}
	case "LogDelivery":
		return map[string]any{"Type": "Group", "URI": authz.LogDelivery}
	}
	if world.IsAccountID(name) {
		name = t.State.CanonicalID(name)
	}
	return map[string]any{"Type": "CanonicalUser", "ID": name}
}

func (t *typing) legalHold(names []string, value any) bool {
	status := "OFF"
	if value == true {
		status = "ON"
	}
	b := t.State.Buckets[names[0]]
	return b != nil && t.onObject(b.Owner, names, "put-object-legal-hold", "--legal-hold", "Status="+status)
}
