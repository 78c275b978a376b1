package s3api

import (
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/lifecycle"
	"github.com/s3fault/s3fault/internal/s3api/configuration"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// minimumSized reads which objects are too small to be transitioned, which a header of the
// request says beside the document (lifecycle.md 1.13).
func minimumSized(c *Call, _ *world.Bucket, l *world.Lifecycle) error {
	if !c.State().Answers.Has(world.SmallObjectsStay) {
		return nil
	}
	switch size := world.MinimumSize(c.header(configuration.MinimumSizeHeader)); size {
	case "":
		l.MinimumSize = world.MinimumAll
	case world.MinimumAll, world.MinimumVaries:
		l.MinimumSize = size
	default:
		return s3err.New(s3err.InvalidRequest).WithMessage("Invalid TransitionDefaultMinimumObjectSize found: " + string(size))
	}
	return nil
}

// tellExpiry tells when the current version of a key expires (lifecycle.md 2.8).
func tellExpiry(c *Call, h http.Header, o *store.Object) {
	b := c.State().Buckets[c.Bucket]
	if b == nil || b.Lifecycle == nil {
		return
	}
	if at, rule := lifecycle.Expires(b, o); !at.IsZero() {
		h.Set("x-amz-expiration", `expiry-date="`+wire.HTTPTime(at)+`", rule-id="`+inHeader(rule)+`"`)
	}
}

// tellAbort tells when an unfinished upload is aborted (lifecycle.md 2.9).
func tellAbort(c *Call, h http.Header, u *store.Upload) {
	b := c.State().Buckets[c.Bucket]
	if b == nil || b.Lifecycle == nil {
		return
	}
	if at, rule := lifecycle.Aborts(b, u); !at.IsZero() {
		h.Set("x-amz-abort-date", wire.HTTPTime(at))
		h.Set("x-amz-abort-rule-id", inHeader(rule))
	}
}

// inHeader is the ID of a rule as headers have it: as it is, but for what no header can
// carry [unsure].
func inHeader(id string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f {
			return '?'
		}
		return r
	}, id)
}
