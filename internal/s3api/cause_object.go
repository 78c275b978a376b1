package s3api

import (
	"cmp"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// unmet tells the ETag, or the time, that a condition was held against.
func unmet(c *Call, k *journal.Cause) {
	bucket, key, version, header := c.Bucket, c.Key, c.Query.Get("versionId"), k.Element
	if rest, ok := strings.CutPrefix(k.Element, "x-amz-copy-source-"); ok {
		source, _ := wire.ParseCopySource(c.header(wire.CopySourceHeader))
		bucket, key, version, header = source.Bucket, source.Key, source.Version, rest
	}
	if header == "" { // a 304 does not tell
		header = "If-Modified-Since"
		if c.header("If-None-Match") != "" {
			header = "If-None-Match"
		}
		k.Element = header
	}
	if c.header(k.Element) == "" {
		return // it is no header's condition: a POST that is no form
	}
	k.Wanted = k.Element + ": " + c.header(k.Element)
	o := c.named(bucket, key, version)
	switch {
	case o == nil || o.Marker:
		k.Seen = "no object of that key"
	case strings.HasSuffix(header, "-Since"):
		k.Seen = "Last-Modified: " + wire.HTTPTime(o.Modified)
	default:
		k.Seen = "ETag: " + wire.Quoted(o.ETag)
	}
	switch {
	case header == "If-None-Match" && c.header(header) == "*":
		k.Text = "the write wants no object of that key, and there is one"
	case header == "If-Match":
		k.Text = "the object has another ETag than the request wants: somebody has written it since"
		k.Cures = []journal.Change{cause.Cure("read the object again, and send the ETag that it has now in If-Match.",
			cause.OnObject("head-object", bucket, key))}
	}
}

// named is a version of a key; the newest, where none is named.
func (c *Call) named(bucket, key, version string) *store.Object {
	if version == "" {
		return c.latest(bucket, key)
	}
	return c.version(bucket, key, version)
}

// nearestKey tells what is on top of the object, or the key that was probably meant.
func nearestKey(c *Call, k *journal.Cause) {
	k.Element, k.Seen = "key", c.Key
	contents := c.contents()
	if contents == nil {
		return
	}
	if o := c.latest(c.Bucket, c.Key); o != nil && o.Marker {
		k.Text = "a delete marker is on top of the object: " + o.Version
		remove := cause.OnObject("delete-object", c.Bucket, c.Key, "--version-id", o.Version)
		k.Cures = []journal.Change{cause.Cure("take the marker away, and the version below it is back.", remove)}
		return
	}
	var keys []string
	for _, o := range contents.List(store.ListQuery{Max: looksAt}).Objects {
		keys = append(keys, o.Key)
	}
	k.Wanted = nearest.Name(c.Key, keys)
}

func itsVersions(c *Call, k *journal.Cause) {
	k.Element = "versionId"
	if o := c.latest(c.Bucket, c.Key); o != nil {
		k.Wanted = o.Version
	}
}

func archived(c *Call, k *journal.Cause) {
	k.Element, k.Wanted = "StorageClass", "a class that is read at once, or a restored copy"
	k.Cures = []journal.Change{
		cause.Cure("restore a copy, and wait until HeadObject says that it is there.", cause.OnObject(
			"restore-object", c.Bucket, c.Key, "--restore-request", "Days=1")),
	}
}

func shorterKey(_ *Call, k *journal.Cause) {
	k.Element = "key"
	k.Cures = []journal.Change{
		cause.Cure("shorten the key: it is counted in bytes of UTF-8, of which a character may have four."),
	}
}

func changedBytes(c *Call, k *journal.Cause) {
	if k.Element == "" {
		// S3 tells one digest in hex and the other in base64.
		k.Element, k.Wanted = "Content-MD5", cmp.Or(c.header("Content-MD5"), k.Wanted)
	}
	k.Cures = []journal.Change{
		cause.Cure("work out the digest of the very bytes that are sent, after any encoding or compression; " +
			"where that was done, something on the way has changed them."),
	}
}

func howMD5(_ *Call, k *journal.Cause) {
	k.Element, k.Wanted = "Content-MD5", "base64 of the 16 bytes of an MD5, which has 24 characters"
	k.Cures = []journal.Change{
		cause.Cure("send the bytes of the digest in base64, not its hex.", "openssl md5 -binary FILE | base64"),
	}
}

func nearestClass(_ *Call, k *journal.Cause) {
	k.Element, k.Wanted = "x-amz-storage-class", nearest.Name(k.Seen, wire.StorageClasses())
}
