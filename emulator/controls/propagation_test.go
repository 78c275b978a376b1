package controls

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const propagationWorld = `version: 1
responses: aws
scenarios:
  world:
    title: changes that take their time
    propagation: {principals: 5s, access_keys: 4s, iam_policies: 3s, bucket_policies: 1s, kms: 2s}
    accounts:
      123456789012:
        users:
          app: {}
          leaver: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
        roles:
          batch:
            trust: >-
              {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}
    callers: {admin: {root: true}, app: {user: app}, leaver: {user: leaver}}
    kms_keys: {1234abcd-12ab-34cd-56ef-1234567890ab: {}}
    buckets: {my-bucket: {object_ownership: BucketOwnerEnforced, objects: {file.txt: {body: hello}}}}
`

// slow is a world whose changes take their time, and a clock that stands still unless it is
// moved.
type slow struct {
	*emulatortest.Server
	t     *testing.T
	real  time.Time
	moved atomic.Int64
}

func startSlow(t *testing.T, replace ...string) *slow {
	s := &slow{t: t, real: time.Now()}
	now := func() time.Time { return s.real.Add(time.Duration(s.moved.Load())) }
	s.Server = emulatortest.Start(t, "world", emulatortest.Now(now),
		emulatortest.YAML(strings.NewReplacer(replace...).Replace(propagationWorld)))
	return s
}

func (s *slow) advance(d time.Duration) { s.moved.Add(int64(d)) }

func (s *slow) s3(caller string, opts ...func(*s3.Options)) *s3.Client {
	return sdkv2.S3(s.t, s.Server, caller, opts...)
}

// arrives holds that something begins to be so after a time, and not before. err is
// nil once it is so.
func (s *slow) arrives(after time.Duration, code string, try func() error) {
	s.t.Helper()
	refusedWith(s.t, try(), code)
	s.advance(after - time.Millisecond)
	refusedWith(s.t, try(), code)
	s.advance(time.Millisecond)
	s.must(try())
}

// stays holds that something is so for a time, and no longer.
func (s *slow) stays(still time.Duration, code string, try func() error) {
	s.t.Helper()
	s.must(try())
	s.advance(still - time.Millisecond)
	s.must(try())
	s.advance(time.Millisecond)
	refusedWith(s.t, try(), code)
}

func (s *slow) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *slow) get(client *s3.Client) func() error {
	return func() error {
		out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: myBucket, Key: aws.String("file.txt")})
		if err == nil {
			_, err = io.Copy(io.Discard, out.Body)
			out.Body.Close()
		}
		return err
	}
}

var (
	myBucket = aws.String("my-bucket")
	theApp   = aws.String("app")
	inlineS3 = aws.String("s3")
)

const allowAllS3 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`

func objectPolicy(effect, principal string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"` +
		effect + `","Principal":{"AWS":"` + principal +
		`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`)
}

func putUserPolicy(admin *clients, user, document string) error {
	_, err := admin.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: &user, PolicyName: inlineS3, PolicyDocument: &document,
	})
	return err
}

// named has a key of an access key pair sign.
func (s *slow) named(key *iamtypes.AccessKey) *s3.Client {
	return s.s3("admin", func(o *s3.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}, nil
		})
	})
}

// A new principal is listed at once, and cannot be named by a policy until it has arrived.
func TestPrincipalsPropagate(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin := as(t, s.Server, "admin")
	trust := `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}`
	_, err := admin.iam.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("new"), AssumeRolePolicyDocument: &trust,
	})
	s.must(err)
	_, err = admin.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("new")})
	s.must(err)
	_, err = admin.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: theApp, PolicyName: aws.String("sts"),
		PolicyDocument: aws.String(strings.Replace(allowAllS3, "s3:*", "sts:AssumeRole", 1))})
	s.must(err)

	const arn = "arn:aws:iam::123456789012:role/new"
	inKey := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",` +
		`"Principal":{"AWS":["` + arn + `","123456789012"]}}]}`
	inTrust := strings.Replace(trust, "123456789012", arn, 1)
	putKeyPolicy := func() error {
		_, err := admin.kms.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{
			KeyId: aws.String("1234abcd-12ab-34cd-56ef-1234567890ab"), Policy: &inKey,
		})
		return err
	}
	updateTrust := func() error {
		_, err := admin.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{
			RoleName: aws.String("batch"), PolicyDocument: &inTrust,
		})
		return err
	}
	assume := func() error {
		_, err := as(t, s.Server, "app").sts.AssumeRole(ctx, &sts.AssumeRoleInput{
			RoleArn: aws.String(arn), RoleSessionName: aws.String("s1"),
		})
		return err
	}
	s.advance(3 * time.Second)
	refusedWith(t, putKeyPolicy(), "MalformedPolicyDocumentException")
	e := refusedWith(t, updateTrust(), "MalformedPolicyDocument")
	if !strings.Contains(e.ErrorMessage(), "Invalid principal in policy") {
		t.Errorf("it says %q", e.ErrorMessage())
	}
	refusedWith(t, assume(), "AccessDenied")
	s.arrives(2*time.Second, "MalformedPolicy", func() error {
		_, err := s.s3("admin").PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
			Bucket: myBucket, Policy: objectPolicy("Deny", arn),
		})
		return err
	})
	s.must(putKeyPolicy())
	s.must(updateTrust())
	s.must(assume())
}

// A new access key is unknown at first, and a deleted one works a little longer; so does
// one that is switched off.
func TestAccessKeysPropagate(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin := as(t, s.Server, "admin")
	made, err := admin.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("leaver")})
	s.must(err)
	key, get := made.AccessKey, s.get(s.named(made.AccessKey))
	s.arrives(4*time.Second, "InvalidAccessKeyId", get)
	_, err = admin.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: key.UserName, AccessKeyId: key.AccessKeyId, Status: "Inactive",
	})
	s.must(err)
	s.stays(4*time.Second, "InvalidAccessKeyId", get)
	_, err = admin.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: key.UserName, AccessKeyId: key.AccessKeyId, Status: "Active",
	})
	s.must(err)
	s.arrives(4*time.Second, "InvalidAccessKeyId", get)
	_, err = admin.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{
		UserName: key.UserName, AccessKeyId: key.AccessKeyId,
	})
	s.must(err)
	s.stays(4*time.Second, "InvalidAccessKeyId", get)
}

// The key of a user who has not arrived is unknown, however fast keys are.
func TestKeyOfANewUser(t *testing.T) {
	t.Parallel()
	s := startSlow(t, "access_keys: 4s", "access_keys: 0s")
	admin := as(t, s.Server, "admin")
	_, err := admin.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new")})
	s.must(err)
	made, err := admin.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("new")})
	s.must(err)
	s.must(putUserPolicy(admin, "new", allowAllS3))
	s.arrives(5*time.Second, "InvalidAccessKeyId", s.get(s.named(made.AccessKey)))
}

// Policies of principals, their groups and managed policies among them, and of buckets
// bind once they have arrived, each in the time of its kind.
func TestPoliciesPropagate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after time.Duration
		put   func(*clients, *s3.Client) error
	}{
		"of a user": {3 * time.Second, func(admin *clients, _ *s3.Client) error {
			return putUserPolicy(admin, "app", allowAllS3)
		}},
		"managed": {3 * time.Second, func(admin *clients, _ *s3.Client) error {
			_, err := admin.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{
				UserName: theApp, PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonS3FullAccess"),
			})
			return err
		}},
		"of a group": {3 * time.Second, func(admin *clients, _ *s3.Client) error {
			_, err := admin.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("staff")})
			if err == nil {
				_, err = admin.iam.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{
					GroupName: aws.String("staff"), PolicyName: inlineS3, PolicyDocument: aws.String(allowAllS3),
				})
			}
			if err == nil {
				_, err = admin.iam.AddUserToGroup(ctx, &iam.AddUserToGroupInput{
					GroupName: aws.String("staff"), UserName: theApp,
				})
			}
			return err
		}},
		"of a bucket": {time.Second, func(_ *clients, admin *s3.Client) error {
			_, err := admin.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
				Bucket: myBucket, Policy: objectPolicy("Allow", "arn:aws:iam::123456789012:user/app"),
			})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSlow(t)
			s.must(c.put(as(t, s.Server, "admin"), s.s3("admin")))
			s.arrives(c.after, "AccessDenied", s.get(s.s3("app")))
		})
	}
}

// What is taken away binds as long; each of several changes in its own time.
func TestRemovalsPropagate(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin, bucket, get := as(t, s.Server, "admin"), s.s3("admin"), s.get(s.s3("leaver"))
	put := func(policy *string) {
		_, err := bucket.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: myBucket, Policy: policy})
		s.must(err)
	}
	put(objectPolicy("Deny", "*"))
	s.must(get())
	s.advance(500 * time.Millisecond)
	put(objectPolicy("Allow", "123456789012"))
	s.must(get())
	s.advance(500 * time.Millisecond) // the Deny is in force
	refusedWith(t, get(), "AccessDenied")
	s.advance(500 * time.Millisecond) // and the Allow
	s.must(get())
	_, err := bucket.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: myBucket})
	s.must(err)
	_, err = admin.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{
		UserName: aws.String("leaver"), PolicyName: inlineS3,
	})
	s.must(err)
	s.stays(3*time.Second, "AccessDenied", get)
}

// A user who is gone works on until that has arrived, and whatever it asks of itself is
// refused in the service's words.
func TestDeletedUserWorksOn(t *testing.T) {
	t.Parallel()
	s := startSlow(t, "access_keys: 4s", "access_keys: 5s", "iam_policies: 3s", "iam_policies: 5s")
	admin, leaver := as(t, s.Server, "admin"), as(t, s.Server, "leaver")
	s.must(func() error {
		_, err := admin.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
			UserName: aws.String("leaver"), PolicyName: aws.String("all"),
			PolicyDocument: aws.String(strings.Replace(allowAllS3, `"s3:*"`, `"*"`, 1)),
		})
		return err
	}())
	s.advance(5 * time.Second)
	for _, name := range []string{"all", "s3"} {
		_, err := admin.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{
			UserName: aws.String("leaver"), PolicyName: aws.String(name),
		})
		s.must(err)
	}
	key := s.Caller("leaver").AccessKeyID
	_, err := admin.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{
		UserName: aws.String("leaver"), AccessKeyId: &key,
	})
	s.must(err)
	_, err = admin.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("leaver")})
	s.must(err)

	_, err = leaver.iam.GetUser(ctx, &iam.GetUserInput{})
	refusedWith(t, err, "NoSuchEntity")
	_, err = leaver.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{})
	refusedWith(t, err, "NoSuchEntity")
	_, err = leaver.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	refusedWith(t, err, "InvalidClientTokenId")
	_, err = leaver.sts.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("fed")})
	refusedWith(t, err, "InvalidClientTokenId")
	_, err = leaver.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	s.must(err)
	s.stays(5*time.Second, "InvalidAccessKeyId", s.get(s.s3("leaver")))
	if len(s.Requests()) == 0 {
		t.Error("nothing was journalled")
	}
	for _, e := range s.Requests() {
		if e.Panic != "" {
			t.Errorf("%s: %s", e.Operation, e.Panic)
		}
	}
}

// A session of a role that is gone works until that has arrived; the role cannot be
// assumed again.
func TestDeletedRoleWorksOn(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin := as(t, s.Server, "admin")
	s.must(s.Patch(`{"accounts":{"123456789012":{"roles":{"batch":{"policies":{"s3":` + allowAllS3 +
		`}}},"users":{"app":{"policies":{"sts":` + strings.Replace(allowAllS3, "s3:*", "sts:AssumeRole", 1) + `}}}}}}`))
	assume := func() (*sts.AssumeRoleOutput, error) {
		return as(t, s.Server, "app").sts.AssumeRole(ctx, &sts.AssumeRoleInput{
			RoleArn: aws.String("arn:aws:iam::123456789012:role/batch"), RoleSessionName: aws.String("s1"),
		})
	}
	session, err := assume()
	s.must(err)
	client := s.s3("admin", func(o *s3.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			c := session.Credentials
			return aws.Credentials{
				AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken,
			}, nil
		})
	})
	s.must(s.get(client)())
	_, err = admin.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{
		RoleName: aws.String("batch"), PolicyName: inlineS3,
	})
	s.must(err)
	s.advance(time.Second)
	_, err = admin.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("batch")})
	s.must(err)
	_, err = assume()
	refusedWith(t, err, "AccessDenied")
	s.stays(2*time.Second, "AccessDenied", s.get(client)) // of the policy, which went first
	s.advance(3*time.Second - time.Millisecond)
	refusedWith(t, s.get(client)(), "AccessDenied")
	s.advance(time.Millisecond)
	refusedWith(t, s.get(client)(), "InvalidAccessKeyId")
}

// A KMS key, its state and its policy count for S3 once they have arrived; KMS itself
// shows a new key at once.
func TestKMSPropagates(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin, leaver := as(t, s.Server, "admin"), s.s3("leaver")
	made, err := admin.kms.CreateKey(ctx, &kms.CreateKeyInput{})
	s.must(err)
	id := made.KeyMetadata.KeyId
	_, err = admin.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: id})
	s.must(err)
	put := func(client *s3.Client) func() error {
		return func() error {
			_, err := client.PutObject(ctx, &s3.PutObjectInput{
				Bucket: myBucket, Key: aws.String("sealed"), Body: strings.NewReader("x"),
				ServerSideEncryption: s3types.ServerSideEncryptionAwsKms, SSEKMSKeyId: id,
			})
			return err
		}
	}
	s.arrives(2*time.Second, "KMS.NotFoundException", put(s.s3("admin")))
	_, err = admin.kms.CreateGrant(ctx, &kms.CreateGrantInput{
		KeyId: id, GranteePrincipal: aws.String("arn:aws:iam::123456789012:user/leaver"),
		Operations: []kmstypes.GrantOperation{kmstypes.GrantOperationGenerateDataKey},
	})
	s.must(err)
	s.arrives(2*time.Second, "AccessDenied", put(leaver))
	_, err = admin.kms.DisableKey(ctx, &kms.DisableKeyInput{KeyId: id})
	s.must(err)
	s.stays(2*time.Second, "KMS.DisabledException", put(leaver))
}

// With reads: stale, calls that read show what decisions go by.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	s := startSlow(t, "kms: 2s", "kms: 2s, reads: stale")
	admin, bucket := as(t, s.Server, "admin"), s.s3("admin")
	getPolicy := func() error {
		_, err := bucket.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: myBucket})
		return err
	}
	_, err := bucket.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
		Bucket: myBucket, Policy: objectPolicy("Deny", "*"),
	})
	s.must(err)
	s.arrives(time.Second, "NoSuchBucketPolicy", getPolicy)
	_, err = bucket.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: myBucket})
	s.must(err)
	s.stays(time.Second, "NoSuchBucketPolicy", getPolicy)

	_, err = admin.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new")})
	s.must(err)
	s.must(putUserPolicy(admin, "app", allowAllS3))
	s.arrives(3*time.Second, "NoSuchEntity", func() error {
		_, err := admin.iam.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: theApp, PolicyName: inlineS3})
		return err
	})
	s.arrives(2*time.Second, "NoSuchEntity", func() error {
		_, err := admin.iam.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("new")})
		return err
	})
}

// A patch counts at once, with what is on its way where it touches; what is on its way
// elsewhere stays there. A world without propagation waits for nothing.
func TestPatchesDoNotPropagate(t *testing.T) {
	t.Parallel()
	s := startSlow(t)
	admin, get := as(t, s.Server, "admin"), s.get(s.s3("app"))
	attach := func() {
		s.must(putUserPolicy(admin, "app", allowAllS3))
	}
	attach()
	s.must(s.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`))
	refusedWith(t, get(), "AccessDenied")
	s.must(s.Patch(`{"accounts":{"123456789012":{"users":{"app":{"tags":{"a":"b"}}}}}}`))
	s.must(get())
	s.must(s.Patch(`{"accounts":{"123456789012":{"users":{"app":{"policies":null}}}}}`))
	refusedWith(t, get(), "AccessDenied")
	attach()
	refusedWith(t, get(), "AccessDenied")
	s.must(s.Patch(`{"propagation":null}`))
	s.must(get())
	for patch, want := range map[string]string{
		`{"propagation":{"principals":"2h"}}`: `patch:1:30: a change propagates in 0s to 1h0m0s, not in 2h0m0s`,
		`{"propagation":{"kms":"-1s"}}`:       `patch:1:23: a change propagates in 0s to 1h0m0s, not in -1s`,
		`{"propagation":{"reads":"stal"}}`:    `patch:1:25: unknown value "stal" (did you mean "stale"?)`,
		`{"propagation":{"iam_policy":"1s"}}`: `patch:1:17: unknown key "iam_policy" in a propagation (did you mean "iam_policies"?)`,
	} {
		if err := s.Patch(patch); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", patch, err, want)
		}
	}
}
