package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
)

const partsRoot = "ListPartsResult"

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
	contents, err := surely(c)
	if err != nil {
		return nil, err
	}
	page, failed := contents.ListParts(u.Key, u.ID, after, min(limit, partsPerPage))
	if failed != nil {
		return nil, uploadRefused(c, failed)
	}
	w := wire.NewMarshalled(partsRoot, bytesPerEntry*(len(page.Parts)+2))
	w.Text("Bucket", c.Bucket)
	w.Text("Key", c.Key)
	w.Text("UploadId", u.ID)
	w.User("Initiator", initiatorXML(c.State(), u))
	w.User("Owner", ownerXML(c.State(), ownerShown(c, u.Owner)))
	w.Text("StorageClass", u.StorageClass)
	w.Number("PartNumberMarker", int64(after))
	w.Number("NextPartNumberMarker", int64(page.Next))
	w.Number("MaxParts", int64(min(limit, partsPerPage)))
	w.Flag("IsTruncated", page.Truncated)
	w.Optional("ChecksumAlgorithm", u.Checksum.Algorithm)
	w.Optional("ChecksumType", u.Checksum.Type)
	for _, p := range page.Parts {
		// Without an algorithm of the upload's, S3 shows none of the sums that it
		// keeps (recorded).
		w.Part(p, u.Checksum.Algorithm != "")
	}
	reply := documentReply(w.End(partsRoot))
	tellAbort(c, reply.Header, u)
	return reply, nil
}
