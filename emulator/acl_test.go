package emulator_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	ownerAccount = "123456789012"
	guestAccount = "999988887777"
)

// aclYAML is a world of two accounts, both of whose users may do everything that
// their own account can give, and a bucket with ACLs.
const aclYAML = `
version: 1
scenarios:
  acl:
    title: Two accounts and a bucket with ACLs
    accounts:
      123456789012: {name: owner, users: {owner: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}
      999988887777: {name: guest, users: {guest: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}
    callers:
      owner: {account: 123456789012, user: owner}
      guest: {account: 999988887777, user: guest}
      logger: {service: logging.s3.amazonaws.com}
    new_buckets: {object_ownership: ObjectWriter, public_access_block: none}
    buckets:
      my-bucket: {owner: 123456789012, region: us-east-1, objects: {file.txt: {body: "hello"}}}
`

// aclWorld is the world of aclYAML with a client for everybody in it.
type aclWorld struct {
	*testing.T
	srv                          *emulatortest.Server
	owner, guest, logger, nobody *s3.Client
}

func newACLWorld(t *testing.T, opts ...emulatortest.Option) *aclWorld {
	t.Helper()
	srv := emulatortest.Start(t, "acl", append([]emulatortest.Option{emulatortest.YAML(aclYAML)}, opts...)...)
	once := func(o *s3.Options) { o.RetryMaxAttempts = 1 }
	anonymous := func(o *s3.Options) { o.Credentials = aws.AnonymousCredentials{} }
	return &aclWorld{
		T: t, srv: srv, owner: sdkv2.S3(t, srv, "owner", once), guest: sdkv2.S3(t, srv, "guest", once),
		logger: sdkv2.S3(t, srv, "logger", once), nobody: sdkv2.S3(t, srv, "owner", once, anonymous),
	}
}

// codeOf is the code of an error of the SDK; empty: no error.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	var api smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &api):
		return api.ErrorCode()
	}
	t.Fatal(err)
	return ""
}

// must fails the test where a call did.
func (w *aclWorld) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// want checks the code with which a call was refused, and the layer that refused
// it. An empty code: it was served; an empty layer is not looked at.
func (w *aclWorld) want(what string, err error, code string, layer authz.Layer) {
	w.Helper()
	if got := codeOf(w.T, err); got != code {
		w.Errorf("%s: %v, want %q", what, err, code)
		return
	}
	var response *awshttp.ResponseError
	if layer == "" || !errors.As(err, &response) {
		return
	}
	d := w.srv.Why(response.ServiceRequestID())
	if d == nil || !slices.Equal(d.DeniedBy, []authz.Layer{layer}) {
		w.Errorf("%s: denied by %+v, want %s alone", what, d, layer)
	}
}

func (w *aclWorld) put(client *s3.Client, key string, edit ...func(*s3.PutObjectInput)) error {
	in := &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key), Body: strings.NewReader("hello")}
	for _, f := range edit {
		f(in)
	}
	_, err := client.PutObject(w.Context(), in)
	return err
}

func canned(acl types.ObjectCannedACL) func(*s3.PutObjectInput) {
	return func(in *s3.PutObjectInput) { in.ACL = acl }
}

func (w *aclWorld) get(client *s3.Client, key string) error {
	out, err := client.GetObject(w.Context(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key)})
	if err != nil {
		return err
	}
	defer out.Body.Close()
	_, err = io.Copy(io.Discard, out.Body)
	return err
}

func (w *aclWorld) delete(client *s3.Client, key string) error {
	_, err := client.DeleteObject(w.Context(), &s3.DeleteObjectInput{Bucket: aws.String("my-bucket"),
		Key: aws.String(key)})
	return err
}

func (w *aclWorld) list(client *s3.Client) error {
	_, err := client.ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket")})
	return err
}

func (w *aclWorld) bucketACL(client *s3.Client) (*s3.GetBucketAclOutput, error) {
	return client.GetBucketAcl(w.Context(), &s3.GetBucketAclInput{Bucket: aws.String("my-bucket")})
}

func (w *aclWorld) putBucketACL(client *s3.Client, in s3.PutBucketAclInput) error {
	in.Bucket = aws.String("my-bucket")
	_, err := client.PutBucketAcl(w.Context(), &in)
	return err
}

func (w *aclWorld) objectACL(client *s3.Client, key string) (*s3.GetObjectAclOutput, error) {
	return client.GetObjectAcl(w.Context(), &s3.GetObjectAclInput{Bucket: aws.String("my-bucket"), Key: aws.String(key)})
}

func (w *aclWorld) putObjectACL(client *s3.Client, key string, in s3.PutObjectAclInput) error {
	in.Bucket, in.Key = aws.String("my-bucket"), aws.String(key)
	_, err := client.PutObjectAcl(w.Context(), &in)
	return err
}

func (w *aclWorld) block(p types.PublicAccessBlockConfiguration) {
	w.Helper()
	_, err := w.owner.PutPublicAccessBlock(w.Context(),
		&s3.PutPublicAccessBlockInput{Bucket: aws.String("my-bucket"), PublicAccessBlockConfiguration: &p})
	w.must(err)
}

func (w *aclWorld) ownership(o types.ObjectOwnership) error {
	_, err := w.owner.PutBucketOwnershipControls(w.Context(), &s3.PutBucketOwnershipControlsInput{
		Bucket: aws.String("my-bucket"), OwnershipControls: &types.OwnershipControls{Rules: []types.OwnershipControlsRule{{ObjectOwnership: o}}},
	})
	return err
}

// policyFor is an ACL of the owner's with one grant to the guest besides.
func policyFor(p types.Permission) *types.AccessControlPolicy {
	user := func(account string) *types.Grantee {
		return &types.Grantee{Type: types.TypeCanonicalUser, ID: aws.String(world.CanonicalID(account))}
	}
	return &types.AccessControlPolicy{
		Owner: &types.Owner{ID: aws.String(world.CanonicalID(ownerAccount))},
		Grants: []types.Grant{
			{Grantee: user(ownerAccount), Permission: types.PermissionFullControl}, {Grantee: user(guestAccount), Permission: p},
		},
	}
}

// grantText is a list of grants in short.
func grantText(grants []types.Grant) string {
	short := strings.NewReplacer(world.CanonicalID(ownerAccount), "owner", world.CanonicalID(guestAccount), "guest",
		world.AnonymousID, "nobody")
	var all []string
	for _, g := range grants {
		uri := aws.ToString(g.Grantee.URI)
		all = append(all, short.Replace(aws.ToString(g.Grantee.ID))+uri[strings.LastIndexByte(uri,
			'/')+1:]+" "+string(g.Permission))
	}
	return strings.Join(all, ", ")
}

var permissions = types.PermissionRead.Values()

// What each permission on a bucket gives to another account, and no more
// (authorization.md 1.7).
func TestBucketPermissionsOfOtherAccounts(t *testing.T) {
	gives := map[types.Permission]string{
		types.PermissionRead: "list", types.PermissionWrite: "put delete", types.PermissionReadAcp: "getacl",
		types.PermissionWriteAcp: "putacl", types.PermissionFullControl: "list put delete getacl putacl",
	}
	for _, p := range permissions {
		t.Run(string(p), func(t *testing.T) {
			w := newACLWorld(t)
			w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(p)}))
			_, getACL := w.bucketACL(w.guest)
			for what, err := range map[string]error{
				"list": w.list(w.guest), "put": w.put(w.guest, "new"), "delete": w.delete(w.guest, "none"), "getacl": getACL,
				"putacl": w.putBucketACL(w.guest, s3.PutBucketAclInput{AccessControlPolicy: policyFor(p)}),
			} {
				w.wantGiven(what, err, slices.Contains(strings.Fields(gives[p]), what))
			}
			w.wantGiven("reading objects", w.get(w.guest, "file.txt"), false)
			w.want("nobody's list", w.list(w.nobody), "AccessDenied", authz.ACLs)
		})
	}
}

func (w *aclWorld) wantGiven(what string, err error, given bool) {
	w.Helper()
	if given {
		w.want(what, err, "", "")
	} else {
		w.want(what, err, "AccessDenied", authz.ACLs)
	}
}

func TestObjectPermissionsOfOtherAccounts(t *testing.T) {
	gives := map[types.Permission]string{
		types.PermissionRead: "get", types.PermissionWrite: "", types.PermissionReadAcp: "getacl",
		types.PermissionWriteAcp: "putacl", types.PermissionFullControl: "get getacl putacl",
	}
	for _, p := range permissions {
		t.Run(string(p), func(t *testing.T) {
			w := newACLWorld(t)
			w.must(w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{AccessControlPolicy: policyFor(p)}))
			_, getACL := w.objectACL(w.guest, "file.txt")
			for what, err := range map[string]error{
				"get": w.get(w.guest, "file.txt"), "getacl": getACL,
				"putacl": w.putObjectACL(w.guest, "file.txt", s3.PutObjectAclInput{AccessControlPolicy: policyFor(p)}),
				"put":    w.put(w.guest, "file.txt"), "delete": w.delete(w.guest, "file.txt"), "list": w.list(w.guest),
			} {
				w.wantGiven(what, err, slices.Contains(strings.Fields(gives[p]), what))
			}
			w.must(w.get(w.owner, "file.txt"))
		})
	}
}

// An ACL lets the other account's administrator delegate; it does not stand in the
// place of the user's own policy (authorization.md 1.7).
func TestACLsDoNotStandForIdentityPolicies(t *testing.T) {
	narrow := strings.Replace(aclYAML, `guest: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*"`,
		`guest: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:ListBucket"`, 1)
	if narrow == aclYAML {
		t.Fatal("the world has no such policy")
	}
	w := newACLWorld(t, emulatortest.YAML(narrow))
	w.must(w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{AccessControlPolicy: policyFor(types.PermissionRead)}))
	w.want("an account without a policy for it", w.get(w.guest, "file.txt"), "AccessDenied", authz.Identity)
	w.must(w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{ACL: types.ObjectCannedACLPublicRead}))
	w.want("the public's object", w.get(w.guest, "file.txt"), "AccessDenied", authz.Identity)
	w.must(w.get(w.nobody, "file.txt"))
}

// Who reads and lists what is open to everybody, and to everybody with an account;
// and what IgnorePublicAcls leaves of it.
func TestPublicACLs(t *testing.T) {
	for _, row := range []struct {
		acl           types.ObjectCannedACL
		guest, nobody bool
	}{
		{types.ObjectCannedACLPrivate, false, false},
		{types.ObjectCannedACLPublicRead, true, true},
		{types.ObjectCannedACLPublicReadWrite, true, true},
		{types.ObjectCannedACLAuthenticatedRead, true, false},
	} {
		t.Run(string(row.acl), func(t *testing.T) {
			w := newACLWorld(t)
			w.must(w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{ACL: row.acl}))
			w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACL(row.acl)}))
			for _, who := range []struct {
				name   string
				client *s3.Client
				given  bool
			}{{"guest", w.guest, row.guest}, {"nobody", w.nobody, row.nobody}} {
				w.wantGiven(who.name+" reads", w.get(who.client, "file.txt"), who.given)
				w.wantGiven(who.name+" lists", w.list(who.client), who.given)
			}
			w.wantGiven("nobody writes", w.put(w.nobody, "new"), row.acl == types.ObjectCannedACLPublicReadWrite)
			w.ignored(row.guest, row.nobody)
		})
	}
}

// ignored turns IgnorePublicAcls on: what the public had is gone, the ACLs that are
// shown are those in force, and what is stored comes back when it is turned off.
func (w *aclWorld) ignored(guest, nobody bool) {
	w.Helper()
	stored, err := w.bucketACL(w.owner)
	w.must(err)
	w.block(types.PublicAccessBlockConfiguration{IgnorePublicAcls: aws.Bool(true)})
	for client, had := range map[*s3.Client]bool{w.guest: guest, w.nobody: nobody} {
		layer := authz.ACLs
		if had {
			layer = authz.BlockPublicAccess
		}
		w.want("an ignored ACL", w.get(client, "file.txt"), "AccessDenied", layer)
		w.want("an ignored ACL of the bucket", w.list(client), "AccessDenied", layer)
	}
	shown, err := w.bucketACL(w.owner)
	w.must(err)
	object, err := w.objectACL(w.owner, "file.txt")
	w.must(err)
	if a, b := grantText(shown.Grants), grantText(object.Grants); a != "owner FULL_CONTROL" || b != a {
		w.Errorf("while public ACLs are ignored the bucket shows %q, the object %q", a, b)
	}
	w.must(w.put(w.owner, "ignored", canned(types.ObjectCannedACLPublicRead)))
	w.block(types.PublicAccessBlockConfiguration{})
	again, err := w.bucketACL(w.owner)
	w.must(err)
	if got, want := grantText(again.Grants), grantText(stored.Grants); got != want {
		w.Errorf("afterwards the bucket grants %q, want %q", got, want)
	}
	w.must(w.get(w.nobody, "ignored"))
}

// publicRequests are those that set a public ACL, each with the action that is
// refused.
func (w *aclWorld) publicRequests(ctx context.Context) map[string]func() error {
	bucket, read := aws.String("my-bucket"), types.ObjectCannedACLPublicRead
	group := aws.String(`uri="` + authz.AuthenticatedUsers + `"`)
	return map[string]func() error{
		"PutBucketAcl": func() error {
			return w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPublicRead})
		},
		"PutBucketAcl 2": func() error { return w.putBucketACL(w.owner, s3.PutBucketAclInput{GrantReadACP: group}) },
		"PutObjectAcl":   func() error { return w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{ACL: read}) },
		"PutObjectAcl 2": func() error {
			return w.putObjectACL(w.owner, "file.txt", s3.PutObjectAclInput{AccessControlPolicy: everybodys()})
		},
		"PutObject": func() error { return w.put(w.owner, "new", canned(read)) },
		"PutObject grant": func() error {
			return w.put(w.owner, "new",
				func(in *s3.PutObjectInput) { in.GrantRead = group })
		},
		"PutObject copy": func() error {
			_, err := w.owner.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("new"),
				CopySource: aws.String("my-bucket/file.txt"), ACL: read})
			return err
		},
		"PutObject parts": func() error {
			_, err := w.owner.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket,
				Key: aws.String("new"), ACL: read})
			return err
		},
	}
}

func everybodys() *types.AccessControlPolicy {
	p := policyFor(types.PermissionRead)
	p.Grants[1].Grantee = &types.Grantee{Type: types.TypeGroup, URI: aws.String(authz.AllUsers)}
	return p
}

func TestBlockPublicACLs(t *testing.T) {
	w := newACLWorld(t)
	requests := w.publicRequests(t.Context())
	w.block(types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)})
	for name, send := range requests {
		err := send()
		w.want(name, err, "AccessDenied", authz.BlockPublicAccess)
		action, _, _ := strings.Cut(name, " ")
		w.wantAction(name, err, "s3:"+action)
	}
	acl, err := w.objectACL(w.owner, "file.txt")
	w.must(err)
	if got := grantText(acl.Grants); got != "owner FULL_CONTROL" {
		t.Errorf("a blocked ACL was stored: %s", got)
	}
	// What is not public passes.
	w.must(w.put(w.owner, "new", canned(types.ObjectCannedACLPrivate)))
	w.must(w.putObjectACL(w.owner, "new", s3.PutObjectAclInput{AccessControlPolicy: policyFor(types.PermissionRead)}))
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{GrantWrite: aws.String(`uri="` + authz.LogDelivery + `"`)}))

	w.block(types.PublicAccessBlockConfiguration{})
	for name, send := range requests {
		w.want(name, send(), "", "")
	}
}

func (w *aclWorld) wantAction(what string, err error, action string) {
	w.Helper()
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		return
	}
	if d := w.srv.Why(response.ServiceRequestID()); d == nil || d.Action != action {
		w.Errorf("%s: %+v, want a refused %s", what, d, action)
	}
}

// Where ACLs are disabled too, an upload is told so, and PutBucketAcl and
// PutObjectAcl that public ACLs are blocked (s3-errors.md 2.3, "Precedence").
func TestBlockedAndDisabledACLs(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.ownership(types.ObjectOwnershipBucketOwnerEnforced))
	w.block(types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)})
	for name, send := range w.publicRequests(t.Context()) {
		want := "AccessDenied"
		if strings.HasPrefix(name, "PutObject") && !strings.HasPrefix(name, "PutObjectAcl") {
			want = "AccessControlListNotSupported"
		}
		w.want(name, send(), want, "")
	}
	w.must(w.put(w.owner, "new", canned(types.ObjectCannedACLBucketOwnerFullControl)))
	w.want("private", w.put(w.owner, "new", canned(types.ObjectCannedACLPrivate)), "AccessControlListNotSupported",
		authz.ObjectOwnership)
}

// The WRITE of a bucket's ACL gives new objects and the writer's own; the bucket's
// owner may delete all of them, and read none that is not given to it
// (authorization.md 1.5, 1.7).
func TestWritersOfOtherAccounts(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(types.PermissionWrite)}))
	w.want("overwriting the owner's object", w.put(w.guest, "file.txt"), "AccessDenied", authz.ACLs)
	w.want("copying over the owner's object", w.copyOver("file.txt"), "AccessDenied", "")
	w.want("deleting the owner's object", w.delete(w.guest, "file.txt"), "AccessDenied", authz.ACLs)
	for range 2 { // new, and overwriting its own
		w.must(w.put(w.guest, "guests.txt"))
	}
	out, err := w.guest.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("my-bucket"),
		Delete: &types.Delete{
			Objects: []types.ObjectIdentifier{{Key: aws.String("file.txt")}, {Key: aws.String("guests.txt")},
				{Key: aws.String("guests.txt")}},
		}})
	w.must(err)
	if len(out.Errors) != 1 || aws.ToString(out.Errors[0].Key) != "file.txt" || aws.ToString(out.Errors[0].Code) != "AccessDenied" || len(out.Deleted) != 2 {
		t.Errorf("deleted %v, refused %v", out.Deleted, out.Errors)
	}
	w.must(w.put(w.guest, "guests.txt"))
	w.want("the bucket's owner reads", w.get(w.owner, "guests.txt"), "AccessDenied", authz.ACLs)
	_, err = w.objectACL(w.owner, "guests.txt")
	w.want("the bucket's owner reads the ACL", err, "AccessDenied", authz.ACLs)
	w.must(w.get(w.guest, "guests.txt"))
	w.must(w.putObjectACL(w.guest, "guests.txt", s3.PutObjectAclInput{ACL: types.ObjectCannedACLBucketOwnerRead}))
	w.must(w.get(w.owner, "guests.txt"))
	w.want("the bucket's owner sets the ACL", w.putObjectACL(w.owner, "guests.txt",
		s3.PutObjectAclInput{ACL: types.ObjectCannedACLPrivate}), "AccessDenied", authz.ACLs)
	w.must(w.put(w.owner, "guests.txt"))
	w.want("the former owner reads", w.get(w.guest, "guests.txt"), "AccessDenied", authz.ACLs)
	w.must(w.delete(w.owner, "guests.txt"))
}

// A bucket policy that gives s3:PutObject alone lets another account upload, and
// set an ACL only that gives the bucket's owner full control; the WRITE of the
// bucket's ACL gives every ACL (authorization.md 2).
func TestUploadsOfOtherAccountsThatSetAnACL(t *testing.T) {
	ownersGrant := func(in *s3.PutObjectInput) { in.GrantFullControl = aws.String("id=" + world.CanonicalID(ownerAccount)) }
	for _, row := range []struct {
		name, actions string // of the bucket policy; empty: none
		write         bool   // by the bucket's ACL
		set           func(*s3.PutObjectInput)
		layer         authz.Layer // empty: served
	}{
		{"the policy gives the upload alone", `"s3:PutObject"`, false, canned(types.ObjectCannedACLPublicRead),
			authz.BucketPolicy},
		{"the owner may not read all", `"s3:PutObject"`, false, canned(types.ObjectCannedACLBucketOwnerRead),
			authz.BucketPolicy},
		{"the owner has full control", `"s3:PutObject"`, false, canned(types.ObjectCannedACLBucketOwnerFullControl), ""},
		{"the owner has full control by a grant", `"s3:PutObject"`, false, ownersGrant, ""},
		{"the policy gives both", `["s3:PutObject","s3:PutObjectAcl"]`, false, canned(types.ObjectCannedACLPublicRead), ""},
		{"the ACL gives WRITE", "", true, canned(types.ObjectCannedACLPublicRead), ""},
		{"the policy and the ACL", `"s3:PutObject"`, true, canned(types.ObjectCannedACLPublicRead), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newACLWorld(t)
			if row.actions != "" {
				w.must(w.putPolicy(`{"AWS":"`+guestAccount+`"}`, row.actions))
			}
			if row.write {
				w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(types.PermissionWrite)}))
			}
			w.must(w.put(w.guest, "plain"))
			err := w.put(w.guest, "new", row.set)
			if row.layer == "" {
				w.must(err)
				return
			}
			w.want("with an ACL", err, "AccessDenied", row.layer)
			w.wantAction("with an ACL", err, "s3:PutObjectAcl")
		})
	}
}

// putPolicy lets the principal do the actions with the bucket's objects.
func (w *aclWorld) putPolicy(principal, actions string) error {
	return w.setPolicy("Allow", principal, actions)
}

func (w *aclWorld) setPolicy(effect, principal, actions string) error {
	_, err := w.owner.PutBucketPolicy(w.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("my-bucket"),
		Policy: aws.String(
			`{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Principal":` + principal + `,"Action":` + actions + `,"Resource":"arn:aws:s3:::my-bucket/*"}}`)})
	return err
}

// copyOver is the guest's copy of an object of its own over a key.
func (w *aclWorld) copyOver(key string) error {
	w.Helper()
	w.must(w.put(w.guest, "source"))
	_, err := w.guest.CopyObject(w.Context(), &s3.CopyObjectInput{Bucket: aws.String("my-bucket"),
		Key: aws.String(key), CopySource: aws.String("my-bucket/source")})
	return err
}

// A multipart upload is begun before and ends after the key is taken by another.
func TestPartsOverAnothersObject(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(types.PermissionWrite)}))
	bucket, key := aws.String("my-bucket"), aws.String("parts")
	begun, err := w.guest.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket,
		Key: key, ACL: types.ObjectCannedACLBucketOwnerRead})
	w.must(err)
	part, err := w.guest.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: bucket, Key: key,
		UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("hello")})
	w.must(err)
	complete := func() error {
		_, err := w.guest.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: bucket,
			Key: key, UploadId: begun.UploadId,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1),
				ETag: part.ETag}}}})
		return err
	}
	w.must(w.put(w.owner, "parts"))
	w.want("over the owner's object", complete(), "AccessDenied", authz.ACLs)
	w.must(w.delete(w.owner, "parts"))
	w.must(complete())
	w.wantObject("parts", w.guest, "guest", "guest FULL_CONTROL, owner READ")
	w.must(w.get(w.owner, "parts"))
}

// Who began an upload may list its parts and abort it, also in another account's
// bucket and where ACLs are disabled (authorization.md 2). Nobody else may, and a
// Deny of the bucket policy binds the initiator too.
func TestUploadsBegunByOtherAccounts(t *testing.T) {
	for _, mode := range types.ObjectOwnership("").Values() {
		t.Run(string(mode), func(t *testing.T) {
			w := newACLWorld(t)
			w.must(w.ownership(mode))
			w.must(w.putPolicy(`{"AWS":"`+guestAccount+`"}`, `"s3:PutObject"`))
			bucket, key := aws.String("my-bucket"), aws.String("parts")
			begin := func(client *s3.Client) *string {
				out, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
				w.must(err)
				return out.UploadId
			}
			parts := func(client *s3.Client, id *string) error {
				_, err := client.ListParts(t.Context(), &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: id})
				return err
			}
			abort := func(client *s3.Client, id *string) error {
				_, err := client.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key,
					UploadId: id})
				return err
			}
			guests, owners := begin(w.guest), begin(w.owner)
			for _, client := range []*s3.Client{w.guest, w.owner} {
				w.must(parts(client, guests))
			}
			w.want("nobody lists", parts(w.nobody, guests), "AccessDenied", authz.BucketPolicy)
			w.want("nobody aborts", abort(w.nobody, guests), "AccessDenied", authz.BucketPolicy)
			w.want("the guest lists the owner's", parts(w.guest, owners), "AccessDenied", authz.BucketPolicy)
			w.want("the guest aborts the owner's", abort(w.guest, owners), "AccessDenied", authz.BucketPolicy)
			w.must(abort(w.guest, guests))
			denied := begin(w.guest)
			w.must(w.setPolicy("Deny", `{"AWS":"`+guestAccount+`"}`, `"s3:AbortMultipartUpload"`))
			w.want("denied", abort(w.guest, denied), "AccessDenied", authz.BucketPolicy)
			w.must(abort(w.owner, denied))
		})
	}
}

// wantObject checks the owner and the ACL of an object, as the reader sees them.
func (w *aclWorld) wantObject(key string, reader *s3.Client, owner, grants string) {
	w.Helper()
	acl, err := w.objectACL(reader, key)
	w.must(err)
	id := grantText([]types.Grant{{Grantee: &types.Grantee{ID: acl.Owner.ID}}})
	if got := grantText(acl.Grants); strings.TrimSpace(id) != owner || got != grants {
		w.Errorf("%s: owner %s, ACL %q; want %s, %q", key, id, got, owner, grants)
	}
	w.wantListed(key, *acl.Owner.ID)
}

// wantListed checks the owner of an object in the bucket's list.
func (w *aclWorld) wantListed(key, owner string) {
	w.Helper()
	list, err := w.owner.ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket"),
		Prefix: aws.String(key), FetchOwner: aws.Bool(true)})
	w.must(err)
	if len(list.Contents) == 0 || aws.ToString(list.Contents[0].Owner.ID) != owner {
		w.Errorf("%s is listed as %+v, want the owner %s", key, list.Contents, owner)
	}
}

// Who owns what another account writes, in each mode, and what changing the mode
// does to what is there (authorization.md 1.6).
func TestObjectOwnership(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(types.PermissionWrite)}))
	control := canned(types.ObjectCannedACLBucketOwnerFullControl)
	write := func(prefix string) {
		w.must(w.put(w.guest, prefix+"-plain"))
		w.must(w.put(w.guest, prefix+"-control", control))
	}
	write("writer")
	w.wantObject("writer-plain", w.guest, "guest", "guest FULL_CONTROL")
	w.wantObject("writer-control", w.guest, "guest", "guest FULL_CONTROL, owner FULL_CONTROL")
	w.must(w.ownership(types.ObjectOwnershipBucketOwnerPreferred))
	write("preferred")
	w.wantObject("preferred-plain", w.guest, "guest", "guest FULL_CONTROL")
	w.wantObject("preferred-control", w.owner, "owner", "owner FULL_CONTROL")
	w.want("the writer of the owner's object", w.get(w.guest, "preferred-control"), "AccessDenied", authz.ACLs)
	w.wantObject("writer-plain", w.guest, "guest", "guest FULL_CONTROL")

	w.want("disabling an ACL that gives", w.ownership(types.ObjectOwnershipBucketOwnerEnforced),
		"InvalidBucketAclWithObjectOwnership", "")
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPrivate}))
	w.must(w.ownership(types.ObjectOwnershipBucketOwnerEnforced))
	for _, key := range []string{"writer-plain", "preferred-plain"} {
		w.wantObject(key, w.owner, "owner", "owner FULL_CONTROL")
		w.must(w.get(w.owner, key))
		w.want("the writer", w.get(w.guest, key), "AccessDenied", authz.BucketPolicy)
	}
	w.must(w.put(w.owner, "enforced", control))
	w.must(w.putObjectACL(w.owner, "writer-plain", s3.PutObjectAclInput{ACL: types.ObjectCannedACLBucketOwnerFullControl}))
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: ownersOnly()}))
	w.want("private", w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPrivate}),
		"AccessControlListNotSupported", authz.ObjectOwnership)

	w.must(w.ownership(types.ObjectOwnershipObjectWriter))
	w.wantObject("writer-plain", w.guest, "guest", "guest FULL_CONTROL")
	w.wantObject("enforced", w.owner, "owner", "owner FULL_CONTROL")
	w.want("the owner again", w.get(w.owner, "writer-plain"), "AccessDenied", authz.ACLs)
}

func ownersOnly() *types.AccessControlPolicy {
	p := policyFor(types.PermissionRead)
	p.Grants = p.Grants[:1]
	return p
}

// What an anonymous request writes belongs to nobody that has an account: it may
// be read, overwritten and deleted anonymously, and by the bucket's owner only
// deleted.
func TestAnonymousWriters(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPublicReadWrite}))
	w.want("the owner's object", w.put(w.nobody, "file.txt"), "AccessDenied", authz.ACLs)
	w.must(w.put(w.nobody, "new"))
	w.must(w.put(w.nobody, "new", canned(types.ObjectCannedACLPrivate)))
	w.wantObject("new", w.nobody, "nobody", "nobody FULL_CONTROL")
	w.must(w.get(w.nobody, "new"))
	for who, client := range map[string]*s3.Client{"the bucket's owner": w.owner, "another account": w.guest} {
		w.want(who, w.get(client, "new"), "AccessDenied", authz.ACLs)
	}
	w.want("another account writes over it", w.put(w.guest, "new"), "AccessDenied", authz.ACLs)
	w.must(w.delete(w.nobody, "new"))
	w.must(w.put(w.nobody, "new", canned(types.ObjectCannedACLBucketOwnerFullControl)))
	w.wantObject("new", w.owner, "nobody", "nobody FULL_CONTROL, owner FULL_CONTROL")
	w.must(w.get(w.owner, "new"))
	w.must(w.delete(w.owner, "new"))
}

// A form sets an ACL by its field acl, under the same rules as a header.
func TestACLsOfForms(t *testing.T) {
	w := newACLWorld(t)
	post := func(key, acl string) *answer {
		body := "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n" + key +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"acl\"\r\n\r\n" + acl +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n"
		return send(t, w.srv, "", "POST", "/my-bucket", []byte(body), header("Content-Type",
			"multipart/form-data; boundary=b"))
	}
	w.must(w.putPolicy(`"*"`, `"s3:PutObject"`))
	post("public", "public-read").want(t, 403, "AccessDenied")
	post("control", "bucket-owner-full-control").want(t, 204, "")
	w.must(w.get(w.owner, "control"))
	w.must(w.putPolicy(`"*"`, `["s3:PutObject","s3:PutObjectAcl"]`))
	post("none", "fake-acl").want(t, 400, "InvalidArgument")
	post("public", "public-read").want(t, 204, "")
	w.must(w.get(w.guest, "public"))

	w.block(types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)})
	blocked := post("blocked", "authenticated-read")
	blocked.want(t, 403, "AccessDenied")
	if d := w.srv.Why(blocked.RequestId); d == nil || d.Cause != authz.BlockPublicAccess {
		t.Errorf("blocked: %+v", d)
	}
	w.must(w.ownership(types.ObjectOwnershipBucketOwnerEnforced))
	post("disabled", "private").want(t, 400, "AccessControlListNotSupported")
}

// The group LogDelivery is the service that delivers access logs, and nobody else.
func TestLogDelivery(t *testing.T) {
	w := newACLWorld(t)
	w.want("without a grant", w.put(w.logger, "logs/1"), "AccessDenied", authz.ACLs)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: "log-delivery-write"}))
	w.must(w.put(w.logger, "logs/1"))
	_, err := w.bucketACL(w.logger)
	w.must(err)
	w.want("more than is granted", w.list(w.logger), "AccessDenied", authz.ACLs)
	w.want("another account", w.put(w.guest, "logs/2"), "AccessDenied", authz.ACLs)
	w.must(w.get(w.owner, "logs/1"))

	// As AWS's services write where a policy lets them.
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPrivate}))
	w.must(w.putPolicy(`{"Service":"logging.s3.amazonaws.com"}`, `"s3:PutObject"`))
	w.must(w.put(w.logger, "logs/3", canned(types.ObjectCannedACLBucketOwnerFullControl)))
	w.must(w.get(w.owner, "logs/3"))
}

// The ACL of a bucket that is made.
func TestACLsOfNewBuckets(t *testing.T) {
	today := strings.Replace(aclYAML, "    new_buckets: {object_ownership: ObjectWriter, public_access_block: none}\n", "", 1)
	for _, row := range []struct {
		name, yaml string
		in         s3.CreateBucketInput
		code, acl  string
	}{
		{"none", aclYAML, s3.CreateBucketInput{}, "", "owner FULL_CONTROL"},
		{"public", aclYAML, s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead}, "",
			"owner FULL_CONTROL, AllUsers READ"},
		{"a grant", aclYAML, s3.CreateBucketInput{GrantRead: aws.String("id=" + world.CanonicalID(guestAccount))}, "",
			"guest READ"},
		{"for the bucket's owner", aclYAML, s3.CreateBucketInput{ACL: "bucket-owner-full-control"}, "", "owner FULL_CONTROL"},
		{"unknown", aclYAML, s3.CreateBucketInput{ACL: "fake-acl"}, "InvalidArgument", ""},
		{"disabled", aclYAML, s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead,
			ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}, "InvalidBucketAclWithObjectOwnership", ""},
		{"disabled, a grant", aclYAML, s3.CreateBucketInput{GrantRead: aws.String("id=" + world.CanonicalID(guestAccount)), ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}, "InvalidBucketAclWithObjectOwnership", ""},
		{"disabled, its own", aclYAML, s3.CreateBucketInput{GrantFullControl: aws.String("id=" + world.CanonicalID(ownerAccount)), ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}, "", "owner FULL_CONTROL"},
		{"today", today, s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead},
			"InvalidBucketAclWithObjectOwnership", ""},
		{"today, private", today, s3.CreateBucketInput{ACL: types.BucketCannedACLPrivate}, "", "owner FULL_CONTROL"},
		{"today, with ACLs", today, s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead,
			ObjectOwnership: types.ObjectOwnershipObjectWriter}, "InvalidBucketAclWithBlockPublicAccessError", ""},
		{"today, with ACLs, authenticated", today, s3.CreateBucketInput{ACL: types.BucketCannedACLAuthenticatedRead,
			ObjectOwnership: types.ObjectOwnershipBucketOwnerPreferred}, "InvalidBucketAclWithBlockPublicAccessError", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newACLWorld(t, emulatortest.YAML(row.yaml))
			row.in.Bucket = aws.String("new-bucket")
			_, err := w.owner.CreateBucket(t.Context(), &row.in)
			w.want(row.name, err, row.code, "")
			acl, err := w.owner.GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: aws.String("new-bucket")})
			if row.code != "" {
				w.want("the bucket", err, "NoSuchBucket", "")
				return
			}
			w.must(err)
			if got := grantText(acl.Grants); got != row.acl || aws.ToString(acl.Owner.ID) != world.CanonicalID(ownerAccount) {
				t.Errorf("the ACL is %q of %s, want %q", got, aws.ToString(acl.Owner.ID), row.acl)
			}
		})
	}
}

// Making a bucket again, which only us-east-1 lets its owner do, sets its ACL anew.
func TestMakingABucketAgainSetsItsACL(t *testing.T) {
	w := newACLWorld(t)
	again := func(in s3.CreateBucketInput) error {
		in.Bucket = aws.String("my-bucket")
		_, err := w.owner.CreateBucket(t.Context(), &in)
		return err
	}
	for _, acl := range []types.BucketCannedACL{types.BucketCannedACLPublicRead, ""} {
		w.must(again(s3.CreateBucketInput{ACL: acl}))
		out, err := w.bucketACL(w.owner)
		w.must(err)
		if public := strings.Contains(grantText(out.Grants), "AllUsers"); public != (acl != "") {
			t.Errorf("made again with %q it grants %s", acl, grantText(out.Grants))
		}
	}
	w.block(types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)})
	w.want("blocked", again(s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead}),
		"InvalidBucketAclWithBlockPublicAccessError", "")
	w.must(w.ownership(types.ObjectOwnershipBucketOwnerEnforced))
	w.want("disabled", again(s3.CreateBucketInput{ACL: types.BucketCannedACLPublicRead}),
		"InvalidBucketAclWithObjectOwnership", "")
	w.must(w.list(w.owner))
}

func TestPublicAccessBlock(t *testing.T) {
	w := newACLWorld(t)
	bucket := aws.String("my-bucket")
	get := func() (*s3.GetPublicAccessBlockOutput, error) {
		return w.owner.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: bucket})
	}
	_, err := get()
	w.want("none yet", err, "NoSuchPublicAccessBlockConfiguration", "")
	w.block(types.PublicAccessBlockConfiguration{BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true)})
	out, err := get()
	w.must(err)
	p := out.PublicAccessBlockConfiguration
	if aws.ToBool(p.BlockPublicAcls) || aws.ToBool(p.IgnorePublicAcls) || !aws.ToBool(p.BlockPublicPolicy) || !aws.ToBool(p.RestrictPublicBuckets) {
		t.Errorf("%+v", p)
	}
	_, err = w.guest.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: bucket})
	w.want("another account", err, "AccessDenied", authz.BucketPolicy)
	for range 2 {
		_, err = w.owner.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: bucket})
		w.must(err)
	}
	_, err = get()
	w.want("deleted", err, "NoSuchPublicAccessBlockConfiguration", "")
}

func TestPolicyStatus(t *testing.T) {
	w := newACLWorld(t)
	bucket := aws.String("my-bucket")
	status := func() (bool, error) {
		out, err := w.owner.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: bucket})
		if err != nil {
			return false, err
		}
		return aws.ToBool(out.PolicyStatus.IsPublic), nil
	}
	// A public ACL is no policy.
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{ACL: types.BucketCannedACLPublicRead}))
	_, err := status()
	w.want("no policy", err, "NoSuchBucketPolicy", "")
	for principal, want := range map[string]bool{`"*"`: true, `{"AWS":"` + guestAccount + `"}`: false} {
		w.must(w.putPolicy(principal, `"s3:GetObject"`))
		if got, err := status(); err != nil || got != want {
			t.Errorf("%s: public %v, %v", principal, got, err)
		}
	}
}
