package awscli

import (
	"encoding/json"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// deniedToAll says that a bucket's policy denies an action on the bucket to all users and roles of its account, in all
// circumstances: a Deny that a condition or NotPrincipal limits may leave a way.
func deniedToAll(b *world.Bucket, action string) bool {
	if b.Policy == nil || b.Policy.Policy == nil {
		return false
	}
	var doc struct{ Statement any }
	if json.Unmarshal([]byte(b.Policy.Policy.Source()), &doc) != nil {
		return false
	}
	all, many := doc.Statement.([]any)
	if !many {
		all = []any{doc.Statement}
	}
	who := &policy.Principal{
		Kind: policy.User, Account: b.Owner, ARN: world.UserARN(b.Owner, "/", "somebody"),
	}
	for _, one := range all {
		s, _ := one.(map[string]any)
		if s == nil || s["Condition"] != nil || s["NotPrincipal"] != nil {
			continue
		}
		text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": s}) // it was read from JSON
		p, err := policy.Parse(text)
		if err == nil && p.Match(&policy.Request{
			Principal: who, Action: action, Resource: world.BucketARN + b.Name, Context: policy.NewContext(),
		}).Deny >= 0 {
			return true
		}
	}
	return false
}
