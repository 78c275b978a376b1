package s3api

import (
	"math"
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

func checksListParts(c *Call) ([]*authz.Request, error) {
	questions := []*authz.Request{c.ownUploadQuestion("s3:ListMultipartUploadParts")}
	if c.session != nil {
		questions = append(questions, c.openQuestion(c.session.Encryption, c.Bucket, c.Key)...)
	}
	return questions, nil
}

func serveListParts(c *Call) (*Reply, error) {
	u, err := c.openUpload()
	if err != nil {
		return nil, err
	}
	limit, err := c.pageNumber("max-parts", partsPerPage)
	if err != nil {
		return nil, err
	}
	after, err := c.pageNumber("part-number-marker", 0)
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

func (c *Call) partsResult(u *store.Upload, page store.PartPage) listPartsResult {
	r := listPartsResult{
		Bucket: c.Bucket, Key: c.Key, UploadID: u.ID,
		Initiator: c.initiatorXML(u), Owner: c.ownerXML(c.ownerShown(u.Owner)), StorageClass: u.StorageClass,
		NextPartNumberMarker: page.Next, IsTruncated: page.Truncated,
		ChecksumAlgorithm: u.Checksum.Algorithm, ChecksumType: u.Checksum.Type,
	}
	for _, p := range page.Parts {
		part := listedPart{PartNumber: p.Number, LastModified: isoTime(p.Modified), ETag: quoted(p.ETag), Size: p.Size}
		// Without an algorithm of the upload's, S3 shows none of the sums that it
		// keeps (recorded).
		if u.Checksum.Algorithm != "" {
			part.checksumXML = checksumOf(p.Checksum, false)
		}
		r.Parts = append(r.Parts, part)
	}
	return r
}

// pageNumber reads a parameter that counts parts. Without a value it is as good
// as absent (recorded).
func (c *Call) pageNumber(name string, absent int) (int, error) {
	return countOf(name, c.Query.Get(name), absent)
}

// countOf is the number in a parameter or header of that name.
func countOf(name, v string, absent int) (int, error) {
	if v == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	switch {
	case err != nil:
		return 0, s3err.Argument("Provided "+name+" not an integer or within integer range", name, v)
	case n < 0 || n > math.MaxInt32:
		return 0, s3err.Argument("Argument "+name+" must be an integer between 0 and 2147483647", name, v)
	}
	return int(n), nil
}
