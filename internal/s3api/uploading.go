package s3api

import (
	"errors"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/policy"
)

// uploading is the multipart upload that a call names, and goes on with.
type uploading struct {
	upload *store.Upload // nil: there is none
	// finished is the upload of that name that has become an object; nil: none is known.
	finished *store.Assembly
}

func findUpload(c *Call) (u uploading) {
	contents, id := c.contents(), c.Query.Get("uploadId")
	if contents == nil {
		return u
	}
	if err := contents.UploadDamage(id); err != nil {
		c.known(nil, err)
	}
	if u.upload = contents.Upload(c.Key, id); u.upload == nil {
		u.finished = contents.Completed(c.Key, id)
	}
	return u
}

// writes are the questions of an operation that goes on with an upload: the
// permission, and the key that the upload is under, which must be opened again
// (authorization.md 4).
func (u uploading) writes(c *Call) (overwriting, []*authz.Request) {
	const action = "s3:PutObject"
	q := c.about(action, c.objectARN(), conditions(c, action, u.requested(c)))
	over, questions := overwrittenBy(c, q, c.Key, ""), []*authz.Request{q}
	if u.upload != nil {
		questions = append(questions, openQuestion(c, u.upload.Encryption, c.Bucket, c.Key)...)
	}
	return over, questions
}

// requested is the encryption that is asked for again by each part of the upload and by
// its completion, whatever their own headers say (authorization.md 3.1b).
func (u uploading) requested(c *Call) store.Encryption {
	switch {
	case u.upload != nil:
		return u.upload.Requested
	case u.finished != nil:
		return u.finished.Upload.Requested
	}
	return requestedEncryption(c)
}

// initiatorsRight is what S3 lets the initiator of an upload do with it, whatever
// its policies leave out (S3 User Guide, "Multipart upload and permissions").
// What they deny stays denied.
var initiatorsRight = mustParse(
	`{"Version":"2012-10-17","Statement":{"Sid":"InitiatorOfTheUpload","Effect":"Allow",` +
		`"Action":["s3:AbortMultipartUpload","s3:ListMultipartUploadParts"],"Resource":"*"}}`,
)

func mustParse(document string) *policy.Policy {
	p, err := policy.Parse([]byte(document))
	if err != nil {
		panic(err) // a constant of this file
	}
	return p
}

// initiatorQuestion asks for an action that the initiator may do. An upload that
// is not there is nobody's secret: all who could have begun it are told so.
func (u uploading) initiatorQuestion(c *Call, action string) *authz.Request {
	r := c.question(action, c.objectARN())
	if c.Caller == nil || r.Missing != nil {
		return r
	}
	if u.upload == nil || u.upload.Initiator == initiator(c) {
		r.Identity = append(r.Identity[:len(r.Identity):len(r.Identity)],
			authz.Named{Name: "multipart-initiator", Policy: initiatorsRight})
	}
	r.Began = u.upload != nil && ofInitiator(c, u.upload.Initiator)
	return r
}

// ofInitiator says whether the caller began the upload, or is of the account whose
// IAM user did: that account may go on with it too, its other users as far as it
// lets them by their own policies [unsure]. The account of a role's session or of a
// federated user has no such right, for the page speaks of IAM users alone [unsure].
func ofInitiator(c *Call, began string) bool {
	if began == initiator(c) {
		return true
	}
	p, err := policy.ParsePrincipal(began)
	return err == nil && p.Kind == policy.User && p.Account == c.account()
}

// open is the upload, or why the call cannot go on with it.
func (u uploading) open(c *Call) (*store.Upload, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if u.upload == nil {
		return nil, noSuchUpload(c)
	}
	return u.upload, unsealable(c, u.upload.Encryption)
}

// put puts a part into the upload.
func (u uploading) put(c *Call, p *store.Part) error {
	put := store.PutPart{Bucket: c.Bucket, Key: u.upload.Key, UploadID: u.upload.ID, Part: p}
	return uploadRefused(c, c.Commit(put))
}

func noSuchUpload(c *Call) error {
	return s3err.New(s3err.NoSuchUpload, s3err.E("UploadId", c.Query.Get("uploadId")))
}

// uploadRefused is writeRefused for what becomes of an upload.
func uploadRefused(c *Call, err error) error {
	if errors.Is(err, store.ErrNoSuchUpload) {
		return noSuchUpload(c)
	}
	return writeRefused(err, c.Key)
}
