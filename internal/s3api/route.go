package s3api

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// Route reads what a request is for: bucket, key, query and operation. When it
// refuses, the Call is returned too, with as much as was read, for the journal.
func Route(f exchange.Frame, addr Address) (*Call, error) {
	r := f.Request
	c := &Call{Frame: f, Address: addr}
	if addr.Website {
		return c, c.route()
	}
	q, ok := wire.ParseQuery(r.URL.RawQuery)
	if !ok {
		return c, s3err.New(s3err.InvalidURI)
	}
	c.Query = q
	if addr.Lacks != "" {
		return c, lacking(c, addr.Lacks, "", s3err.New(s3err.NotImplemented))
	}
	on, err := readPath(c)
	if err != nil {
		return c, err
	}
	c.ReadOnly = r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	c.Op, err = sought{c, on}.recognise()
	if c.Op != nil && c.Op.unsigned {
		c.For = fault.Anonymous
	}
	return c, err
}

// readPath splits the escaped path into the call's bucket and key. It is decoded part by part and never
// cleaned: slashes, dots and %2F are characters of a key like any other. A + is a
// space, as in a form (aws-sdk-ruby#654, nginx-s3-gateway#77).
func readPath(c *Call) (target, error) {
	path := strings.TrimPrefix(c.Address.Path, "/")
	c.Bucket = c.Address.Bucket
	if c.Bucket == "" && c.Address.Point == "" {
		if path == "" {
			return onService, nil
		}
		var name string
		var ok bool
		name, path, _ = strings.Cut(path, "/")
		if c.Bucket, ok = wire.Unescape(name); !ok {
			return onBucket, s3err.New(s3err.InvalidURI)
		}
		c.slashed(name)
	}
	key, ok := wire.Unescape(path)
	if !ok || !utf8.ValidString(key) {
		return onObject, s3err.New(s3err.InvalidURI)
	}
	c.Key = key
	c.takesPoint()
	if c.point == "" && !wire.CouldBeBucket(c.Bucket) {
		return onBucket, s3err.New(s3err.InvalidBucketName, s3err.E("BucketName", c.Bucket))
	}
	if strings.HasSuffix(c.Bucket, world.DirectoryBucketEnd) {
		return onBucket, lacking(c, "directory buckets", "", s3err.New(s3err.NotImplemented))
	}
	if len(key) > wire.MaxKey {
		return onObject, wire.KeyTooLong(key)
	}
	if key == "" {
		return onBucket, nil
	}
	return onObject, nil
}

// slashed notes a bucket's name that is sent with a slash of its own in front, escaped. S3
// takes the slash for one of the path, so that no signature over the path as it was sent
// holds (recorded of a presigned URL).
func (c *Call) slashed(name string) {
	bare := strings.TrimLeft(c.Bucket, "/")
	if bare == c.Bucket || !wire.CouldBeBucket(bare) || sigv4.ClaimedKey(c.Request) == "" {
		return
	}
	c.Bucket = bare
	decoded := strings.Replace(c.Request.URL.EscapedPath(), name, "/"+bare, 1)
	signed := *c.Request
	signed.URL = &url.URL{Path: decoded, RawPath: decoded, RawQuery: c.Request.URL.RawQuery}
	signed.RequestURI = signed.URL.RequestURI()
	c.signedAs = &signed
}
