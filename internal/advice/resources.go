package advice

import (
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

func (s *search) state() *world.State { return s.now.Moment.State }

func (s *search) principal() *policy.Principal {
	if s.now.Caller == nil {
		return nil
	}
	return &s.now.Caller.Principal
}

// target is the bucket and the key that a question is about.
func target(d *authz.Decision) (bucket, key string) {
	rest, ok := strings.CutPrefix(d.Resource, "arn:aws:s3:::")
	if !ok {
		return "", ""
	}
	bucket, key, _ = strings.Cut(rest, "/")
	return bucket, key
}

func (s *search) bucketOf(d *authz.Decision) *world.Bucket {
	if p := s.state().AccessPoints.Behind(d.Resource); p != nil {
		return s.state().Buckets[p.Bucket]
	}
	name, _ := target(d)
	return s.state().Buckets[name]
}

// objectOf is the current object that a question is about; nil: there is none.
func (s *search) objectOf(d *authz.Decision) (*store.Object, build.Path) {
	name, key := target(d)
	if p := s.state().AccessPoints.Behind(d.Resource); p != nil {
		_, key, _ = strings.Cut(d.Resource, p.ObjectARN(""))
		name = p.Bucket
	}
	contents := s.now.Moment.Index.Bucket(name)
	if contents == nil || key == "" {
		return nil, nil
	}
	return contents.Current(key), build.BucketAt(name).At(build.Objects, key)
}

// keyPolicy is the policy of a customer's KMS key.
func (s *search) keyPolicy(d *authz.Decision) []place {
	key := s.state().KeyNamed(d.Resource, "", "")
	if key == nil || key.AWSManaged {
		return nil
	}
	return []place{{
		what: "the policy of the KMS key " + key.ID, path: build.KeyAt(key.ID).At(build.KeyPolicy),
		has: key.Policy, resource: true, star: true,
	}}
}

// toEnabled is how a key comes to be enabled from the states that it does not leave by
// itself (KMS Developer Guide, "Key states of AWS KMS keys").
var toEnabled = map[string]string{
	world.KeyDisabled:        "enable the KMS key ",
	world.KeyPendingDeletion: "enable again, once its deletion is called off (CancelKeyDeletion), the KMS key ",
	world.KeyPendingImport:   "enable, by the import of its key material, the KMS key ",
}

// byKeyState enables a key, or waits for it; of one of the wrong kind, and of one that is
// AWS's, the state stays.
func (s *search) byKeyState(d *authz.Decision) []candidate {
	key := s.state().KeyNamed(d.Resource, "", "")
	if key == nil || key.AWSManaged || key.State == world.KeyEnabled {
		return nil
	}
	text, ok := toEnabled[key.State]
	if !ok {
		text = "enable, which is to wait while it is " + key.State + ", the KMS key "
	}
	return []candidate{{Change: journal.Change{
		Text: text + key.ID, Patch: at(world.KeyEnabled, build.KeyAt(key.ID).At(build.KeyState)),
	}}}
}

// byACL grants it in the bucket's ACL or in the object's.
func (s *search) byACL(d *authz.Decision) []candidate {
	onObject, permission, ok := authz.ACLPermission(d.Action)
	b := s.bucketOf(d)
	if !ok || b == nil {
		return nil
	}
	acl, owner, what, path := b.ACL, b.Owner, "the ACL of the bucket "+b.Name, build.BucketAt(b.Name).At(build.BucketACL)
	if onObject {
		o, at := s.objectOf(d)
		if o == nil {
			return nil
		}
		acl, owner, what, path = o.ACL, o.Owner, "the ACL of the object "+o.Key, at.At(build.ObjectACL)
	}
	return s.grant(acl, owner, permission, what, path)
}

// grant is the change that adds the requester's account to an ACL, where it has one.
func (s *search) grant(
	acl authz.ACL, owner string, permission authz.Permission, what string, path build.Path,
) []candidate {
	p := s.principal()
	if p == nil || p.Account == "" {
		return nil
	}
	if acl == nil {
		acl = authz.ACL{{Grantee: authz.Grantee{CanonicalID: s.state().CanonicalID(owner)}, Permission: authz.FullControl}}
	}
	return []candidate{{Change: journal.Change{
		Text:  "grant " + p.Account + " " + string(permission) + " in " + what,
		Patch: at(build.ACLWith(acl, p.Account, permission), path),
	}}}
}

// settings are those of Block Public Access.
var settings = map[string]build.Keyed{
	authz.BlockPublicACLs: build.BlockPublicACLs, authz.IgnorePublicACLs: build.IgnorePublicACLs,
	authz.BlockPublicPolicy: build.BlockPublicPolicy, authz.RestrictPublicBuckets: build.RestrictPublicBuckets,
}

// assigned is where an S3 policy has its value for accounts (Organizations User Guide,
// "Amazon S3 policy syntax and examples").
var assigned = []string{"s3_attributes", "public_access_block_configuration", "@@assign"}

// byPublicAccess turns the setting off where it is on: at the bucket, and at the account
// or in the organization's policy, which stands in the account's place.
func (s *search) byPublicAccess(d *authz.Decision, f *authz.Finding) []candidate {
	b := s.bucketOf(d)
	if b == nil || settings[f.Setting] == nil {
		return nil
	}
	patch, where := journal.Patch{}, []string{}
	off := func(block *world.PublicAccessBlock, what string, path build.Path) {
		if block != nil && isOn(block, f.Setting) {
			patch = join(patch, at(false, path.At(settings[f.Setting])))
			where = append(where, what)
		}
	}
	off(b.PublicAccessBlock, "the bucket "+b.Name, build.BucketAt(b.Name).At(build.BucketBlock))
	switch a := s.state().Accounts[b.Owner]; {
	case a == nil:
	case s.state().OrganizationBlock(a.ID) != nil:
		by := a.Membership.PublicAccess
		if by.Value == world.AssignAll {
			path := build.OrganizationAt().At(build.S3Policies, by.By).At(build.GuardrailPolicy, assigned...)
			patch = join(patch, at(world.AssignNone, path))
			where = append(where, "the organization's accounts under the S3 policy "+by.By)
		}
	default:
		off(a.PublicAccessBlock, "the account "+a.ID, build.AccountAt(a.ID).At(build.AccountBlock))
	}
	return []candidate{{Change: journal.Change{
		Text: "turn " + f.Setting + " off for " + strings.Join(where, " and "), Patch: patch,
	}}}
}

func isOn(b *world.PublicAccessBlock, part string) bool {
	switch part {
	case authz.BlockPublicACLs:
		return b.BlockPublicAcls
	case authz.IgnorePublicACLs:
		return b.IgnorePublicAcls
	case authz.BlockPublicPolicy:
		return b.BlockPublicPolicy
	}
	return b.RestrictPublicBuckets
}

// byOwnership turns ACLs on. Sending none is the better cure, and no change of the
// world.
func (s *search) byOwnership(d *authz.Decision) []candidate {
	b := s.bucketOf(d)
	if b == nil {
		return nil
	}
	return []candidate{{Change: journal.Change{
		Text:  "choose BucketOwnerPreferred as the Object Ownership of the bucket " + b.Name,
		Patch: at(string(world.BucketOwnerPreferred), build.BucketAt(b.Name).At(build.Ownership)),
	}}}
}

// byLock takes the protection of a current version away; a retention ends by waiting.
func (s *search) byLock(d *authz.Decision) []candidate {
	o, path := s.objectOf(d)
	switch {
	case o == nil:
		return nil
	case o.LegalHold:
		return []candidate{{reveals: o.Retention.Mode != "", Change: journal.Change{
			Text: "take the legal hold from " + o.Key, Patch: at(nil, path.At(build.LegalHold)),
		}}}
	case o.Retention.EventHold.On():
		return []candidate{{Change: journal.Change{
			Text: fmt.Sprintf("release the event hold of %s, and wait the %d days that it keeps the version from then on",
				o.Key, o.Retention.EventHold.InDays()),
			Patch: join(at(tree.None, path.At(build.Retention)), at(nil, path.At(build.EventHold))),
		}}}
	}
	return nil
}
