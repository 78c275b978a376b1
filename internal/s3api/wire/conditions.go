package wire

import (
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// Conditions are those of a conditional read: GetObject's and HeadObject's own,
// or those of a copy about its source.
type Conditions struct {
	match, noneMatch       string
	modified, unmodified   time.Time // zero: not asked, or unreadable, which S3 ignores
	hasMatch, hasNoneMatch bool
}

// ConditionsOf reads the four headers behind a prefix: none, or
// "X-Amz-Copy-Source-".
func ConditionsOf(of Header, prefix string, now time.Time) Conditions {
	var k Conditions
	k.match, k.noneMatch = of(prefix+"If-Match"), of(prefix+"If-None-Match")
	k.hasMatch, k.hasNoneMatch = k.match != "", k.noneMatch != ""
	k.modified = conditionTime(of(prefix+"If-Modified-Since"), now)
	k.unmodified = conditionTime(of(prefix+"If-Unmodified-Since"), time.Time{})
	return k
}

// conditionTime reads an HTTP date. A time after latest does not count: S3
// ignores an If-Modified-Since in the future.
func conditionTime(value string, latest time.Time) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, err := http.ParseTime(value)
	if err != nil {
		t, err = time.Parse(time.RFC3339, value)
	}
	if err != nil || !latest.IsZero() && t.After(latest) {
		return time.Time{}
	}
	return t
}

// failed is the header of the condition that does not hold; empty when all do.
// An ETag condition that holds outweighs the date beside it, and a 304 stands
// behind a 412 (S3 API Reference, GetObject and CopyObject; RFC 9110, 13.2.2).
func (k Conditions) failed(o *store.Object) string {
	at := o.Modified.Truncate(time.Second)
	switch {
	case k.hasMatch && !etagListed(k.match, o.ETag):
		return "If-Match"
	case !k.hasMatch && !k.unmodified.IsZero() && at.After(k.unmodified):
		return "If-Unmodified-Since"
	case k.hasNoneMatch && etagListed(k.noneMatch, o.ETag):
		return "If-None-Match"
	case !k.hasNoneMatch && !k.modified.IsZero() && !at.After(k.modified):
		return "If-Modified-Since"
	}
	return ""
}

// etagListed says whether a list of ETags, with or without quotes, has the
// object's. A * stands for any.
func etagListed(list, etag string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part == "*" || BareETag(part) == etag {
			return true
		}
	}
	return false
}

// Check refuses a read whose condition does not hold.
func (k Conditions) Check(o *store.Object) error {
	switch header := k.failed(o); header {
	case "":
		return nil
	case "If-None-Match", "If-Modified-Since":
		return s3err.New(s3err.NotModified).
			WithHeader("ETag", Quoted(o.ETag)).
			WithHeader("Last-Modified", HTTPTime(o.Modified))
	default:
		return PreconditionFailed(header)
	}
}

// CheckSource refuses a copy whose condition about its source does not hold.
func (k Conditions) CheckSource(o *store.Object) error {
	if header := k.failed(o); header != "" {
		return PreconditionFailed("x-amz-copy-source-" + header)
	}
	return nil
}

// PreconditionFailed is the answer to a condition that does not hold, by its header.
func PreconditionFailed(header string) error {
	return s3err.New(s3err.PreconditionFailed, s3err.E("Condition", header))
}

// WriteConditions reads If-Match and If-None-Match of a write: one ETag to match,
// or * to match none (S3 User Guide, "Conditional writes").
func WriteConditions(of Header) (store.Expect, error) {
	m, n := of("If-Match"), of("If-None-Match")
	switch {
	case m != "" && n != "":
		return store.Any, conditionNotImplemented(
			"If-Match,If-None-Match",
			"Multiple conditional request headers present in the request")
	case m == "*":
		return store.Any, conditionNotImplemented(
			"If-Match",
			"We don't accept the provided value of If-Match header for this API")
	case n != "" && n != "*":
		return store.Any, conditionNotImplemented(
			"If-None-Match",
			"We don't accept the provided value of If-None-Match header for this API")
	}
	e := store.Any
	if m != "" {
		// An ETag of nothing but quotes is a condition too, which no object meets.
		if e.IfMatch = BareETag(m); e.IfMatch == "" || e.IfMatch == "*" {
			e.IfMatch = m
		}
	}
	e.IfNoneMatch = n == "*"
	return e, nil
}

func conditionNotImplemented(header, more string) error {
	return s3err.New(s3err.NotImplemented, s3err.E("Header", header), s3err.E("additionalMessage", more))
}
