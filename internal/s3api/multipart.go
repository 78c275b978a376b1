package s3api

import (
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
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
	w, questions := writes(c)
	return beginning{w}, questions, nil
}

func (w beginning) serve(c *Call) (*Reply, error) {
	if c.Presented == nil {
		return nil, s3err.New(s3err.AccessDenied).WithMessage(
			"Anonymous users cannot initiate multipart uploads.  Please authenticate.")
	}
	facts, _, err := w.facts(c)
	if err != nil {
		return nil, err
	}
	if facts.Checksum, err = checksum.OfUpload(c.header, moreChecksums(c)); err != nil {
		return nil, err
	}
	u := &store.Upload{
		Facts: facts, Initiated: c.Now, Initiator: initiator(c), Requested: requestedEncryption(c),
	}
	if err := c.Commit(store.BeginUpload{Bucket: c.Bucket, Upload: u}); err != nil {
		return nil, writeRefused(err, c.Key)
	}
	h := http.Header{}
	wire.SetSealing(h.Set, facts.Encryption)
	if sum := facts.Checksum; sum.Algorithm != "" {
		h.Set("x-amz-checksum-algorithm", sum.Algorithm)
		h.Set("x-amz-checksum-type", sum.Type)
	}
	tellAbort(c, h, u)
	return xmlReply(h, wire.InitiateResult{Bucket: c.Bucket, Key: c.Key, UploadID: u.ID}), nil
}

// initiator is how an upload remembers who began it.
func initiator(c *Call) string {
	if c.Principal == nil {
		return ""
	}
	return c.Principal.ARN
}

// uploadingPart is one attempt to upload a part.
type uploadingPart struct{ uploading }

func beginUploadPart(c *Call) (doing, []*authz.Request, error) {
	u := findUpload(c)
	_, questions := u.writes(c)
	return uploadingPart{u}, questions, nil
}

func (p uploadingPart) serve(c *Call) (*Reply, error) {
	u, err := p.open(c)
	if err != nil {
		return nil, err
	}
	number, err := partNumber(c)
	if err != nil {
		return nil, err
	}
	if v := c.header(wire.SSEHeader); v != "" {
		return nil, s3err.Argument(wire.SSEHeader+" header is not supported for this operation.", wire.SSEHeader, v)
	}
	k, err := claimed(c)
	if err != nil {
		return nil, err
	}
	if err := sameCustomerKey(c, u); err != nil {
		return nil, err
	}
	if err := checksum.SameAlgorithm(u, k); err != nil {
		return nil, err
	}
	body, err := received(c, k, checksum.Kept(u))
	if err != nil {
		return nil, err
	}
	part := &store.Part{
		Number: number, Size: body.staged.Size, ETag: u.Encryption.ETag(body.staged.MD5, c.salt()),
		Modified: c.Now, Checksum: body.kept, Chunks: body.staged.Chunks,
	}
	if err := p.put(c, part); err != nil {
		return nil, err
	}
	reply := &Reply{}
	reply.Set("Etag", wire.Quoted(part.ETag))
	if k.Algorithm != nil || u.Checksum.Algorithm != "" {
		sum := body.claimed
		sum.Type = ""
		checksum.Set(reply.Set, sum)
	}
	wire.SetEncryption(reply.Set, u.Encryption)
	return reply, nil
}

// partNumber reads the number of a part.
func partNumber(c *Call) (int, error) {
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

// aborting is one attempt to abort an upload.
type aborting struct{ uploading }

func beginAbortMultipartUpload(c *Call) (doing, []*authz.Request, error) {
	u := findUpload(c)
	return aborting{u}, []*authz.Request{u.initiatorQuestion(c, "s3:AbortMultipartUpload")}, nil
}

func (a aborting) serve(c *Call) (*Reply, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if a.upload == nil {
		return nil, noSuchUpload(c)
	}
	abort := store.AbortUpload{Bucket: c.Bucket, Key: c.Key, UploadID: a.upload.ID}
	if err := uploadRefused(c, c.Commit(abort)); err != nil {
		return nil, err
	}
	return &Reply{Status: http.StatusNoContent}, nil
}
