package emulator_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// newLockWorld is a versionsWorld whose bucket has Object Lock.
func newLockWorld(t *testing.T, reader string) *versionsWorld {
	t.Helper()
	w := newVersionsWorld(t, reader)
	_, err := w.owner.PutObjectLockConfiguration(w.Context(), &s3.PutObjectLockConfigurationInput{
		Bucket: aws.String("my-bucket"), ObjectLockConfiguration: &types.ObjectLockConfiguration{ObjectLockEnabled: types.ObjectLockEnabledEnabled},
	})
	w.must(err)
	return w
}

func governed(days int) func(*s3.PutObjectInput) {
	return func(in *s3.PutObjectInput) {
		in.ObjectLockMode = types.ObjectLockModeGovernance
		in.ObjectLockRetainUntilDate = aws.Time(time.Now().AddDate(0, 0, days))
	}
}

func held(in *s3.PutObjectInput) { in.ObjectLockLegalHoldStatus = types.ObjectLockLegalHoldStatusOn }

func bypassing(in *s3.DeleteObjectInput) { in.BypassGovernanceRetention = aws.Bool(true) }

func (w *versionsWorld) hold(client *s3.Client, key, version string, status types.ObjectLockLegalHoldStatus) error {
	_, err := client.PutObjectLegalHold(w.Context(), &s3.PutObjectLegalHoldInput{
		Bucket: aws.String("my-bucket"), Key: aws.String(key), VersionId: aws.String(version), LegalHold: &types.ObjectLockLegalHold{Status: status},
	})
	return err
}

func (w *versionsWorld) retain(client *s3.Client, key, version string, mode types.ObjectLockRetentionMode, days int, bypass bool) error {
	_, err := client.PutObjectRetention(w.Context(), &s3.PutObjectRetentionInput{
		Bucket: aws.String("my-bucket"), Key: aws.String(key), VersionId: aws.String(version), BypassGovernanceRetention: aws.Bool(bypass),
		Retention: &types.ObjectLockRetention{Mode: mode, RetainUntilDate: aws.Time(time.Now().AddDate(0, 0, days))},
	})
	return err
}

const lockMessage = "Access Denied because object protected by object lock."

// wantLocked checks that Object Lock alone refused, in S3's words.
func (w *versionsWorld) wantLocked(what string, err error) {
	w.Helper()
	w.want(what, err, "AccessDenied", authz.ObjectLock)
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorMessage() != lockMessage {
		w.Errorf("%s: %q", what, api.ErrorMessage())
	}
}

// A bucket with Object Lock by way of the SDK: made, configured, filled, and what
// becomes of its versions.
func TestObjectLock(t *testing.T) {
	w := newVersionsWorld(t, readAll)
	_, err := w.owner.CreateBucket(w.Context(), &s3.CreateBucketInput{Bucket: aws.String("locked"), ObjectLockEnabledForBucket: aws.Bool(true)})
	w.must(err)
	_, err = w.owner.PutObjectLockConfiguration(w.Context(), &s3.PutObjectLockConfigurationInput{
		Bucket: aws.String("locked"), ObjectLockConfiguration: &types.ObjectLockConfiguration{ObjectLockEnabled: types.ObjectLockEnabledEnabled,
			Rule: &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionModeCompliance, Days: aws.Int32(3)}}},
	})
	w.must(err)
	config, err := w.owner.GetObjectLockConfiguration(w.Context(), &s3.GetObjectLockConfigurationInput{Bucket: aws.String("locked")})
	w.must(err)
	if d := config.ObjectLockConfiguration.Rule.DefaultRetention; d.Mode != types.ObjectLockRetentionModeCompliance || aws.ToInt32(d.Days) != 3 {
		t.Errorf("%+v", d)
	}
	put, err := w.owner.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String("locked"), Key: aws.String("k"), Body: strings.NewReader("hello")})
	w.must(err)
	kept, err := w.owner.GetObjectRetention(w.Context(), &s3.GetObjectRetentionInput{Bucket: aws.String("locked"), Key: aws.String("k"), VersionId: put.VersionId})
	w.must(err)
	if left := time.Until(aws.ToTime(kept.Retention.RetainUntilDate)); kept.Retention.Mode != types.ObjectLockRetentionModeCompliance || left > 72*time.Hour || left < 71*time.Hour {
		t.Errorf("%+v, for %v", kept.Retention, left)
	}
	_, err = w.owner.DeleteObject(w.Context(), &s3.DeleteObjectInput{Bucket: aws.String("locked"), Key: aws.String("k"), VersionId: put.VersionId, BypassGovernanceRetention: aws.Bool(true)})
	w.wantLocked("COMPLIANCE", err)
	_, err = w.owner.DeleteObject(w.Context(), &s3.DeleteObjectInput{Bucket: aws.String("locked"), Key: aws.String("k")})
	w.want("a marker on top", err, "", "")
	_, err = w.owner.PutBucketVersioning(w.Context(), &s3.PutBucketVersioningInput{Bucket: aws.String("locked"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusSuspended}})
	w.want("suspending", err, "InvalidBucketState", "")
	_, err = w.owner.GetObjectRetention(w.Context(), &s3.GetObjectRetentionInput{Bucket: aws.String("my-bucket"), Key: aws.String("k")})
	w.want("a bucket without", err, "InvalidRequest", "")
}

// GOVERNANCE is bypassed by those who have the right and say so.
func TestBypassOfGovernance(t *testing.T) {
	w := newLockWorld(t, `{Effect: Allow, Action: ["s3:DeleteObjectVersion", "s3:PutObjectRetention"], Resource: "*"}`)
	v := w.put("k", "x", governed(5))
	_, err := w.delete(w.owner, "k", v)
	w.wantLocked("with the right, and unsaid", err)
	_, err = w.delete(w.reader, "k", v, bypassing)
	w.want("without the right", err, "AccessDenied", authz.Identity)
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorMessage() != lockMessage {
		t.Errorf("without the right: %q", api.ErrorMessage())
	}
	w.wantLocked("shortened", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeGovernance, 1, false))
	w.want("shortened without the right", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeGovernance, 1, true), "AccessDenied", authz.Identity)
	w.want("lengthened without the right", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeGovernance, 9, false), "", "")
	w.want("shortened with the right", w.retain(w.owner, "k", v, types.ObjectLockRetentionModeGovernance, 1, true), "", "")
	_, err = w.delete(w.owner, "k", v, bypassing)
	w.want("deleted with the right", err, "", "")
	_, err = w.delete(w.reader, "free", w.put("free", "x"), bypassing)
	w.want("said without need or right", err, "AccessDenied", authz.Identity)
	if errors.As(err, &api) && !strings.Contains(api.ErrorMessage(), "not authorized to perform: s3:BypassGovernanceRetention") {
		t.Errorf("said without need or right: %q", api.ErrorMessage())
	}
	_, err = w.get(w.owner, "k", v)
	w.want("it is gone", err, "NoSuchVersion", "")
}

// Of several versions each is kept or deleted for itself.
func TestDeleteObjectsUnderLock(t *testing.T) {
	w := newLockWorld(t, readAll)
	free, kept, locked := w.put("free", "x"), w.put("kept", "x", governed(5)), w.put("held", "x", held)
	list := []types.ObjectIdentifier{
		{Key: aws.String("free"), VersionId: aws.String(free)}, {Key: aws.String("kept"), VersionId: aws.String(kept)},
		{Key: aws.String("held"), VersionId: aws.String(locked)}, {Key: aws.String("held")},
	}
	for _, bypass := range []bool{false, true} {
		out, err := w.owner.DeleteObjects(w.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("my-bucket"), BypassGovernanceRetention: aws.Bool(bypass), Delete: &types.Delete{Objects: list}})
		w.must(err)
		refused := map[string]string{}
		for _, e := range out.Errors {
			refused[aws.ToString(e.Key)] = aws.ToString(e.Message)
		}
		if refused["held"] != lockMessage || (refused["kept"] == lockMessage) == bypass || len(refused)+len(out.Deleted) != 4 {
			t.Errorf("bypass %v: deleted %d, refused %v", bypass, len(out.Deleted), refused)
		}
	}
	w.must(w.hold(w.owner, "held", locked, types.ObjectLockLegalHoldStatusOff))
	_, err := w.delete(w.owner, "held", locked)
	w.want("the hold is off", err, "", "")
}

// The lock of an object is told to those who may read it.
func TestWhoReadsTheLock(t *testing.T) {
	w := newLockWorld(t, `{Effect: Allow, Action: ["s3:GetObject", "s3:GetObjectRetention"], Resource: "*"}`)
	w.put("k", "x", governed(5), held)
	read := func(client *s3.Client) (types.ObjectLockMode, types.ObjectLockLegalHoldStatus) {
		out, err := client.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k")})
		w.must(err)
		if (out.ObjectLockMode == "") != (out.ObjectLockRetainUntilDate == nil) {
			t.Errorf("%s until %v", out.ObjectLockMode, out.ObjectLockRetainUntilDate)
		}
		return out.ObjectLockMode, out.ObjectLockLegalHoldStatus
	}
	if mode, status := read(w.owner); mode != types.ObjectLockModeGovernance || status != types.ObjectLockLegalHoldStatusOn {
		t.Errorf("the owner reads %q and %q", mode, status)
	}
	if mode, status := read(w.reader); mode != types.ObjectLockModeGovernance || status != "" {
		t.Errorf("the reader reads %q and %q", mode, status)
	}
	_, err := w.reader.GetObjectLegalHold(w.Context(), &s3.GetObjectLegalHoldInput{Bucket: aws.String("my-bucket"), Key: aws.String("k")})
	w.want("the legal hold itself", err, "AccessDenied", authz.Identity)
}

// To write something locked needs the right to lock it, and policies see the terms,
// in headers as in bodies.
func TestRightsToLock(t *testing.T) {
	w := newLockWorld(t, `{Effect: Allow, Action: "s3:PutObject", Resource: "*"}, {Effect: Allow, Action: ["s3:PutObjectRetention", "s3:PutObjectLegalHold"], Resource: "*",
		Condition: {NumericLessThanEqualsIfExists: {"s3:object-lock-remaining-retention-days": 10}, StringEqualsIfExists: {"s3:object-lock-mode": GOVERNANCE, "s3:object-lock-legal-hold": "ON"}}}`)
	write := func(edit ...func(*s3.PutObjectInput)) error {
		in := &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("x")}
		for _, f := range edit {
			f(in)
		}
		_, err := w.reader.PutObject(w.Context(), in)
		return err
	}
	w.want("nothing locked", write(), "", "")
	w.want("ten days", write(governed(10)), "", "")
	w.want("eleven days", write(governed(11)), "AccessDenied", authz.Identity)
	w.want("another mode", write(governed(5), func(in *s3.PutObjectInput) { in.ObjectLockMode = types.ObjectLockModeCompliance }), "AccessDenied", authz.Identity)
	w.want("a hold", write(held), "", "")
	w.want("no hold", write(func(in *s3.PutObjectInput) { in.ObjectLockLegalHoldStatus = types.ObjectLockLegalHoldStatusOff }), "AccessDenied", authz.Identity)
	v := w.put("k", "x")
	w.want("a body of eleven days", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeGovernance, 11, false), "AccessDenied", authz.Identity)
	w.want("a body with another mode", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeCompliance, 5, false), "AccessDenied", authz.Identity)
	w.want("a body of ten days", w.retain(w.reader, "k", v, types.ObjectLockRetentionModeGovernance, 10, false), "", "")
	w.want("a body without hold", w.hold(w.reader, "k", v, types.ObjectLockLegalHoldStatusOff), "AccessDenied", authz.Identity)
	w.want("a body with a hold", w.hold(w.reader, "k", v, types.ObjectLockLegalHoldStatusOn), "", "")
}

// A hold and a deletion at the same time: whichever comes first, no version is gone
// whose hold was confirmed.
func TestHoldAndDeletionRace(t *testing.T) {
	w := newLockWorld(t, readAll)
	var wg sync.WaitGroup
	for i := range 40 {
		key := fmt.Sprint(i)
		version := w.put(key, "x")
		wg.Go(func() {
			var holding, deleting error
			var both sync.WaitGroup
			both.Go(func() { holding = w.hold(w.owner, key, version, types.ObjectLockLegalHoldStatusOn) })
			both.Go(func() { _, deleting = w.delete(w.owner, key, version) })
			both.Wait()
			_, reading := w.get(w.owner, key, version)
			if (holding == nil) == (deleting == nil) || (holding == nil) != (reading == nil) {
				t.Errorf("%s: held: %v, deleted: %v, read: %v", key, holding, deleting, reading)
			}
		})
	}
	wg.Wait()
}

// A patch of the world keeps locks; a description of the world has them.
func TestPatchKeepsLocks(t *testing.T) {
	w := newLockWorld(t, readAll)
	v := w.put("k", "x", governed(5))
	w.put("k", "y")
	w.must(w.srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"},"objects":{"k":{"legal_hold":true}}}}}`))
	_, err := w.delete(w.owner, "k", v)
	w.wantLocked("the retained version", err)
	list, err := w.owner.ListObjectVersions(w.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String("my-bucket")})
	w.must(err)
	_, err = w.delete(w.owner, "k", aws.ToString(list.Versions[0].VersionId))
	w.wantLocked("the version that the patch holds", err)
}

// What would let a version be deleted is found out, and proved on a copy.
func TestAdviceOnALock(t *testing.T) {
	w := newLockWorld(t, readAll)
	v := w.put("k", "x", governed(5), held)
	_, err := w.delete(w.owner, "k", v)
	w.wantLocked("the version", err)
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		t.Fatal(err)
	}
	advice, err := w.srv.Advice(response.ServiceRequestID())
	w.must(err)
	if !advice.Proved || advice.Changes[0].Layer != authz.ObjectLock || !strings.HasPrefix(advice.Changes[0].Text, "delete the object without naming its version") {
		t.Errorf("%+v", advice)
	}
}

// The article refuses to delete or to overwrite what is locked without a version id
// too; AWS puts a marker or a version on top.
func TestArticleOnLockedObjects(t *testing.T) {
	yaml := strings.Replace(versionsYAML, "READER", "["+readAll+"]", 1)
	yaml = strings.Replace(yaml, "{versioning: Enabled}", `{object_lock: {}, objects: {k: {body: x, legal_hold: true}, free: {body: x}}}`, 1)
	for responses, code := range map[string]string{"article": "AccessDenied", "aws": ""} {
		srv := emulatortest.Start(t, "versions", emulatortest.YAML(yaml), emulatortest.Responses(responses))
		w := &versionsWorld{T: t, srv: srv, owner: sdkv2.S3(t, srv, "owner", onceSummed)}
		layer := authz.Layer("")
		if code != "" {
			layer = authz.ObjectLock
		}
		_, err := w.owner.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("y")})
		w.want(responses+" overwrites", err, code, layer)
		w.must(w.srv.Reset())
		_, err = w.delete(w.owner, "k", "")
		w.want(responses+" deletes", err, code, layer)
		_, err = w.delete(w.owner, "free", "")
		w.want(responses+" deletes what is free", err, "", "")
	}
}
