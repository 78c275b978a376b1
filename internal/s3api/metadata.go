package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// described is what a request says of the object that it writes, apart from its
// bytes.
type described struct {
	headers  http.Header
	metadata map[string]string
	class    string
	tags     map[string]string
}

// describe reads the metadata, storage class and tags that the request gives.
func describe(c *Call) (described, error) {
	d := described{headers: wire.SystemMetadata(c.header), metadata: userMetadata(c)}
	if size := wire.MetadataSize(d.metadata); size > wire.MaxMetadata {
		return d, s3err.New(s3err.MetadataTooLarge,
			s3err.E("Size", wire.Decimal(int64(size))), s3err.E("MaxSizeAllowed", wire.Decimal(wire.MaxMetadata)))
	}
	if to := d.headers.Get(wire.WebsiteRedirect); to != "" && !wire.Redirectable(to) {
		return d, s3err.New(s3err.InvalidRedirectLocation).WithMessage(
			"The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
	}
	var err error
	if d.class, err = wire.StorageClass(c.header("x-amz-storage-class")); err != nil {
		return d, err
	}
	d.tags, err = wire.ParseTagging(c.header("x-amz-tagging"))
	return d, err
}

// userMetadata is x-amz-meta-*: of the headers, of a presigned URL's parameters,
// or of a form's fields. Several headers of one name are joined.
func userMetadata(c *Call) map[string]string {
	if c.form != nil {
		return c.form.Metadata()
	}
	var found map[string]string
	if c.Presented != nil {
		found = wire.AddMetadata(found, c.Presented.HoistedHeaders(c.Request))
	}
	return wire.AddMetadata(found, c.Request.Header)
}
