package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// copyingPart is one attempt to copy a part.
type copyingPart struct {
	uploading
	from copySource
}

// beginUploadPartCopy asks the source's questions and those of UploadPart.
func beginUploadPartCopy(c *Call) (doing, []*authz.Request, error) {
	u := findUpload(c)
	_, own := u.writes(c)
	from, questions := findSource(c, true)
	return copyingPart{u, from}, append(expectingSource(c, questions), own...), nil
}

func (p copyingPart) serve(c *Call) (*Reply, error) {
	u, err := p.open(c)
	if err != nil {
		return nil, err
	}
	if err := sameCustomerKey(c, u); err != nil {
		return nil, err
	}
	number, err := partNumber(c)
	if err != nil {
		return nil, err
	}
	from, err := p.from.ready(c)
	if err != nil {
		return nil, err
	}
	at, err := wire.CopyRange(c.header("x-amz-copy-source-range"), from.Size)
	if err != nil {
		return nil, err
	}
	part, err := copiedPart(c, u, from, at)
	if err != nil {
		return nil, err
	}
	part.Number = number
	if err := p.put(c, part); err != nil {
		return nil, err
	}
	h := http.Header{}
	wire.SetEncryption(h.Set, u.Encryption)
	p.from.told(c, h, from)
	result := wire.CopyPartResult{LastModified: wire.ISOTime(part.Modified), ETag: wire.Quoted(part.ETag)}
	if u.Checksum.Algorithm != "" {
		result.ChecksumXML = wire.ChecksumOf(part.Checksum, false)
	}
	return xmlReply(h, result), nil
}

// copiedPart is a part that shares the bytes of its source.
func copiedPart(c *Call, u *store.Upload, from *store.Object, at wire.Span) (*store.Part, error) {
	if at.Length > wire.MaxUpload {
		return nil, wire.EntityTooLarge(at.Length)
	}
	d, err := digest(c, from, at, checksum.Kept(u))
	if err != nil {
		return nil, err
	}
	chunks, failed := from.Range(at.First, at.Length)
	if failed != nil {
		return nil, s3err.New(s3err.InternalError)
	}
	return &store.Part{
		Size: at.Length, ETag: u.Encryption.ETag(d.md5, c.salt()), Modified: c.Now, Checksum: d.checksum, Chunks: chunks,
	}, nil
}
