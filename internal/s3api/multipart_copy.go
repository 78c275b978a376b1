package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// checksUploadPartCopy asks the source's questions and those of UploadPart.
func checksUploadPartCopy(c *Call) ([]*authz.Request, error) {
	own := c.partQuestions()
	from, questions := c.copies(true)
	c.from = from
	return append(c.expectingSource(questions), own...), nil
}

func serveUploadPartCopy(c *Call) (*Reply, error) {
	u, err := c.openUpload()
	if err != nil {
		return nil, err
	}
	if err := sameCustomerKey(c, u); err != nil {
		return nil, err
	}
	number, err := c.partNumber()
	if err != nil {
		return nil, err
	}
	from, err := c.from.ready(c)
	if err != nil {
		return nil, err
	}
	at, err := wire.CopyRange(c.header("x-amz-copy-source-range"), from.Size)
	if err != nil {
		return nil, err
	}
	p, err := c.copiedPart(u, from, at)
	if err != nil {
		return nil, err
	}
	p.Number = number
	if err := c.putPart(u, p); err != nil {
		return nil, err
	}
	h := http.Header{}
	wire.SetEncryption(h, u.Encryption)
	c.from.told(c, h, from)
	result := wire.CopyPartResult{LastModified: wire.ISOTime(p.Modified), ETag: wire.Quoted(p.ETag)}
	if u.Checksum.Algorithm != "" {
		result.ChecksumXML = wire.ChecksumOf(p.Checksum, false)
	}
	return xmlReply(h, result), nil
}

// copiedPart is a part that shares the bytes of its source.
func (c *Call) copiedPart(u *store.Upload, from *store.Object, at wire.Span) (*store.Part, error) {
	if at.Length > wire.MaxUpload {
		return nil, wire.EntityTooLarge(at.Length)
	}
	d, err := c.digest(from, at, checksum.Kept(u))
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
