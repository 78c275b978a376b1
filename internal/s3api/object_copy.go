package s3api

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// copyFrom is the source of a copy as Checks found it.
type copyFrom struct {
	wire.CopySource
	err    error // the header cannot be read
	object *store.Object
	marker bool // a delete marker is in its place
}

// checksCopyObject asks both sides' questions: reading the source, its tags and
// its key, and writing the destination (authorization.md 2).
func checksCopyObject(c *Call) ([]*authz.Request, error) {
	c.begin()
	questions := c.sourceQuestions(false)
	own := c.writeQuestions()
	if o := c.from.object; o != nil && len(o.Tags) > 0 && c.copiesTags() {
		questions = append(questions, c.sourceQuestion(c.sourceAction("s3:GetObjectTagging", "s3:GetObjectVersionTagging")))
		own = append(own, c.question("s3:PutObjectTagging", c.objectARN()))
	}
	questions = append(c.expectingSource(questions), own...)
	if b := c.State().Buckets[c.Bucket]; b != nil {
		c.seal = c.sealing(b)
		questions = append(questions, c.sealQuestion(c.seal)...)
	}
	return questions, nil
}

// sourceQuestions are those about the source of a copy, which they find. What is
// wrong with the header is told once the call may write. tagged: the condition
// keys of the source's tags are seen (authorization.md 3.1b).
func (c *Call) sourceQuestions(tagged bool) []*authz.Request {
	c.from.CopySource, c.from.err = wire.ParseCopySource(c.header(wire.CopySourceHeader))
	if c.from.err != nil {
		return nil
	}
	action := c.sourceAction("s3:GetObject", "s3:GetObjectVersion")
	contents := c.Moment.Index.Bucket(c.from.Bucket)
	if contents == nil {
		return []*authz.Request{c.sourceQuestion(action)}
	}
	c.findSource(contents)
	o := c.from.object
	if o == nil {
		return []*authz.Request{c.sourceQuestion(action), c.maskedQuestionOn(c.from.Bucket, c.from.Key, c.sourceAction(listObjects, listVersions))}
	}
	read := c.sourceQuestion(action)
	read.Object = c.objectFacts(o)
	if tagged {
		read = c.objectQuestion(action, c.from.ARN(), o)
		ofVersion(read, c.from.Version)
	}
	return append([]*authz.Request{read}, c.openQuestion(o.Encryption, c.from.Bucket, c.from.Key)...)
}

// sourceQuestion asks about the source, as the header names it.
func (c *Call) sourceQuestion(action string) *authz.Request {
	q := c.plainQuestion(action, c.from.ARN())
	ofVersion(q, c.from.Version)
	return q
}

// findSource looks for the version that the header names, else the newest.
func (c *Call) findSource(contents *store.Bucket) {
	found := contents.Latest(c.from.Key)
	if c.from.Version != "" {
		found = contents.Version(c.from.Key, c.from.Version)
	}
	if c.from.marker = found != nil && found.Marker; !c.from.marker {
		c.from.object = found
	}
}

func (c *Call) sourceAction(current, version string) string {
	if c.from.Version != "" {
		return version
	}
	return current
}

func (c *Call) copiesTags() bool { return c.header("x-amz-tagging-directive") != "REPLACE" }

// readySource is the source of a copy, if it can be read and the conditions about
// it hold.
func (c *Call) readySource() (*store.Object, error) {
	if c.from.err != nil {
		return nil, c.from.err
	}
	if c.State().Buckets[c.from.Bucket] == nil {
		return nil, wire.NoSuchBucket(c.from.Bucket)
	}
	o := c.from.object
	if o == nil {
		return nil, c.noSource()
	}
	if err := c.unsealable(o.Encryption); err != nil {
		return nil, err
	}
	if err := c.opens(o.Encryption, wire.SourceCustomerKey); err != nil {
		return nil, err
	}
	if err := wire.Archived(o); err != nil {
		return nil, err
	}
	return o, wire.ConditionsOf(c.header, "X-Amz-Copy-Source-", c.Now).CheckSource(o)
}

// noSource says why there is nothing to copy (s3-errors.md 2.2).
func (c *Call) noSource() error {
	switch v := c.from.Version; {
	case v == "":
		return wire.NoSuchKey(c.from.Key)
	case v != store.NullVersion && !store.IsVersionID(v):
		return s3err.Argument("Invalid version id specified", "versionId", v)
	case c.from.marker:
		return s3err.New(s3err.InvalidRequest).WithMessage("The source of a copy request may not specifically refer to a delete marker by version id.")
	default:
		return s3err.New(s3err.NoSuchVersion, s3err.E("Key", c.from.Key), s3err.E("VersionId", v))
	}
}

// sourceTold puts into a reply which version was copied, where the source's bucket
// has, or had, versions.
func (c *Call) sourceTold(h http.Header, o *store.Object) {
	if b := c.State().Buckets[c.from.Bucket]; b != nil && b.Versioning != "" {
		h.Set("x-amz-copy-source-version-id", o.Version)
	}
}

func serveCopyObject(c *Call) (*Reply, error) {
	if c.Presented == nil {
		return nil, s3err.New(s3err.AccessDenied).WithMessage("Anonymous users cannot copy objects.  Please authenticate.")
	}
	from, err := c.readySource()
	if err != nil {
		return nil, err
	}
	o, e, err := c.copyOf(from)
	if err != nil {
		return nil, err
	}
	if err := c.copyBytes(o, from); err != nil {
		return nil, err
	}
	if err := c.putObject(o, e); err != nil {
		return nil, err
	}
	h := http.Header{}
	wire.SetSealing(h, o.Encryption)
	c.sourceTold(h, from)
	wire.VersionMade(h, o)
	return xmlReply(h, wire.CopyObjectResult{
		LastModified: wire.ISOTime(o.Modified), ETag: wire.Quoted(o.ETag), ChecksumXML: wire.ChecksumOf(o.Checksum, true),
	}), nil
}

// copyOf is the object that the copy makes, without bytes: with the source's
// metadata and tags, or with those of the request. Storage class, redirect and
// encryption are never copied (S3 API Reference, CopyObject).
func (c *Call) copyOf(from *store.Object) (*store.Object, store.Expect, error) {
	o, e, err := c.newObject()
	if err != nil {
		return nil, e, err
	}
	replaced, err := wire.Directive("x-amz-metadata-directive", c.header("x-amz-metadata-directive"), "Unknown metadata directive.")
	if err != nil {
		return nil, e, err
	}
	if _, err := wire.Directive("x-amz-tagging-directive", c.header("x-amz-tagging-directive"), "Unknown tagging directive."); err != nil {
		return nil, e, err
	}
	if !replaced && c.ontoItself(o, from) {
		return nil, e, s3err.New(s3err.InvalidRequest).WithMessage("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if from.Size > wire.MaxUpload {
		return nil, e, s3err.New(s3err.InvalidRequest).WithMessage("The specified copy source is larger than the maximum allowable size for a copy source: " + wire.Decimal(wire.MaxUpload))
	}
	if !replaced {
		redirect := o.Headers[wire.WebsiteRedirect]
		o.Headers, o.Metadata = from.Headers.Clone(), from.Metadata
		delete(o.Headers, wire.WebsiteRedirect)
		if redirect != nil {
			o.Headers[wire.WebsiteRedirect] = redirect
		}
	}
	if c.copiesTags() {
		o.Tags = from.Tags
	}
	return o, e, nil
}

// ontoItself says that the copy would change nothing. To copy a version that is
// named brings it back.
func (c *Call) ontoItself(o, from *store.Object) bool {
	if c.from.Bucket != c.Bucket || c.from.Key != c.Key || c.from.Version != "" {
		return false
	}
	for _, header := range []string{"x-amz-storage-class", wire.WebsiteRedirect, wire.SSEHeader} {
		if c.header(header) != "" {
			return false
		}
	}
	now, before := o.Encryption, from.Encryption
	return now.Algorithm == before.Algorithm && now.KeyARN == before.KeyARN && now.CustomerKeyMD5 == before.CustomerKeyMD5
}

// copyBytes gives the copy the source's bytes, which stay where they are, and
// their ETag and checksum. Only where the source's are not those of the bytes as
// a whole are they read.
func (c *Call) copyBytes(o, from *store.Object) error {
	a, err := c.copyAlgorithm(from)
	if err != nil {
		return err
	}
	d, err := c.digest(from, wire.Span{Length: from.Size}, a)
	if err != nil {
		return err
	}
	o.Size, o.Chunks, o.Checksum = from.Size, from.Chunks, d.checksum
	o.ETag, o.Modified = c.etagOf(d.md5, o.Encryption), c.Now
	return nil
}

// copyAlgorithm is the checksum of the copy: the one asked for, else the source's.
func (c *Call) copyAlgorithm(from *store.Object) (*checksum.Algorithm, error) {
	if asked := c.header("x-amz-checksum-algorithm"); asked != "" {
		return c.checksumAlgorithm(asked)
	}
	if a := checksum.Named(from.Checksum.Algorithm); a != nil {
		return a, nil
	}
	return checksum.Default, nil
}

// digested is what the bytes of a source were found to be.
type digested struct {
	of       *store.Object
	at       wire.Span
	md5      [md5.Size]byte
	checksum store.Checksum
}

// digest finds MD5 and checksum of a run of an object's bytes, reading them only
// when the record does not tell.
func (c *Call) digest(o *store.Object, at wire.Span, a *checksum.Algorithm) (*digested, error) {
	if d := c.digested; d != nil && d.of == o && d.at == at && d.checksum.Algorithm == a.Name {
		return d, nil
	}
	d := &digested{of: o, at: at}
	if at.Length == o.Size && o.Checksum.Algorithm == a.Name && o.Checksum.Type == checksum.FullObject && d.fromETag(o) {
		d.checksum = o.Checksum
		return d, nil
	}
	bytes, failed := c.Moment.Index.Open(o, at.First, at.Length)
	if failed != nil {
		return nil, openRefused(failed)
	}
	defer bytes.Close()
	sums, whole := a.Hash(), md5.New()
	if _, failed := io.Copy(io.MultiWriter(sums, whole), bytes); failed != nil {
		return nil, s3err.New(s3err.InternalError)
	}
	d.checksum = a.SumOf(sums)
	whole.Sum(d.md5[:0])
	c.digested = d
	return d, nil
}

// fromETag takes the MD5 from the ETag, where it is one: not of an object that
// came in parts, nor under a key of KMS or the customer.
func (d *digested) fromETag(o *store.Object) bool {
	if len(o.Parts) > 0 || !wire.MD5IsETag(o.Encryption) {
		return false
	}
	sum, err := hex.DecodeString(o.ETag)
	return err == nil && copy(d.md5[:], sum) == md5.Size
}
