package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

func checksListParts(c *Call) ([]*authz.Request, error) {
	questions := []*authz.Request{c.ownUploadQuestion("s3:ListMultipartUploadParts")}
	if c.session != nil {
		questions = append(questions, openQuestion(c, c.session.Encryption, c.Bucket, c.Key)...)
	}
	return questions, nil
}

func serveListParts(c *Call) (*Reply, error) {
	u, err := c.openUpload()
	if err != nil {
		return nil, err
	}
	limit, err := wire.Count("max-parts", c.Query.Get("max-parts"), partsPerPage)
	if err != nil {
		return nil, err
	}
	after, err := wire.Count("part-number-marker", c.Query.Get("part-number-marker"), 0)
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil {
		return nil, store.ErrMoved
	}
	page, failed := contents.ListParts(u.Key, u.ID, after, min(limit, partsPerPage))
	if failed != nil {
		return nil, c.uploadRefused(failed)
	}
	result := c.partsResult(u, page)
	result.PartNumberMarker, result.MaxParts = after, min(limit, partsPerPage)
	return xmlReply(http.Header{}, result), nil
}

func (c *Call) partsResult(u *store.Upload, page store.PartPage) wire.ListPartsResult {
	r := wire.ListPartsResult{
		Bucket: c.Bucket, Key: c.Key, UploadID: u.ID,
		Initiator: c.initiatorXML(u), Owner: c.ownerXML(ownerShown(c, u.Owner)), StorageClass: u.StorageClass,
		NextPartNumberMarker: page.Next, IsTruncated: page.Truncated,
		ChecksumAlgorithm: u.Checksum.Algorithm, ChecksumType: u.Checksum.Type,
	}
	for _, p := range page.Parts {
		part := wire.ListedPart{PartNumber: p.Number, LastModified: wire.ISOTime(p.Modified), ETag: wire.Quoted(p.ETag), Size: p.Size}
		// Without an algorithm of the upload's, S3 shows none of the sums that it
		// keeps (recorded).
		if u.Checksum.Algorithm != "" {
			part.ChecksumXML = wire.ChecksumOf(p.Checksum, false)
		}
		r.Parts = append(r.Parts, part)
	}
	return r
}
