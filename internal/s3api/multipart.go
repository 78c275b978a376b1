package s3api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/policy"
)

// The limits of a multipart upload (S3 User Guide, "Amazon S3 multipart upload
// limits").
const (
	maxParts     = store.MaxPartNumber
	partsPerPage = 1000
)

// beginning is one attempt to begin an upload.
type beginning struct{ writing }

// beginCreateMultipartUpload asks what PutObject asks: the upload fixes all that
// the object will be.
func beginCreateMultipartUpload(c *Call) (doing, []*authz.Request, error) {
	w, questions := c.writes()
	return beginning{w}, questions, nil
}

func (w beginning) serve(c *Call) (*Reply, error) {
	if c.Presented == nil {
		return nil, s3err.New(s3err.AccessDenied).WithMessage("Anonymous users cannot initiate multipart uploads.  Please authenticate.")
	}
	facts, _, err := w.facts(c)
	if err != nil {
		return nil, err
	}
	if facts.Checksum, err = c.uploadChecksum(); err != nil {
		return nil, err
	}
	u := &store.Upload{
		Facts: facts, Initiated: c.Now, Initiator: c.initiator(), Requested: c.requestedEncryption(),
	}
	if err := c.Commit(store.BeginUpload{Bucket: c.Bucket, Upload: u}); err != nil {
		return nil, writeRefused(err, c.Key)
	}
	h := http.Header{}
	wire.SetSealing(h, facts.Encryption)
	if sum := facts.Checksum; sum.Algorithm != "" {
		h.Set("x-amz-checksum-algorithm", sum.Algorithm)
		h.Set("x-amz-checksum-type", sum.Type)
	}
	return xmlReply(h, wire.InitiateResult{Bucket: c.Bucket, Key: c.Key, UploadID: u.ID}), nil
}

// initiator is how an upload remembers who began it.
func (c *Call) initiator() string {
	if c.Principal == nil {
		return ""
	}
	return c.Principal.ARN
}

// findUpload looks for the upload that the call names.
func (c *Call) findUpload() {
	c.begin()
	contents, id := c.contents(), c.Query.Get("uploadId")
	if contents == nil {
		return
	}
	if c.session = contents.Upload(c.Key, id); c.session == nil {
		c.finished = contents.Completed(c.Key, id)
	}
}

// partQuestions are those of an operation that goes on with an upload: the
// permission, and the key that the upload is under, which must be opened again
// (authorization.md 4).
func (c *Call) partQuestions() []*authz.Request {
	c.findUpload()
	questions := []*authz.Request{c.overwriteQuestion("s3:PutObject", c.Key, "")}
	if c.session != nil {
		questions = append(questions, openQuestion(c, c.session.Encryption, c.Bucket, c.Key)...)
	}
	return questions
}

// openUpload is the upload that the call names, or refuses it.
func (c *Call) openUpload() (*store.Upload, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if c.session == nil {
		return nil, c.noSuchUpload()
	}
	return c.session, unsealable(c, c.session.Encryption)
}

func (c *Call) noSuchUpload() error {
	return s3err.New(s3err.NoSuchUpload, s3err.E("UploadId", c.Query.Get("uploadId")))
}

// uploadRefused is writeRefused for what becomes of an upload.
func (c *Call) uploadRefused(err error) error {
	if errors.Is(err, store.ErrNoSuchUpload) {
		return c.noSuchUpload()
	}
	return writeRefused(err, c.Key)
}

func checksUploadPart(c *Call) ([]*authz.Request, error) {
	return c.partQuestions(), nil
}

func serveUploadPart(c *Call) (*Reply, error) {
	u, err := c.openUpload()
	if err != nil {
		return nil, err
	}
	number, err := c.partNumber()
	if err != nil {
		return nil, err
	}
	if v := c.header(wire.SSEHeader); v != "" {
		return nil, s3err.Argument(wire.SSEHeader+" header is not supported for this operation.", wire.SSEHeader, v)
	}
	k, err := c.claimed()
	if err != nil {
		return nil, err
	}
	if err := sameCustomerKey(c, u); err != nil {
		return nil, err
	}
	if err := checksum.SameAlgorithm(u, k); err != nil {
		return nil, err
	}
	body, err := c.received(k, checksum.Kept(u))
	if err != nil {
		return nil, err
	}
	p := &store.Part{
		Number: number, Size: body.staged.Size, ETag: u.Encryption.ETag(body.staged.MD5, c.salt()),
		Modified: c.Now, Checksum: body.kept, Chunks: body.staged.Chunks,
	}
	if err := c.putPart(u, p); err != nil {
		return nil, err
	}
	h := http.Header{"Etag": {wire.Quoted(p.ETag)}}
	if k.Algorithm != nil || u.Checksum.Algorithm != "" {
		sum := body.claimed
		sum.Type = ""
		checksum.Set(h, sum)
	}
	wire.SetEncryption(h, u.Encryption)
	return &Reply{Header: h}, nil
}

func (c *Call) putPart(u *store.Upload, p *store.Part) error {
	return c.uploadRefused(c.Commit(store.PutPart{Bucket: c.Bucket, Key: u.Key, UploadID: u.ID, Part: p}))
}

// partNumber reads the number of a part.
func (c *Call) partNumber() (int, error) {
	v := c.Query.Get("partNumber")
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxParts {
		return 0, badPartNumber(v)
	}
	return n, nil
}

func badPartNumber(value string) error {
	return s3err.Argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", value)
}

// initiatorsRight is what S3 lets the initiator of an upload do with it, whatever
// its policies leave out (S3 User Guide, "Multipart upload and permissions").
// What they deny stays denied.
var initiatorsRight = mustParse(`{"Version":"2012-10-17","Statement":{"Sid":"InitiatorOfTheUpload","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:ListMultipartUploadParts"],"Resource":"*"}}`)

func mustParse(document string) *policy.Policy {
	p, err := policy.Parse([]byte(document))
	if err != nil {
		panic(err) // a constant of this file
	}
	return p
}

// ownUploadQuestion asks for an action that the initiator may do. An upload that
// is not there is nobody's secret: all who could have begun it are told so.
func (c *Call) ownUploadQuestion(action string) *authz.Request {
	c.findUpload()
	r := c.question(action, c.objectARN())
	if c.Caller == nil || r.Missing != nil {
		return r
	}
	if c.session == nil || c.session.Initiator == c.initiator() {
		r.Identity = append(r.Identity[:len(r.Identity):len(r.Identity)],
			authz.Named{Name: "multipart-initiator", Policy: initiatorsRight})
	}
	r.Began = c.session != nil && c.ofInitiator(c.session.Initiator)
	return r
}

// ofInitiator says whether the caller began the upload, or is of the account whose
// IAM user did: that account may go on with it too, its other users as far as it
// lets them by their own policies [unsure]. The account of a role's session or of a
// federated user has no such right, for the page speaks of IAM users alone [unsure].
func (c *Call) ofInitiator(initiator string) bool {
	if initiator == c.initiator() {
		return true
	}
	p, err := policy.ParsePrincipal(initiator)
	return err == nil && p.Kind == policy.User && p.Account == c.account()
}

func checksAbortMultipartUpload(c *Call) ([]*authz.Request, error) {
	return []*authz.Request{c.ownUploadQuestion("s3:AbortMultipartUpload")}, nil
}

func serveAbortMultipartUpload(c *Call) (*Reply, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if c.session == nil {
		return nil, c.noSuchUpload()
	}
	abort := store.AbortUpload{Bucket: c.Bucket, Key: c.Key, UploadID: c.session.ID}
	if err := c.uploadRefused(c.Commit(abort)); err != nil {
		return nil, err
	}
	return &Reply{Status: http.StatusNoContent}, nil
}
