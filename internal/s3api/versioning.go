package s3api

import (
	"encoding/xml"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// versioningXML is a bucket's versioning. Of a bucket that never had any S3 says
// nothing at all (S3 API Reference, "GetBucketVersioning").
type versioningXML struct {
	XMLName   xml.Name         `xml:"http://s3.amazonaws.com/doc/2006-03-01/ VersioningConfiguration"`
	Status    world.Versioning `xml:",omitempty"`
	MFADelete string           `xml:"MfaDelete,omitempty"`
}

const (
	mfaEnabled  = "Enabled"
	mfaDisabled = "Disabled"
)

func serveGetBucketVersioning(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	body := versioningXML{Status: b.Versioning}
	if b.MFADelete {
		body.MFADelete = mfaEnabled
	}
	return xmlReply(nil, body), nil
}

func servePutBucketVersioning(c *Call) (*Reply, error) {
	var body struct {
		Status    world.Versioning
		MFADelete string `xml:"MfaDelete"`
	}
	if err := readSetting(c, "VersioningConfiguration", &body); err != nil {
		return nil, err
	}
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if err := versionable(c, b, body.Status, body.MFADelete); err != nil {
		return nil, err
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.Versioning = body.Status }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// versionable refuses a state that the bucket cannot be put into. Once it has
// versions it cannot be without them again, only suspended.
func versionable(c *Call, b *world.Bucket, status world.Versioning, mfa string) error {
	switch {
	case status == "":
		return s3err.New(s3err.IllegalVersioningConfigurationException)
	case status != world.VersioningEnabled && status != world.VersioningSuspended,
		mfa != "" && mfa != mfaEnabled && mfa != mfaDisabled:
		return s3err.New(s3err.MalformedXML)
	case b.ObjectLock != nil && status == world.VersioningSuspended:
		return cause.Explain(s3err.New(s3err.InvalidBucketState), journal.Cause{
			Text:    "the bucket has Object Lock, which needs versions: versioning cannot be suspended any more",
			Element: "Status", Wanted: string(world.VersioningEnabled), Seen: string(status),
		})
	case b.Replication != nil && status == world.VersioningSuspended:
		return s3err.New(s3err.InvalidBucketState).WithMessage("A replication configuration is present on this bucket, " +
			"so you cannot change the versioning state. " +
			"To change the versioning state, first delete the replication configuration.")
	case b.MFADelete || mfa == mfaEnabled:
		return mfaRequired(c, "put-bucket-versioning", "--bucket", c.Bucket,
			"--versioning-configuration", "file://VERSIONING.json")
	}
	return nil
}

// mfaRequired is the answer where MFA Delete is on, or to be: no account of a world
// has an MFA device, so that no code is the right one (s3-errors.md 2.5). command is what
// `aws s3api` calls it by.
func mfaRequired(c *Call, command ...string) error {
	switch {
	case c.header("x-amz-mfa") == "":
		return cause.Explain(
			s3err.New(s3err.AccessDenied).WithMessage("Mfa Authentication must be used for this request"),
			journal.Cause{
				Text:    "the bucket has MFA Delete on, or is to have it, and the request brings no code of an MFA device",
				Element: "x-amz-mfa", Wanted: "the device's serial number and code", Seen: "no header",
				Cures: []journal.Change{cureOfMFA(command)},
			})
	case c.Caller == nil || !c.Caller.Root:
		return cause.Explain(
			s3err.New(s3err.AccessDenied).WithMessage("This operation may only be performed by the bucket owner"),
			journal.Cause{
				Text:    "with MFA Delete only the root user of the bucket's account may do this",
				Element: "caller", Wanted: "the root user", Cures: []journal.Change{cureOfMFA(command)},
			})
	}
	return s3err.New(s3err.TokenCodeInvalidError)
}

// cureOfMFA is the call as MFA Delete wants it (S3 User Guide, "Deleting an object from an MFA
// delete-enabled bucket"); command is that of `aws s3api`.
func cureOfMFA(command []string) journal.Change {
	words := slices.Concat([]string{"aws", "s3api"}, command, []string{"--mfa", "SERIAL CODE"})
	return cause.Cure("send the serial number of the MFA device and the code that it shows (x-amz-mfa), as the root "+
		"user of the bucket's account, whose device alone counts.", cause.Command(words...))
}

// versionOf puts the version that was read into the headers of a reply, where the
// bucket has, or had, versions.
func versionOf(c *Call, h http.Header, o *store.Object) {
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		h[wire.VersionHeaderKey] = []string{o.Version}
	}
}

// settled says that the bucket still makes versions, and locks them, as it did when
// the call was decided: a body may have been long in coming.
func settled(c *Call) bool {
	now, then := c.Live.Now().State.Buckets[c.Bucket], c.State().Buckets[c.Bucket]
	if now == nil || then == nil {
		return now == then
	}
	return now.Versioning == then.Versioning && now.ObjectLock == then.ObjectLock
}
