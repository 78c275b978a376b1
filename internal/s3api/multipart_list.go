package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

// listingParts is one attempt to list the parts of an upload.
type listingParts struct{ uploading }

func beginListParts(c *Call) (doing, []*authz.Request, error) {
	u := findUpload(c)
	questions := []*authz.Request{u.initiatorQuestion(c, "s3:ListMultipartUploadParts")}
	if u.upload != nil {
		questions = append(questions, openQuestion(c, u.upload.Encryption, c.Bucket, c.Key)...)
	}
	return listingParts{u}, questions, nil
}

func (l listingParts) serve(c *Call) (*Reply, error) {
	u, err := l.open(c)
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
		return nil, uploadRefused(c, failed)
	}
	result := partsResult(c, u, page)
	result.PartNumberMarker, result.MaxParts = after, min(limit, partsPerPage)
	h := http.Header{}
	tellAbort(c, h, u)
	return xmlReply(h, result), nil
}

func partsResult(c *Call, u *store.Upload, page store.PartPage) wire.ListPartsResult {
	r := wire.ListPartsResult{
		Bucket: c.Bucket, Key: c.Key, UploadID: u.ID,
		Initiator: initiatorXML(c.State(), u), StorageClass: u.StorageClass,
		Owner:                ownerXML(c.State(), ownerShown(c, u.Owner)),
		NextPartNumberMarker: page.Next, IsTruncated: page.Truncated,
		ChecksumAlgorithm: u.Checksum.Algorithm, ChecksumType: u.Checksum.Type,
	}
	for _, p := range page.Parts {
		part := wire.ListedPart{
			PartNumber: p.Number, LastModified: wire.ISOTime(p.Modified), ETag: wire.Quoted(p.ETag), Size: p.Size,
		}
		// Without an algorithm of the upload's, S3 shows none of the sums that it
		// keeps (recorded).
		if u.Checksum.Algorithm != "" {
			part.ChecksumXML = wire.ChecksumOf(p.Checksum, false)
		}
		r.Parts = append(r.Parts, part)
	}
	return r
}
