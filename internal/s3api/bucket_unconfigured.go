package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// hasNone begins an operation on one of the configurations that no bucket here has: it
// is not there (recorded, of those with an id).
func hasNone(none s3err.Code) begin {
	return own(func(c *Call) (*Reply, error) {
		if _, err := c.bucket(); err != nil {
			return nil, err
		}
		return nil, s3err.New(none)
	})
}

// listsNone begins an operation that lists such configurations: an empty page (recorded).
func listsNone(root string) begin {
	return own(func(c *Call) (*Reply, error) {
		if _, err := c.bucket(); err != nil {
			return nil, err
		}
		page := wire.NewDocument(root, 0)
		page.Flag("IsTruncated", false)
		return documentReply(page.End(root)), nil
	})
}
